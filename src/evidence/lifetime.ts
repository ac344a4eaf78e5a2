/** How long a connection may be silent before what comes next on its addresses is another one. By record times alone, so that it matters to no answer when rows are swept. */
import { f64At, i32At } from '../model/column.ts';
import { F, W } from '../model/wire-rows.ts';
import { End, endHas, isClosed, stateOf } from './connection-state.ts';
import type { Lane } from './lane.ts';

export const UDP = 17;
/** rules.md §3: one flow per tuple until idle 30 s. */
export const UDP_IDLE_MICROS: number = 30 * 1_000_000;
/** For the last ACKs, and data that crossed a RST. */
export const LINGER_MICROS: number = 2 * 1_000_000;
/** Linux sends a SYN again after 1, 3, 7, 15, 31 and 63 s (tcp_syn_retries 6): the longest pause is 64 s. */
const UNANSWERED_MICROS = 75 * 1_000_000;

export const protocolOf = (words: Int32Array, at: number): number => i32At(words, at + W.meta) & 0xff;

/** Only SYNs of one end so far. */
export function isUnanswered(words: Int32Array, at: number): boolean {
  const state = stateOf(words, at);
  const isHeardTwice = endHas(state, 0, End.here) && endHas(state, 1, End.here);
  return !isHeardTwice && i32At(words, at + W.ackA) === 0 && i32At(words, at + W.ackB) === 0;
}

/** Longest silence in µs; Infinity for an open connection. */
function lifetimeOf(words: Int32Array, at: number): number {
  if (protocolOf(words, at) === UDP) return UDP_IDLE_MICROS;
  if (isClosed(words, at)) return LINGER_MICROS;
  return isUnanswered(words, at) ? UNANSWERED_MICROS : Infinity;
}

export function isOver(lane: Lane, at: number, now: number): boolean {
  return now - f64At(lane.floats, (at >> 1) + F.end) > lifetimeOf(lane.words, at);
}
