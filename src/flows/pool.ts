/**
 * Where fragments wait for their partners. Offline everything waits until the inputs end (or the pool is full); following, a
 * fragment is decided once every lane's clock has passed its end by more than the window, and told early as far as it stands.
 */
import { AddressBook } from '../mesh/address-book.ts';
import type { Configuration } from '../mesh/configuration.ts';
import { HBONE_PORT } from '../mesh/ports.ts';
import type { CommonSink, Flow } from '../model/flow.ts';
import { L } from '../model/line-rows.ts';
import type { FragmentSink } from '../model/reducer.ts';
import type { Micros } from '../model/time.ts';
import { Seen } from '../model/wire-rows.ts';
import { Backlog } from './backlog.ts';
import { CommonLines } from './common-lines.ts';
import { compose, FIRST } from './compose.ts';
import { Early } from './early.ts';
import type { Judge } from './judge.ts';
import type { Naming } from './naming.ts';
import { type Decided, type Due, Plan } from './plan.ts';
import { Routes } from './routes.ts';
import { keysOf, lineKey, partsOfRows, restsOnOthers, wireKey } from './row-parts.ts';
import { Sightings } from './sightings.ts';
import { PIECE, type Steps } from './steps.ts';
import { Telling } from './telling.ts';
import { Unsettled, type UnsettledFlow } from './unsettled.ts';
import { mergedSeen, type WireFacts } from './witness.ts';

export type PoolOptions = {
  readonly naming: Omit<Naming, 'podAt' | 'shapeNames' | 'routes' | 'configuration'>;
  /** What should be; null where nothing will be told of it. */
  readonly configuration?: Configuration;
  readonly judge: (book: AddressBook) => Judge;
  /** How far two clocks may differ, µs. */
  readonly window: Micros;
  /** To be put in now: what waited until all inputs were read, or nothing else is waited for. */
  rest?(into: FragmentSink): void;
  /** A line that stood in an earlier record too. */
  onCopy(input: number): void;
  /** Who sums up common flows without seeing them; null while each is to be told. */
  common?(): CommonSink | null;
  /** What has been told of a flow is out of date, though no fragment of it changed. */
  isStale?(flow: Flow): boolean;
};

/** Flows given out at once: enough to pay for the call, few enough to die young (of chunks of 2048, V8 moved half to its old space: 140 MB). */
const CHUNK = 256;
/** Unsettled flows looked at again with every decision. */
const SETTLE_TURN = 64;
export type TunnelTotals = { count: number; bytes: number };

export class Pool implements FragmentSink {
  readonly #options: PoolOptions;
  readonly #naming: Naming;
  readonly #judge: Judge;
  readonly #telling: Telling;
  readonly #sightings: Sightings;
  readonly book: AddressBook;
  readonly tunnels: TunnelTotals = { count: 0, bytes: 0 };
  readonly #backlog: Backlog;
  #following = false;
  readonly #early: Early;
  readonly #carriers = new Set<number>();
  readonly #unsettled = new Unsettled();
  #settles = 0;
  #clock = -Infinity;
  /** On its way to be the plan. */
  #planning: Steps<Plan> | undefined;
  #plan: Plan | undefined;
  /** Rows that were their lane's when the plan was made. */
  #open: ReadonlySet<number> = new Set();

