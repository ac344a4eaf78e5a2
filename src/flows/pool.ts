/**
 * Where fragments wait for their partners. Offline everything waits until the inputs end (or the pool is full); following, a
 * fragment is decided once every lane's clock has passed its end by more than the window, and told early as far as it stands.
 */
import { AddressBook } from '../mesh/address-book.ts';
import type { Configuration } from '../mesh/configuration.ts';
import { HBONE_PORT } from '../mesh/ports.ts';
import type { Flow } from '../model/flow.ts';
import { L } from '../model/line-rows.ts';
import type { FragmentSink } from '../model/reducer.ts';
import type { Micros } from '../model/time.ts';
import { Seen } from '../model/wire-rows.ts';
import { compose, FIRST, type Judge } from './compose.ts';
import { middleOf } from './middle.ts';
import type { Naming } from './naming.ts';
import { type Decided, lagOf, Plan } from './plan.ts';
import { Routes } from './routes.ts';
import { Rows, TimedList } from './row-list.ts';
import { keysOf, lineKey, partsAlone, partsOfRows, restsOnOthers, wireKey } from './row-parts.ts';
import { RowSet } from './row-set.ts';
import { Sightings } from './sightings.ts';
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
  /** A line that stood in an earlier record too. */
  onCopy(input: number): void;
  /** What has been told of a flow is out of date, though no fragment of it changed. */
  isStale?(flow: Flow): boolean;
};

/** Flows given out at once: enough to pay for the call, few enough to die young (of chunks of 2048, V8 moved half to its old space: 140 MB). */
const CHUNK = 256;
/** Joining again for every record would cost more than it tells: the early word has been said. */
const DECIDE_EVERY_US = 250_000;
/** The more waits, the longer: a decision looks at all of it. */
const PER_WAITING_US = 10;
/** Unsettled flows looked at again with every decision. */
const SETTLE_TURN = 64;
/** Share of the stores that may be taken before the older half is decided without waiting. */
const PRESSURE = 0.9;

export type TunnelTotals = { count: number; bytes: number };

