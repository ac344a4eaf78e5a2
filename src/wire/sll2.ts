/** Linux cooked capture, version 2: with the interface's index. https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL2.html */
import { type Layer, openEtherType, type Packet, tooShort } from './layer.ts';
import { O } from './opened.ts';
import type { Outcome } from './outcome.ts';

const HEADER_BYTES = 20;
/** `ARPHRD_LOOPBACK`, linux include/uapi/linux/if_arp.h */
const ARPHRD_LOOPBACK = 772;

function open(bytes: DataView, at: number, end: number, packet: Packet): Outcome {
  if (end - at < HEADER_BYTES) return tooShort(at, HEADER_BYTES, packet);
  packet.opened[O.ifindex] = bytes.getUint32(at + 4);
  if (bytes.getUint16(at + 8) === ARPHRD_LOOPBACK) packet.opened[O.loopback] = 1;
  return openEtherType(bytes.getUint16(at), bytes, at + HEADER_BYTES, end, packet);
}

export const SLL2: Layer = { name: 'sll2', linkTypes: [276], open };
