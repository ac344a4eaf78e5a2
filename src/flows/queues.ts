/**
 * Fragments queued by key, first in first out: what "k-th with k-th" and "the first that fits" mean. Keys are compared
 * through a representative item, so nothing is made per fragment; a million entries are some 30 MB of columns.
 */
import { i32At } from '../model/column.ts';

export type Keyed = {
  /** 32 bits. */
  hash(item: number): number;
  /** Whether two items have the same key. */
  same(a: number, b: number): boolean;
};

export class Queues {
  readonly #keyed: Keyed;
  /** Slot → an item that has the slot's key. */
  readonly #keys: Int32Array;
  /** The hash of a slot's key: unequal keys are mostly told apart by it. */
  readonly #hashes: Int32Array;
  readonly #heads: Int32Array;
  readonly #tails: Int32Array;
  readonly #next: Int32Array;

  /** For items numbered 0 … `items` - 1, whether queued or only asked for. */
  constructor(items: number, keyed: Keyed) {
    let slots = 16;
    while (slots < items * 2) slots *= 2;
    this.#keyed = keyed;
    this.#keys = new Int32Array(slots).fill(-1);
    this.#hashes = new Int32Array(slots);
    this.#heads = new Int32Array(slots).fill(-1);
    this.#tails = new Int32Array(slots).fill(-1);
    this.#next = new Int32Array(items).fill(-1);
  }

  /** The slot of the item's key; made when it is new. */
  slot(item: number): number {
    const mask = this.#keys.length - 1;
    const hash = this.#keyed.hash(item);
    let slot = hash & mask;
    for (;;) {
      const known = i32At(this.#keys, slot);
      if (known < 0) {
        this.#keys[slot] = item;
        this.#hashes[slot] = hash;
        return slot;
      }
      if (known === item || (i32At(this.#hashes, slot) === hash && this.#keyed.same(known, item))) return slot;
      slot = (slot + 1) & mask;
    }
  }

  push(slot: number, item: number): void {
    const tail = i32At(this.#tails, slot);
    this.#next[item] = -1;
    if (i32At(this.#heads, slot) < 0) this.#heads[slot] = item;
    else this.#next[tail] = item;
    this.#tails[slot] = item;
  }

  /** First item of the queue, -1 when it is empty. */
  first(slot: number): number {
    return i32At(this.#heads, slot);
  }

  next(item: number): number {
    return i32At(this.#next, item);
  }

  /** Takes `item` out; `before` is the one in front of it, -1 when it is the first. */
  remove(slot: number, item: number, before: number): void {
    const next = i32At(this.#next, item);
    if (before < 0) this.#heads[slot] = next;
    else this.#next[before] = next;
    if (i32At(this.#tails, slot) === item) this.#tails[slot] = before;
  }
}

/** Mixes a number (an `Ip` up to 2⁵³, a port, a byte count, a sequence number) into a 32-bit hash. */
export function mix(hash: number, value: number): number {
  const high = (value / 0x1_0000_0000) | 0;
  let mixed = Math.imul(hash ^ (value | 0), 0x9e3779b1) ^ Math.imul(high + 0x7f4a7c15, 0x85ebca6b);
  mixed ^= mixed >>> 15;
  return Math.imul(mixed, 0x2c1b3c6d) ^ (mixed >>> 13);
}
