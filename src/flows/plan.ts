/**
 * One decision: everything that waits, joined, then given out flow by flow in the order decided. What lies so near to the
 * present that a partner may still come is kept for the next decision.
 */
import { HBONE_PORT } from '../mesh/ports.ts';
import { LineEvent } from '../model/batch.ts';
import { i32At, u8At, u32At } from '../model/column.ts';
import type { Micros } from '../model/time.ts';
import { type Attached, attach, Use } from './attach.ts';
import type { Parts } from './compose.ts';
import { joinWires, type WireGroups } from './join-wires.ts';
import { type PairedLines, pairLines } from './pair-lines.ts';
import { NO_WIRES, partsOfLines, partsOfWire } from './parts.ts';
import { inOrder, type Pending } from './pending.ts';
import { type Naming, type WireFacts, wireWitness } from './witness.ts';

export type Due = {
  /** Fragments that end later than this are kept. */
  readonly until: Micros;
  readonly window: Micros;
  /** A tunnel of which an earlier decision told streams, or that is still open: it is no flow of its own now. */
  isCarrier(row: number): boolean;
};

/** What a decision gives out: a flow's parts, or null where rows need no flow (a tunnel whose streams are told). Which rows it used up stands in `usedLines` and `usedWires`. */
export type Decided = { readonly parts: Parts | null; readonly copies: number; readonly carrier: WireFacts | null };

export class Plan {
  readonly #naming: Naming;
  readonly #due: Due;
  readonly #pending: Pending;
  readonly #paired: PairedLines;
  readonly #groups: WireGroups;
  readonly #attached: Attached;
  readonly #lineDone: Uint8Array;
  #line = 0;
  #wire = 0;
  /** Rows to be considered again. */
  readonly keptLines: number[] = [];
  readonly keptWires: number[] = [];
  /** Rows of what `next` gave last. Copies stand last. */
  readonly usedLines: number[] = [];
  readonly usedWires: number[] = [];

  constructor(naming: Naming, rows: { readonly lines: Uint32Array; readonly wires: Uint32Array }, due: Due) {
    this.#naming = naming;
    this.#due = due;
    this.#pending = inOrder(naming.stores, rows.wires, rows.lines);
    this.#paired = pairLines(naming.stores, this.#pending, due.window);
    this.#groups = joinWires(naming.stores, this.#pending, due.window);
    this.#attached = attach({ stores: naming.stores, pending: this.#pending, groups: this.#groups, paired: this.#paired, window: due.window });
    this.#lineDone = new Uint8Array(this.#pending.lines.length);
  }

  /** The next thing decided; undefined at the end. */
  next(): Decided | undefined {
    const { lines, wires } = this.#pending;
    const { lines: lineRows, wires: wireRows } = this.#naming.stores;
    while (this.#line < lines.length || this.#wire < wires.length) {
      const lineTime = this.#line < lines.length ? lineRows.time(u32At(lines, this.#line)) : Infinity;
      const wireEnd = this.#wire < wires.length ? wireRows.end(u32At(wires, this.#wire)) : Infinity;
      this.usedLines.length = 0;
      this.usedWires.length = 0;
      const decided = this.#wire < wires.length && wireEnd <= lineTime ? this.#wireAt(this.#wire++) : this.#lineAt(this.#line++);
      if (decided !== undefined) return decided;
    }
    return undefined;
  }

