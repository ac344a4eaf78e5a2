/**
 * The flows of a run as they were told last, for whoever asks: revisions take the place of earlier ones, what was withdrawn goes, what
 * is older than `keep` goes. A million flows are columns and a few thousand groups, not a million objects.
 */
import { f64At, i32At, u8At, u32At } from '../../model/column.ts';
import { type Evidence, type Flow, type TlsFacts, WITNESSES, type Witness } from '../../model/flow.ts';
import type { Micros } from '../../model/time.ts';
import { argsort } from './argsort.ts';
import { F, FlowColumns } from './columns.ts';
import { Dictionary } from './dictionary.ts';
import { EvidenceCells } from './evidence.ts';
import { type Group, Groups } from './groups.ts';
import { RowIndex } from './row-index.ts';
import { S, Sums } from './sums.ts';

export type HistoryOptions = {
  /** How far back from the newest record, µs. */
  readonly keep: Micros;
  /** At most so many flows: the oldest go first. */
  readonly maxFlows: number;
  /** The first revision: higher than any of a server before this one, so that nobody goes on from there. */
  readonly revision: number;
};

export type Socket = { readonly ip: string; readonly port: number };
/** What few flows have, and most of them the same. */
export type Extras = {
  readonly application: string | null;
  readonly tls: TlsFacts | null;
  readonly underlay: string | null;
  readonly carrier: { readonly source: Socket; readonly destination: Socket } | null;
  readonly findings: readonly string[];
};

/** When the box is full, so much of it goes at once, and so far its time moves on before what is old is looked for. */
const SHARE = 1 / 16;

export class History {
  readonly columns: FlowColumns = new FlowColumns();
  readonly groups: Groups;
  readonly sums: Sums = new Sums(0);
  readonly #options: HistoryOptions;
  readonly #rows = new RowIndex();
  readonly #evidence = new EvidenceCells();
  readonly #extras = new Dictionary<Extras>((extras) => JSON.stringify(extras));
  readonly #free: number[] = [];
  #used = 0;
  #newest = -Infinity;
  #agedAt = -Infinity;
  /** Rises with everything that changes; what was asked at one revision can be told what has changed since. */
  revision: number;
  /** Flows that were told and have gone because they were old, or too many. */
  dropped = 0;

  constructor(options: HistoryOptions) {
    this.#options = options;
    this.revision = options.revision;
    this.groups = new Groups(options.revision);
  }

  get flows(): number {
    return this.#used - this.#free.length;
  }

  /** Rows are below this. */
  get rows(): number {
    return this.#used;
  }

  get newest(): Micros | null {
    return this.#newest === -Infinity ? null : (this.#newest as Micros);
  }

  /** Null without flows. Looks at all. */
  oldest(): Micros | null {
    let oldest = Infinity;
    for (let row = 0; row < this.#used; row++) {
      if ((u8At(this.columns.flags, row) & F.alive) !== 0) oldest = Math.min(oldest, f64At(this.columns.start, row));
    }
    return oldest === Infinity ? null : (oldest as Micros);
  }

  get keep(): Micros {
    return this.#options.keep;
  }

