/** TCP packets into rows. Most belong to connections of which nothing more is to be learnt: they only count. */
import { f64At, i32At, u32At } from '../model/column.ts';
import { F, Seen, W } from '../model/wire-rows.ts';
import { O } from '../wire/opened.ts';
import {
  after,
  clientOf,
  End,
  endHas,
  hasIsn,
  isClosed,
  markEnd,
  markSeen,
  markState,
  Phase,
  phaseOf,
  State,
  seenOf,
  setClient,
  setPhase,
  stateOf,
} from './connection-state.ts';
import type { ConnectionTable } from './connection-table.ts';
import { addExposed, payloadOf } from './exposed.ts';
import { type Lane, P, T } from './lane.ts';
import { isAcknowledged } from './publish.ts';
import { isHandshake, noteAcknowledgement, stopWatching } from './quiet.ts';
import { guessClient } from './roles.ts';
import { deliver, noteHole } from './segments.ts';
import { countPayload } from './tcp-bytes.ts';
import { Flag, isOpening } from './tcp-flags.ts';

/** rules.md §3: so soon after its SYN-ACK a server turns away. */
const SOON_MICROS = 1_000_000;
const U32_MAX = 0xffffffff;

/** The packet at hand belongs to the row at `at`, and may teach something of it. */
export function tcpPacket(lane: Lane, at: number, table: ConnectionTable): void {
  const x = u32At(lane.packet, P.from);
  const { opened, words } = lane;
  const flags = u32At(opened, O.flags);
  const wasClosed = isClosed(words, at);
  if (i32At(words, at + W.packets) === 1) begin(lane, at, x);
  if ((flags & Flag.syn) !== 0 && (flags & Flag.rst) === 0) opening(lane, at, x, table);
  else if (!endHas(stateOf(words, at), x, End.here)) firstWord(lane, at, x, u32At(opened, O.sequence) | 0);
  noteAcknowledgement(lane, at, x);
  if ((flags & Flag.ack) !== 0) noteHole(lane, at, 1 - x, u32At(opened, O.acknowledgement) | 0);
  if (u32At(opened, O.payloadLength) > 0 && (flags & Flag.rst) === 0) payload(lane, at, x);
  if ((flags & (Flag.fin | Flag.rst)) !== 0) ending(lane, at, x, flags);
  if (!wasClosed && isClosed(words, at)) table.linger(at);
  settle(lane, at, table);
}

/** The connection's first packet in view. */
function begin(lane: Lane, at: number, x: number): void {
  const { opened, words } = lane;
  if (!isOpening(u32At(opened, O.flags))) markSeen(words, at, Seen.midStream);
  guessClient(words, at, x);
}

/** An end's first packet in view, when it is no SYN. */
function firstWord(lane: Lane, at: number, x: number, sequence: number): void {
  const { words } = lane;
  markEnd(words, at, x, End.here);
  words[at + W.firstSeqA + x] = sequence;
  words[at + W.nextSeqA + x] = sequence;
  words[at + W.cursorA + x] = sequence;
}

/** SYN or SYN-ACK. One that comes again has the same number, so it changes nothing. */
function opening(lane: Lane, at: number, x: number, table: ConnectionTable): void {
  const { opened, words, times, floats } = lane;
  const sequence = u32At(opened, O.sequence) | 0;
  const isAnswer = (u32At(opened, O.flags) & Flag.ack) !== 0;
  const seen = seenOf(words, at);
  if ((seen & (isAnswer ? Seen.synAck : Seen.syn)) !== 0) {
    if (!endHas(stateOf(words, at), x, End.here)) firstWord(lane, at, x, sequence);
    return;
  }
  // Captured in another order than sent, as on `any`: the row may have begun with what followed the SYN.
  const isEarlier = !endHas(stateOf(words, at), x, End.here) || after(i32At(words, at + W.firstSeqA + x), sequence) === 1;
  if (!isAnswer && !isEarlier) return;
  setClient(words, at, isAnswer ? 1 - x : x);
  markSeen(words, at, Seen.roles | (isAnswer ? Seen.synAck : Seen.syn));
  if (isAnswer && (seen & Seen.syn) !== 0)
    words[at + W.synAckDelay] = Math.min(Math.max(0, f64At(times, T.now) - f64At(floats, (at >> 1) + F.start)), U32_MAX);
  if (isAnswer && (stateOf(words, at) & State.told) !== 0) retract(words, at);
  if (isAnswer) table.answered(at);
  if (!isAnswer) words[at + W.seen] = seenOf(words, at) & ~Seen.midStream;
  if (isEarlier) takeIsn(lane, at, x, sequence);
  // Replies alone, their address translated back: the acknowledgement tells which connection of the client's it is.
  if (isAnswer && !endHas(stateOf(words, at), 1 - x, End.here)) words[at + W.firstSeqA + 1 - x] = (u32At(opened, O.acknowledgement) - 1) | 0;
}

