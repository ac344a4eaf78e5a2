/** Writes into `Seen` what was kept by end, in terms of client and server: when a row is handed over, or told while open. May be asked again. */
import { f64At, i32At } from '../model/column.ts';
import { F, Seen, W } from '../model/wire-rows.ts';
import { after, clientOf, End, endHas, hasIsn, isClosed, isEnding, State, seenOf, stateOf } from './connection-state.ts';
import type { Lane } from './lane.ts';
import { protocolOf, UDP, UDP_IDLE_MICROS } from './lifetime.ts';
import type { Losses } from './losses.ts';

/** rules.md §2, §3: so long a silence means something. */
export const SILENCE_MICROS: number = 5 * 1_000_000;

const BY_ROLE: number =
  Seen.clientEnded |
  Seen.serverEnded |
  Seen.clientReset |
  Seen.serverReset |
  Seen.clientReadable |
  Seen.serverReadable |
  Seen.acknowledged |
  Seen.refused |
  Seen.turnedAway |
  Seen.oneSided |
  Seen.ended |
  Seen.settled |
  Seen.unanswered;

/** `now`: how far the input has come, in µs. */
export function publish(lane: Lane, at: number, now: number, losses: Losses): void {
  const { words } = lane;
  const facts = protocolOf(words, at) === UDP ? udpFacts(lane, at, now) : tcpFacts(lane, at) | silence(lane, at, now, losses);
  words[at + W.seen] = (seenOf(words, at) & ~BY_ROLE) | readable(words, at) | facts;
}

function readable(words: Int32Array, at: number): number {
  const client = clientOf(words, at);
  const state = stateOf(words, at);
  return (endHas(state, client, End.readable) ? Seen.clientReadable : 0) | (endHas(state, 1 - client, End.readable) ? Seen.serverReadable : 0);
}

function udpFacts(lane: Lane, at: number, now: number): number {
  const isIdle = now - f64At(lane.floats, (at >> 1) + F.end) > UDP_IDLE_MICROS;
  return isIdle ? Seen.ended | Seen.settled : 0;
}

function tcpFacts(lane: Lane, at: number): number {
  const { words } = lane;
  const client = clientOf(words, at);
  const state = stateOf(words, at);
  let facts = isEnding(state) ? Seen.ended : 0;
  if (endHas(state, client, End.fin)) facts |= Seen.clientEnded;
  if (endHas(state, client, End.rst)) facts |= Seen.clientReset;
  if (endHas(state, 1 - client, End.fin)) facts |= Seen.serverEnded;
  if (endHas(state, 1 - client, End.rst)) facts |= Seen.serverReset;
  if (isAcknowledged(words, at)) facts |= Seen.acknowledged;
  if (isOneSided(words, at)) facts |= Seen.oneSided;
  return facts | refusal(lane, at, facts);
}

/** rules.md §3: refused, or turned away. */
function refusal(lane: Lane, at: number, facts: number): number {
  const seen = seenOf(lane.words, at);
  const server = 1 - clientOf(lane.words, at);
  if (f64At(lane.floats, (at >> 1) + F.payloadA + server) > 0) return 0;
  const isReset = (facts & Seen.serverReset) !== 0;
  if ((seen & Seen.synAck) === 0) return (seen & Seen.syn) !== 0 && isReset ? Seen.refused : 0;
  const state = stateOf(lane.words, at);
  return (state & State.endedSoon) !== 0 && ((state & State.endedFirst) !== 0 || isReset) ? Seen.turnedAway : 0;
}

/** Readable bytes of the client were acknowledged. */
export function isAcknowledged(words: Int32Array, at: number): boolean {
  const client = clientOf(words, at);
  const state = stateOf(words, at);
  if (!endHas(state, client, End.readable) || !endHas(state, 1 - client, End.here)) return false;
  const acknowledgement = i32At(words, at + W.ackA + 1 - client);
  return acknowledgement !== 0 && after(acknowledgement, i32At(words, at + W.firstSeqA + client)) > (hasIsn(words, at, client) ? 1 : 0);
}

/** Acknowledgements prove that the other end spoke, where no packet of it was seen. */
function isOneSided(words: Int32Array, at: number): boolean {
  const state = stateOf(words, at);
  const hasA = endHas(state, 0, End.here);
  if (hasA === endHas(state, 1, End.here)) return false;
  return i32At(words, at + (hasA ? W.ackA : W.ackB)) !== 0;
}

function silence(lane: Lane, at: number, now: number, losses: Losses): number {
  const { words } = lane;
  const end = f64At(lane.floats, (at >> 1) + F.end);
  if (isClosed(words, at) || now - end < SILENCE_MICROS || !losses.none(end, end + SILENCE_MICROS)) return 0;
  const seen = seenOf(words, at);
  const isAsked = (seen & (Seen.clientHello | Seen.syn)) !== 0;
  return Seen.settled | (isAsked && !isAnswered(lane, at, seen) ? Seen.unanswered : 0);
}

/** Whether the server said anything: to a hello, bytes. */
function isAnswered(lane: Lane, at: number, seen: number): boolean {
  const server = 1 - clientOf(lane.words, at);
  if ((seen & Seen.clientHello) !== 0) return f64At(lane.floats, (at >> 1) + F.payloadA + server) > 0;
  return (seen & Seen.synAck) !== 0 || endHas(stateOf(lane.words, at), server, End.here);
}
