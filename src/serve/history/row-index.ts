/** Flow ids (64 bits in two words) → rows, open addressing in one typed array: a map of a million strings would weigh ten times as much. */
import { i32At, u32At } from '../../model/column.ts';

export type IdColumns = { readonly high: Uint32Array; readonly low: Uint32Array };

const FREE = -1;

export class RowIndex {
  #slots = new Int32Array(4096).fill(FREE);
  #count = 0;

  /** -1 where none is known. */
  find(ids: IdColumns, high: number, low: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = low & mask; ; slot = (slot + 1) & mask) {
      const row = i32At(this.#slots, slot);
      if (row === FREE || (u32At(ids.low, row) === low && u32At(ids.high, row) === high)) return row;
    }
  }

  /** A row whose id is in its columns already and in no other row. */
  add(ids: IdColumns, row: number): void {
    if (++this.#count * 2 > this.#slots.length) this.#grow(ids);
    this.#put(ids, row);
  }

  /** Before its columns change. */
  remove(ids: IdColumns, row: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = u32At(ids.low, row) & mask;
    while (i32At(slots, slot) !== row) slot = (slot + 1) & mask;
    this.#count--;
    // Backward shift: what stands behind moves up, so that no search ends too early.
    for (let next = (slot + 1) & mask; ; next = (next + 1) & mask) {
      const other = i32At(slots, next);
      if (other === FREE) break;
      const home = u32At(ids.low, other) & mask;
      if (((next - home) & mask) < ((next - slot) & mask)) continue;
      slots[slot] = other;
      slot = next;
    }
    slots[slot] = FREE;
  }

  #put(ids: IdColumns, row: number): void {
    const mask = this.#slots.length - 1;
    let slot = u32At(ids.low, row) & mask;
    while (i32At(this.#slots, slot) !== FREE) slot = (slot + 1) & mask;
    this.#slots[slot] = row;
  }

  #grow(ids: IdColumns): void {
    const before = this.#slots;
    this.#slots = new Int32Array(before.length * 2).fill(FREE);
    for (const row of before) if (row !== FREE) this.#put(ids, row);
  }
}
