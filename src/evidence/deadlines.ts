/**
 * Rows to be looked at again after a while: a queue in the order they are due, since all of one queue wait equally long.
 * Whoever is woken looks at the row itself; an entry may be stale (the row was handed over, or is another connection by now).
 */
import { f64At, u32At } from '../model/column.ts';

const FIRST_ENTRIES = 256;

export class Deadlines {
  readonly #waitMicros: number;
  #rows = new Uint32Array(FIRST_ENTRIES);
  /** Frame number of the row's first packet: no two connections of an input have the same. */
  #births = new Uint32Array(FIRST_ENTRIES);
  #due = new Float64Array(FIRST_ENTRIES);
  #head = 0;
  #count = 0;

  constructor(waitMicros: number) {
    this.#waitMicros = waitMicros;
  }

  /** Infinity while nobody waits. */
  get due(): number {
    return this.#count === 0 ? Infinity : f64At(this.#due, this.#head);
  }

  get row(): number {
    return u32At(this.#rows, this.#head);
  }

  get birth(): number {
    return u32At(this.#births, this.#head);
  }

  push(row: number, birth: number, now: number): void {
    if (this.#count === this.#rows.length) this.#grow();
    const place = (this.#head + this.#count++) & (this.#rows.length - 1);
    this.#rows[place] = row;
    this.#births[place] = birth;
    this.#due[place] = now + this.#waitMicros;
  }

  drop(): void {
    this.#head = (this.#head + 1) & (this.#rows.length - 1);
    this.#count--;
  }

  clear(): void {
    this.#count = 0;
  }

  #grow(): void {
    const length = this.#rows.length;
    const [rows, births, due] = [new Uint32Array(length * 2), new Uint32Array(length * 2), new Float64Array(length * 2)];
    for (let entry = 0; entry < this.#count; entry++) {
      const place = (this.#head + entry) & (length - 1);
      rows[entry] = u32At(this.#rows, place);
      births[entry] = u32At(this.#births, place);
      due[entry] = f64At(this.#due, place);
    }
    [this.#rows, this.#births, this.#due, this.#head] = [rows, births, due, 0];
  }
}