/** A SYN was told to be without an answer: now that there is one, the connection may be told again. */
function retract(words: Int32Array, at: number): void {
  words[at + W.state] = stateOf(words, at) & ~State.told;
}

function takeIsn(lane: Lane, at: number, x: number, sequence: number): void {
  const { words } = lane;
  if (!endHas(stateOf(words, at), x, End.here)) firstWord(lane, at, x, sequence);
  words[at + W.firstSeqA + x] = sequence;
  markEnd(words, at, x, End.begun);
  if (payloadOf(lane, at, x) > 0) return;
  words[at + W.nextSeqA + x] = sequence + 1;
  words[at + W.cursorA + x] = sequence + 1;
}

function payload(lane: Lane, at: number, x: number): void {
  const { opened, words } = lane;
  // Data on a SYN begins behind it (RFC 7413).
  const sequence = (u32At(opened, O.sequence) + ((u32At(opened, O.flags) & Flag.syn) !== 0 ? 1 : 0)) | 0;
  const phase = phaseOf(stateOf(words, at), x);
  if (payloadOf(lane, at, x) === 0 && !hasIsn(words, at, x)) words[at + W.cursorA + x] = sequence;
  const fresh = countPayload(lane, at, x, sequence);
  if (phase === Phase.watch && isHello(lane, at, x, fresh)) {
    beginAnew(lane, at, x, sequence, fresh);
    deliver(lane, at, x, sequence);
  } else if (phase === Phase.plain || phase === Phase.watch) {
    addExposed(lane, at, fresh);
    if (phase === Phase.watch) stopWatching(lane, at, x);
  } else if (phase !== Phase.dark) deliver(lane, at, x, sequence);
}

/** New bytes of the client that begin as a ClientHello does: the rest of it may be in the next segment. */
function isHello(lane: Lane, at: number, x: number, fresh: number): boolean {
  return x === clientOf(lane.words, at) && fresh === u32At(lane.opened, O.payloadLength) && isHandshake(lane);
}

/** What was readable may turn into TLS with this segment: first bytes are asked again from here. */
function beginAnew(lane: Lane, at: number, x: number, sequence: number, fresh: number): void {
  const { words } = lane;
  setPhase(words, at, x, Phase.fresh);
  markEnd(words, at, x, End.begun);
  words[at + W.cursorA + x] = sequence;
  words[at + W.privateA + x] = Math.min(payloadOf(lane, at, x) - fresh, 0x7fffffff);
}

/** FIN or RST. */
function ending(lane: Lane, at: number, x: number, flags: number): void {
  const { words, times, floats } = lane;
  const isServer = x !== clientOf(words, at);
  const state = stateOf(words, at);
  const isFirst = !endHas(state, x, End.fin) && !endHas(state, x, End.rst);
  if (isServer && isFirst && (seenOf(words, at) & Seen.synAck) !== 0) {
    const answeredAt = f64At(floats, (at >> 1) + F.start) + u32At(lane.rows.words, at + W.synAckDelay);
    if (f64At(times, T.now) - answeredAt <= SOON_MICROS) markState(words, at, State.endedSoon);
    if ((flags & Flag.rst) !== 0 || !endHas(state, 1 - x, End.fin)) markState(words, at, State.endedFirst);
  }
  if ((flags & Flag.fin) !== 0) markEnd(words, at, x, End.fin);
  if ((flags & Flag.rst) !== 0) markEnd(words, at, x, End.rst);
}

/** Tells the connection when its meaning is settled, and finds out whether anything is still to be learnt from its packets. */
function settle(lane: Lane, at: number, table: ConnectionTable): void {
  const { words } = lane;
  const state = stateOf(words, at);
  const isOpen = !isClosed(words, at);
  const seen = seenOf(words, at);
  // Once TLS has begun behind it, what was readable is not what counts.
  const isKnown = (seen & (Seen.established | Seen.encrypted)) !== 0 || ((seen & Seen.upgraded) === 0 && isAcknowledged(words, at));
  if (isKnown && isOpen) table.tell(at);
  const isQuiet = isOpen && (isKnown || (phaseOf(state, 0) === Phase.dark && phaseOf(state, 1) === Phase.dark));
  words[at + W.state] = isQuiet ? stateOf(words, at) | State.quiet : stateOf(words, at) & ~State.quiet;
}
