/**
 * Runs: the text between two volatile values of an access line (`" src.workload=… dst.addr="`), which is the same in every line of an edge.
 * Each is kept once and from then on recognised by comparing eight bytes at a time.
 *
 * What finds a run and says how long it is stands in one small open-addressed table, its text in another: where a line goes on is known before
 * its text has come from memory. Everything is bounded: a full table is emptied and learnt anew.
 */
import { f64At, i32At, u8At } from '../model/column.ts';
import { asciiOf } from './log-bytes.ts';

/** What stands between runs. */
export const Kind = { start: 0, time: 1, source: 2, destination: 3, hbone: 4, sent: 5, received: 6, duration: 7, end: 8 } as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

export type NewRun = {
  readonly start: number;
  readonly end: number;
  /** The value before it (its `Kind`, and the format's bit) and, if that is an address, the address: few runs follow one address. */
  readonly after: number;
  readonly key: number;
  readonly next: Kind;
  /** Whether it holds more than the names of its neighbours. */
  readonly informs: boolean;
  /** After a duration: µs in its unit. */
  readonly scale: number;
};

/** A run in words. `text` is where its text stands, in units of eight bytes, and its number; `tail` its last four bytes. */
const R = { text: 0, key: 1, after: 2, length: 3, tail: 4, next: 5, informs: 6, scale: 7 } as const;
const STRIDE = 8;
const FEWEST = 1024;
const MOST = 1 << 16;
/** In units of eight bytes: 16 MiB. */
const MOST_TEXT = 1 << 21;
const LONGEST_RUN = 4096;
const MOST_CANDIDATES = 16;
const MOST_REFUSED = 4096;

export class RunTable {
  #runs = new Int32Array(0);
  #texts = new Float64Array(0);
  #bytes = new Uint8Array(0);
  readonly #numbers = new Map<string, number>();
  #used = 0;
  #count = 0;
  #refused = 0;

  constructor() {
    this.clear();
  }

  clear(): void {
    this.#runs = new Int32Array(FEWEST * STRIDE);
    this.#texts = new Float64Array(FEWEST * 4);
    this.#bytes = new Uint8Array(this.#texts.buffer);
    // 0 is no run.
    this.#used = 1;
    this.#numbers.clear();
    this.#count = 0;
    this.#refused = 0;
  }

