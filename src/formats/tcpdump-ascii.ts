/**
 * Payload from `-A`, which prints a packet from its IP header on: graphic characters, tabs, spaces and newlines as they are,
 * anything else as a dot, but a CR before a newline or at the very end as nothing. tcpdump 4.99 print-ascii.c, ascii_print().
 * So a dot may be any byte, and a newline one byte or two: the headers, of which much is known from the packet's line, tell
 * where the payload begins, and the length how many CRs are missing.
 */
import { isIpv6 } from '../model/address.ts';
import type { Addresses } from '../model/tables.ts';
import type { Header } from './tcpdump-header.ts';

const UNKNOWN = -1;
const CR = 0x0d;
const LF = 0x0a;
const DOT = 0x2e;
const TCP = 6;
const UDP = 17;
const URG = 32;

/** The bytes of the packet's headers up to its payload, as far as its line tells them: -1 for one that it does not. Null where not even their number is known. */
export function headerBytes({ ends, tcp, length, underlay }: Header, addresses: Addresses): readonly number[] | null {
  if (underlay !== null || length < 0 || isIpv6(ends.source) !== isIpv6(ends.destination)) return null;
  const transport = tcp === null ? udpBytes(ends) : tcpBytes(ends, tcp);
  if (transport === null) return null;
  const is6 = isIpv6(ends.source);
  const protocol = tcp === null ? UDP : TCP;
  const view = new DataView(new ArrayBuffer(32));
  const from = addresses.write(ends.source, view, 0);
  const end = addresses.write(ends.destination, view, from);
  const both = Array.from({ length: end }, (_, index) => view.getUint8(index));
  const total = transport.length + length + (is6 ? 0 : 20);
  const size = total > 0xffff ? [UNKNOWN, UNKNOWN] : [total >>> 8, total & 255];
  const many = (count: number): number[] => Array<number>(count).fill(UNKNOWN);
  return is6
    ? [...many(4), ...size, protocol, UNKNOWN, ...both, ...transport]
    : [0x45, UNKNOWN, ...size, ...many(5), protocol, ...many(2), ...both, ...transport];
}

const port = (value: number): readonly number[] => [value >>> 8, value & 255];

function udpBytes({ sourcePort, destinationPort }: Header['ends']): readonly number[] {
  return [...port(sourcePort), ...port(destinationPort), UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN];
}

function tcpBytes({ sourcePort, destinationPort }: Header['ends'], { flags, window, options }: NonNullable<Header['tcp']>): readonly number[] | null {
  if (options === null) return null;
  const numbers = Array<number>(8).fill(UNKNOWN);
  const known = window < 0 ? [UNKNOWN, UNKNOWN] : port(window);
  // The lower bits beside the header's length are reserved; one of them may be set (AccECN).
  const offset = (5 + options.length / 4) << 4;
  const urgent = (flags & URG) === 0 ? 0 : UNKNOWN;
  return [...port(sourcePort), ...port(destinationPort), ...numbers, offset, UNKNOWN, ...known, UNKNOWN, UNKNOWN, urgent, urgent, ...options];
}

/**
 * Where in `text`, which is all of the packet, a payload of `length` bytes may begin behind these headers: nowhere, mostly
 * at one place, seldom at two (a newline in a checksum may be one byte or two). With `length` -1 the text may have been cut.
 */
export function payloadStarts(text: string, headers: readonly number[], length: number): readonly number[] {
  let places = [0];
  for (let index = 0; index < headers.length && places.length > 0; index++) {
    const byte = headers[index] ?? UNKNOWN;
    const next = headers[index + 1] ?? UNKNOWN;
    const after = new Set<number>();
    for (const place of places) {
      const character = text.charCodeAt(place);
      // A CR that was printed as nothing, since a newline follows.
      if ((byte === CR || byte === UNKNOWN) && character === LF && (next === LF || next === UNKNOWN)) after.add(place);
      if (place < text.length && (byte === UNKNOWN || printed(byte) === character)) after.add(place + 1);
    }
    places = [...after];
  }
  return length < 0 || places.length === 1 ? places : places.filter((place) => fits(text, place, length));
}