  constructor(options: PoolOptions) {
    this.#options = options;
    this.book = new AddressBook(options.configuration);
    this.#naming = {
      ...options.naming,
      configuration: this.book.configuration,
      shapeNames: [],
      routes: new Routes(),
      podAt: (ip, time) => this.book.at(ip, time),
    };
    this.#sightings = new Sightings(options.naming.stores);
    this.#backlog = new Backlog(options.naming.stores, options.window);
    this.#judge = options.judge(this.book);
    this.#telling = new Telling(this.#naming, this.#judge);
    this.#early = new Early(this.#naming, this.#telling);
  }

  /** Fragments that came after the flow they belonged to had been decided. */
  get late(): number {
    return this.#backlog.late;
  }

  line(row: number): void {
    this.#backlog.line(row);
    this.#sightings.line(row);
    if (this.#following) this.#early.push(lineKey(row));
  }

  wire(row: number): void {
    this.#backlog.wire(row);
    if (this.#following && !this.#isTunnel(row)) this.#early.push(wireKey(row));
  }

  standing(row: number): void {
    this.#backlog.stands(row);
    if (this.#following && !this.#isTunnel(row)) this.#early.push(wireKey(row));
  }

  /** From now on tell early, and again when something changes: an input is live. */
  follow(): void {
    if (this.#following) return;
    this.#following = true;
    for (const row of this.#backlog.lineRows()) this.#early.push(lineKey(row));
    for (const row of this.#backlog.wireRows()) if (!this.#isTunnel(row)) this.#early.push(wireKey(row));
  }

  get isFollowing(): boolean {
    return this.#following;
  }

  /** How far all lanes have got; `Infinity` when they have ended. */
  clock(time: number): void {
    if (time === Infinity || this.#following) this.#options.rest?.(this);
    this.#clock = time;
  }

  get isCrowded(): boolean {
    return this.#backlog.isCrowded;
  }

  /** More is to be decided now. */
  get isBusy(): boolean {
    return this.#planning !== undefined || this.#plan !== undefined;
  }

  /** The flows that may be told now, a chunk at a time: call until it gives none and is not busy. */
  decide(): readonly Flow[] {
    const told = this.#tellEarly();
    if (told.length > 0) return told;
    if (!this.isBusy) this.#planning = this.#beginPlan();
    if (this.#planning !== undefined) this.#goOnPlanning(this.#planning);
    if (this.#plan !== undefined) this.#goOn(this.#plan, told);
    if (told.length > 0 || this.isBusy) return told;
    for (; this.#settles > 0 && told.length < CHUNK; this.#settles--) this.#settle(told);
    if (this.#clock === Infinity) this.#settleAll(told);
    return told;
  }

  /** All of it comes before any decision: a decision frees rows. */
  #tellEarly(): Flow[] {
    if (this.#early.isEmpty) return [];
    this.#sightings.tell(this.book);
    return this.#early.tell(CHUNK);
  }

  #goOnPlanning(planning: Steps<Plan>): void {
    const { done, value } = planning.next();
    if (done !== true) return;
    this.#planning = undefined;
    this.#plan = value;
    if (this.#following) for (const row of value.carriers()) this.#carriers.add(row);
    this.#sightings.tell(this.book);
  }

  #goOn(plan: Plan, told: Flow[]): void {
    const common = this.#commonLines();
    const stop = plan.at + PIECE;
    while (told.length < CHUNK && plan.at < stop) {
      const decided = plan.next(common, stop);
      if (decided !== undefined) this.#tell(plan, decided, told);
      else if (plan.isOver) break;
    }
    // What it gave last has been told by now: its rows were those of the plan until then.
    if (!plan.isOver) return;
    this.#backlog.keep(plan.keptLines, plan.keptWires, this.#open);
    this.#plan = undefined;
  }

  /** Whoever follows is told each flow, and again. What configuration makes of a flow is asked of each as well. */
  #commonLines(): CommonLines | null {
    if (this.#following || (this.book.configuration?.version ?? 0) > 0) return null;
    const sink = this.#options.common?.() ?? null;
    return sink === null ? null : new CommonLines(this.#naming, this.#judge, sink);
  }

  #beginPlan(): Steps<Plan> | undefined {
    const until = this.#backlog.until(this.#clock, this.#following);
    if (until === undefined) return undefined;
    const hurries = this.#backlog.isPressed;
    const { lines, wires, open } = this.#backlog.take(until);
    this.#open = open;
    this.#settles = Math.min(SETTLE_TURN, this.#unsettled.size);
    return Plan.make(this.#naming, { lines, wires }, this.#due(until, hurries));
  }

  #due(until: Micros, hurries: boolean): Due {
    const { wires } = this.#naming.stores;
    const { window } = this.#options;
    return {
      until,
      window,
      isCarrier: (row) => this.#carriers.has(row) || (this.#isTunnel(row) && this.#open.has(row) && wires.start(row) > until - window),
      isOpen: (row) => this.#open.has(row),
      isTold: (lineRows, wireRows) =>
        !this.#following || this.#telling.isTold(keysOf(lineRows, wireRows), wireRows.length === 0 ? 0 : mergedSeen(wires, wireRows)),
      hurries,
    };
  }

  #tell(plan: Plan, { rows, isOpen, copies, carrier }: Decided, told: Flow[]): void {
    const { lines } = this.#naming.stores;
    const { usedLines, usedWires } = plan;
    const keys = this.#following ? keysOf(usedLines, usedWires) : [];
    if (isOpen) {
      if (rows !== null) told.push(...this.#telling.standing(keys, partsOfRows(this.#naming, rows)));
      return;
    }
    if (carrier !== null) this.#countTunnel(carrier);
    for (let copy = 1; copy <= copies; copy++) this.#options.onCopy(lines.word(usedLines[usedLines.length - copy] ?? 0, L.input));
    if (rows !== null && this.#following) {
      const parts = partsOfRows(this.#naming, rows);
      told.push(...this.#telling.now(keys, parts));
      if (this.#clock < Infinity && restsOnOthers(parts)) {
        this.#keepUnsettled({ rows, keys, lines: usedLines.slice(), wires: usedWires.slice() });
        return;
      }
    } else if (rows !== null) told.push(compose(this.#naming, partsOfRows(this.#naming, rows), this.#judge, FIRST));
    this.#release({ keys, lines: usedLines, wires: usedWires });
  }

  #keepUnsettled(flow: UnsettledFlow): void {
    const settled = this.#unsettled.add(flow);
    if (settled !== undefined) this.#release(settled);
  }

  /** One of the unsettled flows is looked at again. */
  #settle(told: Flow[]): void {
    const flow = this.#unsettled.turn();
    if (flow !== undefined) told.push(...this.#telling.now(flow.keys, partsOfRows(this.#naming, flow.rows), this.#options.isStale));
  }

  /** All has been said: what it means for the unsettled. */
  #settleAll(told: Flow[]): void {
    for (let flow = this.#unsettled.take(); flow !== undefined; flow = this.#unsettled.take()) {
      told.push(...this.#telling.now(flow.keys, partsOfRows(this.#naming, flow.rows), this.#options.isStale));
      this.#release(flow);
      if (told.length >= CHUNK) return;
    }
  }

  #release({ keys, lines, wires }: Pick<UnsettledFlow, 'keys' | 'lines' | 'wires'>): void {
    this.#telling.forget(keys);
    for (const row of lines) this.#naming.stores.lines.free(row);
    for (const row of wires) {
      this.#carriers.delete(row);
      this.#naming.stores.wires.free(row);
    }
  }

  #countTunnel({ seen, sent, received }: WireFacts): void {
    if ((seen & Seen.established) === 0) return;
    this.tunnels.count++;
    this.tunnels.bytes += sent + received;
  }

  #isTunnel(row: number): boolean {
    return this.#naming.stores.wires.serverPort(row) === HBONE_PORT;
  }
}
