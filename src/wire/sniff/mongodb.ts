/**
 * MongoDB: OP_MSG, the older OP_QUERY and its OP_REPLY, OP_COMPRESSED. MongoDB Wire Protocol specification: a header of four
 * little-endian numbers (length, request, response to, opcode), then what the opcode has.
 */
import { Answer, type Sniffer } from '../../model/sniffer.ts';
import { isVisible, startsWith } from './match.ts';

const HEADER = 16;
const OPCODE = { reply: 1, query: 2004, compressed: 2012, message: 2013 } as const;
/** 48,000,000 bytes. */
const LONGEST_HIGH = 48_000_000 >> 24;
/** OP_MSG: checksum present, more to come, exhaust allowed; the other of the first 16 bits must not be set. */
const KNOWN_FLAGS = 0x3;
/** No server before 3.6 in OP_REPLY's flags: cursor not found, query failure, shard configuration, await capable. */
const REPLY_FLAGS = 0xf;
/** snappy, zlib, zstd; 0 is none. */
const MOST_COMPRESSOR = 3;

export const mongodb: Sniffer = {
  protocol: 'mongodb',
  summary: 'MongoDB message',
  encrypted: false,
  transport: 'tcp',
  side: 'either',
  upgradable: false,
  sniff(bytes, start, end) {
    if (start + 3 < end && bytes.getUint8(start + 3) > LONGEST_HIGH) return Answer.ruledOut;
    if (start + 4 <= end && bytes.getUint32(start, true) < HEADER + 5) return Answer.ruledOut;
    // All opcodes are below 2^16.
    const high = startsWith(bytes, start + 14, end, '\x00\x00');
    if (start + HEADER > end || high === Answer.ruledOut) return high;
    const at = start + HEADER;
    const opcode = bytes.getUint16(start + 12, true);
    if (opcode === OPCODE.message) return message(bytes, at, end);
    if (opcode === OPCODE.query) return query(bytes, at, end);
    if (opcode === OPCODE.reply) return reply(bytes, at, end);
    return opcode === OPCODE.compressed ? compressed(bytes, at, end) : Answer.ruledOut;
  },
};

/** Flags, then sections, the first of kind 0 (a document) or 1. */
function message(bytes: DataView, at: number, end: number): Answer {
  if (at + 2 <= end && (bytes.getUint16(at, true) & ~KNOWN_FLAGS) !== 0) return Answer.ruledOut;
  if (at + 5 > end) return Answer.needsMore;
  return bytes.getUint8(at + 4) <= 1 ? Answer.confirmed : Answer.ruledOut;
}

/** Flags, then a name such as `admin.$cmd`. */
function query(bytes: DataView, at: number, end: number): Answer {
  const flags = startsWith(bytes, at + 1, end, '\x00\x00\x00');
  if (flags !== Answer.confirmed || at + 5 > end) return flags === Answer.ruledOut ? flags : Answer.needsMore;
  return isVisible(bytes.getUint8(at + 4)) ? Answer.confirmed : Answer.ruledOut;
}

/** Flags, a cursor, where it begins, how many documents. */
function reply(bytes: DataView, at: number, end: number): Answer {
  if (at < end && bytes.getUint8(at) > REPLY_FLAGS) return Answer.ruledOut;
  return startsWith(bytes, at + 1, end, '\x00\x00\x00');
}

/** The opcode inside, the length it had, the compressor. */
function compressed(bytes: DataView, at: number, end: number): Answer {
  if (
    at + 2 <= end &&
    bytes.getUint16(at, true) !== OPCODE.message &&
    bytes.getUint16(at, true) !== OPCODE.query &&
    bytes.getUint16(at, true) !== OPCODE.reply
  ) {
    return Answer.ruledOut;
  }
  if (at + 9 > end) return Answer.needsMore;
  return bytes.getUint8(at + 8) <= MOST_COMPRESSOR ? Answer.confirmed : Answer.ruledOut;
}
