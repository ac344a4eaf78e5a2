/**
 * HTTP/2 with prior knowledge (h2c): the client's preface, or a server's SETTINGS. RFC 9113 §3.4 and §6.5.
 * gRPC is HTTP/2 too, and comes before this in the list.
 */
import { Answer, type Sniffer } from '../../model/sniffer.ts';
import { startsWith } from './match.ts';

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const FRAME_HEADER = 9;
const SETTINGS = 4;
/** gRPC's own setting, GRPC_ALLOW_TRUE_BINARY_METADATA (grpc src/core/ext/transport/chttp2/transport/http2_settings.h). */
const GRPC_SETTING = 0xfe03;
const MOST_SETTINGS = 32;

export const http2: Sniffer = {
  protocol: 'http2',
  summary: 'HTTP/2 with prior knowledge (h2c)',
  encrypted: false,
  transport: 'tcp',
  side: 'either',
  upgradable: false,
  sniff(bytes, start, end) {
    const preface = startsWith(bytes, start, end, PREFACE);
    return preface === Answer.ruledOut ? settings(bytes, start, end) : preface;
  },
};

/** Where the frames begin, once `sniff` has confirmed. */
export const firstFrame = (bytes: DataView, start: number): number =>
  bytes.getUint8(start) === PREFACE.charCodeAt(0) ? start + PREFACE.length : start;

/** A server's first frame: SETTINGS, no acknowledgement, on stream 0, whole settings; the first of them one that is known. */
function settings(bytes: DataView, start: number, end: number): Answer {
  for (let at = start; at < Math.min(end, start + FRAME_HEADER); at++) {
    const byte = bytes.getUint8(at);
    const offset = at - start;
    if (offset === 2 ? byte % 6 !== 0 || byte > 6 * MOST_SETTINGS : byte !== (offset === 3 ? SETTINGS : 0)) return Answer.ruledOut;
  }
  if (start + FRAME_HEADER > end) return Answer.needsMore;
  return bytes.getUint8(start + 2) === 0 ? secondFrame(bytes, start + FRAME_HEADER, end) : setting(bytes, start + FRAME_HEADER, end);
}

function setting(bytes: DataView, at: number, end: number): Answer {
  if (at + 2 > end) return Answer.needsMore;
  const id = bytes.getUint16(at);
  const isReserved = (id & 0x0f0f) === 0x0a0a;
  return (id > 0 && id < 10) || id === GRPC_SETTING || isReserved ? Answer.confirmed : Answer.ruledOut;
}

/** Empty SETTINGS (Node.js sends such) are almost only zeros: what follows must be HTTP/2 too. The acknowledgement of the client's, or a WINDOW_UPDATE. */
function secondFrame(bytes: DataView, at: number, end: number): Answer {
  const acknowledgement = startsWith(bytes, at, end, '\x00\x00\x00\x04\x01\x00\x00\x00\x00');
  return acknowledgement === Answer.ruledOut ? startsWith(bytes, at, end, '\x00\x00\x04\x08\x00\x00\x00\x00\x00') : acknowledgement;
}
