import { u32At } from './column.ts';

/** Which of so many rows are taken: the one freed last is taken first, so that what is touched stays small. */
export class RowSlots {
  readonly capacity: number;
  #used = 0;
  readonly #free: Uint32Array;
  #freeCount = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.#free = new Uint32Array(capacity);
  }

  /** Rows taken. */
  get count(): number {
    return this.#used - this.#freeCount;
  }

  /** -1 when all are taken. */
  take(): number {
    if (this.#freeCount > 0) return u32At(this.#free, --this.#freeCount);
    return this.#used < this.capacity ? this.#used++ : -1;
  }

  free(row: number): void {
    this.#free[this.#freeCount++] = row;
  }
}
