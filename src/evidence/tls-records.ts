/**
 * Following TLS records by their headers (RFC 8446 §5.1), to see whether a handshake came to its end (rules.md §2): after,
 * by acknowledgement number, the client's first type-23 record the server sends one longer than 19 bytes.
 *
 * Alerts and certificates are type 23 as well in TLS 1.3, hence the length (an alert's record is 19) and the order.
 * `W.private…` is where the next header of that end begins (or the bytes of one cut in two), `W.need` the end of the client's
 * first such record. Begun in the middle, or after a hole, a record counts only if it is itself longer than an alert.
 */

import { HBONE_PORT } from '../mesh/ports.ts';
import { i32At } from '../model/column.ts';
import { Seen, W } from '../model/wire-rows.ts';
import { isRecordHeader } from '../wire/sniff/tls.ts';
import {
  after,
  clientOf,
  markSeen,
  markState,
  Phase,
  partialOf,
  phaseOf,
  State,
  seenOf,
  setPartial,
  setPhase,
  stateOf,
  TENTATIVE,
} from './connection-state.ts';
import { type Lane, R, S } from './lane.ts';

const HEADER = 5;
const ALERT_BYTES = 19;
const Type = { changeCipherSpec: 20, handshake: 22, application: 23 } as const;
const TLS12 = 3;

/** Follows records from the start of the segment at hand on. */
export function beginRecords(lane: Lane, at: number, x: number): void {
  markSeen(lane.words, at, Seen.tls);
  setPhase(lane.words, at, x, Phase.records);
  lane.words[at + W.privateA + x] = i32At(lane.segment, S.sequence);
  follow(lane, at, x);
}

/** Looks for a record at the start of the segment at hand, in a stream whose beginning, or whose last place, is not known. */
export function findRecords(lane: Lane, at: number, x: number): boolean {
  const { segment, words } = lane;
  const chain = chainAt(lane.bytes, i32At(segment, S.offset), i32At(segment, S.captured), i32At(segment, S.length));
  if (chain < 0) return false;
  words[at + W.cursorA + x] = i32At(segment, S.sequence) + i32At(segment, S.length);
  if (chain === 0) beginRecords(lane, at, x);
  else {
    setPhase(words, at, x, Phase.records);
    setPartial(words, at, x, TENTATIVE);
    words[at + W.privateA + x] = i32At(segment, S.sequence) + chain;
  }
  return true;
}

/** 0: application records that chain, as far as can be seen. Above: one whose successor is so far away, beyond the segment. -1: none. */
function chainAt(bytes: DataView, offset: number, captured: number, length: number): number {
  if (captured < HEADER || !isApplicationRecord(bytes, offset)) return -1;
  const next = HEADER + bytes.getUint16(offset + 3);
  if (next === length) return 0;
  if (next > length) return next;
  if (next + HEADER <= captured) return isRecordHeader(bytes, offset + next) ? 0 : -1;
  // Less than a header is there: what there is must fit. Where the cut hides all of it, nothing chains.
  if (next > captured) return -1;
  for (let byte = 0; byte < captured - next && byte < 3; byte++) if (!fitsHeader(bytes.getUint8(offset + next + byte), byte)) return -1;
  return 0;
}

const isApplicationRecord = (bytes: DataView, at: number): boolean =>
  isRecordHeader(bytes, at) && bytes.getUint8(at) === Type.application && bytes.getUint8(at + 2) === 3;
const fitsHeader = (value: number, place: number): boolean => (place === 0 ? value >= 20 && value <= 24 : value === 3);

