/** Sums of flows by group: of all that are kept, running; or over the flows of a range of time. */
import { f64At, u8At, u32At } from '../../model/column.ts';
import { F, type FlowColumns } from './columns.ts';
import { larger } from './evidence.ts';

/** Columns of a group's sums; `first` and `last`: µs. */
export const S = {
  flows: 0,
  sent: 1,
  sentKnown: 2,
  received: 3,
  receivedKnown: 4,
  exposed: 5,
  exposedKnown: 6,
  first: 7,
  last: 8,
  width: 9,
} as const;

export class Sums {
  #sums: Float64Array;

  constructor(groups: number) {
    this.#sums = new Float64Array(Math.max(256, groups) * S.width);
    for (let group = 0; group < groups; group++) this.reset(group);
  }

  /** `column`: of `S`. */
  at(group: number, column: number): number {
    return f64At(this.#sums, group * S.width + column);
  }

  reset(group: number): void {
    const at = group * S.width;
    while (at + S.width > this.#sums.length) this.#sums = larger(this.#sums, new Float64Array(this.#sums.length * 2));
    this.#sums.fill(0, at, at + S.width);
    this.#sums[at + S.first] = Infinity;
    this.#sums[at + S.last] = -Infinity;
  }

  /** `first` and `last` stay what they were when flows are taken off. */
  count(columns: FlowColumns, row: number, sign: 1 | -1): void {
    const at = u32At(columns.group, row) * S.width;
    this.#add(at + S.flows, sign);
    this.#addKnown(at + S.exposed, f64At(columns.exposed, row), sign);
    // What a tunnel's TLS weighs is no application's bytes (contract, Fields: kind).
    if ((u8At(columns.flags, row) & F.tunnel) === 0) {
      this.#addKnown(at + S.sent, f64At(columns.sent, row), sign);
      this.#addKnown(at + S.received, f64At(columns.received, row), sign);
    }
    if (sign < 0) return;
    const start = f64At(columns.start, row);
    const end = f64At(columns.end, row);
    const last = Number.isNaN(end) ? start : end;
    if (start < f64At(this.#sums, at + S.first)) this.#sums[at + S.first] = start;
    if (last > f64At(this.#sums, at + S.last)) this.#sums[at + S.last] = last;
  }

  #add(at: number, value: number): void {
    this.#sums[at] = f64At(this.#sums, at) + value;
  }

  #addKnown(at: number, value: number, sign: 1 | -1): void {
    if (Number.isNaN(value)) return;
    this.#add(at, sign * value);
    this.#add(at + 1, sign);
  }
}
