/**
 * Rows to be looked at again after a while: a queue in the order they are due, since all of one queue wait equally long.
 * Whoever is woken looks at the row itself; an entry may be stale (the row was handed over, or is another connection by now).
 */
import { f64At, u32At } from '../model/column.ts';

const FIRST_ENTRIES = 256;
/** In place of the row of an entry that was called off. */
export const NOBODY = 0xffffffff;

export class Deadlines {
  readonly #waitMicros: number;
  #rows = new Uint32Array(FIRST_ENTRIES);
  /** Frame number of the row's first packet: no two connections of an input have the same. */
  #births = new Uint32Array(FIRST_ENTRIES);
  #due = new Float64Array(FIRST_ENTRIES);
  #head = 0;
  #count = 0;
  /** How many entries were taken off: the ticket of the head. */
  #dropped = 0;

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

  /** A ticket, by which the entry can be called off: 32 bits, signed. */
  push(row: number, birth: number, now: number): number {
    if (this.#count === this.#rows.length) this.#grow();
    const ticket = (this.#dropped + this.#count) | 0;
    const place = (this.#head + this.#count++) & (this.#rows.length - 1);
    this.#rows[place] = row;
    this.#births[place] = birth;
    this.#due[place] = now + this.#waitMicros;
    return ticket;
  }

  /** Nobody needs to look at that row any more. Does nothing when the ticket is not, or no longer, that row's. */
  cancel(ticket: number, birth: number): void {
    const behind = (ticket - this.#dropped) | 0;
    const place = (this.#head + behind) & (this.#rows.length - 1);
    if (behind >= 0 && behind < this.#count && u32At(this.#births, place) === birth) this.#rows[place] = NOBODY;
  }

  drop(): void {
    this.#head = (this.#head + 1) & (this.#rows.length - 1);
    this.#count--;
    this.#dropped = (this.#dropped + 1) | 0;
  }

  /** Forgets everybody, and gives the memory back. */
  clear(): void {
    this.#count = 0;
    this.#head = 0;
    this.#rows = new Uint32Array(FIRST_ENTRIES);
    this.#births = new Uint32Array(FIRST_ENTRIES);
    this.#due = new Float64Array(FIRST_ENTRIES);
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
