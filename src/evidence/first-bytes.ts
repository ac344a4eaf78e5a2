/**
 * First bytes of one end: asked in the packet itself where one segment suffices, which is nearly always; only what has no
 * answer yet is copied to a slab.
 */
import { i32At, u32At } from '../model/column.ts';
import { Seen, W } from '../model/wire-rows.ts';
import { classifyFirstBytes, FirstBytes } from '../wire/sniff/first-bytes.ts';
import { SNIFFERS } from '../wire/sniff/index.ts';
import { isRecordHeader } from '../wire/sniff/tls.ts';
import { countedOf, isEncrypted, isOpaque, isReadable, isTls, nameApplication, snifferOf, stepOver } from './answers.ts';
import { clientOf, End, endHas, markSeen, Phase, phaseOf, seenOf, setPhase, stateOf } from './connection-state.ts';
import { type Lane, S } from './lane.ts';
import { isHbone, learnClient } from './roles.ts';
import { dropPrefix, hasPrefix, keepPrefix, loadPrefix } from './stream-slabs.ts';
import { beginSearch, findRecords } from './tls-records.ts';

const TLS = SNIFFERS.findIndex((sniffer) => sniffer.protocol === 'tls');
const TEXT = SNIFFERS.findIndex((sniffer) => sniffer.protocol === 'text');
const NONE = -1;

/** Whether more bytes may come: `cut` by the snapshot length or for want of a slab, or `over`. */
const Last = { no: 0, cut: 1, over: 2 } as const;
type Last = (typeof Last)[keyof typeof Last];

/** The segment at hand continues the first bytes of end `x`, in order. */
export function gather(lane: Lane, at: number, x: number): void {
  const { words, segment } = lane;
  const isCut = i32At(segment, S.captured) < i32At(segment, S.length);
  if (!hasPrefix(lane, at, x)) {
    const isMiddle = !endHas(stateOf(words, at), x, End.begun) && phaseOf(stateOf(words, at), x) === Phase.fresh;
    if (isMiddle && findRecords(lane, at, x)) return;
    if (answer(lane, at, x, isCut ? Last.cut : Last.no)) return;
    if (keepPrefix(lane, at, x)) setPhase(words, at, x, Phase.collect);
    else giveUp(lane, at, x);
    return;
  }
  const isFull = !keepPrefix(lane, at, x);
  loadPrefix(lane, at, x);
  if (answer(lane, at, x, isCut || isFull ? Last.cut : Last.no)) dropPrefix(lane, at, x);
}

/** No slab: what is there must do. */
function giveUp(lane: Lane, at: number, x: number): void {
  markSeen(lane.words, at, Seen.cutShort);
  answer(lane, at, x, Last.cut);
  dropPrefix(lane, at, x);
}

/** No more bytes of this end will come: answers by what there is. */
export function conclude(lane: Lane, at: number, x: number): void {
  if (!hasPrefix(lane, at, x)) return;
  loadPrefix(lane, at, x);
  answer(lane, at, x, Last.over);
  dropPrefix(lane, at, x);
}

/** Answers for the segment at hand, which is all there is of this stream so far, and steps over preludes. False while more bytes are needed, which may come. */
function answer(lane: Lane, at: number, x: number, last: Last): boolean {
  const { segment, words } = lane;
  for (;;) {
    if (i32At(segment, S.captured) === 0) return nothing(lane, at, x);
    const found = ask(lane, at, x, last);
    const protocol = (found >>> 8) - 1;
    const kind = found & 0xff;
    if (kind === FirstBytes.undecided) return last === Last.no ? false : unknown(lane, at, x, last);
    if (protocol === TLS) return isTls(lane, at, x, last !== Last.no, countedOf(lane, at, x));
    if (protocol !== NONE && snifferOf(protocol)?.side !== 'either') learnClient(words, at, x, snifferOf(protocol)?.side === 'client');
    if (kind === FirstBytes.encrypted) isEncrypted(lane, at, x, protocol);
    else if (kind === FirstBytes.opaque) isOpaque(lane, at, x, countedOf(lane, at, x));
    else if (preludeOf(lane, protocol) > 0) {
      nameApplication(words, at, x, protocol);
      stepOver(lane, at, x, preludeOf(lane, protocol));
      continue;
    } else isReadable(lane, at, x, protocol, countedOf(lane, at, x));
    return true;
  }
}

