import { i32At } from './column.ts';
import type { Shape, ShapeEnd, Shapes } from './tables.ts';

const MAX_SHAPES = 1 << 17;
const NOBODY: ShapeEnd = { workload: null, namespace: null, identity: null, cluster: null };
/** Past the bound names are lost; that there was an identity is not, since it makes the verdict. */
const ONE_OF_MANY: ShapeEnd = { ...NOBODY, identity: '(too many names)' };
const FEWEST = 4096;

/** Columns of a shape: numbers of its ends and of its service's text, and whether an identity is printed. */
const C = { source: 0, destination: 1, service: 2, isMutual: 3, width: 4 } as const;

/**
 * Constant parts of access lines, numbered in the order they came. Texts and ends are numbered first, so that what finds a shape
 * is three small numbers: a key of all its texts took 4 times as long, and there may be a shape for every third line.
 */
export class ShapeTable implements Shapes {
  readonly #ends: ShapeEnd[] = [];
  readonly #endNumbers = new Map<string, number>();
  readonly #texts: (string | null)[] = [];
  readonly #textNumbers = new Map<string | null, number>();
  #columns = new Int32Array(FEWEST * C.width).fill(-1);
  /** From a hash of the three numbers to a shape + 1. */
  #index = new Int32Array(FEWEST * 2);
  #count = 0;
  isOverfull = false;

  constructor() {
    for (const end of [NOBODY, ONE_OF_MANY]) this.intern({ source: end, destination: end, service: null });
  }

  intern({ source, destination, service }: Shape): number {
    return this.join(this.end(source), this.end(destination), service);
  }

  end(end: ShapeEnd): number {
    const { workload, namespace, identity, cluster } = end;
    const key = `${this.#text(workload)} ${this.#text(namespace)} ${this.#text(identity)} ${this.#text(cluster)}`;
    const known = this.#endNumbers.get(key);
    if (known !== undefined) return known;
    if (this.#isFull) return this.#lose(identity !== null);
    const number = this.#ends.push(end) - 1;
    this.#endNumbers.set(key, number);
    return number;
  }

  join(source: number, destination: number, service: string | null): number {
    const text = this.#text(service);
    const slot = this.#slot(source, destination, text);
    const known = i32At(this.#index, slot);
    if (known !== 0) return known - 1;
    const isMutual = this.#ends[source]?.identity !== null || this.#ends[destination]?.identity !== null;
    if (this.#isFull) return this.#lose(isMutual);
    const id = this.#count++;
    if (id * C.width >= this.#columns.length) this.#grow();
    this.#columns.set([source, destination, text, isMutual ? 1 : 0], id * C.width);
    this.#index[this.#slot(source, destination, text)] = id + 1;
    return id;
  }

  shape(id: number): Shape {
    const at = id * C.width;
    return {
      source: this.#ends[i32At(this.#columns, at + C.source)] ?? NOBODY,
      destination: this.#ends[i32At(this.#columns, at + C.destination)] ?? NOBODY,
      service: this.#texts[i32At(this.#columns, at + C.service)] ?? null,
    };
  }

  isMutual(id: number): boolean {
    return i32At(this.#columns, id * C.width + C.isMutual) === 1;
  }

  #lose(isMutual: boolean): number {
    this.isOverfull = true;
    return isMutual ? 1 : 0;
  }

  get #isFull(): boolean {
    return this.#count >= MAX_SHAPES;
  }

  #text(text: string | null): number {
    const known = this.#textNumbers.get(text);
    if (known !== undefined) return known;
    if (this.#isFull) return 0;
    this.#textNumbers.set(text, this.#texts.length);
    return this.#texts.push(text) - 1;
  }

  /** Where the shape stands in the index, or would stand. */
  #slot(source: number, destination: number, text: number): number {
    const mask = this.#index.length - 1;
    const hash = Math.imul(Math.imul(Math.imul(source, 0x9e3779b1) ^ destination, 0x85ebca6b) ^ text, 0x2c1b3c6d);
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (let known = i32At(this.#index, slot); known !== 0; known = i32At(this.#index, slot)) {
      const at = (known - 1) * C.width;
      const columns = this.#columns;
      if (i32At(columns, at) === source && i32At(columns, at + C.destination) === destination && i32At(columns, at + C.service) === text) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #grow(): void {
    const larger = new Int32Array(this.#columns.length * 2).fill(-1);
    larger.set(this.#columns);
    this.#columns = larger;
    this.#index = new Int32Array(this.#index.length * 2);
    for (let id = 0; id < this.#count - 1; id++) {
      const at = id * C.width;
      this.#index[this.#slot(i32At(larger, at), i32At(larger, at + C.destination), i32At(larger, at + C.service))] = id + 1;
    }
  }
}
