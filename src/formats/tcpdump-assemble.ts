/** One packet's text, whole: its line, and what was printed under it; becomes bytes. */
import { type Ip, NO_IP } from '../model/address.ts';
import type { Addresses } from '../model/tables.ts';
import { asksForTls, certainBytes, headerBytes, mayBeHello, openingOf, PERHAPS_HELLO, payloadStarts } from './tcpdump-ascii.ts';
import type { Ends, Header } from './tcpdump-header.ts';
import { framingOf, type HexDump, wireLength } from './tcpdump-hex.ts';
import { MOST_HEADER_BYTES, writeHeaders } from './tcpdump-packet.ts';
import type { Numbers, Sequences } from './tcpdump-sequences.ts';

const RAW = 101;
const LONGEST_PAYLOAD = 16_384;

/** What the packet's text under `-A` came to; null without. */
export type Printed = { readonly text: string; readonly isWhole: boolean };

export class Assembler {
  /** The packet just made: `length` bytes from 0. */
  view: DataView = new DataView(new ArrayBuffer(MOST_HEADER_BYTES + LONGEST_PAYLOAD));
  length = 0;
  original = 0;
  linkType: number = RAW;
  readonly #own = new DataView(new ArrayBuffer(MOST_HEADER_BYTES + LONGEST_PAYLOAD));
  readonly #addresses: Addresses;

  constructor(addresses: Addresses) {
    this.#addresses = addresses;
  }

  /** From whole bytes; false where they are not this packet's. */
  fromDump(dump: HexDump, { outer, skip }: Header): boolean {
    // Names may stand for any address: then the bytes alone tell it.
    const isNamed = outer.source === NO_IP || outer.destination === NO_IP;
    if (isNamed && skip !== 'name-instead-of-address') return false;
    const named = (ip: Ip): Ip => (isNamed ? NO_IP : ip);
    const framed = framingOf(dump, named(outer.source), named(outer.destination), this.#addresses);
    if (framed === null) return false;
    this.view = dump.view;
    this.length = dump.length;
    this.linkType = framed.linkType;
    this.original = wireLength(dump, framed);
    return true;
  }

  /** From the packet's line and its readable payload. */
  fromText(header: Header, printed: Printed | null, sequences: Sequences): void {
    const key = keyOf(header.ends);
    const numbers = header.tcp === null ? NO_NUMBERS : sequences.absolute(key.text, key.end, header.tcp, header.length);
    const payload = header.length <= 0 ? '' : this.#payloadOf(header, printed, { ...key, sequences });
    new Uint8Array(this.#own.buffer).fill(0, 0, MOST_HEADER_BYTES);
    const start = writeHeaders(this.#own, 0, header, numbers, this.#addresses);
    const given = Math.min(payload.length, header.length, LONGEST_PAYLOAD);
    for (let index = 0; index < given; index++) this.#own.setUint8(start + index, payload.charCodeAt(index));
    this.view = this.#own;
    this.length = start + given;
    this.original = start + header.length;
    this.linkType = RAW;
  }

  /** Its first bytes, as far as they are certain. */
  #payloadOf(header: Header, printed: Printed | null, { text: key, end, sequences }: Key & { readonly sequences: Sequences }): string {
    const texts = printed === null ? [] : this.#printedPayloads(header, printed);
    // A known opening is there, wherever exactly it begins.
    const text = texts.find((one) => openingOf(one) !== '') ?? (texts.length === 1 ? texts[0] : undefined);
    if (header.tcp !== null && sequences.asksTls(key, end) && texts.some(mayBeHello)) return PERHAPS_HELLO;
    if (printed === null || text === undefined) return openingOf(`${saidOf(header.says)}\n`);
    if (header.tcp !== null && asksForTls(text)) sequences.askTls(key, end);
    return certainBytes(text, header.length, printed.isWhole);
  }

  /** What its payload may look like: behind it may be the frame's padding. */
  #printedPayloads(header: Header, { text, isWhole }: Printed): readonly string[] {
    const headers = headerBytes(header, this.#addresses);
    const starts = headers === null ? [] : payloadStarts(text, headers, isWhole ? header.length : -1);
    return starts.map((start) => text.slice(start, start + header.length));
  }
}

const NO_NUMBERS: Numbers = { sequence: 0, acknowledgement: 0 };

/** What tcpdump itself read in the payload: `HTTP: GET / HTTP/1.1`, under `-v` on a line of its own. */
function saidOf(says: string): string {
  const [, short, long] = /^: (?:HTTP: ([^\n]*)|(?:HTTP|SMTP|FTP), length: \d+\n\t([^\n]*))/.exec(says) ?? [];
  return short ?? long ?? '';
}

type Key = { readonly text: string; readonly end: 0 | 1 };

/** The same for both directions; `end` is the sender's. */
function keyOf({ source, sourcePort, destination, destinationPort }: Ends): Key {
  const isFirst = source < destination || (source === destination && sourcePort <= destinationPort);
  return isFirst
    ? { text: `${source} ${sourcePort} ${destination} ${destinationPort}`, end: 0 }
    : { text: `${destination} ${destinationPort} ${source} ${sourcePort}`, end: 1 };
}
