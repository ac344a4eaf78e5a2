/** PPPoE sessions: RFC 2516 §4 and §6, around PPP (RFC 1661 §2, RFC 1332, RFC 5072). Discovery (8863) holds no IP. */
import { u32At } from '../model/column.ts';
import { descend, type Layer, type Packet, tooShort } from './layer.ts';
import { O } from './opened.ts';
import { Outcome } from './outcome.ts';

/** Version and type, code, session, length, and PPP's protocol number. */
const HEADER_BYTES = 8;
const VERSION_1_TYPE_1_SESSION = 0x1100;
const [PPP_IP4, PPP_IP6] = [0x0021, 0x0057];

function open(bytes: DataView, at: number, end: number, packet: Packet): Outcome {
  if (end - at < HEADER_BYTES) return tooShort(at, HEADER_BYTES, packet);
  if (!descend(packet)) return Outcome.tooDeep;
  if (bytes.getUint16(at) !== VERSION_1_TYPE_1_SESSION) return Outcome.notIp;
  const { opened } = packet;
  // Behind it may be the frame's padding.
  const wireEnd = Math.min(u32At(opened, O.wireEnd), at + 6 + bytes.getUint16(at + 4));
  opened[O.wireEnd] = wireEnd;
  const inner = bytes.getUint16(at + 6);
  const limit = Math.min(end, wireEnd);
  if (inner === PPP_IP4) return packet.ip4(bytes, at + HEADER_BYTES, limit, packet);
  return inner === PPP_IP6 ? packet.ip6(bytes, at + HEADER_BYTES, limit, packet) : Outcome.notIp;
}

export const PPPOE: Layer = { name: 'pppoe', etherTypes: [0x8864], open };
