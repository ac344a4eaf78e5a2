/**
 * How layers fit together. A layer is one function that reads its own header, checks its own lengths and hands what is
 * inside to the next layer, found in the tables of `Packet` (so no layer imports another, and a tunnel may contain anything).
 * Bytes are read at positions of one DataView; nothing is made per packet.
 */

import { u32At } from '../model/column.ts';
import type { Addresses } from '../model/tables.ts';
import type { Fragments } from './fragments.ts';
import { O, type Opened } from './opened.ts';
import { Outcome } from './outcome.ts';

/** Opens what begins at `at`; bytes at `end` and beyond are not there. Never throws, never reads outside. */
export type OpenLayer = (bytes: DataView, at: number, end: number, packet: Packet) => Outcome;

/** What all layers share while one packet is opened. */
export type Packet = {
  readonly opened: Opened;
  readonly addresses: Addresses;
  /** By EtherType; the two that matter stand apart, for the hot path. */
  readonly ip4: OpenLayer;
  readonly ip6: OpenLayer;
  readonly etherTypes: ReadonlyMap<number, OpenLayer>;
  /** By IP protocol number; 256 entries. */
  readonly protocols: readonly OpenLayer[];
  /** By UDP port: 1 + index into `tunnels`, 0 for none. */
  readonly tunnelPorts: Uint8Array;
  readonly tunnels: readonly OpenLayer[];
  /** The one thing that outlives a packet. */
  readonly fragments: Fragments;
};

/** One entry of the registry: where the layer is found. */
export type Layer = {
  readonly name: string;
  /** LINKTYPE_ numbers, https://www.tcpdump.org/linktypes.html */
  readonly linkTypes?: readonly number[];
  readonly etherTypes?: readonly number[];
  readonly protocols?: readonly number[];
  readonly udpPorts?: readonly number[];
  readonly open: OpenLayer;
};

/** Tags and encapsulations that may be taken off one packet. Real ones have up to four; every level costs stack. */
const MAX_DEPTH = 8;

/** Goes one level down; false when that is too deep. */
export function descend(packet: Packet): boolean {
  const depth = u32At(packet.opened, O.depth) + 1;
  packet.opened[O.depth] = depth;
  return depth <= MAX_DEPTH;
}

/** What to say where `length` bytes at `at` are not there: cut by the snapshot length, or never sent. */
export function tooShort(at: number, length: number, packet: Packet): Outcome {
  return u32At(packet.opened, O.wireEnd) - at < length ? Outcome.malformed : Outcome.cut;
}

const ETHERTYPE_IP4 = 0x0800;
const ETHERTYPE_IP6 = 0x86dd;

/** Hands what begins at `at` to the layer of an EtherType. */
export function openEtherType(etherType: number, bytes: DataView, at: number, end: number, packet: Packet): Outcome {
  if (etherType === ETHERTYPE_IP4) return packet.ip4(bytes, at, end, packet);
  if (etherType === ETHERTYPE_IP6) return packet.ip6(bytes, at, end, packet);
  const open = packet.etherTypes.get(etherType);
  return open === undefined ? Outcome.notIp : open(bytes, at, end, packet);
}

/** Hands what begins at `at` to IPv4 or IPv6, by the version in its first byte. */
export function openByVersion(bytes: DataView, at: number, end: number, packet: Packet): Outcome {
  if (end <= at) return tooShort(at, 1, packet);
  const version = bytes.getUint8(at) >>> 4;
  return version === 4 ? packet.ip4(bytes, at, end, packet) : version === 6 ? packet.ip6(bytes, at, end, packet) : Outcome.notIp;
}

/** Hands what begins at `at` to the layer of an IP protocol number. */
export function openProtocol(protocol: number, bytes: DataView, at: number, end: number, packet: Packet): Outcome {
  const open = packet.protocols[protocol];
  return open === undefined ? Outcome.otherProtocol : open(bytes, at, end, packet);
}
