/**
 * How far a live input has got, in the time of its own records. What it has yet to bring lies behind that, so decisions wait
 * for it; but a silent one may hold nobody back, and stamps may be of now, of another node's clock, or of a replay.
 */
import type { Batch } from '../model/batch.ts';
import { f64At, i32At } from '../model/column.ts';
import type { Pace } from './pace.ts';

/** Its own time goes on while it is silent, but for so much. */
const LAG_MS = 1_000;
/** Records stamped so near to the wall clock are happening: then its time goes on as ours does. Older ones are a replay's, or history. */
const PRESENT_MS = 30_000;
/** How long a silent replay is waited for: nothing says when its time goes on. */
const HOLD_MS = 5_000;
/** Inputs begin with history, and need not begin at once; after that of one pod that of another may follow (`kubectl logs -f --tail=-1`). */
const SETTLE_MS = 3_000;
/** Records that come in bulk and this long before what had come already are history as well. */
const BACK_US = 2_000_000;
/** A connection is handed over so long after its last packet: twice `LINGER_MICROS`, since who is woken early is let sleep once more. */
const HAND_OVER_US = 4_000_001;
/** Log prefixes of one pipe that are told apart; there are as many as pods behind it. */
const MAX_PREFIXES = 1024;

/** `last`: µs, of its records; `at`: wall-clock ms. */
type Reached = { last: number; at: number };

export class LaneClock {
  readonly #pace: Pace;
  readonly #prefixes = new Map<number, Reached>();
  readonly #all: Reached = { last: -Infinity, at: 0 };
  /** Wall-clock ms before which what may be decided is still unknown. */
  #settlesAt: number;
  #hasPackets = false;

  constructor(pace: Pace, startMs: number) {
    this.#pace = pace;
    this.#settlesAt = startMs + SETTLE_MS;
  }

  note(batch: Batch, nowMs: number): void {
    if (batch.kind === 'facts' || batch.count === 0) return;
    const { time, count } = batch;
    let [oldest, newest] = [Infinity, -Infinity];
    for (let item = 0; item < count; item++) {
      const at = f64At(time, item);
      if (at < oldest) oldest = at;
      if (at > newest) newest = at;
    }
    const isFirst = this.#all.last === -Infinity;
    const isOld = nowMs - oldest / 1000 > PRESENT_MS || this.#all.last - oldest > BACK_US;
    if (isFirst || (isOld && this.#pace.isBurst)) this.#settlesAt = nowMs + SETTLE_MS;
    reach(this.#all, newest, nowMs);
    if (batch.kind === 'packets') this.#hasPackets = true;
    else this.#notePrefixes(batch.prefix, time, count, nowMs);
  }

  /** µs: fragments that end by then have all come. Infinity: holds nobody back. */
  holds(nowMs: number): number {
    const { last } = this.#all;
    if (nowMs < this.#settlesAt) return -Infinity;
    if (last === -Infinity) return Infinity;
    return Math.min(this.#slowestPrefix(nowMs), held(this.#all, nowMs)) - (this.#hasPackets ? HAND_OVER_US : 0);
  }

  /** µs: where its own time stands, whoever waits. -Infinity before the first record. */
  reached(nowMs: number): number {
    return own(this.#all, nowMs) - (this.#hasPackets ? HAND_OVER_US : 0);
  }

  /** The time there, µs, when it has been silent for a while; undefined where nothing says how fast its time goes. */
  quiet(nowMs: number): number | undefined {
    return isPresent(this.#all) && nowMs - this.#all.at > LAG_MS ? own(this.#all, nowMs) : undefined;
  }

  #slowestPrefix(nowMs: number): number {
    let slowest = Infinity;
    for (const [prefix, reached] of this.#prefixes) {
      // Silent for so long, it is where the lane is.
      if (nowMs - reached.at > HOLD_MS) this.#prefixes.delete(prefix);
      else slowest = Math.min(slowest, own(reached, nowMs));
    }
    return slowest;
  }

  #notePrefixes(prefixes: Int32Array, times: Float64Array, count: number, nowMs: number): void {
    let prefix = -1;
    let newest = -Infinity;
    for (let line = 0; line < count; line++) {
      if (i32At(prefixes, line) !== prefix) {
        this.#notePrefix(prefix, newest, nowMs);
        prefix = i32At(prefixes, line);
        newest = -Infinity;
      }
      newest = Math.max(newest, f64At(times, line));
    }
    this.#notePrefix(prefix, newest, nowMs);
  }

  #notePrefix(prefix: number, newest: number, nowMs: number): void {
    if (prefix < 0) return;
    const known = this.#prefixes.get(prefix);
    if (known !== undefined) reach(known, newest, nowMs);
    else if (this.#prefixes.size < MAX_PREFIXES) this.#prefixes.set(prefix, { last: newest, at: nowMs });
  }
}

function reach(reached: Reached, newest: number, nowMs: number): void {
  if (newest > reached.last) reached.last = newest;
  reached.at = nowMs;
}

const isPresent = ({ last, at }: Reached): boolean => Math.abs(at - last / 1000) < PRESENT_MS;
const own = ({ last, at }: Reached, nowMs: number): number => last + Math.max(0, nowMs - at - LAG_MS) * 1000;

function held(reached: Reached, nowMs: number): number {
  return nowMs - reached.at > HOLD_MS && !isPresent(reached) ? Infinity : own(reached, nowMs);
}
