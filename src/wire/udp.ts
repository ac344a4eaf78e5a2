/** UDP. RFC 768. Payload on a tunnel's port is offered to that tunnel first. */
import { u8At, u32At } from '../model/column.ts';
import { type Layer, type Packet, tooShort } from './layer.ts';
import { O } from './opened.ts';
import { Outcome } from './outcome.ts';

const UDP = 17;
const HEADER_BYTES = 8;
const PORT_BYTES = 4;

function open(bytes: DataView, at: number, end: number, packet: Packet): Outcome {
  if (end - at < PORT_BYTES) return tooShort(at, PORT_BYTES, packet);
  const opened = packet.opened;
  const wireEnd = u32At(opened, O.wireEnd);
  if (wireEnd - at < HEADER_BYTES) return Outcome.malformed;
  // 0: a jumbogram, or a segment still to be cut up (GSO): then, and where the header is cut, the IP length says it.
  const field = end - at < HEADER_BYTES ? 0 : bytes.getUint16(at + 4);
  if (field !== 0 && field < HEADER_BYTES) return Outcome.malformed;
  const datagramEnd = field !== 0 && at + field < wireEnd ? at + field : wireEnd;
  const payloadEnd = end < datagramEnd ? end : datagramEnd;
  const payload = at + HEADER_BYTES < payloadEnd ? at + HEADER_BYTES : payloadEnd;
  opened[O.wireEnd] = datagramEnd;
  opened[O.protocol] = UDP;
  opened[O.sourcePort] = bytes.getUint16(at);
  opened[O.destinationPort] = bytes.getUint16(at + 2);
  opened[O.flags] = 0;
  opened[O.sequence] = 0;
  opened[O.acknowledgement] = 0;
  opened[O.payloadOffset] = payload;
  opened[O.payloadCaptured] = payloadEnd - payload;
  opened[O.payloadLength] = datagramEnd - at - HEADER_BYTES;
  const tunnel = u8At(packet.tunnelPorts, u32At(opened, O.destinationPort));
  const openTunnel = tunnel === 0 ? undefined : packet.tunnels[tunnel - 1];
  return openTunnel === undefined ? Outcome.transport : openTunnel(bytes, payload, payloadEnd, packet);
}

export const UDP_LAYER: Layer = { name: 'udp', protocols: [UDP], open };
