/** What a search for the packets of lines works with, and where its finds are written down. */

import { i32At, u8At, u32At } from '../model/column.ts';
import { Seen } from '../model/wire-rows.ts';
import type { Stores } from './pending.ts';
import { inPieces, type Steps } from './steps.ts';
import type { Searched } from './wire-index.ts';

/** What became of a wire connection (by the first place of its group). */
export const Use = { free: 0, carrier: 1, wire: 2, leg: 3 } as const;

/** First places of wire groups, by place of a line; -1 for none. */
export type Attached = {
  readonly tunnel: Int32Array;
  readonly wire: Int32Array;
  readonly leg: Int32Array;
  /** `Use`, by first place of a wire group. */
  readonly use: Uint8Array;
};

export type Work = Searched & { readonly attached: Attached };

export function lineFields({ stores, pending }: Work): { lines: Stores['lines']; row: (place: number) => number } {
  return { lines: stores.lines, row: (place) => u32At(pending.lines, place) };
}

export function wireRow({ pending }: Work, place: number): number {
  return u32At(pending.wires, place);
}

/** Lines that speak for themselves: no copies, no `opened` whose `complete` is there. */
export function eachLine({ pending, paired }: Work, visit: (place: number) => void): Steps<void> {
  return inPieces(pending.lines.length, (from, to) => {
    for (let place = from; place < to; place++) if (i32At(paired.copyOf, place) < 0 && i32At(paired.completeOf, place) < 0) visit(place);
  });
}

export function take(column: Int32Array, place: number, wire: number, { attached }: Work, use: number): void {
  column[place] = wire;
  if (u8At(attached.use, wire) === Use.free) attached.use[wire] = use;
}

/** ztunnel judged it mutual TLS: its bytes travel inside a tunnel. */
export function tunnelled({ stores: { lines, tables } }: Pick<Work, 'stores'>, line: number): boolean {
  return lines.isTunnelled(line, (shape) => tables.shapes.isMutual(shape));
}

export function isNetwork(work: Work, place: number): boolean {
  return (work.stores.wires.seen(wireRow(work, place)) & Seen.loopback) === 0;
}

export function serverPort(work: Work, place: number): number {
  return work.stores.wires.serverPort(wireRow(work, place));
}

export function answersReadably(work: Work, place: number): boolean {
  return (work.stores.wires.seen(wireRow(work, place)) & Seen.serverReadable) !== 0;
}
