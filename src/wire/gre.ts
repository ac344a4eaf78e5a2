/** GRE. RFC 2784 §2, with key and sequence number of RFC 2890 §2. */
import { descend, type Layer, openEtherType, type Packet, tooShort } from './layer.ts';
import { enterUnderlay, Underlay } from './opened.ts';
import { Outcome } from './outcome.ts';

const HEADER_BYTES = 4;
const HAS_CHECKSUM = 0x8000;
const HAS_KEY = 0x2000;
const HAS_SEQUENCE = 0x1000;
/** Source routes (RFC 1701), and version 1, PPTP's, which holds PPP. */
const NOT_READ = 0x4007;

function open(bytes: DataView, at: number, end: number, packet: Packet): Outcome {
  if (end - at < HEADER_BYTES) return tooShort(at, HEADER_BYTES, packet);
  const flags = bytes.getUint16(at);
  if ((flags & NOT_READ) !== 0) return Outcome.otherProtocol;
  const headerBytes = HEADER_BYTES + optional(flags, HAS_CHECKSUM) + optional(flags, HAS_KEY) + optional(flags, HAS_SEQUENCE);
  if (end - at < headerBytes) return tooShort(at, headerBytes, packet);
  if (!descend(packet)) return Outcome.tooDeep;
  enterUnderlay(packet.opened, Underlay.gre);
  return openEtherType(bytes.getUint16(at + 2), bytes, at + headerBytes, end, packet);
}

const optional = (flags: number, flag: number): number => ((flags & flag) === 0 ? 0 : 4);

export const GRE: Layer = { name: 'gre', protocols: [47], open };