/** `FirstBytes` and protocol, as `classifyFirstBytes` has it. */
function ask(lane: Lane, at: number, x: number, last: Last): number {
  const { bytes, segment, words } = lane;
  const [start, end] = [i32At(segment, S.offset), i32At(segment, S.offset) + i32At(segment, S.captured)];
  const seen = seenOf(words, at);
  if ((seen & (Seen.tls | Seen.upgraded)) !== 0 && isRecordHeader(bytes, start) && end - start >= 5) return FirstBytes.encrypted | ((TLS + 1) << 8);
  const isClient = x === clientOf(words, at);
  const answered = classifyFirstBytes(bytes, start, end, isClient ? 'client' : 'server', 'tcp', false);
  if ((seen & Seen.roles) === 0 && !isHbone(words, at) && !isOneSided(answered)) {
    // Without a SYN the roles are a guess by ports, and what is said may be the other one's line.
    const other = classifyFirstBytes(bytes, start, end, isClient ? 'server' : 'client', 'tcp', false);
    if (isOneSided(other)) {
      learnClient(words, at, x, !isClient);
      return other;
    }
  }
  if ((answered & 0xff) !== FirstBytes.undecided || last === Last.no) return answered;
  return guess(lane, at, x, classifyFirstBytes(bytes, start, end, isClient ? 'client' : 'server', 'tcp', true));
}

/** A protocol of which only one side speaks so. */
const isOneSided = (answered: number): boolean => {
  const side = snifferOf((answered >>> 8) - 1)?.side;
  return side !== undefined && side !== 'either';
};

/** What may be believed of an answer that had to be given too early: opaque is then no proof, and in the middle of a tunnel a few printable bytes are none either. */
function guess(lane: Lane, at: number, x: number, guessed: number): number {
  if ((guessed & 0xff) === FirstBytes.opaque) return FirstBytes.undecided;
  const isMiddle = !endHas(stateOf(lane.words, at), x, End.begun);
  return isMiddle && isHbone(lane.words, at) && (guessed >>> 8) - 1 === TEXT ? FirstBytes.undecided : guessed;
}

/** Never more than is there, and at least one byte to get on. */
function preludeOf(lane: Lane, protocol: number): number {
  const { bytes, segment } = lane;
  const start = i32At(segment, S.offset);
  const length = snifferOf(protocol)?.prelude?.(bytes, start, start + i32At(segment, S.captured)) ?? 0;
  return length > 0 ? Math.min(length, i32At(segment, S.captured)) : 0;
}

/** Not a byte is there: behind a prelude, or cut by the snapshot length. */
function nothing(lane: Lane, at: number, x: number): boolean {
  const { segment, words } = lane;
  if (i32At(segment, S.length) === 0) setPhase(words, at, x, Phase.fresh);
  else {
    markSeen(words, at, Seen.cutShort);
    if (endHas(stateOf(words, at), x, End.begun)) setPhase(words, at, x, Phase.dark);
    else beginSearch(lane, at, x);
  }
  return true;
}

/** No answer, and no more bytes. */
function unknown(lane: Lane, at: number, x: number, last: Last): boolean {
  if (last === Last.cut) markSeen(lane.words, at, Seen.cutShort);
  if (endHas(stateOf(lane.words, at), x, End.begun)) setPhase(lane.words, at, x, Phase.dark);
  else beginSearch(lane, at, x);
  return true;
}

/** How many segments of a stream joined in the middle are put to the sniffers. */
const MAX_TRIES = 8;

/** The segment at hand belongs to a stream whose beginning was missed: something may begin with it. */
export function search(lane: Lane, at: number, x: number): void {
  const { words } = lane;
  const tries = u32At(lane.rows.words, at + W.privateA + x);
  if (findRecords(lane, at, x)) return;
  if (phaseOf(stateOf(words, at), x) !== Phase.search || tries >= MAX_TRIES) return;
  const found = ask(lane, at, x, Last.no);
  const protocol = (found >>> 8) - 1;
  words[at + W.privateA + x] = tries + 1;
  if (protocol === NONE) return;
  if (protocol === TLS) isTls(lane, at, x, true, 0);
  else if ((found & 0xff) === FirstBytes.encrypted) isEncrypted(lane, at, x, protocol);
  else isReadable(lane, at, x, protocol, 0);
}
