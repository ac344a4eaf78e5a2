/**
 * One decision: everything that waits, joined, then given out flow by flow in the order decided. What lies so near to the
 * present that a partner may still come is kept for the next decision.
 */
import { HBONE_PORT } from '../mesh/ports.ts';
import { f64At, i32At, u8At, u32At } from '../model/column.ts';
import { Direction, isUnended } from '../model/line-event.ts';
import type { Micros } from '../model/time.ts';
import { attach } from './attach.ts';
import { lagOf } from './backlog.ts';
import type { CommonLines } from './common-lines.ts';
import { joinWires, type WireGroups } from './join-wires.ts';
import type { Naming } from './naming.ts';
import { type PairedLines, pairLines } from './pair-lines.ts';
import { type FlowLines, NO_LINES } from './parts.ts';
import { inOrder, type Pending } from './pending.ts';
import type { TimedRows } from './row-list.ts';
import { type Attached, Use } from './search.ts';
import type { Steps } from './steps.ts';
import { type WireFacts, wireWitness } from './witness.ts';

export type Due = {
  /** Fragments that end later than this are kept. */
  readonly until: Micros;
  readonly window: Micros;
  /** A tunnel of which an earlier decision told streams, or that may still be: it is no flow of its own now. */
  isCarrier(row: number): boolean;
  /** Its lane has it still: what it is part of is not decided before it is handed over. */
  isOpen(row: number): boolean;
  /** Told as it stands with these rows (`usedLines`, `usedWires`): nothing to say of it now. */
  isTold(lines: readonly number[], wires: readonly number[]): boolean;
  /** There is no room to wait for the end of what was opened. */
  readonly hurries: boolean;
};

/** The rows of a flow, to make its parts from, now or again. Which tunnel carried it is looked up once. */
export type FlowRows = {
  readonly lines: FlowLines;
  readonly wire: readonly number[];
  readonly leg: readonly number[];
  readonly tunnel: WireFacts | null;
};

/**
 * What a decision gives out: the rows of a flow, or null where rows need no flow (a tunnel whose streams are told). Which rows
 * it used up stands in `usedLines` and `usedWires`; unless it is `isOpen`: then it is what is known by now, and they are kept.
 */
export type Decided = { readonly rows: FlowRows | null; readonly isOpen: boolean; readonly copies: number; readonly carrier: WireFacts | null };

type Joined = { readonly pending: Pending; readonly paired: PairedLines; readonly groups: WireGroups; readonly attached: Attached };

