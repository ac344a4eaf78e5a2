/** The table of flows: filtered, sorted, a page of it. */
import type { ApiEnd, ApiFlow, FLOW_SORTS } from '../../model/api-rows.ts';
import { f64At, i32At, u8At, u32At } from '../../model/column.ts';
import { REASONS } from '../../model/flow.ts';
import { WORST_FIRST } from '../../model/secured.ts';
import { formatTime, micros } from '../../model/time.ts';
import { argsort } from '../history/argsort.ts';
import { F } from '../history/columns.ts';
import type { End } from '../history/ends.ts';
import type { Group } from '../history/groups.ts';
import type { History } from '../history/history.ts';
import type { Query, Selector } from '../history/select.ts';

export type FlowSort = (typeof FLOW_SORTS)[number];
export type Sorting = { readonly sort: FlowSort; readonly descending: boolean };

/** While flows come, an order may be this old: to sort a million for every row that scrolls by would hold up those that come. */
const FRESH_MS = 500;
/** And the more it took, the longer it is used. */
const REST = 4;
const MAX_ORDERS = 8;

type Order = { readonly revision: number; readonly until: number; readonly rows: Uint32Array };

export class FlowOrders {
  readonly #history: History;
  readonly #selector: Selector;
  readonly #known = new Map<string, Order>();

  constructor(history: History, selector: Selector) {
    this.#history = history;
    this.#selector = selector;
  }

  /** Rows in that order. Some may have gone since: they are to be passed over. */
  rows(query: Query, { sort, descending }: Sorting): Uint32Array {
    const key = `${sort} ${descending} ${query.key}`;
    const now = performance.now();
    const known = this.#known.get(key);
    // A span back from now moves on by itself.
    const isStill = known?.revision === this.#history.revision && query.filter.since === null;
    if (known !== undefined && (isStill || now < known.until)) return known.rows;
    const chosen = this.#selector.rows(query);
    const rows = argsort(chosen, keysOf(this.#history, chosen, sort), descending);
    const took = performance.now() - now;
    this.#known.delete(key);
    this.#known.set(key, { revision: this.#history.revision, until: now + Math.max(FRESH_MS, took * REST), rows });
    for (const [oldest] of this.#known) if (this.#known.size > MAX_ORDERS) this.#known.delete(oldest);
    return rows;
  }
}

function keysOf(history: History, rows: Uint32Array, sort: FlowSort): Float64Array {
  const { start, end, sent, received, exposed, group } = history.columns;
  const keys = new Float64Array(rows.length);
  const fill = (key: (row: number) => number): Float64Array => {
    for (let place = 0; place < rows.length; place++) keys[place] = key(u32At(rows, place));
    return keys;
  };
  const known = (value: number): number => (Number.isNaN(value) ? 0 : value);
  switch (sort) {
    case 'start':
      return fill((row) => f64At(start, row));
    case 'end':
      // What is open ends last.
      return fill((row) => (Number.isNaN(f64At(end, row)) ? Infinity : f64At(end, row)));
    case 'duration':
      return fill((row) => (Number.isNaN(f64At(end, row)) ? Infinity : f64At(end, row) - f64At(start, row)));
    case 'bytes':
      return fill((row) => known(f64At(sent, row)) + known(f64At(received, row)));
    case 'exposed':
      return fill((row) => known(f64At(exposed, row)));
    default: {
      const ranks = ranksOf(history, sort);
      return fill((row) => f64At(ranks, u32At(group, row)));
    }
  }
}

/** Place of each group by what it has in that column. */
function ranksOf(history: History, sort: Exclude<FlowSort, 'start' | 'end' | 'duration' | 'bytes' | 'exposed'>): Float64Array {
  const { groups } = history;
  const ranks = new Float64Array(groups.size);
  const fill = (rank: (group: Group) => number): Float64Array => {
    for (let id = 0; id < ranks.length; id++) {
      const group = groups.group(id);
      if (group !== undefined) ranks[id] = rank(group);
    }
    return ranks;
  };
  const byName = (name: (group: Group) => string): Float64Array => {
    const names = new Set<string>();
    for (let id = 0; id < ranks.length; id++) {
      const group = groups.group(id);
      if (group !== undefined) names.add(name(group));
    }
    const places = new Map([...names].sort().map((text, place) => [text, place]));
    return fill((group) => places.get(name(group)) ?? 0);
  };
  switch (sort) {
    case 'source':
      return byName((group) => nameOf(group.source));
    case 'destination':
      return byName((group) => `${nameOf(group.destination)}\n${String(group.port ?? '').padStart(5, '0')}`);
    case 'port':
      return fill((group) => group.port ?? -1);
    case 'verdict':
      // Upwards: the best first, so that downwards the worst come first.
      return fill((group) => -WORST_FIRST.indexOf(group.verdict) * REASONS.length - REASONS.indexOf(group.reason));
    case 'reason':
      return byName((group) => group.reason);
    default:
      return sort satisfies never;
  }
}

const nameOf = ({ workload, namespace, ip }: End): string => (workload === null ? ip : `${namespace ?? ''}/${workload}`);

/** Undefined where the row has gone. */
export function apiFlow(history: History, row: number): ApiFlow | undefined {
  const { columns } = history;
  const group = history.groupOf(row);
  const flags = u8At(columns.flags, row);
  const extras = history.extrasOf(row);
  if (group === undefined || extras === undefined || (flags & F.alive) === 0) return undefined;
  const end = f64At(columns.end, row);
  const port = i32At(columns.clientPort, row);
  const { source, destination } = group.edge;
  return {
    id: history.idOf(row),
    revision: u32At(columns.revision, row),
    edge: group.edge.id,
    kind: group.kind,
    start: formatTime(micros(f64At(columns.start, row))),
    end: Number.isNaN(end) ? null : formatTime(micros(end)),
    open: (flags & F.open) !== 0,
    source: apiEnd(group.source, source.id, port < 0 ? null : port),
    destination: apiEnd(group.destination, destination.id, group.port),
    transport: group.transport,
    application: extras.application,
    verdict: group.verdict,
    reason: group.reason,
    exempt: group.exempt,
    bytes: { sent: orNull(f64At(columns.sent, row)), received: orNull(f64At(columns.received, row)) },
    exposedBytes: orNull(f64At(columns.exposed, row)),
    witnesses: history.witnessesOf(row),
    findings: extras.findings,
    evidence: history.evidenceOf(row),
  };
}

const apiEnd = ({ ip, ...names }: End, node: string, port: number | null): ApiEnd => ({ node, ip, port, ...names });
const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);
