/** What waits to be decided, in the order in which it will be: lines and wire connections, each numbered by its place. */
import { f64At, u32At } from '../model/column.ts';
import type { LineRows } from '../model/line-rows.ts';
import { L } from '../model/line-rows.ts';
import type { Tables } from '../model/tables.ts';
import { W, type WireRows } from '../model/wire-rows.ts';
import { sortedBy } from './order.ts';
import type { TimedRows } from './row-list.ts';
import type { Steps } from './steps.ts';

export type Stores = { readonly wires: WireRows; readonly lines: LineRows; readonly tables: Tables };

export type Pending = {
  /** Place → row of `WireRows`. */
  readonly wires: Uint32Array;
  /** Place → row of `LineRows`. */
  readonly lines: Uint32Array;
  /** Place → time of that line. */
  readonly times: Float64Array;
};

/**
 * Order (end, start, tuple) for connections; (time, tuple, …) for lines. Inputs are numbered by name, so that the last resort,
 * among records that say the very same, does not depend on the order of the inputs either.
 */
export function* inOrder(stores: Stores, wires: Uint32Array, lines: TimedRows): Steps<Pending> {
  return { wires: yield* wiresInOrder(stores, wires), ...(yield* linesInOrder(stores, lines)) };
}

function* wiresInOrder({ wires, tables }: Stores, rows: Uint32Array): Steps<Uint32Array> {
  // `Float64Array.from` makes an array of objects first.
  const ends = new Float64Array(rows.length);
  for (let place = 0; place < rows.length; place++) ends[place] = wires.end(u32At(rows, place));
  const order = yield* sortedBy(ends, (a, b) => compareWires(wires, tables, u32At(rows, a), u32At(rows, b)));
  return order.map((place) => u32At(rows, place));
}

function compareWires(wires: WireRows, { addresses }: Tables, a: number, b: number): number {
  return (
    wires.start(a) - wires.start(b) ||
    wires.protocol(a) - wires.protocol(b) ||
    addresses.compare(wires.clientIp(a), wires.clientIp(b)) ||
    wires.clientPort(a) - wires.clientPort(b) ||
    addresses.compare(wires.serverIp(a), wires.serverIp(b)) ||
    wires.serverPort(a) - wires.serverPort(b) ||
    wires.clientFirstSeq(a) - wires.clientFirstSeq(b) ||
    wires.sent(a) - wires.sent(b) ||
    wires.received(a) - wires.received(b) ||
    wires.word(a, W.packets) - wires.word(b, W.packets) ||
    wires.word(a, W.input) - wires.word(b, W.input) ||
    wires.word(a, W.firstRecord) - wires.word(b, W.firstRecord)
  );
}

function* linesInOrder({ lines, tables }: Stores, { rows, times }: TimedRows): Steps<Pick<Pending, 'lines' | 'times'>> {
  const order = yield* sortedBy(times, (a, b) => compareLines(lines, tables, u32At(rows, a), u32At(rows, b)));
  const sorted = { lines: new Uint32Array(order.length), times: new Float64Array(order.length) };
  for (let place = 0; place < order.length; place++) {
    const index = u32At(order, place);
    sorted.lines[place] = u32At(rows, index);
    sorted.times[place] = f64At(times, index);
  }
  return sorted;
}

function compareLines(lines: LineRows, tables: Tables, a: number, b: number): number {
  return (
    compareLineFacts(lines, tables, a, b) || lines.word(a, L.input) - lines.word(b, L.input) || lines.word(a, L.record) - lines.word(b, L.record)
  );
}

/** 0 only when two lines say the very same: then they are one line read twice. */
export function compareLineFacts(lines: LineRows, { addresses, names, shapes }: Tables, a: number, b: number): number {
  return (
    lines.time(a) - lines.time(b) ||
    lines.direction(a) - lines.direction(b) ||
    lines.event(a) - lines.event(b) ||
    addresses.compare(lines.sourceIp(a), lines.sourceIp(b)) ||
    lines.sourcePort(a) - lines.sourcePort(b) ||
    addresses.compare(lines.destinationIp(a), lines.destinationIp(b)) ||
    lines.destinationPort(a) - lines.destinationPort(b) ||
    addresses.compare(lines.hboneIp(a), lines.hboneIp(b)) ||
    lines.hbonePort(a) - lines.hbonePort(b) ||
    lines.start(a) - lines.start(b) ||
    lines.sent(a) - lines.sent(b) ||
    lines.received(a) - lines.received(b) ||
    compareNumbered(lines.word(a, L.shape), lines.word(b, L.shape), (id) => JSON.stringify(shapes.shape(id))) ||
    compareNumbered(lines.word(a, L.error), lines.word(b, L.error), (id) => (id === 0 ? '' : names.text(id - 1))) ||
    compareNumbered(lines.word(a, L.hboneHost), lines.word(b, L.hboneHost), (id) => (id === 0 ? '' : names.text(id - 1)))
  );
}

/** Equal numbers are equal texts; only unequal ones need their texts, since numbers depend on the order of reading. */
function compareNumbered(a: number, b: number, text: (id: number) => string): number {
  if (a === b) return 0;
  const [textA, textB] = [text(a), text(b)];
  return textA < textB ? -1 : textA > textB ? 1 : 0;
}
