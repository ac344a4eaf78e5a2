/** UDP datagrams into rows: each is whole, so it is put to the sniffers alone, until one of its end's has an answer. */
import { f64At, i32At, u32At } from '../model/column.ts';
import { F, Seen, W } from '../model/wire-rows.ts';
import { encryptedUnderlay } from '../wire/encrypted-underlay.ts';
import { O, Underlay } from '../wire/opened.ts';
import { classifyFirstBytes, FirstBytes } from '../wire/sniff/first-bytes.ts';
import { nameApplication, snifferOf } from './answers.ts';
import { clientOf, End, endHas, markEnd, markSeen, Phase, phaseOf, seenOf, setPhase, stateOf } from './connection-state.ts';
import type { ConnectionTable } from './connection-table.ts';
import { addExposed } from './exposed.ts';
import { type Lane, P } from './lane.ts';
import { guessClient, learnClient } from './roles.ts';

/** How many datagrams of one end are put to the sniffers. */
const MAX_TRIES = 4;

export function udpPacket(lane: Lane, at: number, table: ConnectionTable): void {
  const { opened, words, floats } = lane;
  const x = u32At(lane.packet, P.from);
  const length = u32At(opened, O.payloadLength);
  if (i32At(words, at + W.packets) === 1) guessClient(words, at, x);
  if (!endHas(stateOf(words, at), x, End.here)) markEnd(words, at, x, End.here);
  if (length === 0 || isCopy(lane, at, x, length)) return;
  floats[(at >> 1) + F.payloadA + x] = f64At(floats, (at >> 1) + F.payloadA + x) + length;
  const phase = phaseOf(stateOf(words, at), x);
  if (phase === Phase.plain) addExposed(lane, at, length);
  else if (phase === Phase.fresh) learn(lane, at, x, table);
}

/** The same packet on another interface of an `any` capture without interface numbers: the same identification right after (0: the kernel gave none). */
function isCopy(lane: Lane, at: number, x: number, length: number): boolean {
  const { opened, words } = lane;
  const ipId = u32At(opened, O.ipId);
  const mark = (ipId << 16) | (length & 0xffff);
  const isSame = ipId !== 0 && i32At(words, at + W.cursorA + x) === mark;
  words[at + W.cursorA + x] = mark;
  return isSame;
}

function learn(lane: Lane, at: number, x: number, table: ConnectionTable): void {
  const { opened, words, packets } = lane;
  const tries = i32At(words, at + W.privateA + x);
  const isClient = x === clientOf(words, at);
  const start = u32At(opened, O.payloadOffset);
  const end = start + u32At(opened, O.payloadCaptured);
  let found = classifyFirstBytes(packets, start, end, isClient ? 'client' : 'server', 'udp', true);
  if ((found & 0xff) === FirstBytes.opaque && (seenOf(words, at) & Seen.roles) === 0) {
    const other = classifyFirstBytes(packets, start, end, isClient ? 'server' : 'client', 'udp', true);
    if (other >>> 8 !== 0) found = other;
  }
  const protocol = (found >>> 8) - 1;
  words[at + W.privateA + x] = tries + 1;
  if (protocol < 0) {
    if (isUnderlay(lane, at) || tries + 1 >= MAX_TRIES) setPhase(words, at, x, Phase.dark);
    return;
  }
  answered(lane, at, x, protocol);
  table.tell(at);
}

/** Notes that the datagram at hand is of an encrypted tunnel. */
function isUnderlay({ opened, words, packets }: Lane, at: number): boolean {
  const start = u32At(opened, O.payloadOffset);
  const ports = [u32At(opened, O.sourcePort), u32At(opened, O.destinationPort)] as const;
  const underlay = encryptedUnderlay(packets, start, start + u32At(opened, O.payloadCaptured), u32At(opened, O.payloadLength), ports);
  const application = i32At(words, at + W.application);
  if (underlay !== Underlay.none && application >>> 16 === Underlay.none) words[at + W.application] = application | (underlay << 16);
  return underlay !== Underlay.none;
}

function answered(lane: Lane, at: number, x: number, protocol: number): void {
  const { words } = lane;
  const sniffer = snifferOf(protocol);
  if (sniffer !== undefined && sniffer.side !== 'either') learnClient(words, at, x, sniffer.side === 'client');
  nameApplication(words, at, x, protocol);
  if (sniffer?.encrypted === true) {
    markSeen(words, at, Seen.encrypted);
    setPhase(words, at, x, Phase.dark);
    return;
  }
  markEnd(words, at, x, End.readable);
  // What came before in the same words is as readable.
  addExposed(lane, at, f64At(lane.floats, (at >> 1) + F.payloadA + x));
  setPhase(words, at, x, Phase.plain);
}
