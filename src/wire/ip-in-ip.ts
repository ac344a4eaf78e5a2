/** IP in IP: IPv4 (RFC 2003) or IPv6 (RFC 2473, RFC 4213) inside either. */
import { descend, type Layer, openByVersion, type Packet } from './layer.ts';
import { enterUnderlay, Underlay } from './opened.ts';
import { Outcome } from './outcome.ts';

function open(bytes: DataView, at: number, end: number, packet: Packet): Outcome {
  if (!descend(packet)) return Outcome.tooDeep;
  enterUnderlay(packet.opened, Underlay.ipip);
  return openByVersion(bytes, at, end, packet);
}

export const IP_IN_IP: Layer = { name: 'ip-in-ip', protocols: [4, 41], open };
