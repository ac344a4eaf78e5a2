/**
 * Lines that wait for their partner, first in, first out. Who has found one, or is too old to, is taken out on the way: so
 * few wait at a time that the table stays in the processor's cache, however many lines there are.
 */
import { i32At } from '../model/column.ts';

export const Fit = { no: 0, yes: 1, expired: 2 } as const;
export type Fit = (typeof Fit)[keyof typeof Fit];
/** Whether `waits` is what `item` looks for. */
export type Fits = (waits: number, item: number) => Fit;

const MAX_BUCKETS = 1 << 16;
/** Hostile input may make all keys alike. */
const MAX_LOOK = 1024;

export class Waiting {
  readonly #fits: Fits;
  readonly #heads: Int32Array;
  readonly #tails: Int32Array;
  readonly #next: Int32Array;
  readonly #mask: number;

  /** For items numbered 0 … `items` - 1. */
  constructor(items: number, fits: Fits) {
    let buckets = 16;
    while (buckets < items && buckets < MAX_BUCKETS) buckets *= 2;
    this.#fits = fits;
    this.#heads = new Int32Array(buckets).fill(-1);
    this.#tails = new Int32Array(buckets).fill(-1);
    this.#next = new Int32Array(items);
    this.#mask = buckets - 1;
  }

  add(key: number, item: number): void {
    const bucket = key & this.#mask;
    const tail = i32At(this.#tails, bucket);
    this.#next[item] = -1;
    if (tail < 0) this.#heads[bucket] = item;
    else this.#next[tail] = item;
    this.#tails[bucket] = item;
  }

  /** Takes out the first that fits `item`, and those found expired before it; -1 when none does. */
  find(key: number, item: number): number {
    const bucket = key & this.#mask;
    let before = -1;
    for (let waits = i32At(this.#heads, bucket), looked = 0; waits >= 0 && looked < MAX_LOOK; looked++) {
      const next = i32At(this.#next, waits);
      const fit = this.#fits(waits, item);
      if (fit === Fit.no) before = waits;
      else {
        this.#remove(bucket, waits, before);
        if (fit === Fit.yes) return waits;
      }
      waits = next;
    }
    return -1;
  }

  #remove(bucket: number, item: number, before: number): void {
    const next = i32At(this.#next, item);
    if (before < 0) this.#heads[bucket] = next;
    else this.#next[before] = next;
    if (next < 0) this.#tails[bucket] = before;
  }
}
