/**
 * What sniffers share: comparing first bytes without making anything. All helpers keep the sniffers' law, that more bytes
 * may turn `needsMore` into one of the others and never change those. Patterns are strings of Latin-1 characters.
 */
import { Answer } from '../../model/sniffer.ts';

/** `confirmed` when all of `pattern` stands at `start`, `needsMore` while what is there agrees with it. */
export function startsWith(bytes: DataView, start: number, end: number, pattern: string): Answer {
  const length = Math.min(pattern.length, end - start);
  for (let index = 0; index < length; index++) {
    if (bytes.getUint8(start + index) !== pattern.charCodeAt(index)) return Answer.ruledOut;
  }
  return length === pattern.length ? Answer.confirmed : Answer.needsMore;
}

/** Whether one of `patterns` stands there: the strongest answer of all. */
export function startsWithAny(bytes: DataView, start: number, end: number, patterns: readonly string[]): Answer {
  let answer: Answer = Answer.ruledOut;
  for (const pattern of patterns) {
    answer = either(answer, startsWith(bytes, start, end, pattern));
    if (answer === Answer.confirmed) return answer;
  }
  return answer;
}

/** The answer of a protocol that has two shapes. */
export function either(one: Answer, other: Answer): Answer {
  if (one === Answer.confirmed || other === Answer.confirmed) return Answer.confirmed;
  return one === Answer.needsMore || other === Answer.needsMore ? Answer.needsMore : Answer.ruledOut;
}

/** Position of the first line feed before `end`, or -1. */
export function lineFeed(bytes: DataView, start: number, end: number): number {
  for (let at = start; at < end; at++) if (bytes.getUint8(at) === 0x0a) return at;
  return -1;
}

/** As `startsWith`, whatever the case of letters; `pattern` is in upper case. */
export function startsWithWord(bytes: DataView, start: number, end: number, pattern: string): Answer {
  const length = Math.min(pattern.length, end - start);
  for (let index = 0; index < length; index++) {
    if (upper(bytes.getUint8(start + index)) !== pattern.charCodeAt(index)) return Answer.ruledOut;
  }
  return length === pattern.length ? Answer.confirmed : Answer.needsMore;
}

/** Whether `pattern` stands anywhere in start…end. */
export function contains(bytes: DataView, start: number, end: number, pattern: string): boolean {
  for (let at = start; at + pattern.length <= end; at++) if (startsWith(bytes, at, end, pattern) === Answer.confirmed) return true;
  return false;
}

/** The same whatever the case of letters; `pattern` is in upper case. */
function containsWord(bytes: DataView, start: number, end: number, pattern: string): boolean {
  for (let at = start; at + pattern.length <= end; at++) if (startsWithWord(bytes, at, end, pattern) === Answer.confirmed) return true;
  return false;
}

const LONGEST_GREETING = 512;

/** A server's greeting, one or more lines behind a code (RFC 5321 §4.2, RFC 959 §4.2), that says `word` (upper case) somewhere. */
export function greets(bytes: DataView, start: number, end: number, codes: readonly string[], word: string): Answer {
  const code = startsWithAny(bytes, start, end, codes);
  if (code !== Answer.confirmed) return code;
  if (start + 3 < end && bytes.getUint8(start + 3) !== 0x20 && bytes.getUint8(start + 3) !== 0x2d) return Answer.ruledOut;
  const limit = Math.min(end, start + LONGEST_GREETING);
  let line = start;
  for (;;) {
    const feed = lineFeed(bytes, line, limit);
    if (feed < 0) return limit - start >= LONGEST_GREETING ? Answer.ruledOut : Answer.needsMore;
    if (containsWord(bytes, line, feed, word)) return Answer.confirmed;
    if (isLastLine(bytes, line, feed)) return Answer.ruledOut;
    line = feed + 1;
  }
}

/** `220-` goes on, and so do lines without a code; `220 ` is the last. */
const isLastLine = (bytes: DataView, line: number, feed: number): boolean =>
  feed - line > 3 && isDigit(bytes.getUint8(line)) && isDigit(bytes.getUint8(line + 2)) && bytes.getUint8(line + 3) !== 0x2d;

const upper = (byte: number): number => (byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte);
export const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;
export const isUpper = (byte: number): boolean => byte >= 0x41 && byte <= 0x5a;
/** Visible ASCII, space not included. */
export const isVisible = (byte: number): boolean => byte > 0x20 && byte < 0x7f;
