/**
 * Bytes from `-x`, `-xx`, `-X` and `-XX`: `\t0x0010:  0a0a 0101 …  ascii`. tcpdump print-ascii.c. Whole bytes, unlike `-A`'s.
 * A dump that begins again at 0 replaces what came before: the packet comes last.
 */
import { type Ip, isIpv6, NO_IP } from '../model/address.ts';
import type { Addresses } from '../model/tables.ts';

/** Indented deeper are parts of headers. */
const ROW = /^(?:\t| {1,8})0x([0-9a-f]{4,8}): {1,2}((?:[0-9a-f]{4} ){0,7}[0-9a-f]{2}(?:[0-9a-f]{2})?)/;
const ROW_BYTES = 16;
const SPACE = 0x20;
export const LONGEST_PACKET: number = 256 * 1024;

export class HexDump {
  view: DataView<ArrayBuffer> = new DataView(new ArrayBuffer(2048));
  length = 0;
  #isBroken = false;

  clear(): void {
    this.length = 0;
    this.#isBroken = false;
  }

  /** Whether the line is a row of a dump. What follows a missing row is left out: the packet is then as if cut. */
  take(line: string): boolean {
    const row = ROW.exec(line);
    if (row === null) return false;
    const offset = Number.parseInt(row[1] ?? '', 16);
    if (offset === 0) this.clear();
    if (offset !== this.length || this.#isBroken || offset + ROW_BYTES > LONGEST_PACKET) {
      this.#isBroken = true;
      return true;
    }
    if (offset + ROW_BYTES > this.view.byteLength) this.#grow();
    this.#write(row[2] ?? '');
    if (this.length % ROW_BYTES !== 0) this.#isBroken = true;
    return true;
  }

  /** Pairs of digits, some behind a space. */
  #write(digits: string): void {
    for (let at = 0; at + 1 < digits.length; at += 2) {
      if (digits.charCodeAt(at) === SPACE) at++;
      this.view.setUint8(this.length++, digit(digits.charCodeAt(at)) * 16 + digit(digits.charCodeAt(at + 1)));
    }
  }

  #grow(): void {
    const larger = new DataView(new ArrayBuffer(this.view.byteLength * 4));
    new Uint8Array(larger.buffer).set(new Uint8Array(this.view.buffer));
    this.view = larger;
  }
}

/** Of `0` to `9` and `a` to `f`. */
const digit = (code: number): number => (code < 0x3a ? code - 0x30 : code - 0x57);

export type Framed = { readonly linkType: number /** Where the IP header begins. */; readonly ip: number };
const RAW = 101;
const ETHERNET = 1;
const SLL = 113;
const SLL2 = 276;
const NULL = 0;
const [IP4, IP6] = [0x0800, 0x86dd];
const TAGS: ReadonlySet<number> = new Set([0x8100, 0x88a8, 0x9100, 0x9200]);

/**
 * How the dump is framed: the reading under which its IP header has the ends that the packet's line names (`NO_IP` where it
 * names none that are addresses). Null where no reading fits: then it is not this packet's.
 */
export function framingOf({ view, length }: HexDump, source: Ip, destination: Ip, addresses: Addresses): Framed | null {
  const fits = (at: number): boolean => isIpAt(view, length, at, source, destination, addresses);
  if (fits(0)) return { linkType: RAW, ip: 0 };
  const ethernet = behindTags(view, length, 12);
  if (ethernet >= 0 && fits(ethernet)) return { linkType: ETHERNET, ip: ethernet };
  const sll2 = length >= 20 && isIpType(view.getUint16(0)) && fits(20);
  if (sll2) return { linkType: SLL2, ip: 20 };
  const sll = behindTags(view, length, 14);
  if (sll >= 0 && fits(sll)) return { linkType: SLL, ip: sll };
  return fits(4) ? { linkType: NULL, ip: 4 } : null;
}

const isIpType = (type: number): boolean => type === IP4 || type === IP6;

/** Where the network layer begins behind the EtherType at `at` and any VLAN tags; -1 where it is not IP. */
function behindTags(view: DataView, length: number, at: number): number {
  let type = at;
  while (type + 6 <= length && TAGS.has(view.getUint16(type))) type += 4;
  return type + 2 <= length && isIpType(view.getUint16(type)) ? type + 2 : -1;
}

function isIpAt(view: DataView, length: number, at: number, source: Ip, destination: Ip, addresses: Addresses): boolean {
  if (at >= length) return false;
  const version = view.getUint8(at) >>> 4;
  if (version === 4 && at + 20 <= length) {
    if (source === NO_IP) return (view.getUint8(at) & 15) >= 5 && view.getUint16(at + 2) >= 20;
    return view.getUint32(at + 12) === source && view.getUint32(at + 16) === destination;
  }
  if (version !== 6 || at + 40 > length) return false;
  if (source === NO_IP) return view.getUint8(at + 6) === 6 || view.getUint8(at + 6) === 17;
  if (isIpv6(source) !== isIpv6(destination) && !isMapped(view, at)) return false;
  return addresses.fromIpv6(view, at + 8) === source && addresses.fromIpv6(view, at + 24) === destination;
}

const isMapped = (view: DataView, at: number): boolean => view.getUint32(at + 16) === 0xffff || view.getUint32(at + 32) === 0xffff;

/** The frame's length on the wire, as its IP header says it. */
export function wireLength({ view, length }: HexDump, { ip }: Framed): number {
  const isFour = view.getUint8(ip) >>> 4 === 4;
  const said = isFour ? view.getUint16(ip + 2) : view.getUint16(ip + 4) === 0 ? 0 : view.getUint16(ip + 4) + 40;
  return Math.max(length, ip + said);
}
