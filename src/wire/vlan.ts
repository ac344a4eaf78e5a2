/** VLAN tags: IEEE 802.1Q-2018 §9 (8100), 802.1ad (88a8), and the older QinQ types 9100, 9200. One tag a call. */
import { descend, type Layer, openEtherType, type Packet, tooShort } from './layer.ts';
import { Outcome } from './outcome.ts';

const TAG_BYTES = 4;

function open(bytes: DataView, at: number, end: number, packet: Packet): Outcome {
  if (end - at < TAG_BYTES) return tooShort(at, TAG_BYTES, packet);
  if (!descend(packet)) return Outcome.tooDeep;
  return openEtherType(bytes.getUint16(at + 2), bytes, at + TAG_BYTES, end, packet);
}

export const VLAN: Layer = { name: 'vlan', etherTypes: [0x8100, 0x88a8, 0x9100, 0x9200], open };
