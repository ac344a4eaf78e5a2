/**
 * The order in which everything is decided: by end, then by `tie`. It depends on what fragments say, never on which input
 * they came from or when they were read: that is what makes the answer independent of the order of the inputs.
 *
 * Logs are nearly in order, so a few steps each are tried first; else a radix sort on whole µs (three or four passes over
 * 16 bits), since a comparator costs a second at a million fragments.
 */
import { f64At, u32At } from '../model/column.ts';
import { PIECE, type Steps } from './steps.ts';

const DIGIT = 0x10000;
/** How many places back a value may have to go, on average, before the radix sort is the cheaper one. */
const NEAR = 8;

/** Indices of `ends`, sorted by value and among equals by `tie(a, b)`. */
export function* sortedBy(ends: Float64Array, tie: (a: number, b: number) => number): Steps<Uint32Array> {
  const order = nearlySorted(ends) ?? (yield* radixSorted(ends));
  for (let at = 0; at < order.length; ) {
    if (at > 0) yield;
    at = sortTies({ order, ends, tie }, at);
  }
  return order;
}

/** Insertion: each value steps past those that overtook it. Undefined where that takes too many steps. */
function nearlySorted(values: Float64Array): Uint32Array | undefined {
  const order = new Uint32Array(values.length);
  let steps = values.length * NEAR;
  for (let index = 0; index < values.length; index++) {
    const value = f64At(values, index);
    let at = index;
    for (; at > 0 && steps > 0 && f64At(values, u32At(order, at - 1)) > value; at--, steps--) order[at] = u32At(order, at - 1);
    if (steps === 0) return undefined;
    order[at] = index;
  }
  return order;
}

function* radixSorted(values: Float64Array): Steps<Uint32Array> {
  let order = new Uint32Array(values.length);
  for (let index = 0; index < order.length; index++) order[index] = index;
  let spare = new Uint32Array(values.length);
  const { lowest, span } = range(values);
  for (let divisor = 1; divisor <= span; divisor *= DIGIT) {
    yield;
    pass(order, spare, (index) => Math.floor((f64At(values, index) - lowest) / divisor) % DIGIT);
    [order, spare] = [spare, order];
  }
  return order;
}

function range(values: Float64Array): { lowest: number; span: number } {
  let lowest = Infinity;
  let highest = -Infinity;
  for (let index = 0; index < values.length; index++) {
    const value = f64At(values, index);
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
  }
  return { lowest, span: highest - lowest };
}

function pass(from: Uint32Array, to: Uint32Array, digit: (index: number) => number): void {
  const starts = new Uint32Array(DIGIT + 1);
  for (let at = 0; at < from.length; at++) {
    const next = digit(u32At(from, at)) + 1;
    starts[next] = u32At(starts, next) + 1;
  }
  for (let value = 0; value < DIGIT; value++) starts[value + 1] = u32At(starts, value + 1) + u32At(starts, value);
  for (let at = 0; at < from.length; at++) {
    const index = u32At(from, at);
    const value = digit(index);
    const place = u32At(starts, value);
    to[place] = index;
    starts[value] = place + 1;
  }
}

type Sorting = { readonly order: Uint32Array; readonly ends: Float64Array; readonly tie: (a: number, b: number) => number };

/** A piece of them, from `first` on; where the rest begins. */
function sortTies({ order, ends, tie }: Sorting, first: number): number {
  let from = first;
  while (from < order.length && from < first + PIECE) {
    const end = f64At(ends, u32At(order, from));
    let to = from + 1;
    while (to < order.length && f64At(ends, u32At(order, to)) === end) to++;
    if (to - from > 1) order.subarray(from, to).sort(tie);
    from = to;
  }
  return from;
}
