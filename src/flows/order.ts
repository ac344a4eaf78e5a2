/**
 * The order in which everything is decided: by end, then by `tie`. It depends on what fragments say, never on which input
 * they came from or when they were read: that is what makes the answer independent of the order of the inputs.
 *
 * A radix sort on whole µs (three or four passes over 16 bits), since a comparator costs a second at a million fragments.
 */
import { f64At, u32At } from '../model/column.ts';

const DIGIT = 0x10000;

/** Indices of `ends`, sorted by value and among equals by `tie(a, b)`. */
export function sortedBy(ends: Float64Array, tie: (a: number, b: number) => number): Uint32Array {
  let order = new Uint32Array(ends.length);
  for (let index = 0; index < order.length; index++) order[index] = index;
  if (isSorted(ends)) {
    sortTies(order, ends, tie);
    return order;
  }
  let spare = new Uint32Array(ends.length);
  const { lowest, span } = range(ends);
  for (let divisor = 1; divisor <= span; divisor *= DIGIT) {
    pass(order, spare, (index) => Math.floor((f64At(ends, index) - lowest) / divisor) % DIGIT);
    [order, spare] = [spare, order];
  }
  sortTies(order, ends, tie);
  return order;
}

/** One log alone mostly is. */
function isSorted(values: Float64Array): boolean {
  for (let index = 1; index < values.length; index++) if (f64At(values, index) < f64At(values, index - 1)) return false;
  return true;
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

function sortTies(order: Uint32Array, ends: Float64Array, tie: (a: number, b: number) => number): void {
  let from = 0;
  while (from < order.length) {
    const end = f64At(ends, u32At(order, from));
    let to = from + 1;
    while (to < order.length && f64At(ends, u32At(order, to)) === end) to++;
    if (to - from > 1) order.subarray(from, to).sort(tie);
    from = to;
  }
}
