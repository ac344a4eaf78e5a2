/** Per edge and reporter: sums over replicas and services, mutual TLS and not. */
import type { EdgeMetrics, MetricReport, MetricSeries, MetricSums } from '../model/metric.ts';
import { type Micros, micros } from '../model/time.ts';
import type { SeriesRow } from './metric-row.ts';

type Sums = { -readonly [name in keyof MetricSums]: number };
type Report = {
  mutualTls: Sums;
  unknown: Sums;
  closedBy: Map<string, number>;
  failedBy: Map<string, number>;
  isProof: boolean;
  since: number;
  until: number;
  first: SeriesRow;
};
type Edge = { readonly source: EdgeMetrics['source']; readonly destination: EdgeMetrics['destination']; source_?: Report; destination_?: Report };

/** `timed`: with times of scrapes. `texts`: in the order counted, without. The latter are left out where the former know the same counter. */
export function edgesOf(timed: readonly SeriesRow[], texts: readonly SeriesRow[]): readonly EdgeMetrics[] {
  const edges = new Map<string, Edge>();
  const births = firstScrapes(timed);
  const best = longestOf(timed);
  for (const row of best)
    add(edges, row, { amount: increase(row, births.get(row.series.instance ?? row.input) ?? 0), hasTime: row.times.length > 1 });
  const known = new Set(best.map(({ series }) => counterOf(series)));
  for (const row of texts) if (!known.has(counterOf(row.series))) add(edges, row, { amount: increase(row, 0), hasTime: false });
  return [...edges.values()].map(({ source, destination, source_, destination_ }) => ({
    source,
    destination,
    bySource: reportOf(source_),
    byDestination: reportOf(destination_),
  }));
}

/** Of one series as asked in two ways (exact and not), the one that reaches further. */
function longestOf(rows: readonly SeriesRow[]): readonly SeriesRow[] {
  const best = new Map<string, SeriesRow>();
  for (const row of rows) {
    const key = `${row.series.instance ?? row.input}\n${row.series.key}`;
    const known = best.get(key);
    if (known === undefined || span(row) > span(known)) best.set(key, row);
  }
  return [...best.values()];
}

const span = ({ times }: SeriesRow): number => (times.at(-1) ?? 0) - (times[0] ?? 0);
const counterOf = ({ source, destination, reporter, metric }: MetricSeries): string => `${edgeKey(source, destination)}\n${reporter}\n${metric}`;
const edgeKey = (source: MetricSeries['source'], destination: MetricSeries['destination']): string =>
  `${source.namespace}/${source.workload}\n${destination.namespace}/${destination.workload}`;

function firstScrapes(rows: readonly SeriesRow[]): ReadonlyMap<string, number> {
  const first = new Map<string, number>();
  for (const { series, input, times } of rows) {
    const replica = series.instance ?? input;
    first.set(replica, Math.min(first.get(replica) ?? Infinity, times[0] ?? Infinity));
  }
  return first;
}

/** Over all samples, beginning again where the counter did; a series born between two scrapes of its replica began at 0. One sample is the total. */
function increase({ times, values }: SeriesRow, born: number): number {
  const [first = 0] = values;
  if (values.length === 1) return first;
  let sum = (times[0] ?? 0) > born ? first : 0;
  for (let at = 1; at < values.length; at++) {
    const [before = 0, now = 0] = [values[at - 1], values[at]];
    sum += now < before ? now : now - before;
  }
  return sum;
}

function add(edges: Map<string, Edge>, row: SeriesRow, { amount, hasTime }: { readonly amount: number; readonly hasTime: boolean }): void {
  const { source, destination, reporter, producer, mutualTls, metric, flags } = row.series;
  const key = edgeKey(source, destination);
  let edge = edges.get(key);
  if (edge === undefined) {
    edge = {
      source: { workload: source.workload, namespace: source.namespace },
      destination: { workload: destination.workload, namespace: destination.namespace },
    };
    edges.set(key, edge);
  }
  const end = reporter === 'source' ? 'source_' : 'destination_';
  edge[end] ??= {
    mutualTls: noSums(),
    unknown: noSums(),
    closedBy: new Map(),
    failedBy: new Map(),
    isProof: true,
    since: Infinity,
    until: -Infinity,
    first: row,
  };
  const report = edge[end];
  addTo(mutualTls ? report.mutualTls : report.unknown, row.series, amount);
  // Facts: `unknown` from an Envoy that reports as the source says nothing.
  if (!mutualTls && reporter === 'source' && producer !== 'ztunnel') report.isProof = false;
  const counted = metric === 'connections_closed' ? report.closedBy : metric === 'connections_failed' ? report.failedBy : null;
  if (flags !== '-' && amount > 0) counted?.set(flags, (counted.get(flags) ?? 0) + amount);
  if (!hasTime) return;
  report.since = Math.min(report.since, row.times[0] ?? Infinity);
  report.until = Math.max(report.until, row.times.at(-1) ?? -Infinity);
}

const noSums = (): Sums => ({ opened: 0, closed: 0, completed: 0, failed: 0, received: 0, sent: 0 });

function addTo(sums: Sums, { metric, flags }: MetricSeries, amount: number): void {
  switch (metric) {
    case 'connections_opened':
      sums.opened += amount;
      break;
    case 'connections_closed':
      sums.closed += amount;
      if (flags === '-') sums.completed += amount;
      break;
    case 'connections_failed':
      sums.failed += amount;
      break;
    case 'received_bytes':
      sums.received += amount;
      break;
    case 'sent_bytes':
      sums.sent += amount;
      break;
    default:
      metric satisfies never;
  }
}

function reportOf(report: Report | undefined): MetricReport | null {
  if (report === undefined) return null;
  const { since, until, first, closedBy, failedBy, ...rest } = report;
  // A denied connection is counted by both.
  const flags = new Map([...closedBy, ...failedBy].map(([flag, amount]) => [flag, Math.max(amount, closedBy.get(flag) ?? 0)]));
  const time = (value: number): Micros | null => (Number.isFinite(value) ? micros(value) : null);
  return { ...rest, flags, since: time(since), until: time(until), evidence: { input: first.input, record: first.record } };
}