export class Pool implements FragmentSink {
  readonly #options: PoolOptions;
  readonly #naming: Naming;
  readonly #judge: Judge;
  readonly #telling: Telling;
  readonly #sightings: Sightings;
  readonly book: AddressBook;
  readonly tunnels: TunnelTotals = { count: 0, bytes: 0 };
  readonly #lines = new TimedList();
  #wires = new Rows();
  #following = false;
  /** What may be told early, in the order it came: keys of rows as in `Telling`. */
  #early = new Rows();
  #earlyAt = 0;
  readonly #standing: RowSet;
  readonly #carriers = new Set<number>();
  readonly #unsettled = new Unsettled();
  #settles = 0;
  #clock = -Infinity;
  #plan: Plan | undefined;
  /** Rows that were their lane's when the plan was made. */
  #open: ReadonlySet<number> = new Set();
  #decidedUntil = -Infinity;
  /** Before this nothing that waits can be decided. */
  #nextDue = -Infinity;
  /** Fragments that came after the flow they belonged to had been decided. */
  late = 0;

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
    this.#standing = new RowSet(options.naming.stores.wires.capacity);
    this.#judge = options.judge(this.book);
    this.#telling = new Telling(this.#naming, this.#judge);
  }

  line(row: number): void {
    const { lines } = this.#naming.stores;
    const time = lines.time(row);
    this.#lines.push(row, time);
    this.#sightings.line(row);
    if (time <= this.#decidedUntil) this.late++;
    if (time < this.#nextDue) this.#nextDue = time;
    if (this.#following) this.#early.push(lineKey(row));
  }

  wire(row: number): void {
    const { wires } = this.#naming.stores;
    this.#wires.push(row);
    const due = wires.end(row) + lagOf(wires, row);
    // What was open all the time took part in every decision.
    if (!this.#standing.delete(row) && (wires.seen(row) & Seen.ended) !== 0 && due <= this.#decidedUntil) this.late++;
    this.#nextDue = Math.min(this.#nextDue, due);
    if (this.#following && !this.#isTunnel(row)) this.#early.push(wireKey(row));
  }

  standing(row: number): void {
    this.#standing.add(row);
    this.#nextDue = Math.min(this.#nextDue, this.#naming.stores.wires.start(row) + this.#options.window);
    if (this.#following && !this.#isTunnel(row)) this.#early.push(wireKey(row));
  }

  /** From now on tell early, and again when something changes: an input is live. */
  follow(): void {
    if (this.#following) return;
    this.#following = true;
    for (const row of this.#lines.rows.copy()) this.#early.push(lineKey(row));
    for (const row of [...this.#wires.copy(), ...this.#standing]) if (!this.#isTunnel(row)) this.#early.push(wireKey(row));
  }

  get isFollowing(): boolean {
    return this.#following;
  }

  /** How far all lanes have got; `Infinity` when they have ended. */
  clock(time: number): void {
    this.#clock = time;
  }

  /** Most rows are taken: whoever reads should let `decide` run first. */
  get isPressed(): boolean {
    const { lines, wires } = this.#naming.stores;
    return lines.count > lines.capacity * PRESSURE || this.#wires.length > wires.capacity * PRESSURE;
  }

  /** The flows that may be told now, a chunk at a time: call until it gives none. */
  decide(): readonly Flow[] {
    const told = this.#tellEarly();
    if (told.length > 0) return told;
    this.#plan ??= this.#makePlan();
    while (this.#plan !== undefined && told.length < CHUNK) {
      const decided = this.#plan.next();
      if (decided === undefined) this.#closePlan(this.#plan);
      else this.#tell(this.#plan, decided, told);
    }
    if (told.length > 0) return told;
    for (; this.#settles > 0 && told.length < CHUNK; this.#settles--) this.#settle(told);
    if (this.#clock === Infinity && this.#plan === undefined) this.#settleAll(told);
    return told;
  }

  /** All of it comes before any decision: a decision frees rows. */
  #tellEarly(): Flow[] {
    const told: Flow[] = [];
    if (this.#earlyAt < this.#early.length) this.#sightings.tell(this.book);
    while (this.#earlyAt < this.#early.length && told.length < CHUNK) {
      const key = this.#early.at(this.#earlyAt++);
      const parts = partsAlone(this.#naming, key);
      if (parts !== undefined) told.push(...this.#telling.early(key, parts));
    }
    if (this.#earlyAt === this.#early.length && this.#earlyAt > 0) {
      this.#early = new Rows();
      this.#earlyAt = 0;
    }
    return told;
  }

  #makePlan(): Plan | undefined {
    const until = this.#until();
    if (until === undefined) return undefined;
    const wires = this.#wires.take();
    const open = Uint32Array.from(this.#standing);
    this.#open = new Set(this.#standing);
    this.#decidedUntil = until;
    this.#nextDue = Infinity;
    this.#settles = Math.min(SETTLE_TURN, this.#unsettled.size);
    const all = new Uint32Array(wires.length + open.length);
    all.set(wires);
    all.set(open, wires.length);
    const plan = new Plan(this.#naming, { lines: this.#lines.take(), wires: all }, this.#due(until));
    if (this.#following) for (const row of plan.carriers()) this.#carriers.add(row);
    this.#sightings.tell(this.book);
    return plan;
  }

  #due(until: Micros): ConstructorParameters<typeof Plan>[2] {
    const { wires } = this.#naming.stores;
    const { window } = this.#options;
    return {
      until,
      window,
      isCarrier: (row) => this.#carriers.has(row) || (this.#isTunnel(row) && this.#open.has(row) && wires.start(row) > until - window),
      isOpen: (row) => this.#open.has(row),
      isTold: (lineRows, wireRows) =>
        !this.#following || this.#telling.isTold(keysOf(lineRows, wireRows), wireRows.length === 0 ? 0 : mergedSeen(wires, wireRows)),
      hurries: this.isPressed,
    };
  }

  /** Up to when everything may be decided; undefined while more should come first. */
  #until(): Micros | undefined {
    const waiting = this.#lines.length + this.#wires.length + this.#standing.size;
    if (waiting === 0) return undefined;
    const { window } = this.#options;
    if (this.#clock === Infinity) return Infinity as Micros;
    // As far as every lane has got, or half of what waits where one has fallen back: what comes for that is late.
    if (this.isPressed) return Math.max(this.#clock - window, middleOf(this.#naming.stores, this.#lines, this.#wires)) as Micros;
    const until = this.#clock - window;
    if (!this.#following || until < this.#nextDue || until < this.#decidedUntil + DECIDE_EVERY_US + waiting * PER_WAITING_US) return undefined;
    return until as Micros;
  }

  #closePlan(plan: Plan): void {
    const { lines, wires } = this.#naming.stores;
    const due = (time: number): void => {
      if (time > this.#decidedUntil) this.#nextDue = Math.min(this.#nextDue, time);
    };
    for (const row of plan.keptLines) {
      this.#lines.push(row, lines.time(row));
      due(lines.time(row));
    }
    for (const row of plan.keptWires) {
      // Those its lane had are still its, or have been handed over since.
      if (!this.#open.has(row)) this.#wires.push(row);
      due(wires.end(row) + lagOf(wires, row));
    }
    for (const row of this.#standing) due(wires.start(row) + this.#options.window);
    this.#plan = undefined;
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
    const { stores } = this.#naming;
    this.#telling.forget(keys);
    for (const row of lines) stores.lines.free(row);
    for (const row of wires) {
      this.#carriers.delete(row);
      stores.wires.free(row);
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
