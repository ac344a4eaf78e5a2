/**
 * QUIC: a packet with a long header, of a known version, or a version negotiation. RFC 8999 §5.1, RFC 9000 §17.2, RFC 9369 §3.1.
 * Short headers show nothing that could be known again.
 */
import { Answer, type Sniffer } from '../../model/sniffer.ts';
import { startsWithAny } from './match.ts';

/** Version 1, version 2, the drafts. */
const VERSIONS = ['\x00\x00\x00\x01', '\x6b\x33\x43\xcf', '\xff\x00\x00'];
const NEGOTIATION_OR_VERSION = [...VERSIONS, '\x00\x00\x00\x00'];
const LONG_HEADER = 0x80;
const FIXED_BIT = 0x40;
const LONGEST_ID = 20;

export const quic: Sniffer = {
  protocol: 'quic',
  summary: 'QUIC long header',
  encrypted: true,
  transport: 'udp',
  side: 'either',
  upgradable: false,
  sniff(bytes, start, end) {
    if (start >= end) return Answer.needsMore;
    const flags = bytes.getUint8(start);
    if ((flags & LONG_HEADER) === 0) return Answer.ruledOut;
    const version = startsWithAny(bytes, start + 1, end, NEGOTIATION_OR_VERSION);
    if (version === Answer.ruledOut || start + 6 > end) return version === Answer.ruledOut ? version : Answer.needsMore;
    const isNegotiation = bytes.getUint32(start + 1) === 0;
    if (!isNegotiation && (flags & FIXED_BIT) === 0) return Answer.ruledOut;
    const idsEnd = connectionIdsEnd(bytes, start + 5, end);
    if (idsEnd < 0) return Answer.ruledOut;
    if (idsEnd > end) return Answer.needsMore;
    return isNegotiation ? offersVersion(bytes, idsEnd, end) : Answer.confirmed;
  },
};

/** Behind the destination's and the source's connection id: more than `end` where one is cut, -1 where one is too long. */
function connectionIdsEnd(bytes: DataView, at: number, end: number): number {
  const length = bytes.getUint8(at);
  const source = at + 1 + length;
  if (length > LONGEST_ID) return -1;
  if (source >= end) return end + 1;
  return bytes.getUint8(source) > LONGEST_ID ? -1 : source + 1 + bytes.getUint8(source);
}

/** The first version of the list, which may be one that nobody has (RFC 9000 §15: ?a?a?a?a). */
function offersVersion(bytes: DataView, at: number, end: number): Answer {
  if (at + 4 > end) return Answer.needsMore;
  const isReserved = (bytes.getUint32(at) & 0x0f0f0f0f) === 0x0a0a0a0a;
  return isReserved ? Answer.confirmed : startsWithAny(bytes, at, end, VERSIONS);
}
