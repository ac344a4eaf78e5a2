/**
 * A connection's two uses of slabs, by end. Prefix: the bytes of a stream without a hole, as far as there is no answer.
 * Stash: segments that came before their turn, each with its own acknowledgement.
 *
 * Prefix: used (4 bytes), acknowledgement and sequence of its start (4 each), 4 free, bytes. Stash: used, 12 free; then
 * entries of sequence, acknowledgement, length, captured (4 each) and bytes. What an entry had is gone when its length is 0.
 */
import { i32At } from '../model/column.ts';
import { W } from '../model/wire-rows.ts';
import { SLAB_BYTES } from './first-bytes-slabs.ts';
import { type Lane, S } from './lane.ts';

const HEADER = 16;
const ENTRY = 16;
const PREFIX = 0xffff;

const prefixOf = (lane: Lane, at: number, x: number): number => i32At(lane.words, at + W.slabA + x) & PREFIX;
const stashOf = (lane: Lane, at: number, x: number): number => i32At(lane.words, at + W.slabA + x) >>> 16;

export const hasPrefix = (lane: Lane, at: number, x: number): boolean => prefixOf(lane, at, x) !== 0;
export const hasStash = (lane: Lane, at: number, x: number): boolean => stashOf(lane, at, x) !== 0;

/** Adds the segment to the prefix, which begins with it where there is none. False when it does not fit, or there is no slab. */
export function keepPrefix(lane: Lane, at: number, x: number): boolean {
  const { words, segment, slabs } = lane;
  let slab = prefixOf(lane, at, x);
  if (slab === 0) {
    slab = slabs.take();
    if (slab === 0) return false;
    words[at + W.slabA + x] = i32At(words, at + W.slabA + x) | slab;
    slabs.view.setInt32(slabs.offset(slab) + 4, i32At(segment, S.acknowledgement));
    slabs.view.setInt32(slabs.offset(slab) + 8, i32At(segment, S.sequence));
  }
  const from = slabs.offset(slab);
  const used = slabs.view.getUint32(from);
  const fitting = Math.min(i32At(segment, S.captured), SLAB_BYTES - HEADER - used);
  copy(lane.bytes, i32At(segment, S.offset), slabs.view, from + HEADER + used, fitting);
  slabs.view.setUint32(from, used + fitting);
  return fitting === i32At(segment, S.captured);
}

/** Makes the whole prefix the segment at hand; it ends where the cursor stands. */
export function loadPrefix(lane: Lane, at: number, x: number): void {
  const { segment, slabs, words } = lane;
  const from = slabs.offset(prefixOf(lane, at, x));
  lane.bytes = slabs.view;
  segment[S.offset] = from + HEADER;
  segment[S.captured] = slabs.view.getUint32(from);
  segment[S.acknowledgement] = slabs.view.getInt32(from + 4);
  segment[S.sequence] = slabs.view.getInt32(from + 8);
  segment[S.length] = i32At(words, at + W.cursorA + x) - slabs.view.getInt32(from + 8);
}

export function dropPrefix(lane: Lane, at: number, x: number): void {
  const slab = prefixOf(lane, at, x);
  if (slab === 0) return;
  lane.slabs.give(slab);
  lane.words[at + W.slabA + x] = i32At(lane.words, at + W.slabA + x) & ~PREFIX;
}

/**
 * Keeps the segment for later, unless all of it is kept already, or there is no room beside those kept (then it is as if the
 * capture had missed it). False when there is no slab, or it is too long for any.
 */
export function stash(lane: Lane, at: number, x: number): boolean {
  const { words, segment, slabs } = lane;
  let slab = stashOf(lane, at, x);
  if (slab === 0) {
    slab = slabs.take();
    if (slab === 0) return false;
    words[at + W.slabA + x] = i32At(words, at + W.slabA + x) | (slab << 16);
  }
  const from = slabs.offset(slab);
  const used = slabs.view.getUint32(from);
  const captured = i32At(segment, S.captured);
  if (HEADER + used + ENTRY + captured > SLAB_BYTES) {
    if (used === 0) dropStash(lane, at, x);
    return used > 0;
  }
  if (isKept(lane, from + HEADER, used)) return true;
  const entry = from + HEADER + used;
  slabs.view.setInt32(entry, i32At(segment, S.sequence));
  slabs.view.setInt32(entry + 4, i32At(segment, S.acknowledgement));
  slabs.view.setInt32(entry + 8, i32At(segment, S.length));
  slabs.view.setInt32(entry + 12, captured);
  copy(lane.bytes, i32At(segment, S.offset), slabs.view, entry + ENTRY, captured);
  slabs.view.setUint32(from, used + ENTRY + captured);
  return true;
}

/** Whether one stashed segment has all that the segment at hand brings. */
function isKept({ segment, slabs }: Lane, from: number, used: number): boolean {
  const { view } = slabs;
  for (let entry = from; entry < from + used; entry += ENTRY + view.getInt32(entry + 12)) {
    const before = (i32At(segment, S.sequence) - view.getInt32(entry)) | 0;
    const isInside = before >= 0 && before + i32At(segment, S.length) <= view.getInt32(entry + 8);
    if (isInside && before + i32At(segment, S.captured) <= view.getInt32(entry + 12)) return true;
  }
  return false;
}

/** Makes the first stashed segment whose turn it is the one at hand (or, when `all`, just the first). False when there is none. */
export function unstash(lane: Lane, at: number, x: number, all: boolean): boolean {
  const { segment, slabs, words } = lane;
  const slab = stashOf(lane, at, x);
  if (slab === 0) return false;
  const from = slabs.offset(slab) + HEADER;
  const end = from + slabs.view.getUint32(from - HEADER);
  for (let entry = from; entry < end; entry += ENTRY + slabs.view.getInt32(entry + 12)) {
    const length = slabs.view.getInt32(entry + 8);
    const isDue = all || ((slabs.view.getInt32(entry) - i32At(words, at + W.cursorA + x)) | 0) <= 0;
    if (length === 0 || !isDue) continue;
    lane.bytes = slabs.view;
    segment[S.offset] = entry + ENTRY;
    segment[S.captured] = slabs.view.getInt32(entry + 12);
    segment[S.length] = length;
    segment[S.sequence] = slabs.view.getInt32(entry);
    segment[S.acknowledgement] = slabs.view.getInt32(entry + 4);
    slabs.view.setInt32(entry + 8, 0);
    return true;
  }
  return false;
}

/** Whether segments still wait. */
export function isStashEmpty(lane: Lane, at: number, x: number): boolean {
  const { slabs } = lane;
  const slab = stashOf(lane, at, x);
  if (slab === 0) return true;
  const from = slabs.offset(slab) + HEADER;
  const end = from + slabs.view.getUint32(from - HEADER);
  for (let entry = from; entry < end; entry += ENTRY + slabs.view.getInt32(entry + 12)) if (slabs.view.getInt32(entry + 8) !== 0) return false;
  return true;
}

export function dropStash(lane: Lane, at: number, x: number): void {
  const slab = stashOf(lane, at, x);
  if (slab === 0) return;
  lane.slabs.give(slab);
  lane.words[at + W.slabA + x] = i32At(lane.words, at + W.slabA + x) & PREFIX;
}

function copy(from: DataView, offset: number, to: DataView, at: number, length: number): void {
  for (let byte = 0; byte < length; byte++) to.setUint8(at + byte, from.getUint8(offset + byte));
}
