/** Counting payload by sequence numbers (RFC 9293 §3.4): each byte once, however often and in whatever order it came. */
import { f64At, i32At, u32At } from '../model/column.ts';
import { F, W } from '../model/wire-rows.ts';
import { O } from '../wire/opened.ts';
import { hasIsn } from './connection-state.ts';
import type { Lane } from './lane.ts';

/**
 * A jump so far is a hole whose bytes the capture has missed, or that come late; farther away it is bogus, or too much was
 * lost to be told from it: counting goes on there, and what lies between is not counted.
 */
const WINDOW = 1 << 24;

/** Bytes that the payload of the packet at hand, which begins at `sequence`, adds to what end `x` sent. */
export function countPayload(lane: Lane, at: number, x: number, sequence: number): number {
  const { words, floats } = lane;
  const length = u32At(lane.opened, O.payloadLength);
  const place = (at >> 1) + F.payloadA + x;
  const ahead = (sequence - i32At(words, at + W.nextSeqA + x)) | 0;
  let fresh = length;
  if (ahead !== 0 && ahead <= WINDOW && ahead > -WINDOW) {
    // A keep-alive in the middle of a stream begins one byte too early (RFC 9293 §3.8.4): nothing is missing behind it.
    const isFirst = ahead > 0 && f64At(floats, place) === 0 && !hasIsn(words, at, x);
    if (!isFirst) fresh += ahead;
  }
  if (fresh <= 0) return 0;
  words[at + W.nextSeqA + x] = sequence + length;
  floats[place] = f64At(floats, place) + fresh;
  return fresh;
}
