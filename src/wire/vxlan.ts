/** VXLAN. RFC 7348 §5. Port 4789, and 8472, Linux' older default that flannel and Cilium keep. */
import { descend, type Layer, openEtherType, type Packet } from './layer.ts';
import { enterUnderlay, Underlay } from './opened.ts';
import { Outcome } from './outcome.ts';

const HEADER_BYTES = 8;
/** The one flag that must be set: a VNI follows. Group policies set others. */
const HAS_VNI = 0x08;
const ETHERNET_FRAME = 0x6558;

function open(bytes: DataView, at: number, end: number, packet: Packet): Outcome {
  // Anything else on this port is UDP like any other.
  if (end - at < HEADER_BYTES || (bytes.getUint8(at) & HAS_VNI) === 0 || bytes.getUint8(at + 7) !== 0) return Outcome.transport;
  if (!descend(packet)) return Outcome.tooDeep;
  enterUnderlay(packet.opened, Underlay.vxlan);
  return openEtherType(ETHERNET_FRAME, bytes, at + HEADER_BYTES, end, packet);
}

export const VXLAN: Layer = { name: 'vxlan', udpPorts: [4789, 8472], open };
