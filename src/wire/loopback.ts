/**
 * BSD loopback: a protocol family of four bytes, in the capturing host's byte order (LINKTYPE_NULL) or network order (LINKTYPE_LOOP).
 * https://www.tcpdump.org/linktypes/LINKTYPE_NULL.html. Families are small, so either order can be told by the value itself.
 */
import { type Layer, type Packet, tooShort } from './layer.ts';
import { O } from './opened.ts';
import { Outcome } from './outcome.ts';

const HEADER_BYTES = 4;
const AF_INET = 2;

function open(bytes: DataView, at: number, end: number, packet: Packet): Outcome {
  if (end - at < HEADER_BYTES) return tooShort(at, HEADER_BYTES, packet);
  packet.opened[O.loopback] = 1;
  const bigEndian = bytes.getUint32(at);
  const family = bigEndian > 0xffff ? bytes.getUint32(at, true) : bigEndian;
  if (family === AF_INET) return packet.ip4(bytes, at + HEADER_BYTES, end, packet);
  return isInet6(family) ? packet.ip6(bytes, at + HEADER_BYTES, end, packet) : Outcome.notIp;
}

/** AF_INET6: 10 Linux, 24 NetBSD, OpenBSD, BSD/OS, 28 FreeBSD, 30 Darwin, 23 Windows. */
const isInet6 = (family: number): boolean => family === 24 || family === 28 || family === 30 || family === 10 || family === 23;

export const LOOPBACK: Layer = { name: 'loopback', linkTypes: [0, 108], open };
