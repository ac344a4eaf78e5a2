/** Numbers the places where an input's packets were captured: each interface is a lane of its own, and its loopback traffic another. */

import type { CapturePoint } from '../model/batch.ts';
import { i32At } from '../model/column.ts';
import type { Tables } from '../model/tables.ts';

/** Interface numbers of hostile captures are any 32 bits: beyond so many, all further ones of a capture point are one. */
const MAX_POINTS = 4096;
const CACHED = 64;

export class CapturePoints {
  /** Numbers in `Tables.points`. */
  readonly all: number[] = [];
  readonly #tables: Tables;
  readonly #input: number;
  readonly #known = new Map<number, number>();
  /** Pairs: tag of the place, point. */
  readonly #cache = new Int32Array(CACHED * 2);

  constructor(tables: Tables, input: number) {
    this.#tables = tables;
    this.#input = input;
  }

  /** `index`: of `captured` in the batch's points; `ifindex`: of SLL2, else 0; `loopback`: 1 or 0. */
  number(index: number, ifindex: number, loopback: number, captured: readonly CapturePoint[]): number {
    // What real captures have; the rest goes the long way.
    const isCommon = ifindex < 1 << 14 && index < 1 << 15;
    const tag = (((index << 14) | ifindex) << 1) | loopback;
    const slot = (tag & (CACHED - 1)) * 2;
    if (isCommon && i32At(this.#cache, slot) === ~tag) return i32At(this.#cache, slot + 1);
    const point = this.#find(index * 2 + loopback + 1, ifindex, captured[index]?.name ?? '');
    this.#cache[slot] = isCommon ? ~tag : 0;
    this.#cache[slot + 1] = point;
    return point;
  }

  isLoopback(point: number): boolean {
    return this.#tables.points.point(point).loopback;
  }

  #find(tag: number, ifindex: number, name: string): number {
    const number = this.#known.size < MAX_POINTS ? ifindex : 0;
    const key = tag * 0x1_0000_0000 + number;
    const known = this.#known.get(tag * 0x1_0000_0000 + ifindex) ?? this.#known.get(key);
    if (known !== undefined) return known;
    const loopback = (tag & 1) === 0 || /^lo\d*$/.test(name);
    const point = this.#tables.points.add({ input: this.#input, name: number === 0 ? name : `${name}#${number}`, loopback });
    this.#known.set(key, point);
    this.all.push(point);
    return point;
  }
}
