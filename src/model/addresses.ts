import { IPV6, type Ip, ipv4, isIpv6, NO_IP } from './address.ts';
import { f64At, u32At } from './column.ts';
import type { Addresses } from './tables.ts';

const MAX_IPV6 = 1 << 21;
const WORDS = 4;
const CACHE = 1 << 15;
/** `ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255`, in brackets. */
const MAX_TEXT = 48;

/** IPv6 addresses in one column of 16 bytes each, found through an open-addressed hash table; nothing is made per packet. */
export class AddressTable implements Addresses {
  #words = new Uint32Array(1024 * WORDS);
  #slots = new Int32Array(4096).fill(-1);
  #count = 0;
  /** Texts of addresses asked for lately, each in the one place its hash gives it. */
  readonly #cached = new Float64Array(CACHE).fill(-1);
  readonly #texts: string[] = new Array<string>(CACHE).fill('');
  /** Texts asked for lately: the audit asks of both ends of every flow, several times. */
  readonly #parsed = new Map<string, Ip>();

  fromIpv6(view: DataView, offset: number): Ip {
    return this.#intern(view.getUint32(offset), view.getUint32(offset + 4), view.getUint32(offset + 8), view.getUint32(offset + 12));
  }

  parse(text: string): Ip {
    const known = this.#parsed.get(text);
    if (known !== undefined) return known;
    const ip = this.#parse(text);
    if (this.#parsed.size >= CACHE) this.#parsed.clear();
    if (text.length <= MAX_TEXT) this.#parsed.set(text, ip);
    return ip;
  }

  #parse(text: string): Ip {
    const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
    return bare.includes(':') ? this.#parseIpv6(bare) : parseIpv4(bare);
  }

