/**
 * One decision: everything that waits, joined, then given out flow by flow in the order decided. What lies so near to the
 * present that a partner may still come is kept for the next decision.
 */
import { HBONE_PORT } from '../mesh/ports.ts';
import type { LineWitness } from '../model/flow.ts';
import { LineEvent } from '../model/batch.ts';
import { i32At, u8At, u32At } from '../model/column.ts';
import type { Micros } from '../model/time.ts';
import { type Attached, attach, Use } from './attach.ts';
import { kindOfWire, type Parts } from './compose.ts';
import { endsOfLines, endsOfWire } from './ends.ts';
import { joinWires, type WireGroups } from './join-wires.ts';
import { type PairedLines, pairLines } from './pair-lines.ts';
import { inOrder, type Pending } from './pending.ts';
import { lineWitness, type Naming, startOf, type WireFacts, wireWitness } from './witness.ts';

export type Due = {
  /** Fragments that end later than this are kept. */
  readonly until: Micros;
  readonly window: Micros;
  /** A tunnel of which an earlier decision told streams, or that is still open: it is no flow of its own now. */
  isCarrier(row: number): boolean;
};

/** What a decision gives out: a flow's parts and the rows it used up, or rows that need no flow any more. */
export type Decided = { readonly parts: Parts | null; readonly lineRows: readonly number[]; readonly wireRows: readonly number[]; readonly copies: number; readonly carrier: WireFacts | null };

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
      const decided = wireEnd <= lineTime && this.#wire < wires.length ? this.#wireAt(this.#wire++) : this.#lineAt(this.#line++);
      if (decided !== undefined) return decided;
    }
    return undefined;
  }

  /** First rows of tunnels that lines of this decision were found to travel in, decided or not. */
  carriers(): number[] {
    const { use } = this.#attached;
    const rows: number[] = [];
    for (let place = 0; place < use.length; place++) if (u8At(use, place) === Use.carrier) rows.push(...this.#rowsOf(place));
    return rows;
  }

  #lineAt(place: number): Decided | undefined {
    const { copyOf, completeOf, partner } = this.#paired;
    if (u8At(this.#lineDone, place) === 1) return undefined;
    if (i32At(copyOf, place) >= 0 || i32At(completeOf, place) >= 0) return undefined;
    const places = [place, i32At(partner, place)].filter((member) => member >= 0);
    const all = [...places, ...places.map((member) => i32At(this.#paired.openedOf, member)).filter((member) => member >= 0)];
    for (const member of all) this.#lineDone[member] = 1;
    const rows = all.map((member) => u32At(this.#pending.lines, member));
    const copies = this.#copiesOf(all);
    const joined = this.#firstOf(places, this.#attached.wire);
    const leg = this.#firstOf(places, this.#attached.leg);
    const wireRows = [...(joined < 0 ? [] : this.#rowsOf(joined)), ...(leg < 0 ? [] : this.#rowsOf(leg))];
    if (this.#isLate(rows, wireRows)) {
      this.keptLines.push(...rows, ...copies);
      this.keptWires.push(...wireRows);
      return undefined;
    }
    return { parts: this.#partsOfLines(places), lineRows: [...rows, ...copies], wireRows, copies: copies.length, carrier: null };
  }

  #wireAt(place: number): Decided | undefined {
    if (this.#groups.first(place) !== place) return undefined;
    const use = u8At(this.#attached.use, place);
    if (use === Use.wire || use === Use.leg) return undefined;
    const rows = this.#rowsOf(place);
    if (this.#isLate([], rows)) {
      this.keptWires.push(...rows);
      return undefined;
    }
    const wire = wireWitness(this.#naming, rows);
    const carries = use === Use.carrier || rows.some((row) => this.#due.isCarrier(row));
    const carrier = wire.serverPort === HBONE_PORT ? wire : null;
    return { parts: carries ? null : this.#partsOfWire(wire), lineRows: [], wireRows: rows, copies: 0, carrier };
  }

  #partsOfLines(places: readonly number[]): Parts {
    const { stores } = this.#naming;
    const row = (direction: number): number => {
      const place = places.find((member) => stores.lines.direction(u32At(this.#pending.lines, member)) === direction) ?? -1;
      return place < 0 ? -1 : place;
    };
    const [outboundPlace, inboundPlace] = [row(0), row(1)];
    const opened: LineWitness[] = [];
    const witness = (place: number): LineWitness | null => {
      if (place < 0) return null;
      const openedPlace = i32At(this.#paired.openedOf, place);
      const openedRow = openedPlace < 0 ? -1 : u32At(this.#pending.lines, openedPlace);
      if (openedRow >= 0) opened.push(lineWitness(this.#naming, openedRow, -1));
      return lineWitness(this.#naming, u32At(this.#pending.lines, place), openedRow);
    };
    const rows = { outbound: outboundPlace < 0 ? -1 : u32At(this.#pending.lines, outboundPlace), inbound: inboundPlace < 0 ? -1 : u32At(this.#pending.lines, inboundPlace) };
    const [outbound, inbound] = [witness(outboundPlace), witness(inboundPlace)];
    const wire = this.#witnessAt(this.#firstOf(places, this.#attached.wire));
    const ends = endsOfLines(this.#naming, rows, startOf(stores.lines, Math.max(rows.outbound, rows.inbound), -1));
    return {
      kind: kindOfWire(wire) === 'tunnel' || ends.destination.port === HBONE_PORT ? 'tunnel' : 'connection',
      wire,
      tunnel: this.#witnessAt(this.#firstOf(places, this.#attached.tunnel)),
      leg: this.#witnessAt(this.#firstOf(places, this.#attached.leg)),
      outbound,
      inbound,
      rows,
      opened,
      ends,
    };
  }

  #partsOfWire(wire: WireFacts): Parts {
    return { kind: kindOfWire(wire), wire, tunnel: null, leg: null, outbound: null, inbound: null, rows: { outbound: -1, inbound: -1 }, opened: [], ends: endsOfWire(this.#naming, wire) };
  }

  #witnessAt(place: number): WireFacts | null {
    return place < 0 ? null : wireWitness(this.#naming, this.#rowsOf(place));
  }

  #rowsOf(first: number): number[] {
    const rows: number[] = [];
    for (let place = first; place >= 0; place = this.#groups.next(place)) rows.push(u32At(this.#pending.wires, place));
    return rows;
  }

  /** Copies stand right behind their original. */
  #copiesOf(places: readonly number[]): number[] {
    const rows: number[] = [];
    for (const place of places) for (let copy = place + 1; copy < this.#pending.lines.length && i32At(this.#paired.copyOf, copy) === place; copy++) rows.push(u32At(this.#pending.lines, copy));
    return rows;
  }

  #firstOf(places: readonly number[], column: Int32Array): number {
    return places.map((place) => i32At(column, place)).find((wire) => wire >= 0) ?? -1;
  }

  /** A partner may still come; the `complete` line of an `opened` one may take hours. */
  #isLate(lineRows: readonly number[], wireRows: readonly number[]): boolean {
    const { lines, wires } = this.#naming.stores;
    if (this.#due.until === Infinity) return false;
    if (lineRows.length > 0 && lineRows.every((row) => lines.event(row) === LineEvent.opened)) return true;
    return lineRows.some((row) => lines.time(row) > this.#due.until) || wireRows.some((row) => wires.end(row) > this.#due.until);
  }
}
