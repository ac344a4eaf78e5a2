/**
 * Printable text that no other sniffer knows: the last to be asked. ASCII or UTF-8 (RFC 3629).
 *
 * How much is enough is set by how often random bytes would pass, about one in 100,000 each: twelve characters, a line
 * of six ended by LF, or any line ended by CR LF. Only the first twelve bytes are judged.
 */
import { Answer, type Sniffer } from '../../model/sniffer.ts';

const ENOUGH = 12;
const LINE_ENOUGH = 6;
/** What must do when no more will come: a whole line, or this many bytes. */
const LAST_ENOUGH = 4;

export const text: Sniffer = {
  protocol: 'text',
  summary: 'printable text that is none of the others',
  encrypted: false,
  transport: 'both',
  side: 'either',
  // IMAP, POP3, XMPP, NNTP, sieve: all have their STARTTLS.
  upgradable: true,
  sniff(bytes, start, end) {
    const limit = Math.min(end, start + ENOUGH);
    let at = start;
    while (at < limit) {
      const length = characterLength(bytes, at, end);
      if (length === 0) return Answer.ruledOut;
      if (bytes.getUint8(at) === LF && isLine(bytes, start, at)) return Answer.confirmed;
      at += length;
    }
    // A character cut by the end is not there yet.
    return at - start >= ENOUGH && at <= end ? Answer.confirmed : Answer.needsMore;
  },
};

/** Whether bytes that end here are text, by the weaker measure that must do when no more will come. */
export function isShortText(bytes: DataView, start: number, end: number): boolean {
  if (text.sniff(bytes, start, end) === Answer.ruledOut) return false;
  return end - start >= LAST_ENOUGH || (end - start > 1 && bytes.getUint8(end - 1) === LF);
}

const LF = 0x0a;
const CR = 0x0d;

const isLine = (bytes: DataView, start: number, at: number): boolean =>
  at - start >= LINE_ENOUGH || (at - start > 1 && bytes.getUint8(at - 1) === CR && bytes.getUint8(at - 2) !== LF && bytes.getUint8(at - 2) !== CR);

/** Length of the character at `at`, as far as it can be seen before `end`; 0 for what is no text. */
function characterLength(bytes: DataView, at: number, end: number): number {
  const byte = bytes.getUint8(at);
  if ((byte >= 0x20 && byte < 0x7f) || byte === LF || byte === CR || byte === 0x09) return 1;
  const length = byte >= 0xc2 && byte <= 0xdf ? 2 : byte >= 0xe0 && byte <= 0xef ? 3 : byte >= 0xf0 && byte <= 0xf4 ? 4 : 0;
  for (let next = at + 1; next < at + length && next < end; next++) if (bytes.getUint8(next) >> 6 !== 2) return 0;
  return length > 1 && at + 1 < end && !isSecond(byte, bytes.getUint8(at + 1)) ? 0 : length;
}

/** No overlong forms, no surrogates, nothing above U+10FFFF, no C1 controls (RFC 3629 §4); nothing for private use, which nobody writes. */
function isSecond(first: number, second: number): boolean {
  if (first === 0xc2) return second >= 0xa0;
  if (first === 0xe0) return second >= 0xa0;
  if (first === 0xed) return second < 0xa0;
  if (first === 0xee) return false;
  if (first === 0xef) return second >= 0xa4;
  if (first === 0xf0) return second >= 0x90;
  return first < 0xf3 || (first === 0xf3 && second < 0xb0);
}
