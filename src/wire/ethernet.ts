/** Ethernet II and IEEE 802.3 with LLC/SNAP. IEEE 802.3-2018 §3.2.6, IEEE 802-2014 §9. LINKTYPE_ETHERNET. */
import { u32At } from '../model/column.ts';
import { type Layer, openEtherType, type Packet, tooShort } from './layer.ts';
import { O } from './opened.ts';
import { Outcome } from './outcome.ts';

const HEADER_BYTES = 14;
/** Below this the field is a length, not a type. */
const FIRST_ETHERTYPE = 0x600;
const SNAP_BYTES = 8;

function open(bytes: DataView, at: number, end: number, packet: Packet): Outcome {
  if (end - at < HEADER_BYTES) return tooShort(at, HEADER_BYTES, packet);
  // Linux' loopback device captures as Ethernet with both addresses zero: the only sign of it in a pcap of `lo`.
  if (bytes.getUint32(at) === 0 && bytes.getUint32(at + 4) === 0 && bytes.getUint32(at + 8) === 0) noteLoopback(packet);
  const etherType = bytes.getUint16(at + 12);
  if (etherType < FIRST_ETHERTYPE) return openLlc(bytes, at + HEADER_BYTES, end, packet);
  return openEtherType(etherType, bytes, at + HEADER_BYTES, end, packet);
}

/** Inside a tunnel, addresses of zero are somebody's negligence. */
function noteLoopback({ opened }: Packet): void {
  if (u32At(opened, O.depth) === 0) opened[O.loopback] = 1;
}

/** LLC says IP only through SNAP with the encapsulated-Ethernet organisation code. RFC 1042. */
function openLlc(bytes: DataView, at: number, end: number, packet: Packet): Outcome {
  if (end - at < SNAP_BYTES) return Outcome.notIp;
  const isSnap = bytes.getUint32(at) === 0xaaaa0300 && bytes.getUint16(at + 4) === 0;
  return isSnap ? openEtherType(bytes.getUint16(at + 6), bytes, at + SNAP_BYTES, end, packet) : Outcome.notIp;
}

/** Transparent Ethernet bridging (EtherType 6558) is what GRE and Geneve call an Ethernet frame inside. RFC 1701 §1. */
export const ETHERNET: Layer = { name: 'ethernet', linkTypes: [1], etherTypes: [0x6558], open };
