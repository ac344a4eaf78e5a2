/** Linux cooked capture. https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html */
import { type Layer, openEtherType, type Packet, tooShort } from './layer.ts';
import { O } from './opened.ts';
import type { Outcome } from './outcome.ts';

const HEADER_BYTES = 16;
/** `ARPHRD_LOOPBACK`, linux include/uapi/linux/if_arp.h */
const ARPHRD_LOOPBACK = 772;

function open(bytes: DataView, at: number, end: number, packet: Packet): Outcome {
  if (end - at < HEADER_BYTES) return tooShort(at, HEADER_BYTES, packet);
  if (bytes.getUint16(at + 2) === ARPHRD_LOOPBACK) packet.opened[O.loopback] = 1;
  return openEtherType(bytes.getUint16(at + 14), bytes, at + HEADER_BYTES, end, packet);
}

export const SLL: Layer = { name: 'sll', linkTypes: [113], open };
