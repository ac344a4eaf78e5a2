/** Which of the flows a request is about. */
import { f64At, u8At, u32At } from '../../model/column.ts';
import type { Filter } from '../run.ts';
import { F } from './columns.ts';
import type { Group } from './groups.ts';
import type { History } from './history.ts';
import { Sums } from './sums.ts';

export type Query = {
  readonly filter: Filter;
  /** Free text in lower case, null for none. */
  readonly text: string | null;
  readonly edge: string | null;
  /** Equal for equal questions; without filters the empty text. */
  readonly key: string;
};

const MAX_REMEMBERED = 16;

export class Selector {
  readonly #history: History;
  /** What was said of groups, by question: asked again and again while somebody looks. */
  readonly #known = new Map<string, { readonly version: number; readonly passes: Uint8Array }>();

  constructor(history: History) {
    this.#history = history;
  }

  /** 1 for each group that the question is about, whatever its time. */
  groups(query: Query): Uint8Array {
    const { groups } = this.#history;
    const known = this.#known.get(query.key);
    if (known !== undefined && known.version === groups.version) return known.passes;
    const passes = new Uint8Array(groups.size);
    const wanted = query.edge === null ? null : (groups.graph.byId(query.edge)?.groups ?? new Set<number>());
    for (let id = 0; id < passes.length; id++) {
      const group = wanted === null || wanted.has(id) ? groups.group(id) : undefined;
      if (group !== undefined && isAsked(group, query)) passes[id] = 1;
    }
    this.#known.delete(query.key);
    this.#known.set(query.key, { version: groups.version, passes });
    for (const [oldest] of this.#known) if (this.#known.size > MAX_REMEMBERED) this.#known.delete(oldest);
    return passes;
  }

  rows(query: Query): Uint32Array {
    const passes = this.groups(query);
    const { columns, rows: used, flows } = this.#history;
    const { flags, group, start, end } = columns;
    const since = query.filter.since ?? -Infinity;
    const until = query.filter.until ?? Infinity;
    const rows = new Uint32Array(flows);
    let count = 0;
    for (let row = 0; row < used; row++) {
      if ((u8At(flags, row) & F.alive) === 0 || u8At(passes, u32At(group, row)) === 0) continue;
      // An end that is not known (NaN) is not before anything.
      if (f64At(end, row) < since || f64At(start, row) > until) continue;
      rows[count++] = row;
    }
    return rows.subarray(0, count);
  }

  /** Sums by group; those of groups that the question is not about mean nothing. */
  sums(query: Query): Sums {
    if (query.filter.since === null && query.filter.until === null) return this.#history.sums;
    const sums = new Sums(this.#history.groups.size);
    for (const row of this.rows(query)) sums.count(this.#history.columns, row, 1);
    return sums;
  }
}

function isAsked(group: Group, { filter, text }: Query): boolean {
  const { source, destination, port, verdict, reason, exempt } = group;
  return (
    filter.matches({ source, destination: { ...destination, port }, verdict, reason, exempt }) && (text === null || textOf(group).includes(text))
  );
}

function textOf({ source, destination, port, verdict, reason, edge }: Group): string {
  const ends = [source, destination].flatMap(({ ip, pod, workload, namespace, service, identity }) => [
    `${namespace ?? ''}/${workload ?? ''}`,
    ip,
    pod,
    service,
    identity,
  ]);
  return [...ends, port, verdict, reason, edge.id].join('\n').toLowerCase();
}