  /** All lines, in the order of their times. */
  eachLine(visit: (row: number) => void): void {
    for (let place = 0; place < this.#pending.lines.length; place++) visit(u32At(this.#pending.lines, place));
  }

  /** Rows of tunnels that lines of this decision were found to travel in, decided or not. */
  carriers(): number[] {
    const { use } = this.#attached;
    const rows: number[] = [];
    for (let place = 0; place < use.length; place++) if (u8At(use, place) === Use.carrier) this.#addRows(place, rows);
    return rows;
  }

  #lineAt(place: number): Decided | undefined {
    const { copyOf, completeOf, openedOf, partner } = this.#paired;
    if (u8At(this.#lineDone, place) === 1 || i32At(copyOf, place) >= 0 || i32At(completeOf, place) >= 0) return undefined;
    const other = i32At(partner, place);
    const isOutbound = this.#naming.stores.lines.direction(this.#row(place)) === 0;
    const [outbound, inbound] = isOutbound ? [place, other] : [other, place];
    const outboundOpened = outbound < 0 ? -1 : i32At(openedOf, outbound);
    const inboundOpened = inbound < 0 ? -1 : i32At(openedOf, inbound);
    const { usedLines, usedWires } = this;
    this.#use(outbound);
    this.#use(inbound);
    this.#use(outboundOpened);
    this.#use(inboundOpened);
    const own = usedLines.length;
    for (const member of [outbound, inbound, outboundOpened, inboundOpened]) this.#useCopies(member);
    const wire = this.#either(outbound, inbound, this.#attached.wire);
    const leg = this.#either(outbound, inbound, this.#attached.leg);
    if (wire >= 0) this.#addRows(wire, usedWires);
    if (leg >= 0) this.#addRows(leg, usedWires);
    if (this.#isLate()) return this.#keep();
    const rows = { outbound: this.#row(outbound), inbound: this.#row(inbound), outboundOpened: this.#row(outboundOpened), inboundOpened: this.#row(inboundOpened) };
    const tunnel = this.#either(outbound, inbound, this.#attached.tunnel);
    const wires = wire < 0 && leg < 0 && tunnel < 0 ? NO_WIRES : { wire: this.#witnessAt(wire), leg: this.#witnessAt(leg), tunnel: this.#witnessAt(tunnel) };
    return { parts: partsOfLines(this.#naming, rows, wires), copies: usedLines.length - own, carrier: null };
  }

  #wireAt(place: number): Decided | undefined {
    if (this.#groups.first(place) !== place) return undefined;
    const use = u8At(this.#attached.use, place);
    if (use === Use.wire || use === Use.leg) return undefined;
    this.#addRows(place, this.usedWires);
    if (this.#isLate()) return this.#keep();
    const wire = wireWitness(this.#naming, this.usedWires.slice());
    const carries = use === Use.carrier || this.usedWires.some((row) => this.#due.isCarrier(row));
    return { parts: carries ? null : partsOfWire(this.#naming, wire), copies: 0, carrier: wire.serverPort === HBONE_PORT ? wire : null };
  }

  #row(place: number): number {
    return place < 0 ? -1 : u32At(this.#pending.lines, place);
  }

  #use(place: number): void {
    if (place < 0) return;
    this.#lineDone[place] = 1;
    this.usedLines.push(this.#row(place));
  }

  /** Copies stand right behind their original. */
  #useCopies(place: number): void {
    if (place < 0) return;
    for (let copy = place + 1; copy < this.#pending.lines.length && i32At(this.#paired.copyOf, copy) === place; copy++) this.usedLines.push(this.#row(copy));
  }

  #either(outbound: number, inbound: number, column: Int32Array): number {
    const found = outbound < 0 ? -1 : i32At(column, outbound);
    return found >= 0 || inbound < 0 ? found : i32At(column, inbound);
  }

  #witnessAt(place: number): WireFacts | null {
    if (place < 0) return null;
    const rows: number[] = [];
    this.#addRows(place, rows);
    return wireWitness(this.#naming, rows);
  }

  #addRows(first: number, to: number[]): void {
    for (let place = first; place >= 0; place = this.#groups.next(place)) to.push(u32At(this.#pending.wires, place));
  }

  #keep(): undefined {
    for (const row of this.usedLines) this.keptLines.push(row);
    for (const row of this.usedWires) this.keptWires.push(row);
  }

  /** A partner may still come; the `complete` line of an `opened` one may take hours. */
  #isLate(): boolean {
    const { until } = this.#due;
    if (until === Infinity) return false;
    const { lines, wires } = this.#naming.stores;
    if (this.usedLines.length > 0 && this.usedLines.every((row) => lines.event(row) === LineEvent.opened)) return true;
    return this.usedLines.some((row) => lines.time(row) > until) || this.usedWires.some((row) => wires.end(row) > until);
  }
}