/** Every byte is a character, but for CRs before newlines and at the end. */
function fits(text: string, start: number, length: number): boolean {
  const payload = text.slice(start);
  return payload.length <= length && payload.length + payload.split('\n').length >= length;
}

const printed = (byte: number): number => ((byte > 0x20 && byte < 0x7f) || byte === 0x20 || byte === 0x09 || byte === LF ? byte : DOT);

/** Openings that no encrypted protocol has, whatever byte a dot in them stands for: their first line, `\n` being what is left of CR LF. */
const OPENINGS: readonly RegExp[] = [
  /^PRI \* HTTP\/2\.0\n\nSM\n\n/,
  /^(?!CONNECT |PRI )[A-Z][A-Z0-9_-]{0,31} (?:\*|(?:\/|https?:\/\/)[\x21-\x7e]{0,8192}) HTTP\/1\.[01]\n/,
  /^CONNECT [\x21-\x7e]{1,1024} HTTP\/1\.[01]\n/,
  /^HTTP\/1\.[01] \d{3}[^\n]{0,1024}\n/,
  /^SSH-(?:2\.0|1\.99|1\.5)-[\x20-\x7e]{1,250}\n/,
  /^(?:220|120|421|554)[ -][^\n]{0,500}(?:[SL]MTP|FTP|FileZilla)[^\n]{0,500}\n/i,
  /^(?:EHLO|HELO|LHLO) [\x21-\x7e][^\n]{0,500}\n/i,
  /^\*\d{1,10}\n[$:]\d{1,10}\n/,
  /^[$:]\d{1,10}\n/,
  /^\+(?:OK|PONG|QUEUED)\n/,
  /^-[A-Z]{3,20} [^\n.]{0,500}\n/,
];
/** A start without a dot that is as long as this is text: of random bytes one in 400 million begins so. */
const TEXT_ENOUGH = 20;
const LONGEST = 4096;

/**
 * The payload's first bytes that are certain, as Latin-1 characters: '' for none. `length` is the payload's on the wire;
 * `isWhole` that all of it stands in `text`.
 */
export function certainBytes(text: string, length: number, isWhole: boolean): string {
  // Behind the line of a PROXY header may be anything, TLS too; and tcpdump prints nothing above 7e.
  if (text.startsWith('PROXY ') || /[^\t\n\x20-\x7e]/.test(text)) return '';
  const opening = openingOf(text);
  if (opening !== '') return opening;
  const missing = length - text.length;
  const dot = text.indexOf('.');
  if (isWhole && dot < 0 && missing >= 0 && text.length <= LONGEST) {
    const newlines = text.split('\n').length - 1;
    if (missing === 0) return text;
    if (missing === newlines) return text.replaceAll('\n', '\r\n');
    if (missing === newlines + 1) return `${text.replaceAll('\n', '\r\n')}\r`;
  }
  const newline = text.indexOf('\n');
  const certain = text.slice(0, Math.min(dot < 0 ? text.length : dot, newline < 0 ? text.length : newline, LONGEST));
  return certain.length >= TEXT_ENOUGH ? certain : '';
}

/** The known opening that `text` begins with, its CRs restored; '' for none. */
export function openingOf(text: string): string {
  for (const opening of OPENINGS) {
    const found = opening.exec(text)?.[0];
    if (found !== undefined) return found.replaceAll('\n', '\r\n');
  }
  return '';
}

/** The client's words after which TLS begins: RFC 3207 and its like, RFC 4217, RFC 9110 §9.3.6. */
const ASKS_TLS = /^(?:\S{1,32} )?(?:STARTTLS|STLS|AUTH (?:TLS|SSL))(?:-P|-C)?\n?$|^CONNECT |<starttls/i;
export const asksForTls = (text: string): boolean => ASKS_TLS.test(text.slice(0, 1024));

/**
 * What a ClientHello begins with. Handed on where a client that asked for TLS goes on with bytes that may be one: all that
 * follows from a hello of which no more is known is that nobody can say whether what follows is readable.
 */
export const PERHAPS_HELLO = '\x16\x03\x01\x02\x00\x01\x00\x01\xfc';
export const mayBeHello = (text: string): boolean => /^\.{3}[\s\S]{2}\./.test(text);
