/**
 * Memory for first bytes that one packet did not bring whole: slabs of 4 KiB out of one budget for the whole run (16 MiB,
 * design.md §4), reserved at first use. A slab is either a prefix (the bytes of a stream so far, without a hole) or a stash
 * (segments that came before their turn).
 */
import { u32At } from '../model/column.ts';

export const SLAB_BYTES = 4096;
const DEFAULT_BUDGET = 16 * 1024 * 1024;
/** Slab numbers fit 16 bits, and 0 is none. */
const MAX_SLABS = 0xffff;

export class FirstBytesSlabs {
  readonly #count: number;
  #view: DataView = new DataView(new ArrayBuffer(0));
  #free: Uint32Array = new Uint32Array(0);
  #freeCount = 0;
  #used = 0;

  constructor(budgetBytes: number = DEFAULT_BUDGET) {
    this.#count = Math.min(MAX_SLABS, Math.floor(budgetBytes / SLAB_BYTES));
  }

  /** All slabs, one after the other: slab n begins at `offset(n)`. */
  get view(): DataView {
    return this.#view;
  }

  /** Slabs in use. */
  get count(): number {
    return this.#used - this.#freeCount;
  }

  offset(slab: number): number {
    return (slab - 1) * SLAB_BYTES;
  }

  /** The number of a slab, whose first 16 bytes are zero; or 0 when the budget is spent. */
  take(): number {
    const slab = this.#freeCount > 0 ? u32At(this.#free, --this.#freeCount) : this.#next();
    if (slab === 0) return 0;
    const at = this.offset(slab);
    for (let byte = 0; byte < 16; byte += 4) this.#view.setUint32(at + byte, 0);
    return slab;
  }

  give(slab: number): void {
    this.#free[this.#freeCount++] = slab;
  }

  #next(): number {
    if (this.#used >= this.#count) return 0;
    if (this.#used === 0) {
      this.#view = new DataView(new ArrayBuffer(this.#count * SLAB_BYTES));
      this.#free = new Uint32Array(this.#count);
    }
    return ++this.#used;
  }
}
