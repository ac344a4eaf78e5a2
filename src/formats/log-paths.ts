/**
 * Paths: the informing runs of a line, in order. One place in memory knows what the whole path says, whatever its volatile values are:
 * open-addressed, one cache line an entry.
 */
import { i32At } from '../model/column.ts';

/** What a whole path says, but for its volatile values. Numbers as in `AccessBatch`. */
export type Template = {
  readonly event: number;
  readonly direction: number;
  readonly shape: number;
  readonly error: number;
  readonly extra: number;
  readonly hboneHost: number;
  readonly hbonePort: number;
};

const P = { known: 6, event: 7, direction: 8, shape: 9, error: 10, extra: 11, hboneHost: 12, hbonePort: 13 } as const;
/** Text lines have two to four informing runs, JSON lines one more. */
export const LONGEST_PATH: number = P.known;
const STRIDE = 16;
const SMALLEST = 1024;
/** 16 MiB. */
const LARGEST = 1 << 18;

export class PathTable {
  #rows = new Int32Array(0);
  #count = 0;
  /** The path that is looked for: numbers of runs, then zeros. */
  readonly #path = new Int32Array(LONGEST_PATH);
  #length = 0;
  #hash = 0;

  constructor() {
    this.clear();
  }

  clear(): void {
    this.#rows = new Int32Array(SMALLEST * STRIDE);
    this.#count = 0;
  }

  begin(): void {
    this.#length = 0;
    this.#hash = 0;
  }

  /** False where the path gets too long. */
  go(run: number): boolean {
    if (this.#length === LONGEST_PATH) return false;
    this.#path[this.#length++] = run;
    this.#hash = Math.imul(this.#hash ^ run, 0x9e3779b1);
    return true;
  }

  /** The runs gone since `begin`. */
  get path(): Int32Array {
    return this.#path.subarray(0, this.#length);
  }

  /** Where the path gone since `begin` is described, or -1. */
  find(): number {
    const row = this.#slot();
    return i32At(this.#rows, row + P.known) === 0 ? -1 : row;
  }

  get hasRoom(): boolean {
    return this.#count < LARGEST / 2;
  }

  settle(what: Template): void {
    const row = this.#slot();
    const isNew = i32At(this.#rows, row + P.known) === 0;
    this.#rows.fill(0, row, row + P.known);
    this.#rows.set(this.path, row);
    this.#rows.set([1, what.event, what.direction, what.shape, what.error, what.extra, what.hboneHost, what.hbonePort], row + P.known);
    if (isNew && ++this.#count * 2 > this.#rows.length / STRIDE) this.#grow();
  }

  event(row: number): number {
    return i32At(this.#rows, row + P.event);
  }

  direction(row: number): number {
    return i32At(this.#rows, row + P.direction);
  }

  shape(row: number): number {
    return i32At(this.#rows, row + P.shape);
  }

  error(row: number): number {
    return i32At(this.#rows, row + P.error);
  }

  extra(row: number): number {
    return i32At(this.#rows, row + P.extra);
  }

  hboneHost(row: number): number {
    return i32At(this.#rows, row + P.hboneHost);
  }

  hbonePort(row: number): number {
    return i32At(this.#rows, row + P.hbonePort);
  }

  #slot(): number {
    const rows = this.#rows;
    const mask = rows.length - 1;
    const hash = Math.imul(this.#hash ^ (this.#hash >>> 15), 0x85ebca6b);
    let row = ((hash ^ (hash >>> 13)) * STRIDE) & mask;
    while (i32At(rows, row + P.known) !== 0 && !this.#isPath(row)) row = (row + STRIDE) & mask;
    return row;
  }

  #isPath(row: number): boolean {
    for (let index = 0; index < this.#length; index++) if (i32At(this.#rows, row + index) !== i32At(this.#path, index)) return false;
    return this.#length === LONGEST_PATH || i32At(this.#rows, row + this.#length) === 0;
  }

  #grow(): void {
    const path = this.path.slice();
    const old = this.#rows;
    this.#rows = new Int32Array(old.length * 2);
    for (let from = 0; from < old.length; from += STRIDE) {
      if (i32At(old, from + P.known) === 0) continue;
      this.begin();
      for (let index = from; index < from + LONGEST_PATH && i32At(old, index) !== 0; index++) this.go(i32At(old, index));
      this.#rows.set(old.subarray(from, from + STRIDE), this.#slot());
    }
    this.begin();
    for (const run of path) this.go(run);
  }
}
