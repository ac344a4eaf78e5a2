/**
 * Streams in order. As long as something is to be learnt of an end's payload its segments are looked at in the order of
 * sequence numbers, each byte once (the first that came wins); those that come early wait in a stash. A hole that the other
 * end acknowledges, or that the stash cannot bridge, is given up: the capture missed those bytes.
 */
import { i32At, u32At } from '../model/column.ts';
import { Seen, W } from '../model/wire-rows.ts';
import { O } from '../wire/opened.ts';
import { after, End, markSeen, Phase, phaseOf, stateOf, unmarkEnd } from './connection-state.ts';
import { conclude, gather, search } from './first-bytes.ts';
import { type Lane, S } from './lane.ts';
import { dropPrefix, dropStash, hasStash, isStashEmpty, stash, unstash } from './stream-slabs.ts';
import { beginSearch, findRecords, follow, lose } from './tls-records.ts';

/** The payload of the packet at hand, which begins at `sequence`, is to be looked at. */
export function deliver(lane: Lane, at: number, x: number, sequence: number): void {
  const { words } = lane;
  load(lane, sequence);
  const ahead = after(sequence, i32At(words, at + W.cursorA + x));
  if (!isOrdered(phaseOf(stateOf(words, at), x)) || ahead <= 0) look(lane, at, x);
  else if (!stash(lane, at, x)) {
    bridge(lane, at, x);
    load(lane, sequence);
    look(lane, at, x);
  }
  if (i32At(words, at + W.slabA) === 0 && i32At(words, at + W.slabB) === 0) return;
  while (unstash(lane, at, x, false)) look(lane, at, x);
  tidy(lane, at);
}

/** Makes the payload of the packet at hand the segment at hand. */
function load(lane: Lane, sequence: number): void {
  const { segment, opened } = lane;
  lane.bytes = lane.packets;
  segment[S.offset] = u32At(opened, O.payloadOffset);
  segment[S.captured] = Math.min(u32At(opened, O.payloadCaptured), u32At(opened, O.payloadLength));
  segment[S.length] = u32At(opened, O.payloadLength);
  segment[S.sequence] = sequence;
  segment[S.acknowledgement] = u32At(opened, O.acknowledgement);
}

/** The other end acknowledged up to `acknowledgement`: what is missing before it was missed by the capture, not by the connection. */
export function noteHole(lane: Lane, at: number, x: number, acknowledgement: number): void {
  if (!hasStash(lane, at, x) || after(acknowledgement, i32At(lane.words, at + W.cursorA + x)) <= 0) return;
  bridge(lane, at, x);
  tidy(lane, at);
}

/** No more packets of this connection will be looked at. */
export function finishFirstBytes(lane: Lane, at: number): void {
  for (let x = 0; x < 2; x++) {
    if (hasStash(lane, at, x)) bridge(lane, at, x);
    conclude(lane, at, x);
    dropPrefix(lane, at, x);
    dropStash(lane, at, x);
  }
}

const isOrdered = (phase: Phase | number): boolean => phase === Phase.fresh || phase === Phase.collect || phase === Phase.records;

/** The segment at hand is the next of its stream, or begins before the cursor. */
function look(lane: Lane, at: number, x: number): void {
  const { words, segment } = lane;
  const phase = phaseOf(stateOf(words, at), x);
  if (phase === Phase.resync) findRecords(lane, at, x);
  else if (phase === Phase.search) search(lane, at, x);
  else if (isOrdered(phase)) {
    const known = -after(i32At(segment, S.sequence), i32At(words, at + W.cursorA + x));
    if (known >= i32At(segment, S.length)) return;
    if (known > 0) trim(segment, known);
    words[at + W.cursorA + x] = i32At(segment, S.sequence) + i32At(segment, S.length);
    if (phase === Phase.records) follow(lane, at, x);
    else gather(lane, at, x);
  }
}

/** Takes bytes seen before off the segment's start. */
function trim(segment: Int32Array, known: number): void {
  const captured = i32At(segment, S.captured);
  segment[S.offset] = i32At(segment, S.offset) + Math.min(known, captured);
  segment[S.captured] = Math.max(0, captured - known);
  segment[S.length] = i32At(segment, S.length) - known;
  segment[S.sequence] = i32At(segment, S.sequence) + known;
}

/** Gives a hole up: what was stashed is looked at segment by segment, as if the stream had been joined there. */
function bridge(lane: Lane, at: number, x: number): void {
  const { words } = lane;
  markSeen(words, at, Seen.cutShort);
  conclude(lane, at, x);
  const phase = phaseOf(stateOf(words, at), x);
  if (phase === Phase.records) lose(lane, at, x);
  else if (phase === Phase.fresh || phase === Phase.collect) {
    unmarkEnd(words, at, x, End.begun);
    beginSearch(lane, at, x);
  }
  while (unstash(lane, at, x, true)) look(lane, at, x);
}

/** Gives back slabs that nobody needs any more. */
function tidy(lane: Lane, at: number): void {
  for (let x = 0; x < 2; x++) {
    if (!hasStash(lane, at, x) && i32At(lane.words, at + W.slabA + x) === 0) continue;
    const isDone = phaseOf(stateOf(lane.words, at), x) >= Phase.plain;
    if (isDone) dropPrefix(lane, at, x);
    if (isDone || isStashEmpty(lane, at, x)) dropStash(lane, at, x);
  }
}