  add(flow: Flow): void {
    const [high, low] = wordsOf(flow.id);
    const before = this.#rows.find(this.columns, high, low);
    if (before >= 0) this.#removeRow(before);
    if (this.flows >= this.#options.maxFlows) this.#makeRoom();
    const row = this.#free.pop() ?? this.#used++;
    if (row >= this.columns.capacity) this.columns.grow();
    const { id, isNew } = this.groups.of(flow);
    if (isNew) this.sums.reset(id);
    this.columns.group[row] = id;
    this.columns.high[row] = high;
    this.columns.low[row] = low;
    this.#write(flow, row);
    this.#rows.add(this.columns, row);
    this.sums.count(this.columns, row, 1);
    this.#touch(id);
    this.#newest = Math.max(this.#newest, flow.end ?? flow.start);
    if (this.#newest - this.#agedAt > this.#options.keep * SHARE) this.#age();
  }

  /** Told before, and withdrawn. */
  remove(flow: Flow): void {
    const row = this.find(flow.id);
    if (row >= 0) this.#removeRow(row);
  }

  /** The row of a flow, -1 for none. */
  find(id: string): number {
    return /^[0-9a-f]{16}$/.test(id) ? this.#rows.find(this.columns, ...wordsOf(id)) : -1;
  }

  /** What has grown too old goes. It looks at all, so it is not asked for every flow. */
  #age(): void {
    this.#agedAt = this.#newest;
    const before = this.#newest - this.#options.keep;
    const { flags, start, end } = this.columns;
    for (let row = 0; row < this.#used; row++) {
      if ((u8At(flags, row) & F.alive) === 0) continue;
      const last = f64At(end, row);
      // What is open is of now.
      if (last < before || (Number.isNaN(last) && f64At(start, row) < before - this.#options.keep)) this.#drop(row);
    }
  }

  idOf(row: number): string {
    return hex(u32At(this.columns.high, row)) + hex(u32At(this.columns.low, row));
  }

  groupOf(row: number): Group | undefined {
    return this.groups.group(u32At(this.columns.group, row));
  }

  extrasOf(row: number): Extras | undefined {
    return this.#extras.value(u32At(this.columns.extras, row));
  }

  evidenceOf(row: number): readonly Evidence[] {
    return this.#evidence.read(i32At(this.columns.evidence, row));
  }

  witnessesOf(row: number): readonly Witness[] {
    const bits = u8At(this.columns.witnesses, row);
    return WITNESSES.filter((_, index) => (bits & (1 << index)) !== 0);
  }

  #write(flow: Flow, row: number): void {
    const { columns } = this;
    columns.flags[row] = F.alive | (flow.open ? F.open : 0) | (flow.kind === 'tunnel' ? F.tunnel : 0);
    columns.revision[row] = flow.revision;
    columns.clientPort[row] = flow.source.port ?? -1;
    columns.start[row] = flow.start;
    columns.end[row] = flow.end ?? Number.NaN;
    columns.sent[row] = flow.bytes.sent ?? Number.NaN;
    columns.received[row] = flow.bytes.received ?? Number.NaN;
    columns.exposed[row] = flow.exposedBytes ?? Number.NaN;
    columns.witnesses[row] = flow.witnesses.reduce((bits, witness) => bits | (1 << WITNESSES.indexOf(witness)), 0);
    columns.extras[row] = this.#extras.hold(extrasOf(flow));
    columns.evidence[row] = this.#evidence.add(flow.evidence);
  }

  #removeRow(row: number): void {
    const { columns } = this;
    const group = u32At(columns.group, row);
    this.#rows.remove(columns, row);
    this.#extras.release(u32At(columns.extras, row));
    this.#evidence.remove(i32At(columns.evidence, row));
    this.sums.count(columns, row, -1);
    columns.flags[row] = 0;
    this.#free.push(row);
    this.#touch(group);
    if (this.sums.at(group, S.flows) === 0) this.groups.remove(group, this.revision);
  }

  #drop(row: number): void {
    this.dropped++;
    this.#removeRow(row);
  }

  #touch(group: number): void {
    const edge = this.groups.group(group)?.edge;
    this.revision++;
    if (edge !== undefined) edge.changed = this.revision;
  }

  #makeRoom(): void {
    const rows = this.alive();
    const starts = Float64Array.from(rows, (row) => f64At(this.columns.start, row));
    for (const row of argsort(rows, starts, false).subarray(0, Math.ceil(rows.length * SHARE))) this.#drop(row);
  }

  alive(): Uint32Array {
    const rows = new Uint32Array(this.flows);
    let count = 0;
    for (let row = 0; row < this.#used; row++) if ((u8At(this.columns.flags, row) & F.alive) !== 0) rows[count++] = row;
    return rows;
  }
}

const NOTHING: readonly string[] = [];

function extrasOf({ application, tls, underlay, carrier, findings }: Flow): Extras {
  const socket = ({ ip, port }: Socket): Socket => ({ ip, port });
  const by = carrier === null ? null : { source: socket(carrier.source), destination: socket(carrier.destination) };
  return { application, tls, underlay, carrier: by, findings: findings.length === 0 ? NOTHING : findings };
}

const wordsOf = (id: string): [number, number] => [Number.parseInt(id.slice(0, 8), 16), Number.parseInt(id.slice(8), 16)];
const hex = (word: number): string => word.toString(16).padStart(8, '0');
