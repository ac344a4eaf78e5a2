/** A set of row numbers that come and go: eight bytes a row instead of a hash entry, since every open connection stands in it. */
import { u32At } from '../model/column.ts';

export class RowSet {
  /** Place of a row in `rows`, from 1; 0 for those that are not in. */
  readonly #places: Uint32Array;
  readonly #rows: Uint32Array;
  #size = 0;

  constructor(capacity: number) {
    this.#places = new Uint32Array(capacity);
    this.#rows = new Uint32Array(capacity);
  }

  get size(): number {
    return this.#size;
  }

  has(row: number): boolean {
    return u32At(this.#places, row) !== 0;
  }

  add(row: number): void {
    if (this.has(row)) return;
    this.#rows[this.#size++] = row;
    this.#places[row] = this.#size;
  }

  delete(row: number): boolean {
    const place = u32At(this.#places, row);
    if (place === 0) return false;
    const last = u32At(this.#rows, --this.#size);
    this.#rows[place - 1] = last;
    this.#places[last] = place;
    this.#places[row] = 0;
    return true;
  }

  *[Symbol.iterator](): Generator<number, void, undefined> {
    for (let place = 0; place < this.#size; place++) yield u32At(this.#rows, place);
  }
}