  format(ip: Ip): string {
    if (ip < 0) return '';
    const place = (Math.imul(ip | 0, 0x9e3779b1) >>> 8) & (CACHE - 1);
    if (f64At(this.#cached, place) !== ip) {
      this.#cached[place] = ip;
      this.#texts[place] = isIpv6(ip) ? this.#formatIpv6(ip) : `${ip >>> 24}.${(ip >>> 16) & 255}.${(ip >>> 8) & 255}.${ip & 255}`;
    }
    return this.#texts[place] ?? '';
  }

  write(ip: Ip, view: DataView, offset: number): number {
    if (!isIpv6(ip)) {
      view.setUint32(offset, ip);
      return offset + 4;
    }
    for (let word = 0; word < WORDS; word++) view.setUint32(offset + word * 4, u32At(this.#words, (ip - IPV6) * WORDS + word));
    return offset + 16;
  }

  compare(a: Ip, b: Ip): number {
    if (a === b) return 0;
    if (!isIpv6(a) || !isIpv6(b)) return a - b;
    for (let word = 0; word < WORDS; word++) {
      const difference = u32At(this.#words, (a - IPV6) * WORDS + word) - u32At(this.#words, (b - IPV6) * WORDS + word);
      if (difference !== 0) return difference;
    }
    return 0;
  }

  #formatIpv6(ip: Ip): string {
    const bytes = new Uint8Array(16);
    this.write(ip, new DataView(bytes.buffer), 0);
    return formatIpv6(bytes);
  }

  #parseIpv6(text: string): Ip {
    const words = parseIpv6Words(text);
    return words === undefined ? NO_IP : this.#intern(u32At(words, 0), u32At(words, 1), u32At(words, 2), u32At(words, 3));
  }

  #intern(w0: number, w1: number, w2: number, w3: number): Ip {
    if (w0 === 0 && w1 === 0 && w2 === 0xffff) return ipv4(w3);
    let slot = hash(w0, w1, w2, w3) & (this.#slots.length - 1);
    for (;;) {
      const id = this.#slots[slot] ?? -1;
      if (id < 0) return this.#add(slot, w0, w1, w2, w3);
      const at = id * WORDS;
      if (
        u32At(this.#words, at) === w0 &&
        u32At(this.#words, at + 1) === w1 &&
        u32At(this.#words, at + 2) === w2 &&
        u32At(this.#words, at + 3) === w3
      ) {
        return (IPV6 + id) as Ip;
      }
      slot = (slot + 1) & (this.#slots.length - 1);
    }
  }

  #add(slot: number, w0: number, w1: number, w2: number, w3: number): Ip {
    // Full: the last number stands for all further addresses (hostile input only; 2 million addresses are known by then).
    if (this.#count >= MAX_IPV6) return (IPV6 + MAX_IPV6 - 1) as Ip;
    const id = this.#count++;
    if ((id + 1) * WORDS > this.#words.length) this.#words = grown(this.#words);
    this.#words.set([w0, w1, w2, w3], id * WORDS);
    this.#slots[slot] = id;
    if (this.#count * 2 > this.#slots.length) this.#rehash();
    return (IPV6 + id) as Ip;
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 2).fill(-1);
    for (let id = 0; id < this.#count; id++) {
      const at = id * WORDS;
      let slot =
        hash(u32At(this.#words, at), u32At(this.#words, at + 1), u32At(this.#words, at + 2), u32At(this.#words, at + 3)) & (slots.length - 1);
      while ((slots[slot] ?? -1) >= 0) slot = (slot + 1) & (slots.length - 1);
      slots[slot] = id;
    }
    this.#slots = slots;
  }
}

function grown(words: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(words.length * 2);
  larger.set(words);
  return larger;
}

function hash(w0: number, w1: number, w2: number, w3: number): number {
  let h = Math.imul(w0 ^ Math.imul(w1, 0x85ebca6b), 0x9e3779b1) ^ Math.imul(w2 ^ Math.imul(w3, 0xc2b2ae35), 0x27d4eb2f);
  h ^= h >>> 15;
  return Math.imul(h, 0x2c1b3c6d) >>> 4;
}

function parseIpv4(text: string): Ip {
  const parts = text.split('.');
  if (parts.length !== 4) return NO_IP;
  let bits = 0;
  for (const part of parts) {
    if (!/^\d{1,3}$/.test(part) || Number(part) > 255) return NO_IP;
    bits = bits * 256 + Number(part);
  }
  return ipv4(bits);
}

/** RFC 4291 §2.2, with `::` and a dotted tail; a zone (`%eth0`) is dropped. */
function parseIpv6Words(text: string): Uint32Array | undefined {
  let bare = text.split('%')[0] ?? '';
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(bare);
  if (dotted !== null) {
    const tail = parseIpv4(dotted[2] ?? '');
    if (tail < 0) return undefined;
    bare = `${dotted[1]}${(tail >>> 16).toString(16)}:${(tail & 0xffff).toString(16)}`;
  }
  const halves = bare.split('::');
  if (halves.length > 2) return undefined;
  const head = halves[0] === '' ? [] : (halves[0] ?? '').split(':');
  const tail = halves.length < 2 || halves[1] === '' ? [] : (halves[1] ?? '').split(':');
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array<string>(halves.length === 2 ? missing : 0).fill('0'), ...tail];
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  const words = new Uint32Array(WORDS);
  for (const [index, group] of groups.entries()) words[index >> 1] = (u32At(words, index >> 1) << 16) | Number.parseInt(group, 16);
  return words;
}

/** RFC 5952 §4: lower case, the longest run of zeros (two or more, the first of equals) as `::`. */
function formatIpv6(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer);
  const groups = Array.from({ length: 8 }, (_, index) => view.getUint16(index * 2));
  let best = { at: -1, length: 1 };
  for (let at = 0; at < 8; at++) {
    let length = 0;
    while (at + length < 8 && groups[at + length] === 0) length++;
    if (length > best.length) best = { at, length };
  }
  const text = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':');
  return best.at < 0 ? text(groups) : `${text(groups.slice(0, best.at))}::${text(groups.slice(best.at + best.length))}`;
}
