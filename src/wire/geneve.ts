/** Geneve. RFC 8926 §3.4. */
import { descend, type Layer, openEtherType, type Packet } from './layer.ts';
import { enterUnderlay, Underlay } from './opened.ts';
import { Outcome } from './outcome.ts';

const HEADER_BYTES = 8;

function open(bytes: DataView, at: number, end: number, packet: Packet): Outcome {
  // Anything else on this port, or of a later version, is UDP like any other.
  if (end - at < HEADER_BYTES || bytes.getUint8(at) >>> 6 !== 0) return Outcome.transport;
  const headerBytes = HEADER_BYTES + (bytes.getUint8(at) & 0x3f) * 4;
  if (end - at < headerBytes) return Outcome.transport;
  if (!descend(packet)) return Outcome.tooDeep;
  enterUnderlay(packet.opened, Underlay.geneve);
  return openEtherType(bytes.getUint16(at + 2), bytes, at + headerBytes, end, packet);
}

export const GENEVE: Layer = { name: 'geneve', udpPorts: [6081], open };
