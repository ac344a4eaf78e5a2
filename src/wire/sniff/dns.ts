/**
 * DNS, mDNS and LLMNR: a message whose first question (or, without one, first record) can be read. RFC 1035 §4.1, RFC 6762 §18.
 * Over TCP two bytes of length come first (RFC 1035 §4.2.2); a sniffer is not told the transport, so both are tried.
 */
import { Answer, type Sniffer } from '../../model/sniffer.ts';
import { either } from './match.ts';

const HEADER = 12;
const RESPONSE = 0x80;
/** QUERY, NOTIFY (RFC 1996), UPDATE (RFC 2136). */
const OPCODES = [0, 4, 5];
/** Bit Z of RFC 1035 must be zero. */
const RESERVED = 0x40;
const SHORTEST = 17;
const MOST_QUESTIONS = 16;
const LONGEST_LABEL = 63;
const LONGEST_NAME = 255;
/** IN, CH, HS, NONE, ANY; the highest bit is mDNS's. */
const CLASSES = [1, 3, 4, 254, 255];

export const dns: Sniffer = {
  protocol: 'dns',
  summary: 'DNS message, over UDP or TCP',
  encrypted: false,
  transport: 'both',
  side: 'either',
  upgradable: false,
  sniff: (bytes, start, end) => either(message(bytes, start, end), behindLength(bytes, start, end)),
};

function behindLength(bytes: DataView, start: number, end: number): Answer {
  if (start + 2 > end) return Answer.needsMore;
  return bytes.getUint16(start) < SHORTEST ? Answer.ruledOut : message(bytes, start + 2, end);
}

function message(bytes: DataView, start: number, end: number): Answer {
  if (start + 2 < end && !OPCODES.includes((bytes.getUint8(start + 2) >> 3) & 15)) return Answer.ruledOut;
  if (start + 3 < end && (bytes.getUint8(start + 3) & RESERVED) !== 0) return Answer.ruledOut;
  if (start + 4 < end && bytes.getUint8(start + 4) !== 0) return Answer.ruledOut;
  if (start + 6 > end) return Answer.needsMore;
  const isResponse = (bytes.getUint8(start + 2) & RESPONSE) !== 0;
  const questions = bytes.getUint16(start + 4);
  if (questions > MOST_QUESTIONS || (questions === 0 && !isResponse)) return Answer.ruledOut;
  if (!isResponse && (bytes.getUint8(start + 3) & 15) !== 0) return Answer.ruledOut;
  // Answers, authorities, additions: a zone transfer has thousands of the first.
  for (let at = start + 6; at < Math.min(end, start + HEADER); at += 2) if (bytes.getUint8(at) > (at === start + 6 ? 15 : 0)) return Answer.ruledOut;
  if (start + HEADER > end) return Answer.needsMore;
  if (questions === 0 && bytes.getUint16(start + 6) === 0) return Answer.ruledOut;
  return question(bytes, start + HEADER, end);
}

/** A name, its type and class. */
function question(bytes: DataView, start: number, end: number): Answer {
  let at = start;
  while (at < end) {
    const label = bytes.getUint8(at);
    if (label === 0) return typeAndClass(bytes, at + 1, end);
    const labelEnd = at + 1 + label;
    if (label > LONGEST_LABEL || labelEnd - start > LONGEST_NAME) return Answer.ruledOut;
    for (at++; at < Math.min(labelEnd, end); at++) if (!isLabelCharacter(bytes.getUint8(at))) return Answer.ruledOut;
    at = labelEnd;
  }
  return Answer.needsMore;
}

function typeAndClass(bytes: DataView, at: number, end: number): Answer {
  if (at + 2 <= end && bytes.getUint16(at) === 0) return Answer.ruledOut;
  if (at + 4 > end) return Answer.needsMore;
  return CLASSES.includes(bytes.getUint16(at + 2) & 0x7fff) ? Answer.confirmed : Answer.ruledOut;
}

/** Names of services have blanks and UTF-8 in them (RFC 6763 §4.1.1). */
const isLabelCharacter = (byte: number): boolean => byte >= 0x20 && byte !== 0x7f;
