/** TCP. RFC 9293 §3.1. */
import { u32At } from '../model/column.ts';
import { type Layer, type Packet, tooShort } from './layer.ts';
import { O } from './opened.ts';
import { Outcome } from './outcome.ts';

const TCP = 6;
const HEADER_BYTES = 20;
/** Up to and with the flags: what a cut packet must still have to be of use. */
const USEFUL_BYTES = 14;

function open(bytes: DataView, at: number, end: number, packet: Packet): Outcome {
  if (end - at < USEFUL_BYTES) return tooShort(at, USEFUL_BYTES, packet);
  const opened = packet.opened;
  const headerBytes = (bytes.getUint8(at + 12) >>> 4) * 4;
  const length = u32At(opened, O.wireEnd) - at - headerBytes;
  if (headerBytes < HEADER_BYTES || length < 0) return Outcome.malformed;
  opened[O.protocol] = TCP;
  opened[O.sourcePort] = bytes.getUint16(at);
  opened[O.destinationPort] = bytes.getUint16(at + 2);
  opened[O.sequence] = bytes.getUint32(at + 4);
  opened[O.acknowledgement] = bytes.getUint32(at + 8);
  opened[O.flags] = bytes.getUint8(at + 13);
  const payload = at + headerBytes < end ? at + headerBytes : end;
  opened[O.payloadOffset] = payload;
  opened[O.payloadCaptured] = end - payload;
  opened[O.payloadLength] = length;
  return Outcome.transport;
}

export const TCP_LAYER: Layer = { name: 'tcp', protocols: [TCP], open };
