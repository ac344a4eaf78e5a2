/**
 * gRPC over h2c: HTTP/2 whose first HEADERS say content-type application/grpc. gRPC over HTTP2 (grpc doc/PROTOCOL-HTTP2.md), RFC 9113 §4.1, RFC 7541.
 *
 * The header block is not decoded: the first one of a connection has the value as a literal, plain or in Huffman code,
 * and the latter is whole bytes (88 bits), so both can be searched for.
 */
import { Answer, type Sniffer } from '../../model/sniffer.ts';
import { firstFrame, http2 } from './http2.ts';
import { contains } from './match.ts';

const PLAIN = 'application/grpc';
const HUFFMAN = '\x1d\x75\xd0\x62\x0d\x26\x3d\x4c\x4d\x65\x64';
const FRAME_HEADER = 9;
const FRAME = { data: 0, headers: 1, continuation: 9 } as const;
const END_HEADERS = 0x04;
/** RFC 9113 §6.5.2: before settings are agreed nobody may send more. */
const LONGEST_FRAME = 16_384;
const MOST_FRAMES = 32;

export const grpc: Sniffer = {
  protocol: 'grpc',
  summary: 'gRPC over h2c',
  encrypted: false,
  transport: 'tcp',
  side: 'either',
  upgradable: false,
  sniff(bytes, start, end) {
    const shape = http2.sniff(bytes, start, end);
    return shape === Answer.confirmed ? searchHeaders(bytes, firstFrame(bytes, start), end) : shape;
  },
};

function searchHeaders(bytes: DataView, firstFrameAt: number, end: number): Answer {
  let at = firstFrameAt;
  for (let frame = 0; frame < MOST_FRAMES; frame++) {
    if (at + FRAME_HEADER > end) return Answer.needsMore;
    const length = bytes.getUint32(at) >>> 8;
    const type = bytes.getUint8(at + 3);
    if (length > LONGEST_FRAME || type === FRAME.data) return Answer.ruledOut;
    const payload = at + FRAME_HEADER;
    at = payload + length;
    if (type !== FRAME.headers && type !== FRAME.continuation) continue;
    if (contains(bytes, payload, Math.min(at, end), PLAIN) || contains(bytes, payload, Math.min(at, end), HUFFMAN)) return Answer.confirmed;
    if (at > end) return Answer.needsMore;
    if ((bytes.getUint8(payload - 5) & END_HEADERS) !== 0) return Answer.ruledOut;
  }
  return Answer.ruledOut;
}