/** The segment at hand continues this end's records without a hole. */
export function follow(lane: Lane, at: number, x: number): void {
  const { segment, words } = lane;
  const partial = partialOf(stateOf(words, at), x);
  let next =
    partial === 0 || partial === TENTATIVE
      ? after(i32At(words, at + W.privateA + x), i32At(segment, S.sequence))
      : finishHeader(lane, at, x, partial);
  const [offset, captured, length] = [i32At(segment, S.offset), i32At(segment, S.captured), i32At(segment, S.length)];
  while (next >= 0 && next < length) {
    if (next + HEADER > captured) {
      if (captured < length) lose(lane, at, x);
      else keepHeader(lane, at, x, next);
      return;
    }
    if (!isRecordHeader(lane.bytes, offset + next)) {
      lose(lane, at, x);
      return;
    }
    if (partialOf(stateOf(words, at), x) === TENTATIVE) {
      if (!isApplicationRecord(lane.bytes, offset + next)) {
        lose(lane, at, x);
        return;
      }
      markSeen(words, at, Seen.tls);
      setPartial(words, at, x, 0);
    }
    next = readHeader(lane, lane.bytes, offset + next, next + HEADER);
    record(lane, at, x);
    if (phaseOf(stateOf(words, at), x) !== Phase.records) return;
  }
  if (next >= 0) words[at + W.privateA + x] = i32At(segment, S.sequence) + next;
}

/** Keeps the bytes of a header that the segment's end cuts in two. */
function keepHeader(lane: Lane, at: number, x: number, next: number): void {
  const { segment, words } = lane;
  if (partialOf(stateOf(words, at), x) === TENTATIVE) {
    lose(lane, at, x);
    return;
  }
  const have = i32At(segment, S.length) - next;
  let bytes = 0;
  for (let byte = 0; byte < have; byte++) bytes |= lane.bytes.getUint8(i32At(segment, S.offset) + next + byte) << (24 - byte * 8);
  words[at + W.privateA + x] = bytes;
  setPartial(words, at, x, have);
  if (x === clientOf(words, at)) return;
  // The rule asks for the acknowledgement that came with the record's first byte.
  const isAcknowledged = (stateOf(words, at) & State.needKnown) !== 0 && after(i32At(segment, S.acknowledgement), i32At(words, at + W.need)) >= 0;
  words[at + W.state] = (stateOf(words, at) & ~State.headerAck) | (isAcknowledged ? State.headerAck : 0);
}

const scratch = new DataView(new ArrayBuffer(HEADER));

/** Completes a header begun by earlier segments: where the next one begins, from the segment's start, or -1 when there is none to be looked for now. */
function finishHeader(lane: Lane, at: number, x: number, partial: number): number {
  const { segment, words } = lane;
  scratch.setInt32(0, i32At(words, at + W.privateA + x));
  const taken = Math.min(HEADER - partial, i32At(segment, S.captured));
  for (let byte = 0; byte < taken; byte++) scratch.setUint8(partial + byte, lane.bytes.getUint8(i32At(segment, S.offset) + byte));
  if (partial + taken < HEADER) {
    if (taken < i32At(segment, S.length)) lose(lane, at, x);
    else {
      words[at + W.privateA + x] = scratch.getInt32(0);
      setPartial(words, at, x, partial + taken);
    }
    return -1;
  }
  if (!isRecordHeader(scratch, 0)) {
    lose(lane, at, x);
    return -1;
  }
  setPartial(words, at, x, 0);
  const next = readHeader(lane, scratch, 0, taken);
  lane.record[R.isSplit] = 1;
  record(lane, at, x);
  return phaseOf(stateOf(words, at), x) === Phase.records ? next : -1;
}

/** The next header cannot be found: from here on only segment starts are looked at. */
export function lose(lane: Lane, at: number, x: number): void {
  const { words } = lane;
  if (partialOf(stateOf(words, at), x) === TENTATIVE) {
    beginSearch(lane, at, x);
    return;
  }
  markSeen(words, at, Seen.cutShort);
  setPhase(words, at, x, Phase.resync);
}

/** Nothing is known yet of this end's bytes, and their beginning was missed. */
export function beginSearch(lane: Lane, at: number, x: number): void {
  setPhase(lane.words, at, x, Phase.search);
  lane.words[at + W.privateA + x] = 0;
}