  /** Where the run that stands at `at` after `after` is described, or -1. */
  find(view: DataView, at: number, limit: number, after: number, key: number): number {
    const runs = this.#runs;
    const mask = runs.length - 1;
    let row = this.#slot(after, key);
    while (i32At(runs, row) !== 0) {
      if (i32At(runs, row + R.key) === key && i32At(runs, row + R.after) === after && this.#stands(view, at, limit, row)) return row;
      row = (row + STRIDE) & mask;
    }
    return -1;
  }

  /** Its number, above 0. */
  number(row: number): number {
    return i32At(this.#runs, row + R.text);
  }

  length(row: number): number {
    return i32At(this.#runs, row + R.length);
  }

  /** The kind of what follows. */
  next(row: number): number {
    return i32At(this.#runs, row + R.next);
  }

  informs(row: number): boolean {
    return i32At(this.#runs, row + R.informs) !== 0;
  }

  scale(row: number): number {
    return i32At(this.#runs, row + R.scale);
  }

  /** Whether a line of so many bytes and runs could still be added. */
  hasRoom(bytes: number, runs: number): boolean {
    return this.#used + (bytes >> 3) + runs < MOST_TEXT && this.#count + runs < MOST && this.#refused < MOST_REFUSED;
  }

  /** The number of a run of these bytes, new or known; 0 when it is too long or too many others follow the same value. */
  add(view: DataView, run: NewRun): number {
    const length = run.end - run.start;
    if (length > LONGEST_RUN) return 0;
    const runs = this.#runs;
    let candidates = 0;
    let row = this.#slot(run.after, run.key);
    let shorter = -1;
    for (; i32At(runs, row) !== 0; row = (row + STRIDE) & (runs.length - 1)) {
      if (i32At(runs, row + R.key) !== run.key || i32At(runs, row + R.after) !== run.after) continue;
      if (++candidates > MOST_CANDIDATES) {
        this.#refused++;
        return 0;
      }
      if (!this.#stands(view, run.start, run.end, row)) continue;
      if (this.length(row) === length) return this.number(row);
      if (shorter < 0) shorter = row;
    }
    // The longer of two that begin alike is the better match and must be met first: it takes the other's place.
    if (shorter >= 0) runs.copyWithin(row, shorter, shorter + STRIDE);
    const number = this.#keep(view, run);
    const tail = length >= 8 ? view.getInt32(run.end - 4, true) : 0;
    runs.set([number, run.key, run.after, length, tail, run.next, run.informs ? 1 : 0, run.scale], shorter >= 0 ? shorter : row);
    if (++this.#count * 2 > runs.length / STRIDE) this.#grow();
    return number;
  }

  /** Equal texts in one place are one run, whatever address they follow: the pods of one workload then go one path. */
  #keep(view: DataView, { start, end, after, next }: NewRun): number {
    const name = `${after} ${next} ${asciiOf(view, start, end)}`;
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const number = this.#used;
    this.#numbers.set(name, number);
    this.#used += (end - start + 7) >> 3;
    while (this.#used > this.#texts.length) {
      const larger = new Uint8Array(this.#bytes.length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
      this.#texts = new Float64Array(larger.buffer);
    }
    this.#bytes.set(new Uint8Array(view.buffer, view.byteOffset + start, end - start), number * 8);
    return number;
  }

  #grow(): void {
    const old = this.#runs;
    this.#runs = new Int32Array(old.length * 2);
    const mask = this.#runs.length - 1;
    // From an empty slot on, so that runs after the same value keep their order.
    let first = 0;
    while (i32At(old, first) !== 0) first += STRIDE;
    for (let step = STRIDE; step < old.length; step += STRIDE) {
      const from = (first + step) & (old.length - 1);
      if (i32At(old, from) === 0) continue;
      let row = this.#slot(i32At(old, from + R.after), i32At(old, from + R.key));
      while (i32At(this.#runs, row) !== 0) row = (row + STRIDE) & mask;
      this.#runs.set(old.subarray(from, from + STRIDE), row);
    }
  }

  /**
   * The last word first: runs after the same value differ in length or direction more often than in their beginnings. Then as float64: the
   * only eight bytes at a time that V8 compares without making an object. Bytes that are no number never equal themselves, and zeros
   * never come here (`learn` sees to that), so equal numbers are equal bytes.
   */
  #stands(view: DataView, at: number, limit: number, row: number): boolean {
    const length = i32At(this.#runs, row + R.length);
    const end = at + length;
    if (end > limit) return false;
    let text = i32At(this.#runs, row + R.text);
    if (length < 8) return this.#equals(view, at, end, text * 8);
    if (view.getInt32(end - 4, true) !== i32At(this.#runs, row + R.tail)) return false;
    const texts = this.#texts;
    for (; at <= end - 32; at += 32) {
      if (view.getFloat64(at, true) !== f64At(texts, text) || view.getFloat64(at + 8, true) !== f64At(texts, text + 1)) return false;
      if (view.getFloat64(at + 16, true) !== f64At(texts, text + 2) || view.getFloat64(at + 24, true) !== f64At(texts, text + 3)) return false;
      text += 4;
    }
    for (; at <= end - 8; at += 8) if (view.getFloat64(at, true) !== f64At(texts, text++)) return false;
    return at >= end - 4 || this.#equals(view, at, end - 4, text * 8);
  }

  #equals(view: DataView, at: number, end: number, offset: number): boolean {
    const bytes = this.#bytes;
    for (; at < end; at++) if (view.getUint8(at) !== u8At(bytes, offset++)) return false;
    return true;
  }

  #slot(after: number, key: number): number {
    const hash = Math.imul(Math.imul(key, 0x9e3779b1) ^ after, 0x85ebca6b);
    return ((hash ^ (hash >>> 15)) * STRIDE) & (this.#runs.length - 1);
  }
}