const NONE: readonly number[] = [];

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

  private constructor(naming: Naming, due: Due, { pending, paired, groups, attached }: Joined) {
    this.#naming = naming;
    this.#due = due;
    this.#pending = pending;
    this.#paired = paired;
    this.#groups = groups;
    this.#attached = attached;
    this.#lineDone = new Uint8Array(pending.lines.length);
  }

  /** All the joining, in short steps. */
  static *make(naming: Naming, rows: { readonly lines: TimedRows; readonly wires: Uint32Array }, due: Due): Steps<Plan> {
    const { stores } = naming;
    const { window } = due;
    const pending = yield* inOrder(stores, rows.wires, rows.lines);
    const paired = yield* pairLines(stores, pending, window);
    const groups = yield* joinWires(stores, pending, window);
    const attached = yield* attach({ stores, pending, groups, paired, window });
    return new Plan(naming, due, { pending, paired, groups, attached });
  }

  /** How many fragments have been looked at. */
  get at(): number {
    return this.#line + this.#wire;
  }

  get isOver(): boolean {
    return this.at === this.#pending.lines.length + this.#pending.wires.length;
  }

  /** The next thing decided, undefined when there is none before fragment `stop`. Whatever `common` takes is done with. */
  next(common: CommonLines | null, stop: number): Decided | undefined {
    const { lines, times, wires } = this.#pending;
    const { wires: wireRows } = this.#naming.stores;
    while (this.at < stop && !this.isOver) {
      const lineTime = this.#line < lines.length ? f64At(times, this.#line) : Infinity;
      const wireEnd = this.#wire < wires.length ? wireRows.end(u32At(wires, this.#wire)) : Infinity;
      empty(this.usedLines);
      empty(this.usedWires);
      const decided = this.#wire < wires.length && wireEnd <= lineTime ? this.#wireAt(this.#wire++) : this.#lineAt(this.#line++, common);
      if (decided !== undefined) return decided;
    }
    return undefined;
  }

  /** Rows of tunnels that lines of this decision were found to travel in, decided or not. */
  carriers(): number[] {
    const { use } = this.#attached;
    const rows: number[] = [];
    for (let place = 0; place < use.length; place++) if (u8At(use, place) === Use.carrier) this.#addRows(place, rows);
    return rows;
  }

  #lineAt(place: number, common: CommonLines | null): Decided | undefined {
    const { copyOf, completeOf, openedOf, partner } = this.#paired;
    if (u8At(this.#lineDone, place) === 1 || i32At(copyOf, place) >= 0 || i32At(completeOf, place) >= 0) return undefined;
    const other = i32At(partner, place);
    const isOutbound = this.#naming.stores.lines.direction(this.#row(place)) === Direction.outbound;
    const outbound = isOutbound ? place : other;
    const inbound = isOutbound ? other : place;
    const outboundOpened = outbound < 0 ? -1 : i32At(openedOf, outbound);
    const inboundOpened = inbound < 0 ? -1 : i32At(openedOf, inbound);
    if (common !== null && this.#isPair(outbound, inbound) && common.take(this.#row(outbound), this.#row(inbound))) {
      if (other >= 0) this.#lineDone[other] = 1;
      return undefined;
    }
    const { usedLines, usedWires } = this;
    this.#use(outbound);
    this.#use(inbound);
    this.#use(outboundOpened);
    this.#use(inboundOpened);
    const own = usedLines.length;
    this.#useCopies(outbound);
    this.#useCopies(inbound);
    this.#useCopies(outboundOpened);
    this.#useCopies(inboundOpened);
    const wire = this.#either(outbound, inbound, this.#attached.wire);
    const leg = this.#either(outbound, inbound, this.#attached.leg);
    if (wire >= 0) this.#addRows(wire, usedWires);
    const wires = usedWires.length;
    if (leg >= 0) this.#addRows(leg, usedWires);
    const isOpen = this.#isLate();
    if (isOpen && this.#keeps()) return undefined;
    const lines = {
      outbound: this.#row(outbound),
      inbound: this.#row(inbound),
      outboundOpened: this.#row(outboundOpened),
      inboundOpened: this.#row(inboundOpened),
    };
    const tunnel = this.#witnessAt(this.#either(outbound, inbound, this.#attached.tunnel));
    return {
      rows: { lines, wire: wires === 0 ? NONE : usedWires.slice(0, wires), leg: leg < 0 ? NONE : usedWires.slice(wires), tunnel },
      isOpen,
      copies: usedLines.length - own,
      carrier: null,
    };
  }

  #wireAt(place: number): Decided | undefined {
    if (this.#groups.first(place) !== place) return undefined;
    const use = u8At(this.#attached.use, place);
    if (use === Use.wire || use === Use.leg) return undefined;
    this.#addRows(place, this.usedWires);
    const isOpen = this.#isLate();
    const carries = use === Use.carrier || this.usedWires.some((row) => this.#due.isCarrier(row));
    if (isOpen && (this.#keeps() || carries)) return undefined;
    const rows = this.usedWires.slice();
    const wire = this.#naming.stores.wires.serverPort(u32At(this.#pending.wires, place)) === HBONE_PORT ? wireWitness(this.#naming, rows) : null;
    return { rows: carries ? null : { lines: NO_LINES, wire: rows, leg: NONE, tunnel: null }, isOpen, copies: 0, carrier: wire };
  }

  /** Lines that are due, with no copies, nothing opened before, and no packets. */
  #isPair(outbound: number, inbound: number): boolean {
    return this.#isSingle(outbound) && this.#isSingle(inbound);
  }

  #isSingle(place: number): boolean {
    if (place < 0) return true;
    const { copyOf, openedOf } = this.#paired;
    const { wire, leg, tunnel } = this.#attached;
    return (
      f64At(this.#pending.times, place) <= this.#due.until &&
      i32At(openedOf, place) < 0 &&
      (place + 1 === copyOf.length || i32At(copyOf, place + 1) !== place) &&
      i32At(wire, place) < 0 &&
      i32At(leg, place) < 0 &&
      i32At(tunnel, place) < 0
    );
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
    for (let copy = place + 1; copy < this.#pending.lines.length && i32At(this.#paired.copyOf, copy) === place; copy++)
      this.usedLines.push(this.#row(copy));
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

  /** What is not decided is kept. True when there is nothing to say of it either: a partner may still come, or it has been told. */
  #keeps(): boolean {
    const { until, isTold } = this.#due;
    const { lines, wires } = this.#naming.stores;
    for (const row of this.usedLines) this.keptLines.push(row);
    for (const row of this.usedWires) this.keptWires.push(row);
    if (this.usedLines.some((row) => lines.time(row) > until) || this.usedWires.some((row) => wires.start(row) > until)) return true;
    return isTold(this.usedLines, this.usedWires);
  }

  /** A partner may still come; what is open, or was opened, may take hours. */
  #isLate(): boolean {
    const { until, hurries, isOpen } = this.#due;
    if (until === Infinity) return false;
    const { lines, wires } = this.#naming.stores;
    let opened = 0;
    for (const row of this.usedLines) {
      if (lines.time(row) > until) return true;
      if (isUnended(lines.event(row))) opened++;
    }
    if (!hurries && opened > 0 && opened === this.usedLines.length) return true;
    return this.usedWires.some((row) => isOpen(row) || wires.end(row) + lagOf(wires, row) > until);
  }
}

/** `list.length = 0` gives its memory back, which is wanted again at once. */
function empty(list: number[]): void {
  while (list.length > 0) list.pop();
}
