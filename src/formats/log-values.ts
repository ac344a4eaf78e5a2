/**
 * Values of access lines. `ValueReader` reads the one spelling that ztunnel itself writes, from bytes, for the fast path; the functions
 * below read every spelling from text, for the complete one. What both read, both read alike (a property test says so).
 */
import { type Ip, ipv4, NO_IP } from '../model/address.ts';
import type { Addresses } from '../model/tables.ts';
import { isDigit } from './log-bytes.ts';

const COLON = 0x3a;
const DOT = 0x2e;
/** Four octets of three digits, each with what follows it: never the end of a line. */
const LONGEST_IPV4 = 16;
const CLOSING = 0x5d;
/** `2026-11-21T08:19:01.202141Z` */
const TIME_LENGTH = 27;

export class ValueReader {
  /** One past the value read last; -1 when there was none in ztunnel's own spelling. */
  end = -1;
  port = 0;
  readonly #addresses: Addresses;
  readonly #groups = new DataView(new ArrayBuffer(16));
  /** The minute read last, as the four words of its text, and in µs: the next line is nearly always of the same. */
  readonly #minute = new Int32Array(4);
  #base = 0;
  /** Where the host of the IPv4 address read last stands in its view, with its colon: `dst.hbone_addr` mostly repeats that of `dst.addr`. */
  #host = 0;
  #hostLength = 0;
  #hostView: DataView | undefined;
  #hostIp: Ip = NO_IP;

  constructor(addresses: Addresses) {
    this.#addresses = addresses;
  }

  /** Forgets what stood where: the bytes under a view may have changed. */
  begin(): void {
    this.#hostView = undefined;
  }

  /** Six digits of fraction and Z, nothing else; µs since 1970. */
  time(view: DataView, at: number, limit: number): number {
    this.end = -1;
    if (at + TIME_LENGTH > limit) return -1;
    if (!this.#isMinute(view, at) && !this.#readMinute(view, at)) return -1;
    const tens = view.getUint8(at + 17) - 0x30;
    const ones = view.getUint8(at + 18) - 0x30;
    if (view.getUint8(at + 16) !== COLON || tens < 0 || tens > 5 || ones < 0 || ones > 9) return -1;
    if (view.getUint8(at + 19) !== 0x2e || view.getUint8(at + 26) !== 0x5a) return -1;
    let fraction = 0;
    for (let digit = at + 20; digit < at + 26; digit++) {
      const value = view.getUint8(digit) - 0x30;
      if (value < 0 || value > 9) return -1;
      fraction = fraction * 10 + value;
    }
    this.end = at + TIME_LENGTH;
    return this.#base + (tens * 10 + ones) * 1_000_000 + fraction;
  }

  /** `10.0.0.1:80` or `[fd00::1]:80`. */
  address(view: DataView, at: number, limit: number): Ip {
    this.end = -1;
    if (at < limit && view.getUint8(at) === 0x5b) return this.#ipv6(view, at + 1, limit);
    if (this.#isSameHost(view, at, limit)) return this.#readPort(view, at + this.#hostLength, limit) ? this.#hostIp : NO_IP;
    if (at + LONGEST_IPV4 > limit) return NO_IP;
    const start = at;
    let bits = 0;
    for (let index = 0; index < 4; index++) {
      let octet = view.getUint8(at++) - 0x30;
      if (octet < 0 || octet > 9) return NO_IP;
      let next = view.getUint8(at++) - 0x30;
      if (next >= 0 && next <= 9) {
        octet = octet * 10 + next;
        next = view.getUint8(at++) - 0x30;
        if (next >= 0 && next <= 9) {
          octet = octet * 10 + next;
          next = view.getUint8(at++) - 0x30;
        }
      }
      if (octet > 255 || next !== (index < 3 ? DOT : COLON) - 0x30) return NO_IP;
      bits = (bits << 8) | octet;
    }
    this.#host = start;
    this.#hostLength = at - start;
    this.#hostView = view;
    this.#hostIp = ipv4(bits);
    return this.#readPort(view, at, limit) ? this.#hostIp : NO_IP;
  }

  /** Up to 15 digits, so that the number is exact. */
  integer(view: DataView, at: number, limit: number): number {
    let value = 0;
    const stop = Math.min(limit, at + 16);
    let digit = at;
    for (; digit < stop; digit++) {
      const byte = view.getUint8(digit);
      if (!isDigit(byte)) break;
      value = value * 10 + (byte - 0x30);
    }
    this.end = digit === at || digit === at + 16 ? -1 : digit;
    return value;
  }

  #readPort(view: DataView, at: number, limit: number): boolean {
    const port = this.integer(view, at, limit);
    if (port > 65535 || this.end - at > 5) this.end = -1;
    this.port = port;
    return this.end >= 0;
  }

  /** Whole words first; an IPv4 address and its colon are 8 to 16 bytes. */
  #isSameHost(view: DataView, at: number, limit: number): boolean {
    const host = this.#host;
    const length = this.#hostLength;
    if (view !== this.#hostView || at + length > limit || host >= at) return false;
    return (
      view.getInt32(at + length - 4, true) === view.getInt32(host + length - 4, true) &&
      view.getInt32(at, true) === view.getInt32(host, true) &&
      view.getInt32(at + 4, true) === view.getInt32(host + 4, true) &&
      (length <= 12 || view.getInt32(at + 8, true) === view.getInt32(host + 8, true))
    );
  }

  #isMinute(view: DataView, at: number): boolean {
    const minute = this.#minute;
    return (
      view.getInt32(at + 12, true) === minute[3] &&
      view.getInt32(at + 8, true) === minute[2] &&
      view.getInt32(at + 4, true) === minute[1] &&
      view.getInt32(at, true) === minute[0]
    );
  }

