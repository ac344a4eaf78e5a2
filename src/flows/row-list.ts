import { f64At, u32At } from '../model/column.ts';

const FEWEST = 1024;

/** Row numbers in the order they came. */
export class Rows {
  #rows = new Uint32Array(FEWEST);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  at(index: number): number {
    return u32At(this.#rows, index);
  }

  push(row: number): void {
    if (this.#length === this.#rows.length) {
      const larger = new Uint32Array(this.#length * 2);
      larger.set(this.#rows);
      this.#rows = larger;
    }
    this.#rows[this.#length++] = row;
  }

  copy(): Uint32Array {
    return this.#rows.slice(0, this.#length);
  }

  /** All of them; the list is empty afterwards. */
  take(): Uint32Array {
    const rows = this.#rows.subarray(0, this.#length);
    this.#rows = new Uint32Array(FEWEST);
    this.#length = 0;
    return rows;
  }
}

/** Rows and a time of each, side by side: who sorts or compares times alone need not touch the rows, which lie far apart. */
export type TimedRows = { readonly rows: Uint32Array; readonly times: Float64Array };

/** Rows with their times, in the order they came. */
export class TimedList {
  readonly rows: Rows = new Rows();
  #times = new Float64Array(FEWEST);

  get length(): number {
    return this.rows.length;
  }

  time(index: number): number {
    return f64At(this.#times, index);
  }

  push(row: number, time: number): void {
    const { length } = this.rows;
    if (length === this.#times.length) {
      const larger = new Float64Array(length * 2);
      larger.set(this.#times);
      this.#times = larger;
    }
    this.#times[length] = time;
    this.rows.push(row);
  }

  /** All of them; the list is empty afterwards. */
  take(): TimedRows {
    const times = this.#times.subarray(0, this.length);
    this.#times = new Float64Array(FEWEST);
    return { rows: this.rows.take(), times };
  }
}
