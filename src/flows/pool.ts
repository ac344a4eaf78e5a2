/**
 * Where fragments wait for their partners. Offline everything waits until the inputs end (or the pool is full); following, a
 * fragment is decided once every lane's clock has passed its end by more than the window, and told early as far as it stands.
 */
import { HBONE_PORT } from '../mesh/ports.ts';
import { AddressBook } from '../mesh/address-book.ts';
import type { Configuration } from '../mesh/configuration.ts';
import type { Flow } from '../model/flow.ts';
import { L } from '../model/line-rows.ts';
import type { FragmentSink } from '../model/reducer.ts';
import type { Micros } from '../model/time.ts';
import { Seen } from '../model/wire-rows.ts';
import { compose, FIRST, type Judge } from './compose.ts';
import { type Decided, Plan } from './plan.ts';
import { Rows } from './row-list.ts';
import { Sightings } from './sightings.ts';
import { Telling } from './telling.ts';
import type { Naming, WireFacts } from './witness.ts';

export type PoolOptions = {
  readonly naming: Omit<Naming, 'podAt' | 'shapeNames' | 'configuration'>;
  /** What should be; null where nothing will be told of it. */
  readonly configuration?: Configuration;
  readonly judge: (book: AddressBook) => Judge;
  /** How far two clocks may differ, µs. */
  readonly window: Micros;
  /** A line that stood in an earlier record too. */
  onCopy(input: number): void;
};

