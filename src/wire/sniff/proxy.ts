/**
 * PROXY protocol, versions 1 and 2: a header before the connection's own first bytes. haproxy doc/proxy-protocol.txt §2.1 and §2.2.
 * It is no application; what follows it is.
 */
import { Answer, type Sniffer } from '../../model/sniffer.ts';
import { either, lineFeed, startsWith, startsWithAny } from './match.ts';

const SIGNATURE = '\r\n\r\n\x00\r\nQUIT\n';
const HEADER = 16;
/** §2.1: the longest line of version 1. */
const LONGEST_LINE = 107;
const LINES = ['PROXY TCP4 ', 'PROXY TCP6 ', 'PROXY UNKNOWN'];
const FAMILIES = [0x00, 0x11, 0x12, 0x21, 0x22, 0x31, 0x32];

export const proxy: Sniffer = {
  protocol: 'proxy',
  summary: 'PROXY protocol header',
  encrypted: false,
  transport: 'tcp',
  side: 'client',
  upgradable: true,
  sniff: (bytes, start, end) => either(version1(bytes, start, end), version2(bytes, start, end)),
  prelude(bytes, start, end) {
    if (version2(bytes, start, end) === Answer.confirmed) return HEADER + bytes.getUint16(start + 14);
    return lineFeed(bytes, start, Math.min(end, start + LONGEST_LINE)) + 1 - start;
  },
};

function version1(bytes: DataView, start: number, end: number): Answer {
  const begins = startsWithAny(bytes, start, end, LINES);
  if (begins !== Answer.confirmed || lineFeed(bytes, start, Math.min(end, start + LONGEST_LINE)) >= 0) return begins;
  return end - start >= LONGEST_LINE ? Answer.ruledOut : Answer.needsMore;
}

function version2(bytes: DataView, start: number, end: number): Answer {
  const begins = startsWith(bytes, start, end, SIGNATURE);
  if (begins !== Answer.confirmed) return begins;
  if (start + 12 < end && bytes.getUint8(start + 12) >> 1 !== 0x10) return Answer.ruledOut;
  if (start + 13 < end && !FAMILIES.includes(bytes.getUint8(start + 13))) return Answer.ruledOut;
  return start + HEADER > end ? Answer.needsMore : Answer.confirmed;
}
