/** Packets of connections of which nothing more is to be learnt: they only count. Nearly all packets of a long capture end here. */
import { f64At, i32At, u32At } from '../model/column.ts';
import { F, W } from '../model/wire-rows.ts';
import { O } from '../wire/opened.ts';
import { after, Phase, phaseOf, State, setPhase } from './connection-state.ts';
import { payloadOf } from './exposed.ts';
import { type Lane, P, T } from './lane.ts';
import { countPayload } from './tcp-bytes.ts';
import { Flag } from './tcp-flags.ts';

/** STARTTLS, CONNECT and the like come early: beyond so many bytes of the client nobody waits for a hello. */
const WATCHED_BYTES = 65_536;

/**
 * Counts the packet at hand, which end `x` sent; false where it may teach something of the row at `at`, and nothing was done.
 * Written out, without the helpers below: this is half of the time that a packet takes.
 */
export function isCounted(lane: Lane, at: number, x: number): boolean {
  const { opened, words, floats, packet } = lane;
  const state = i32At(words, at + W.state);
  const flags = u32At(opened, O.flags);
  if ((state & State.quiet) === 0 || (flags & (Flag.fin | Flag.syn | Flag.rst)) !== 0) return false;
  const length = u32At(opened, O.payloadLength);
  const float = at >> 1;
  if (length > 0) {
    const phase = phaseOf(state, x);
    if (phase < Phase.plain && (phase !== Phase.watch || isHandshake(lane))) return false;
    const sequence = u32At(opened, O.sequence) | 0;
    let fresh = length;
    if (sequence === i32At(words, at + W.nextSeqA + x)) {
      words[at + W.nextSeqA + x] = sequence + length;
      floats[float + F.payloadA + x] = f64At(floats, float + F.payloadA + x) + length;
    } else fresh = countPayload(lane, at, x, sequence);
    if (phase !== Phase.dark) floats[float + F.exposed] = f64At(floats, float + F.exposed) + fresh;
    if (phase === Phase.watch) stopWatching(lane, at, x);
  }
  const acknowledgement = u32At(opened, O.acknowledgement) | 0;
  if ((flags & Flag.ack) !== 0 && ((acknowledgement - i32At(words, at + W.ackA + x)) | 0) > 0) words[at + W.ackA + x] = acknowledgement;
  const now = f64At(lane.times, T.now);
  if (now > f64At(floats, float + F.end)) floats[float + F.end] = now;
  else if (now < f64At(floats, float + F.start)) floats[float + F.start] = now;
  floats[float + F.frameBytes] = f64At(floats, float + F.frameBytes) + u32At(packet, P.original);
  words[at + W.packets] = i32At(words, at + W.packets) + 1;
  return true;
}

/** What every packet adds to its row. */
export function countFrame(lane: Lane, at: number): void {
  const { words, floats, packet, times } = lane;
  const float = at >> 1;
  const now = f64At(times, T.now);
  if (now > f64At(floats, float + F.end)) floats[float + F.end] = now;
  else if (now < f64At(floats, float + F.start)) floats[float + F.start] = now;
  floats[float + F.frameBytes] = f64At(floats, float + F.frameBytes) + u32At(packet, P.original);
  words[at + W.packets] = i32At(words, at + W.packets) + 1;
}

/** Keeps the highest acknowledgement of end `x`. */
export function noteAcknowledgement(lane: Lane, at: number, x: number): void {
  const { opened, words } = lane;
  if ((u32At(opened, O.flags) & Flag.ack) === 0) return;
  const acknowledgement = u32At(opened, O.acknowledgement) | 0;
  const known = i32At(words, at + W.ackA + x);
  if (known === 0 || after(acknowledgement, known) > 0) words[at + W.ackA + x] = acknowledgement;
}

/** The packet's payload begins as a ClientHello does (RFC 8446 §4, §5.1). */
export function isHandshake({ opened, packets }: Lane): boolean {
  const start = u32At(opened, O.payloadOffset);
  if (u32At(opened, O.payloadCaptured) < 6 || packets.getUint8(start) !== 22) return false;
  return packets.getUint8(start + 1) === 3 && packets.getUint8(start + 5) === 1;
}

export function stopWatching(lane: Lane, at: number, x: number): void {
  if (payloadOf(lane, at, x) > WATCHED_BYTES) setPhase(lane.words, at, x, Phase.plain);
}
