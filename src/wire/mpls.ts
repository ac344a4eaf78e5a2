/** MPLS: a stack of labels. RFC 3032 §2.1; in IP RFC 4023. What is under the last one says itself: IP by its version, an Ethernet pseudowire by its control word (RFC 4385 §3, RFC 4448). */
import { descend, type Layer, openByVersion, openEtherType, type Packet, tooShort } from './layer.ts';
import { Outcome } from './outcome.ts';

const LABEL_BYTES = 4;
const CONTROL_WORD_BYTES = 4;
const ETHERNET_FRAME = 0x6558;

function open(bytes: DataView, at: number, end: number, packet: Packet): Outcome {
  if (end - at < LABEL_BYTES) return tooShort(at, LABEL_BYTES, packet);
  if (!descend(packet)) return Outcome.tooDeep;
  const inside = at + LABEL_BYTES;
  const isBottom = (bytes.getUint8(at + 2) & 1) === 1;
  if (!isBottom) return open(bytes, inside, end, packet);
  const isPseudowire = end > inside && bytes.getUint8(inside) >>> 4 === 0;
  return isPseudowire ? openEtherType(ETHERNET_FRAME, bytes, inside + CONTROL_WORD_BYTES, end, packet) : openByVersion(bytes, inside, end, packet);
}

export const MPLS: Layer = { name: 'mpls', etherTypes: [0x8847, 0x8848], protocols: [137], open };