/** Flows given out at once: enough to pay for the call, few enough to keep the screen and Ctrl-C alive. */
const CHUNK = 2048;
/** Joining again for every record would cost more than it tells: the early word has been said. */
const DECIDE_EVERY_US = 250_000;
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
  #lines = new Rows();
  #wires = new Rows();
  #following = false;
  /** What may be told early, in the order it came: line rows × 2, wire rows × 2 + 1. */
  #early = new Rows();
  #earlyAt = 0;
  readonly #standing = new Set<number>();
  readonly #carriers = new Set<number>();
  readonly #clocks: number[] = [];
  #plan: Plan | undefined;
  #decidedUntil = -Infinity;
  /** Fragments that came after the flow they belonged to had been decided. */
  late = 0;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.book = new AddressBook(options.configuration);
    this.#naming = { ...options.naming, configuration: this.book.configuration, shapeNames: [], podAt: (ip, time) => this.book.at(ip, time) };
    this.#sightings = new Sightings(options.naming.stores);
    this.#judge = options.judge(this.book);
    this.#telling = new Telling(this.#naming, this.#judge);
  }

  line(row: number): void {
    this.#lines.push(row);
    if (this.#naming.stores.lines.time(row) <= this.#decidedUntil) this.late++;
    if (!this.#following) return;
    this.#sightings.line(row);
    this.#early.push(row * 2);
  }

  wire(row: number): void {
    this.#wires.push(row);
    this.#standing.delete(row);
    if (this.#naming.stores.wires.end(row) <= this.#decidedUntil) this.late++;
    if (this.#following && !this.#isTunnel(row)) this.#early.push(row * 2 + 1);
  }

  standing(row: number): void {
    this.#standing.add(row);
    if (this.#following && !this.#isTunnel(row)) this.#early.push(row * 2 + 1);
  }

  /** From now on tell early, and again when something changes: an input is live. */
  follow(): void {
    if (this.#following) return;
    this.#following = true;
    const lines = this.#lines.copy();
    for (const row of linesByTime(this.#naming, lines)) this.#sightings.line(row);
    for (const row of lines) this.#early.push(row * 2);
    for (const row of [...this.#wires.copy(), ...this.#standing]) if (!this.#isTunnel(row)) this.#early.push(row * 2 + 1);
  }

  get isFollowing(): boolean {
    return this.#following;
  }

  /** How far lane `lane` has got; `Infinity` when it has ended. */
  clock(lane: number, time: number): void {
    this.#clocks[lane] = time;
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
    return told;
  }

  /** All of it comes before any decision: a decision frees rows. */
  #tellEarly(): Flow[] {
    const told: Flow[] = [];
    if (this.#earlyAt < this.#early.length) this.#sightings.tell(this.book);
    while (this.#earlyAt < this.#early.length && told.length < CHUNK) {
      const item = this.#early.at(this.#earlyAt++);
      const flow = (item & 1) === 0 ? this.#telling.earlyLine(item >>> 1) : this.#telling.earlyWire(item >>> 1);
      if (flow !== undefined) told.push(flow);
    }
    if (this.#earlyAt === this.#early.length && this.#earlyAt > 0) {
      this.#early = new Rows();
      this.#earlyAt = 0;
    }
    return told;
  }

  #makePlan(): Plan | undefined {
    const until = this.#until();
    if (until === undefined || (this.#lines.length === 0 && this.#wires.length === 0 && this.#standing.size === 0)) return undefined;
    const { wires: wireRows } = this.#naming.stores;
    const lines = this.#lines.take();
    const wires = this.#wires.take();
    this.#decidedUntil = until;
    // Open tunnels are asked for what they carry; they stay with their lane.
    const open = Uint32Array.from([...this.#standing].filter((row) => this.#isTunnel(row)));
    const all = new Uint32Array(wires.length + open.length);
    all.set(wires);
    all.set(open, wires.length);
    const plan = new Plan(this.#naming, { lines, wires: all }, { until, window: this.#options.window, isCarrier: (row) => this.#carriers.has(row) || (this.#standing.has(row) && wireRows.start(row) > until - this.#options.window) });
    if (this.#following) for (const row of plan.carriers()) this.#carriers.add(row);
    // In the order of their times: what the address book learns must not depend on the order of reading.
    else plan.eachLine((row) => this.#sightings.line(row));
    this.#sightings.tell(this.book);
    return plan;
  }

  /** Up to when everything may be decided; undefined while more should come first. */
  #until(): Micros | undefined {
    const now = Math.min(...this.#clocks);
    if (now === Infinity) return Infinity as Micros;
    // As far as every lane has got, or half of what waits where one has fallen back: what comes for that is late.
    if (this.isPressed) return Math.max(now - this.#options.window, this.#middle()) as Micros;
    if (!this.#following || now - this.#options.window < this.#decidedUntil + DECIDE_EVERY_US) return undefined;
    return (now - this.#options.window) as Micros;
  }

  /** The time before which half of what waits has ended. */
  #middle(): Micros {
    const { lines, wires } = this.#naming.stores;
    const ends = Float64Array.from([...sample(this.#lines, (row) => lines.time(row)), ...sample(this.#wires, (row) => wires.end(row))]).sort();
    return (ends[ends.length >> 1] ?? 0) as Micros;
  }

  #closePlan(plan: Plan): void {
    for (const row of plan.keptLines) this.#lines.push(row);
    for (const row of plan.keptWires) if (!this.#standing.has(row)) this.#wires.push(row);
    this.#plan = undefined;
  }

  #tell(plan: Plan, { parts, copies, carrier }: Decided, told: Flow[]): void {
    const { lines } = this.#naming.stores;
    const { usedLines, usedWires } = plan;
    const isOpen = this.#standing.size > 0 && usedWires.some((row) => this.#standing.has(row));
    if (carrier !== null && !isOpen) this.#countTunnel(carrier);
    for (let copy = 1; copy <= copies; copy++) this.#options.onCopy(lines.word(usedLines[usedLines.length - copy] ?? 0, L.input));
    if (parts !== null) {
      if (isOpen) this.#stillOpen(usedWires, told);
      else if (this.#following) told.push(...this.#telling.last(parts, usedLines, usedWires));
      else told.push(compose(this.#naming, parts, this.#judge, FIRST));
    }
    for (const row of usedLines) lines.free(row);
    for (const row of usedWires) this.#free(row);
  }

  /** A tunnel without a line since the window: told, until lines tell its streams. */
  #stillOpen(rows: readonly number[], told: Flow[]): void {
    for (const row of rows) {
      const flow = this.#telling.earlyWire(row);
      if (flow !== undefined) told.push(flow);
    }
  }

  #free(row: number): void {
    if (this.#standing.has(row)) return;
    this.#carriers.delete(row);
    this.#naming.stores.wires.free(row);
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

function linesByTime({ stores }: Naming, rows: Uint32Array): Uint32Array {
  return rows.slice().sort((a, b) => stores.lines.time(a) - stores.lines.time(b));
}

function sample(rows: Rows, time: (row: number) => number): number[] {
  const step = Math.max(1, Math.floor(rows.length / 4096));
  const times: number[] = [];
  for (let at = 0; at < rows.length; at += step) times.push(time(rows.at(at)));
  return times;
}
