/**
 * Runs: the text between two volatile values of an access line (`" src.workload=… dst.addr="`), which is the same in every line of an edge.
 * Each is kept once and from then on recognised by comparing words, longest first among those that may follow the same value.
 *
 * A run is its head and, right behind it, its text in one array of words: finding one costs a bucket and one place in memory.
 * Its number is where it stands. Everything is bounded: a full table is emptied and learnt anew.
 */
import { i32At } from '../model/column.ts';

/** What stands between runs. */
export const Kind = { start: 0, time: 1, source: 2, destination: 3, hbone: 4, sent: 5, received: 6, duration: 7, end: 8 } as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

export type NewRun = {
  readonly start: number;
  readonly end: number;
  /** The value before it and, if that is an address, the address: few runs follow one address. */
  readonly after: Kind;
  readonly key: number;
  readonly next: Kind;
  /** Whether it holds more than the names of its neighbours. */
  readonly informs: boolean;
  /** After a duration: µs in its unit. */
  readonly scale: number;
};

/** The head of a run, in words. `tail` is its last word, `what` the kind that follows, with a bit for `informs`. */
const R = { chain: 0, key: 1, after: 2, length: 3, tail: 4, what: 5, scale: 6 } as const;
const HEAD = 7;
const INFORMS = 0x100;
const SMALLEST = 1 << 14;
/** 16 MiB: some 60,000 runs. */
const LARGEST = 1 << 22;
const LONGEST_RUN = 4096;
const MOST_CANDIDATES = 16;

export class RunTable {
  #words = new Int32Array(0);
  #bytes = new DataView(this.#words.buffer);
  #buckets = new Int32Array(0);
  #used = 0;
  #count = 0;
  #refused = 0;

  constructor() {
    this.clear();
  }

  clear(): void {
    this.#use(new Int32Array(SMALLEST));
    this.#buckets = new Int32Array(1024);
    // 0 is no run.
    this.#used = HEAD;
    this.#count = 0;
    this.#refused = 0;
  }

  /** The run that stands at `at` after `after`, or 0. */
  find(view: DataView, at: number, limit: number, after: Kind, key: number): number {
    const words = this.#words;
    let run = i32At(this.#buckets, this.#bucket(after, key));
    while (run !== 0) {
      if (i32At(words, run + R.key) === key && i32At(words, run + R.after) === after && this.#stands(view, at, limit, run)) return run;
      run = i32At(words, run + R.chain);
    }
    return 0;
  }

  length(run: number): number {
    return i32At(this.#words, run + R.length);
  }

  /** The kind of what follows. */
  next(run: number): number {
    return i32At(this.#words, run + R.what) & 0xff;
  }

  informs(run: number): boolean {
    return (i32At(this.#words, run + R.what) & INFORMS) !== 0;
  }

  scale(run: number): number {
    return i32At(this.#words, run + R.scale);
  }

  /** Whether a line of so many bytes and runs could still be added. */
  hasRoom(bytes: number, runs: number): boolean {
    return this.#used + (bytes >> 2) + runs * (HEAD + 1) < LARGEST && this.#refused < 4096;
  }

  /** The number of a run of these bytes, new or known; 0 when it is too long or too many others follow the same value. */
  add(view: DataView, run: NewRun): number {
    const length = run.end - run.start;
    if (length > LONGEST_RUN) return 0;
    let candidates = 0;
    for (let other = i32At(this.#buckets, this.#bucket(run.after, run.key)); other !== 0; other = i32At(this.#words, other + R.chain)) {
      if (i32At(this.#words, other + R.key) !== run.key || i32At(this.#words, other + R.after) !== run.after) continue;
      if (this.length(other) === length && this.#stands(view, run.start, run.end, other)) return other;
      if (++candidates > MOST_CANDIDATES) {
        this.#refused++;
        return 0;
      }
    }
    return this.#append(view, run, length);
  }

  #append(view: DataView, run: NewRun, length: number): number {
    const number = this.#used;
    const end = number + HEAD + ((length + 3) >> 2);
    while (end > this.#words.length) {
      const larger = new Int32Array(this.#words.length * 2);
      larger.set(this.#words);
      this.#use(larger);
    }
    const tail = length >= 4 ? view.getInt32(run.end - 4, true) : 0;
    this.#words.set([0, run.key, run.after, length, tail, run.next | (run.informs ? INFORMS : 0), run.scale], number);
    new Uint8Array(this.#words.buffer, (number + HEAD) * 4, length).set(new Uint8Array(view.buffer, view.byteOffset + run.start, length));
    this.#used = end;
    this.#link(number);
    if (++this.#count * 2 > this.#buckets.length) this.#rehash();
    return number;
  }

  /** Longer ones first: one that begins like another is the better match. */
  #link(run: number): void {
    const words = this.#words;
    const bucket = this.#bucket(i32At(words, run + R.after), i32At(words, run + R.key));
    let before = 0;
    let other = i32At(this.#buckets, bucket);
    while (other !== 0 && this.length(other) >= this.length(run)) {
      before = other;
      other = i32At(words, other + R.chain);
    }
    words[run + R.chain] = other;
    if (before === 0) this.#buckets[bucket] = run;
    else words[before + R.chain] = run;
  }

  #rehash(): void {
    this.#buckets = new Int32Array(this.#buckets.length * 2);
    for (let run = HEAD; run < this.#used; run += HEAD + ((this.length(run) + 3) >> 2)) this.#link(run);
  }

  /** The last word first: runs after the same value differ in length or direction more often than in their beginnings. */
  #stands(view: DataView, at: number, limit: number, run: number): boolean {
    const words = this.#words;
    const length = i32At(words, run + R.length);
    const end = at + length;
    if (end > limit) return false;
    let word = run + HEAD;
    if (length < 4) return this.#standsShort(view, at, end, word * 4);
    if (view.getInt32(end - 4, true) !== i32At(words, run + R.tail)) return false;
    for (; at < end - 4; at += 4) if (view.getInt32(at, true) !== i32At(words, word++)) return false;
    return true;
  }

  #standsShort(view: DataView, at: number, end: number, offset: number): boolean {
    for (; at < end; at++) if (view.getUint8(at) !== this.#bytes.getUint8(offset++)) return false;
    return true;
  }

  #bucket(after: number, key: number): number {
    const hash = Math.imul(key, 0x9e3779b1) + Math.imul(after, 0x85ebca6b);
    return (hash ^ (hash >>> 15)) & (this.#buckets.length - 1);
  }

  #use(words: Int32Array<ArrayBuffer>): void {
    this.#words = words;
    this.#bytes = new DataView(words.buffer);
  }
}