  #readMinute(view: DataView, at: number): boolean {
    let text = '';
    for (let index = 0; index < 16; index++) text += String.fromCharCode(view.getUint8(at + index));
    const base = parseTime(`${text}:00Z`);
    if (Number.isNaN(base)) return false;
    for (let word = 0; word < 4; word++) this.#minute[word] = view.getInt32(at + word * 4, true);
    this.#base = base;
    return true;
  }

  /** Groups of hexadecimal digits with at most one `::` (RFC 4291 §2.2); dotted tails and zones are left to the complete parser. */
  #ipv6(view: DataView, at: number, limit: number): Ip {
    const groups = this.#groups;
    let count = 0;
    let gap = -1;
    if (at + 1 < limit && view.getUint8(at) === COLON && view.getUint8(at + 1) === COLON) {
      gap = 0;
      at += 2;
    }
    while (at < limit && view.getUint8(at) !== CLOSING) {
      let group = 0;
      const first = at;
      for (; at < limit && at - first < 5; at++) {
        const digit = hexDigit(view.getUint8(at));
        if (digit < 0) break;
        group = group * 16 + digit;
      }
      if (at === first || at - first > 4 || count === 8 || at + 1 >= limit) return NO_IP;
      groups.setUint16(count++ * 2, group);
      const byte = view.getUint8(at);
      if (byte === CLOSING) break;
      if (byte !== COLON) return NO_IP;
      if (view.getUint8(++at) === CLOSING) return NO_IP;
      if (view.getUint8(at) !== COLON) continue;
      if (gap >= 0) return NO_IP;
      gap = count;
      at++;
    }
    if (at + 1 >= limit || view.getUint8(at + 1) !== COLON || (gap < 0 ? count !== 8 : count > 7)) return NO_IP;
    spread(groups, count, gap);
    return this.#readPort(view, at + 2, limit) ? this.#addresses.fromIpv6(groups, 0) : NO_IP;
  }
}

/** Puts the zeros that `::` stands for in their place. */
function spread(groups: DataView, count: number, gap: number): void {
  if (gap < 0) return;
  const missing = 8 - count;
  for (let index = 7; index >= gap; index--) groups.setUint16(index * 2, index - missing >= gap ? groups.getUint16((index - missing) * 2) : 0);
}

function hexDigit(byte: number): number {
  if (isDigit(byte)) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

const TIME = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?([Zz]|[+-]\d\d:?\d\d)$/;

/** RFC 3339, with any fraction and offset: whole µs since 1970, NaN where it is none. A leap second is the second after it. */
export function parseTime(text: string): number {
  const parts = TIME.exec(text);
  if (parts === null) return Number.NaN;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1, 7).map(Number);
  const date = Date.UTC(year, month - 1, day);
  const isDay = new Date(date).getUTCMonth() === month - 1 && day > 0;
  if (!isDay || hour > 23 || minute > 59 || second > 60) return Number.NaN;
  const zone = parts[8] ?? 'Z';
  const offset = /^[zZ]$/.test(zone) ? 0 : Number(`${zone[0]}1`) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2)));
  return (date + ((hour * 60 + minute - offset) * 60 + second) * 1000) * 1000 + Number((parts[7] ?? '').padEnd(6, '0').slice(0, 6));
}

const UNITS: { readonly [unit: string]: bigint } = {
  h: 3_600_000_000_000n,
  m: 60_000_000_000n,
  s: 1_000_000_000n,
  ms: 1_000_000n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ns: 1n,
};

/** `10ms`, and what Rust or Go would write instead: `1.5s`, `200µs`, `1m2s`. Whole µs, cut; -1 where it is no duration. */
export function parseDuration(text: string): number {
  if (!/^(?:\d{1,15}(?:\.\d{1,15})?(?:h|ms?|s|us|µs|μs|ns))+$/.test(text)) return -1;
  let nanos = 0n;
  for (const [, whole = '0', fraction = '', unit = ''] of text.matchAll(/(\d+)(?:\.(\d+))?(\D+)/g)) {
    // Whole numbers throughout: 1.009s must not become 1008999 µs.
    nanos += (BigInt(whole + fraction) * (UNITS[unit] ?? 0n)) / 10n ** BigInt(fraction.length);
  }
  const whole = Number(nanos / 1000n);
  return Number.isSafeInteger(whole) ? whole : -1;
}

/** A count of bytes, as a number or as digits; -1 where it is neither. */
export function parseCount(text: string): number {
  return /^\d{1,15}$/.test(text) ? Number(text) : -1;
}

/** `host:port`, the host with or without brackets; null where there is no port. */
export function parseSocket(text: string): { readonly host: string; readonly port: number } | null {
  const parts = /^(.+):(\d{1,5})$/s.exec(text);
  const port = Number(parts?.[2] ?? Number.NaN);
  return parts?.[1] === undefined || !(port <= 65535) ? null : { host: parts[1], port };
}

const SIMPLE_ESCAPES: { readonly [letter: string]: string } = { n: '\n', r: '\r', t: '\t', 0: '\0' };

/** What Rust's `{:?}` made of a string (core::str escape_debug): `\n` `\"` `\\` `\'` `\0` `\u{1f600}`. Unknown escapes stand for their letter. */
export function unescapeRust(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replaceAll(/\\(?:u\{([0-9a-fA-F]{1,6})\}|(.))/gs, (_, hex: string | undefined, letter: string) => {
    if (hex === undefined) return SIMPLE_ESCAPES[letter] ?? letter;
    const code = Number.parseInt(hex, 16);
    return code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code);
  });
}
