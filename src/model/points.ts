import type { Point, Points } from './tables.ts';

const NOWHERE: Point = { input: 0, name: '', loopback: false };

export class PointTable implements Points {
  readonly #points: Point[] = [];

  add(point: Point): number {
    return this.#points.push(point) - 1;
  }

  point(id: number): Point {
    return this.#points[id] ?? NOWHERE;
  }
}