/** Notes the record of the header at `offset`, whose body is `bodyAt` bytes from the segment's start: where it ends, counted likewise. */
function readHeader(lane: Lane, bytes: DataView, offset: number, bodyAt: number): number {
  const { record: register, segment } = lane;
  const length = bytes.getUint16(offset + 3);
  register[R.type] = bytes.getUint8(offset);
  register[R.length] = length;
  register[R.end] = i32At(segment, S.sequence) + bodyAt + length;
  register[R.isSplit] = 0;
  return bodyAt + length;
}

function record(lane: Lane, at: number, x: number): void {
  if (x === clientOf(lane.words, at)) clientRecord(lane, at);
  else serverRecord(lane, at);
}

function clientRecord(lane: Lane, at: number): void {
  const { words, segment, record: register } = lane;
  const state = stateOf(words, at);
  if (i32At(register, R.type) !== Type.application) return;
  if ((state & State.finished) !== 0) {
    establish(lane, at);
    return;
  }
  const isLong = i32At(register, R.length) > ALERT_BYTES;
  if ((state & State.needKnown) !== 0) {
    const isAnswer = (state & State.halfProven) !== 0 && isLong && after(i32At(segment, S.acknowledgement), i32At(words, at + W.need)) >= 0;
    if (isAnswer) establish(lane, at);
    return;
  }
  const isWhole = (seenOf(words, at) & (Seen.midStream | Seen.cutShort)) === 0;
  if (!isWhole && !isLong) return;
  const answered = i32At(words, at + W.need);
  words[at + W.need] = i32At(register, R.end);
  markState(words, at, State.needKnown);
  if ((state & State.serverAck) !== 0 && after(answered, i32At(register, R.end)) >= 0) prove(lane, at);
}

function serverRecord(lane: Lane, at: number): void {
  const { words, record: register } = lane;
  const state = stateOf(words, at);
  if (i32At(register, R.type) !== Type.application) {
    handshakeOf12(lane, at);
    return;
  }
  if ((state & State.finished) !== 0) {
    establish(lane, at);
    return;
  }
  if (i32At(register, R.length) <= ALERT_BYTES) return;
  const acknowledgement = i32At(lane.segment, S.acknowledgement);
  const isSplit = i32At(register, R.isSplit) !== 0;
  if ((state & State.needKnown) !== 0) {
    const isAcknowledged = isSplit ? (state & State.headerAck) !== 0 : after(acknowledgement, i32At(words, at + W.need)) >= 0;
    if (isAcknowledged && (state & State.halfProven) === 0) prove(lane, at);
  } else if (!isSplit && ((state & State.serverAck) === 0 || after(acknowledgement, i32At(words, at + W.need)) > 0)) {
    // Captured before the client's record that it acknowledges.
    words[at + W.need] = acknowledgement;
    markState(words, at, State.serverAck);
  }
}

/** TLS 1.2 (RFC 5246 §7.3): the server's ChangeCipherSpec, then its Finished. In 1.3 it means nothing (RFC 8446 D.4). */
function handshakeOf12(lane: Lane, at: number): void {
  const { words } = lane;
  const type = i32At(lane.record, R.type);
  if (((i32At(words, at + W.application) >>> 8) & 0xff) !== TLS12) return;
  if (type === Type.changeCipherSpec) markState(words, at, State.cipherChanged);
  else if (type === Type.handshake && (stateOf(words, at) & State.cipherChanged) !== 0) markState(words, at, State.finished);
}

/** The record at hand is the server's answer to application data. Where roles are a guess, the other end has to do so too: a server's own flight looks like data when it is taken for the client's. */
function prove(lane: Lane, at: number): void {
  const { words } = lane;
  const ports = i32At(words, at + W.ports);
  const isSure = (seenOf(words, at) & Seen.roles) !== 0 || ports >>> 16 === HBONE_PORT || (ports & 0xffff) === HBONE_PORT;
  if (isSure) {
    establish(lane, at);
    return;
  }
  words[at + W.need] = i32At(lane.record, R.end);
  markState(words, at, State.halfProven);
}

function establish(lane: Lane, at: number): void {
  markSeen(lane.words, at, Seen.established);
  setPhase(lane.words, at, 0, Phase.dark);
  setPhase(lane.words, at, 1, Phase.dark);
}
