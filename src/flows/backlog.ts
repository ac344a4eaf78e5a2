/** All that waits to be decided, and when that may be. */
import type { Micros } from '../model/time.ts';
import { Seen, type WireRows } from '../model/wire-rows.ts';
import { middleOf } from './middle.ts';
import type { Stores } from './pending.ts';
import { Rows, TimedList, type TimedRows } from './row-list.ts';
import { RowSet } from './row-set.ts';

/** Joining again for every record would cost more than it tells: the early word has been said. */
const DECIDE_EVERY_US = 250_000;
/** The more waits, the longer: a decision looks at all of it. */
const PER_WAITING_US = 10;
/** Share of the stores that may be taken before the older half is decided without waiting. */
const PRESSURE = 0.9;
/** Share of rows that are free when they run short; and of those waiting that are worth a decision, which looks at what is open as well. */
const SHORTAGE = 1 / 24;
const WORTHWHILE = 1 / 64;
/** Share from which on inputs are read in the order of their time. */
const CROWD = 0.5;

export type Taken = { readonly lines: TimedRows; readonly wires: Uint32Array; readonly open: ReadonlySet<number> };

export class Backlog {
  readonly #stores: Stores;
  readonly #window: Micros;
  readonly #lines = new TimedList();
  readonly #wires = new Rows();
  readonly #standing: RowSet;
  #decidedUntil = -Infinity;
  /** Before this nothing that waits can be decided. */
  #nextDue = -Infinity;
  /** Fragments that came after the flow they belonged to had been decided. */
  late = 0;

  constructor(stores: Stores, window: Micros) {
    this.#stores = stores;
    this.#window = window;
    this.#standing = new RowSet(stores.wires.capacity);
  }

  line(row: number): void {
    const time = this.#stores.lines.time(row);
    this.#lines.push(row, time);
    if (time <= this.#decidedUntil) this.late++;
    if (time < this.#nextDue) this.#nextDue = time;
  }

  wire(row: number): void {
    const { wires } = this.#stores;
    this.#wires.push(row);
    const due = wires.end(row) + lagOf(wires, row);
    // What was open all the time took part in every decision.
    if (!this.#standing.delete(row) && (wires.seen(row) & Seen.ended) !== 0 && due <= this.#decidedUntil) this.late++;
    this.#nextDue = Math.min(this.#nextDue, due);
  }

  /** Its lane has it still. */
  stands(row: number): void {
    this.#standing.add(row);
    this.#nextDue = Math.min(this.#nextDue, this.#stores.wires.start(row) + this.#window);
  }

  lineRows(): Uint32Array {
    return this.#lines.rows.copy();
  }

  wireRows(): readonly number[] {
    return [...this.#wires.copy(), ...this.#standing];
  }

  /** Most rows are taken: whoever reads should let decisions run first. */
  get isPressed(): boolean {
    return this.#isFilled(PRESSURE);
  }

  /** So much waits that nobody should read far ahead of the others. */
  get isCrowded(): boolean {
    return this.#isFilled(CROWD);
  }

  #isFilled(share: number): boolean {
    const { lines, wires } = this.#stores;
    return lines.count > lines.capacity * share || this.#wires.length > wires.capacity * share || this.#isShortOfRows;
  }

  /** Lanes hand over what is open to have rows at all: what they handed over has to make room. */
  get #isShortOfRows(): boolean {
    const { wires } = this.#stores;
    return wires.capacity - wires.count < wires.capacity * SHORTAGE && this.#wires.length > wires.capacity * WORTHWHILE;
  }

  /** Up to when everything may be decided; undefined while more should come first. `clock`: how far all lanes have got. */
  until(clock: number, isFollowing: boolean): Micros | undefined {
    const waiting = this.#lines.length + this.#wires.length + this.#standing.size;
    if (waiting === 0) return undefined;
    if (clock === Infinity) return Infinity as Micros;
    const until = clock - this.#window;
    // As far as every lane has got, or half of what waits where one has fallen back: what comes for that is late.
    if (this.isPressed) return Math.max(until, middleOf(this.#stores, this.#lines, this.#wires)) as Micros;
    if (!isFollowing || until < this.#nextDue || until < this.#decidedUntil + DECIDE_EVERY_US + waiting * PER_WAITING_US) return undefined;
    return until as Micros;
  }

  /** All of it, to be decided up to `until`; what is not comes back by `keep`. */
  take(until: Micros): Taken {
    const ended = this.#wires.take();
    const open = new Set(this.#standing);
    const wires = new Uint32Array(ended.length + open.size);
    wires.set(ended);
    let at = ended.length;
    for (const row of open) wires[at++] = row;
    this.#decidedUntil = until;
    this.#nextDue = Infinity;
    return { lines: this.#lines.take(), wires, open };
  }

  keep(lineRows: readonly number[], wireRows: readonly number[], open: ReadonlySet<number>): void {
    const { lines, wires } = this.#stores;
    const due = (time: number): void => {
      if (time > this.#decidedUntil) this.#nextDue = Math.min(this.#nextDue, time);
    };
    for (const row of lineRows) {
      this.#lines.push(row, lines.time(row));
      due(lines.time(row));
    }
    for (const row of wireRows) {
      // Those its lane had are still its, or have been handed over since.
      if (!open.has(row)) this.#wires.push(row);
      due(wires.end(row) + lagOf(wires, row));
    }
    for (const row of this.#standing) due(wires.start(row) + this.#window);
  }
}

/** How much longer than after a TCP connection's end it takes until a lane hands a row over: UDP is idle for 30 s, an unanswered SYN for 75 s, twice that where it is woken early. */
export function lagOf(wires: WireRows, row: number): number {
  // It has been, for want of room.
  if ((wires.seen(row) & Seen.evicted) !== 0) return 0;
  if (wires.protocol(row) === UDP) return UDP_LAG_US;
  const answered = Seen.synAck | Seen.midStream | Seen.ended;
  return (wires.seen(row) & Seen.syn) !== 0 && (wires.seen(row) & answered) === 0 ? SYN_LAG_US : 0;
}

const UDP = 17;
const UDP_LAG_US = 60_000_000;
const SYN_LAG_US = 80_000_000;
