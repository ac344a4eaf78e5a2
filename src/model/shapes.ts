import { u8At } from './column.ts';
import type { Shape, ShapeEnd, Shapes } from './tables.ts';

const MAX_SHAPES = 1_000_000;
const NOBODY: ShapeEnd = { workload: null, namespace: null, identity: null, cluster: null };

/**
 * Constant parts of access lines, numbered in the order they came. Texts and ends are numbered first, so that what finds a shape
 * is three small numbers: a key of all its texts took 4 times as long, and there may be a shape for every third line.
 */
export class ShapeTable implements Shapes {
  readonly #shapes: Shape[] = [{ source: NOBODY, destination: NOBODY, service: null }];
  readonly #numbers = new Map<string, number>();
  readonly #ends: ShapeEnd[] = [];
  readonly #endNumbers = new Map<string, number>();
  readonly #texts = new Map<string | null, number>();
  #mutual = new Uint8Array(1024);

  intern({ source, destination, service }: Shape): number {
    const isFull = this.#shapes.length >= MAX_SHAPES;
    const from = this.#end(source, isFull);
    const to = this.#end(destination, isFull);
    const key = `${from} ${to} ${this.#text(service, isFull)}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    if (isFull) return 0;
    const id = this.#shapes.push({ source: this.#ends[from] ?? source, destination: this.#ends[to] ?? destination, service }) - 1;
    this.#numbers.set(key, id);
    this.#setMutual(id, source.identity !== null || destination.identity !== null);
    return id;
  }

  shape(id: number): Shape {
    return this.#shapes[id] ?? { source: NOBODY, destination: NOBODY, service: null };
  }

  isMutual(id: number): boolean {
    return u8At(this.#mutual, id) === 1;
  }

  #end(end: ShapeEnd, isFull: boolean): number {
    const { workload, namespace, identity, cluster } = end;
    const key = `${this.#text(workload, isFull)} ${this.#text(namespace, isFull)} ${this.#text(identity, isFull)} ${this.#text(cluster, isFull)}`;
    const known = this.#endNumbers.get(key);
    if (known !== undefined) return known;
    if (isFull) return -1;
    const number = this.#ends.push(end) - 1;
    this.#endNumbers.set(key, number);
    return number;
  }

  #text(text: string | null, isFull: boolean): number {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    if (isFull) return -1;
    this.#texts.set(text, this.#texts.size);
    return this.#texts.size - 1;
  }

  #setMutual(id: number, isMutual: boolean): void {
    if (id >= this.#mutual.length) {
      const larger = new Uint8Array(this.#mutual.length * 2);
      larger.set(this.#mutual);
      this.#mutual = larger;
    }
    this.#mutual[id] = isMutual ? 1 : 0;
  }
}
