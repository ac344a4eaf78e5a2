/**
 * Paths: the informing runs of a line, in order, and what the whole path says, whatever its volatile values are.
 * An open-addressed index leads to rows of 32 bytes, which lie close together in the order they were learnt; what few lines have (an error,
 * unknown keys, a host name) stands apart. Memory far away costs more here than all that is computed.
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

/** Text lines have two to four informing runs, JSON lines one more. */
const LONGEST_PATH = 6;
/** A row: the numbers of its runs, then event | direction << 2 | `MORE`, then the shape. */
const ROW = 8;
const WHAT = 6;
const SHAPE = 7;
const MORE = 8;
const M = { error: 0, extra: 1, hboneHost: 2, hbonePort: 3 } as const;
const FEWEST = 1024;
const MOST = 1 << 17;

export class PathTable {
  #index = new Int32Array(0);
  #rows = new Int32Array(0);
  #more = new Int32Array(0);
  #count = 0;
  /** The path that is looked for: numbers of runs, then zeros. */
  readonly #path = new Int32Array(LONGEST_PATH);
  #length = 0;
  #hash = 0;

  constructor() {
    this.clear();
  }

  clear(): void {
    this.#use(FEWEST);
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

  /** Which row describes the path gone since `begin`, or -1. */
  find(): number {
    return i32At(this.#index, this.#slot(this.#hash)) - 1;
  }

  get hasRoom(): boolean {
    return this.#count < MOST;
  }

  settle(what: Template): void {
    const slot = this.#slot(this.#hash);
    const row = (i32At(this.#index, slot) || ++this.#count) - 1;
    this.#index[slot] = row + 1;
    const hasMore = what.error >= 0 || what.extra >= 0 || what.hboneHost >= 0;
    this.#rows.fill(0, row * ROW, (row + 1) * ROW);
    this.#rows.set(this.path, row * ROW);
    this.#rows.set([what.event | (what.direction << 2) | (hasMore ? MORE : 0), what.shape], row * ROW + WHAT);
    this.#more.set([what.error, what.extra, what.hboneHost, what.hbonePort], row * 4);
    if (this.#count * 4 > this.#index.length) this.#grow();
  }

  event(row: number): number {
    return i32At(this.#rows, row * ROW + WHAT) & 3;
  }

  direction(row: number): number {
    return (i32At(this.#rows, row * ROW + WHAT) >> 2) & 1;
  }

  shape(row: number): number {
    return i32At(this.#rows, row * ROW + SHAPE);
  }

  /** Whether it has an error, unknown keys or a host name: else all three are -1. */
  hasMore(row: number): boolean {
    return (i32At(this.#rows, row * ROW + WHAT) & MORE) !== 0;
  }

  error(row: number): number {
    return i32At(this.#more, row * 4 + M.error);
  }

  extra(row: number): number {
    return i32At(this.#more, row * 4 + M.extra);
  }

  hboneHost(row: number): number {
    return i32At(this.#more, row * 4 + M.hboneHost);
  }

  hbonePort(row: number): number {
    return i32At(this.#more, row * 4 + M.hbonePort);
  }

  /** Where the path stands in the index, or would stand. */
  #slot(pathHash: number): number {
    const mask = this.#index.length - 1;
    const hash = Math.imul(pathHash ^ (pathHash >>> 15), 0x85ebca6b);
    let slot = (hash ^ (hash >>> 13)) & mask;
    for (let row = i32At(this.#index, slot); row !== 0 && !this.#isPath((row - 1) * ROW); row = i32At(this.#index, slot)) slot = (slot + 1) & mask;
    return slot;
  }

  #isPath(at: number): boolean {
    for (let index = 0; index < this.#length; index++) if (i32At(this.#rows, at + index) !== i32At(this.#path, index)) return false;
    return this.#length === LONGEST_PATH || i32At(this.#rows, at + this.#length) === 0;
  }

  #grow(): void {
    const path = this.path.slice();
    const rows = this.#rows;
    const more = this.#more;
    this.#use(this.#index.length * 2);
    this.#rows.set(rows);
    this.#more.set(more);
    for (let row = 0; row < this.#count; row++) {
      this.#goAll(rows, row * ROW);
      this.#index[this.#slot(this.#hash)] = row + 1;
    }
    this.begin();
    for (const run of path) this.go(run);
  }

  #goAll(rows: Int32Array, from: number): void {
    this.begin();
    for (let at = from; at < from + LONGEST_PATH && i32At(rows, at) !== 0; at++) this.go(i32At(rows, at));
  }

  /** Room for a quarter as many rows as the index has places. */
  #use(places: number): void {
    this.#index = new Int32Array(places);
    this.#rows = new Int32Array((places / 4 + 1) * ROW);
    this.#more = new Int32Array((places / 4 + 1) * 4);
  }
}
