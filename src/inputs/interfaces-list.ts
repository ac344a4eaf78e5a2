/** What can be captured on: `plainsight interfaces`. */
import { readdirSync, readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { loadBinding, type NativeDevice } from './interface-binding.ts';
import { captureError, failureOf } from './interface-errors.ts';

export type CaptureDevice = {
  readonly name: string;
  readonly description: string;
  readonly addresses: readonly string[];
  readonly isUp: boolean;
  readonly isLoopback: boolean;
};

/** pcap/pcap.h: PCAP_IF_LOOPBACK, PCAP_IF_UP. */
const LOOPBACK = 1;
const UP = 2;
/** Devices of libpcap that carry no network traffic of a host as it is on the network: USB, Bluetooth, D-Bus, netfilter's logs. */
const NOT_A_NETWORK = /^(usbmon|bluetooth|dbus-|nflog$|nfqueue$)/;

/** In libpcap's order, likeliest first; without libpcap what the system knows, by name. Throws `PlainsightError` when libpcap cannot tell. */
export function listInterfaces(): readonly CaptureDevice[] {
  const loaded = loadBinding();
  if (loaded.binding === null) return systemDevices();
  try {
    return loaded.binding
      .devices()
      .filter(({ name }) => !NOT_A_NETWORK.test(name))
      .map(captureDevice);
  } catch (error) {
    throw captureError('interfaces', failureOf(error));
  }
}

function captureDevice({ name, description, flags, addresses }: NativeDevice): CaptureDevice {
  return { name, description, addresses, isUp: (flags & UP) !== 0, isLoopback: (flags & LOOPBACK) !== 0 };
}

function systemDevices(): readonly CaptureDevice[] {
  const known = networkInterfaces();
  const names = new Set([...Object.keys(known), ...linuxNames()]);
  const devices = [...names].sort().map((name): CaptureDevice => {
    const addresses = (known[name] ?? []).map(({ address }) => address);
    return {
      name,
      description: '',
      addresses,
      isUp: addresses.length > 0 || isUp(name),
      isLoopback: (known[name] ?? []).some(({ internal }) => internal) || name === 'lo',
    };
  });
  const any: CaptureDevice = {
    name: 'any',
    description: 'Pseudo-device that captures on all interfaces',
    addresses: [],
    isUp: true,
    isLoopback: false,
  };
  return process.platform === 'linux' ? [...devices, any] : devices;
}

/** Interfaces without an address (a bridge's ports, a pod's veth) are not in `networkInterfaces`. */
function linuxNames(): readonly string[] {
  try {
    return readdirSync('/sys/class/net').filter((name) => name !== 'bonding_masters');
  } catch {
    return [];
  }
}

function isUp(name: string): boolean {
  try {
    // IFF_UP is bit 0 (linux/if.h).
    return (Number.parseInt(readFileSync(`/sys/class/net/${name}/flags`, 'utf8'), 16) & 1) !== 0;
  } catch {
    return false;
  }
}
