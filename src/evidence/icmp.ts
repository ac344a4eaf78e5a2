/** ICMP errors are evidence of the connection whose packet they quote, not a flow. RFC 792; RFC 4443 §3. */
import { i32At, u32At } from '../model/column.ts';
import { Seen, W } from '../model/wire-rows.ts';
import { O } from '../wire/opened.ts';
import { hashKey } from './connection-index.ts';
import { hasIsn, markSeen, seenOf } from './connection-state.ts';
import type { ConnectionTable } from './connection-table.ts';
import { K, type Lane } from './lane.ts';

const ICMP = 1;
const TCP = 6;
const FRAGMENTATION_NEEDED = 4;
/** More interfaces than that are hostile: each costs a look. */
const MAX_POINTS = 256;

/** The packet at hand is an ICMP error: when it quotes a SYN, its connection at any of `points` is unreachable. */
export function icmpError(lane: Lane, table: ConnectionTable, points: readonly number[]): void {
  const { opened, key, words } = lane;
  if (u32At(opened, O.quotedProtocol) !== TCP || !isFinal(opened)) return;
  const [source, destination] = [u32At(opened, O.quotedSource), u32At(opened, O.quotedDestination)];
  const [sourcePort, destinationPort] = [u32At(opened, O.quotedSourcePort), u32At(opened, O.quotedDestinationPort)];
  const from = source < destination || (source === destination && sourcePort <= destinationPort) ? 0 : 1;
  key[K.ipA] = from === 0 ? source : destination;
  key[K.ipB] = from === 0 ? destination : source;
  key[K.ports] = from === 0 ? (sourcePort << 16) | destinationPort : (destinationPort << 16) | sourcePort;
  for (let index = 0; index < points.length && index < MAX_POINTS; index++) {
    const point = points[index] ?? 0;
    key[K.meta] = TCP | (u32At(opened, O.quotedV6) << 8) | (point << 9);
    key[K.hash] = hashKey(i32At(key, K.ipA), i32At(key, K.ipB), i32At(key, K.ports), i32At(key, K.meta));
    const at = table.find();
    if (at < 0 || !hasIsn(words, at, from)) continue;
    const isSyn = (u32At(opened, O.quotedSequence) | 0) === i32At(words, at + W.firstSeqA + from);
    if (isSyn && (seenOf(words, at) & (Seen.syn | Seen.synAck)) === Seen.syn) markSeen(words, at, Seen.unreachable);
  }
}

/** Unreachable or out of time; a packet too big is sent again smaller. */
function isFinal(opened: Uint32Array): boolean {
  const type = u32At(opened, O.icmpType);
  if (u32At(opened, O.protocol) === ICMP) return type === 11 || (type === 3 && u32At(opened, O.icmpCode) !== FRAGMENTATION_NEEDED);
  return type === 1 || type === 3;
}
