/**
 * From addresses and ports to rows: an open-addressed hash table that keeps each key's hash beside its entry, so that
 * looking and growing touch a row only when it is the one (8 bytes an entry; linear probing, no tombs, removal shifts back).
 *
 * An entry above zero is a row + 1; one below is a closed connection, remembered by `closed-tuples.ts`.
 */
import { i32At } from '../model/column.ts';

const FIRST_SLOTS = 1024;

export class ConnectionIndex {
  /** Pairs: hash, entry. Entry 0 is an empty slot. Read only, as is `mask`: the number of slots, a power of two, - 1. */
  slots: Int32Array = new Int32Array(FIRST_SLOTS * 2);
  mask: number = FIRST_SLOTS - 1;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** The first slot to look at. */
  slot(hash: number): number {
    return hash & this.mask;
  }

  next(slot: number): number {
    return (slot + 1) & this.mask;
  }

  hashAt(slot: number): number {
    return i32At(this.slots, slot * 2);
  }

  /** 0 where the slot is empty: no more entries of that hash. */
  entryAt(slot: number): number {
    return i32At(this.slots, slot * 2 + 1);
  }

  /** Puts `entry` where an entry of the same key is now. */
  replace(slot: number, entry: number): void {
    this.slots[slot * 2 + 1] = entry;
  }

  add(hash: number, entry: number): void {
    if (this.#count * 2 > this.mask) this.#grow();
    this.#put(hash, entry);
    this.#count++;
  }

  /** Where `entry` stands, or -1. */
  find(hash: number, entry: number): number {
    for (let slot = this.slot(hash); ; slot = this.next(slot)) {
      const there = this.entryAt(slot);
      if (there === entry) return slot;
      if (there === 0) return -1;
    }
  }

  /** Empties the slot and moves what stood behind it up. */
  remove(slot: number): void {
    let hole = slot;
    for (let from = this.next(hole); this.entryAt(from) !== 0; from = this.next(from)) {
      // What hashes to a place cyclically behind the hole must stay where it is.
      const home = this.slot(this.hashAt(from));
      if (((from - home) & this.mask) < ((from - hole) & this.mask)) continue;
      this.slots[hole * 2] = this.hashAt(from);
      this.slots[hole * 2 + 1] = this.entryAt(from);
      hole = from;
    }
    this.slots[hole * 2 + 1] = 0;
    this.#count--;
  }

  /** All rows in it, in no order that means anything. */
  rows(): Uint32Array {
    const found = new Uint32Array(this.#count);
    let count = 0;
    for (let slot = 0; slot <= this.mask; slot++) {
      const entry = this.entryAt(slot);
      if (entry > 0) found[count++] = entry - 1;
    }
    return found.subarray(0, count);
  }

  clear(): void {
    this.slots = new Int32Array(FIRST_SLOTS * 2);
    this.mask = FIRST_SLOTS - 1;
    this.#count = 0;
  }

  #put(hash: number, entry: number): void {
    let slot = this.slot(hash);
    while (this.entryAt(slot) !== 0) slot = this.next(slot);
    this.slots[slot * 2] = hash;
    this.slots[slot * 2 + 1] = entry;
  }

  #grow(): void {
    const old = this.slots;
    this.slots = new Int32Array(old.length * 2);
    this.mask = old.length - 1;
    for (let slot = 0; slot < old.length; slot += 2) {
      const entry = i32At(old, slot + 1);
      if (entry !== 0) this.#put(i32At(old, slot), entry);
    }
  }
}

/** Mixes four words to one; the low bits are good. */
export function hashKey(ipA: number, ipB: number, ports: number, meta: number): number {
  let hash = Math.imul(ipA, 0x9e3779b1) ^ Math.imul(ipB, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15) ^ ports, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 13) ^ meta, 0x27d4eb2f);
  return hash ^ (hash >>> 16);
}
