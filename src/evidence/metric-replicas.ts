/** Ztunnels that were scraped more than once: what closed between two scrapes. */
import type { ClosedCounter, Replica } from '../model/metric.ts';
import { type Micros, micros } from '../model/time.ts';
import type { SeriesRow } from './metric-row.ts';

/** Prometheus' default scrape interval: the sample that answers a question at a given second may be that old. */
const STALENESS = micros(60_000_000);

export function replicasOf(rows: readonly SeriesRow[]): readonly Replica[] {
  const byReplica = new Map<string, SeriesRow[]>();
  for (const row of rows) {
    const { instance, metric, producer } = row.series;
    if (metric !== 'connections_closed' || instance === null || producer === 'envoy') continue;
    const key = `${row.exact ? 1 : 0}${instance}`;
    const known = byReplica.get(key);
    if (known === undefined) byReplica.set(key, [row]);
    else known.push(row);
  }
  const replicas = [...byReplica].flatMap(([key, own]) => {
    const times = [...new Set(own.flatMap((row) => row.times))].sort((a, b) => a - b).map(micros);
    const [exact, instance] = [key.startsWith('1'), key.slice(1)];
    return times.length < 2 ? [] : [{ instance, exact, times, staleness: exact ? 0 : STALENESS, counters: countersOf(own) }];
  });
  // Where the scrapes' own times are known, those of questions say less.
  const exact = new Set(replicas.filter((replica) => replica.exact).map(({ instance }) => instance));
  return replicas.filter((replica) => replica.exact || !exact.has(replica.instance));
}

function countersOf(rows: readonly SeriesRow[]): readonly ClosedCounter[] {
  const byEdge = new Map<string, SeriesRow[]>();
  for (const row of rows) {
    const { source, destination, reporter, mutualTls } = row.series;
    const key = [source.namespace, source.workload, destination.namespace, destination.workload, reporter, mutualTls].join('\n');
    const known = byEdge.get(key);
    if (known === undefined) byEdge.set(key, [row]);
    else known.push(row);
  }
  return [...byEdge.values()].flatMap((own) => {
    const [first] = own;
    if (first === undefined) return [];
    const { source, destination, reporter, mutualTls } = first.series;
    return {
      source: { workload: source.workload, namespace: source.namespace },
      destination: { workload: destination.workload, namespace: destination.namespace },
      reporter,
      mutualTls,
      increase: (from: Micros, to: Micros) => sumOf(own, from, to),
      evidence: { input: first.input, record: first.record },
    };
  });
}

function sumOf(rows: readonly SeriesRow[], from: Micros, to: Micros): number | null {
  let sum = 0;
  for (const row of rows) {
    const increase = increaseOf(row, from, to);
    if (increase === null) return null;
    sum += increase;
  }
  return sum;
}

function increaseOf({ times, values }: SeriesRow, from: Micros, to: Micros): number | null {
  // Before its first sample the replica was scraped without it: it had counted nothing.
  let before = 0;
  let start: number | null = null;
  for (let at = 0; at < times.length; at++) {
    const [time = 0, value = 0] = [times[at], values[at]];
    if (time > to) break;
    if (time > from) {
      start ??= before;
      if (value < before) return null;
    }
    before = value;
  }
  return start === null ? 0 : before - start;
}
