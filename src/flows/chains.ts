/** Items by key in chains, in the order they were added: twelve bytes an item. Unequal keys may share a chain, so who looks compares. */
import { i32At } from '../model/column.ts';

export class Chains {
  readonly #heads: Int32Array;
  readonly #tails: Int32Array;
  readonly #next: Int32Array;
  readonly #mask: number;

  /** For items numbered 0 … `items` - 1. */
  constructor(items: number) {
    let buckets = 16;
    while (buckets < items) buckets *= 2;
    this.#heads = new Int32Array(buckets).fill(-1);
    this.#tails = new Int32Array(buckets).fill(-1);
    this.#next = new Int32Array(items);
    this.#mask = buckets - 1;
  }

  add(hash: number, item: number): void {
    const bucket = hash & this.#mask;
    const tail = i32At(this.#tails, bucket);
    this.#next[item] = -1;
    if (tail < 0) this.#heads[bucket] = item;
    else this.#next[tail] = item;
    this.#tails[bucket] = item;
  }

  /** -1 at the end of a chain. */
  first(hash: number): number {
    return i32At(this.#heads, hash & this.#mask);
  }

  next(item: number): number {
    return i32At(this.#next, item);
  }

  /** Takes out the oldest of a chain: it has grown too long to be looked through. */
  dropFirst(hash: number): void {
    const bucket = hash & this.#mask;
    const next = i32At(this.#next, i32At(this.#heads, bucket));
    this.#heads[bucket] = next;
    if (next < 0) this.#tails[bucket] = -1;
  }
}
