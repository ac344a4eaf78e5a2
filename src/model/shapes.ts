import type { Shape, ShapeEnd, Shapes } from './tables.ts';

const MAX_SHAPES = 1_000_000;
const NOBODY: ShapeEnd = { workload: null, namespace: null, identity: null, cluster: null };

/** Constant parts of access lines, numbered in the order they came. */
export class ShapeTable implements Shapes {
  readonly #shapes: Shape[] = [{ source: NOBODY, destination: NOBODY, service: null }];
  readonly #numbers = new Map<string, number>();

  intern(shape: Shape): number {
    const key = JSON.stringify(shape);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    if (this.#shapes.length >= MAX_SHAPES) return 0;
    this.#numbers.set(key, this.#shapes.length);
    return this.#shapes.push(shape) - 1;
  }

  shape(id: number): Shape {
    return this.#shapes[id] ?? { source: NOBODY, destination: NOBODY, service: null };
  }
}
