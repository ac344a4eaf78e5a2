/** The IP Authentication Header in IPv4: signed, not encrypted. RFC 4302 §2. In IPv6 it is one of the extension headers. */
import { descend, type Layer, openProtocol, type Packet, tooShort } from './layer.ts';
import { Outcome } from './outcome.ts';

const HEADER_BYTES = 12;

function open(bytes: DataView, at: number, end: number, packet: Packet): Outcome {
  if (end - at < HEADER_BYTES) return tooShort(at, HEADER_BYTES, packet);
  const headerBytes = (bytes.getUint8(at + 1) + 2) * 4;
  if (end - at < headerBytes) return tooShort(at, headerBytes, packet);
  if (headerBytes < HEADER_BYTES) return Outcome.malformed;
  if (!descend(packet)) return Outcome.tooDeep;
  return openProtocol(bytes.getUint8(at), bytes, at + headerBytes, end, packet);
}

export const AUTHENTICATION_HEADER: Layer = { name: 'authentication-header', protocols: [51], open };
