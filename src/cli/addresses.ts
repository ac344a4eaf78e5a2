/** Networks and addresses as texts of the contract have them (RFC 5952, IPv4-mapped as IPv4), matched by their bits. */
import { type Ip, NO_IP } from '../model/address.ts';
import { AddressTable } from '../model/addresses.ts';

/** 4 or 16 bytes, of which the first `bits` bits count. */
export type Block = { readonly bytes: Uint8Array; readonly bits: number };

/** Knows what was asked for on the command line, and nothing else. */
const table = new AddressTable();

/** `10.0.0.0/8`, `fd00::/64`, or one address; undefined where it is none. Bits beyond the length are ignored. */
export function parseBlock(text: string): Block | undefined {
  const match = /^([0-9a-fA-F.:]+)(?:\/(\d{1,3}))?$/.exec(text);
  const ip = match === null ? NO_IP : table.parse(match[1] ?? '');
  if (match === null || ip === NO_IP) return undefined;
  const bytes = bytesOf(table, ip);
  // `::ffff:10.0.0.0/104` is 10.0.0.0/8: the table knows mapped addresses as IPv4.
  const mapped = bytes.length === 4 && (match[1] ?? '').includes(':') ? 96 : 0;
  const bits = match[2] === undefined ? bytes.length * 8 : Number(match[2]) - mapped;
  return bits >= 0 && bits <= bytes.length * 8 ? { bytes, bits } : undefined;
}

const MAX_REMEMBERED = 100_000;

/** Whether an address lies in the block. What was said of an address before is remembered: flows repeat theirs. */
export function blockMatcher({ bytes, bits }: Block): (ip: string) => boolean {
  const known = new Map<string, boolean>();
  return (ip) => {
    let inside = known.get(ip);
    if (inside === undefined) {
      if (known.size >= MAX_REMEMBERED) known.clear();
      inside = beginsWith(addressBytes(ip), bytes, bits);
      known.set(ip, inside);
    }
    return inside;
  };
}

function addressBytes(ip: string): Uint8Array {
  // A table of its own: it must not grow with every address of a capture.
  const fresh = ip.includes(':') ? new AddressTable() : table;
  const parsed = fresh.parse(ip);
  return parsed === NO_IP ? new Uint8Array(0) : bytesOf(fresh, parsed);
}

function bytesOf(addresses: AddressTable, ip: Ip): Uint8Array {
  const bytes = new Uint8Array(16);
  return bytes.subarray(0, addresses.write(ip, new DataView(bytes.buffer), 0));
}

function beginsWith(address: Uint8Array, prefix: Uint8Array, bits: number): boolean {
  if (address.length !== prefix.length) return false;
  for (let index = 0; index * 8 < bits; index++) {
    const mask = bits - index * 8 >= 8 ? 0xff : (0xff << (8 - (bits - index * 8))) & 0xff;
    if ((((address[index] ?? 0) ^ (prefix[index] ?? 0)) & mask) !== 0) return false;
  }
  return true;
}
