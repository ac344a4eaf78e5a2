/** IPv4. RFC 791 §3.1. Checksums are never looked at: captures on veth have wrong ones (offload). */
import { u32At } from '../model/column.ts';
import { type Layer, openProtocol, type Packet, tooShort } from './layer.ts';
import { O } from './opened.ts';
import { Outcome } from './outcome.ts';
import { openFragment } from './reassemble.ts';

const HEADER_BYTES = 20;
/** More fragments, and the fragment's offset. */
const FRAGMENT_BITS = 0x3fff;
const MORE_FRAGMENTS = 0x2000;
const OFFSET_BITS = 0x1fff;

function open(bytes: DataView, at: number, end: number, packet: Packet): Outcome {
  if (end - at < HEADER_BYTES) return tooShort(at, HEADER_BYTES, packet);
  const first = bytes.getUint8(at);
  const headerBytes = (first & 15) * 4;
  if (first >>> 4 !== 4 || headerBytes < HEADER_BYTES) return Outcome.malformed;
  const opened = packet.opened;
  const totalBytes = bytes.getUint16(at + 2);
  // 0: a segment still to be cut up by the card (TSO), or one of more than 64 KiB (BIG TCP): the frame's length is the truth.
  const wireEnd = totalBytes === 0 ? u32At(opened, O.wireEnd) : at + totalBytes;
  opened[O.wireEnd] = wireEnd;
  if (wireEnd - at < headerBytes) return Outcome.malformed;
  if (end - at < headerBytes) return Outcome.cut;
  opened[O.v6] = 0;
  opened[O.source] = bytes.getUint32(at + 12);
  opened[O.destination] = bytes.getUint32(at + 16);
  opened[O.ipId] = bytes.getUint16(at + 4);
  if ((bytes.getUint16(at + 6) & FRAGMENT_BITS) !== 0) return fragment(bytes, at, end, packet);
  return openProtocol(bytes.getUint8(at + 9), bytes, at + headerBytes, end < wireEnd ? end : wireEnd, packet);
}

/** Its header at `at` has been read, and is whole. */
function fragment(bytes: DataView, at: number, end: number, packet: Packet): Outcome {
  const bits = bytes.getUint16(at + 6);
  const start = at + (bytes.getUint8(at) & 15) * 4;
  const wireEnd = u32At(packet.opened, O.wireEnd);
  const piece = {
    at: start,
    captured: Math.min(end, wireEnd) - start,
    offset: (bits & OFFSET_BITS) * 8,
    length: wireEnd - start,
    isLast: (bits & MORE_FRAGMENTS) === 0,
    protocol: bytes.getUint8(at + 9),
  };
  return openFragment(bytes, bytes.getUint16(at + 4), piece, packet, openProtocol);
}

export const IP4: Layer = { name: 'ip4', etherTypes: [0x0800], open };
