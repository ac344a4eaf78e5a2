import { describe, expect, it } from 'vitest';
import { MetricTable } from '../../src/evidence/metrics.ts';
import { seriesOf } from '../../src/formats/metric-series.ts';
import { prometheusText } from '../../src/formats/prometheus-text.ts';
import { type EdgeMetrics, METRICS, type Metric, type MetricReport } from '../../src/model/metric.ts';
import { micros } from '../../src/model/time.ts';
import { readFacts, shared } from '../formats/facts-reading.ts';

type Sample = {
  readonly metric?: Metric;
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
  readonly at?: number | null;
  readonly exact?: boolean;
};

const LABELS = {
  app: 'ztunnel',
  pod: 'ztunnel-a',
  instance: '10.0.0.1:15020',
  reporter: 'source',
  source_workload: 'a',
  source_workload_namespace: 'n',
  destination_workload: 'b',
  destination_workload_namespace: 'n',
  connection_security_policy: 'mutual_tls',
  response_flags: '-',
};

function tableOf(samples: readonly Sample[], input = 'x'): MetricTable {
  const table = new MetricTable();
  fill(table, samples, input);
  return table;
}
function fill(table: MetricTable, samples: readonly Sample[], input: string): void {
  for (const [index, { metric = 'connections_closed', labels = {}, value, at = 0, exact = true }] of samples.entries()) {
    const series = seriesOf(metric, new Map(Object.entries({ ...LABELS, ...labels })), null);
    if (series === null) throw new Error('no series');
    table.add(input, { kind: 'metric', series, value, time: at === null ? null : micros(at * 1e6), exact, record: index + 1 });
  }
}
const only = (edges: readonly EdgeMetrics[]): EdgeMetrics => {
  expect(edges).toHaveLength(1);
  const [edge] = edges;
  if (edge === undefined) throw new Error('no edge');
  return edge;
};
const closed = (report: MetricReport | null): readonly [number, number] => [report?.mutualTls.closed ?? -1, report?.unknown.closed ?? -1];

describe('metrics per edge', () => {
  it('two scrapes give the increase, over a reset too, and a series born in between began at 0', () => {
    const table = tableOf([
      { value: 100, at: 10 },
      { value: 130, at: 20 },
      { value: 5, at: 30 },
      { value: 7, at: 40 },
      { value: 4, at: 20, labels: { destination_service: 'other' } },
    ]);
    expect(closed(only(table.edges()).bySource)).toEqual([30 + 7 + 4, 0]);
    expect(only(table.edges()).bySource).toMatchObject({ since: 10_000_000, until: 40_000_000 });
  });

  it('sums replicas and services, and never the two reporters', () => {
    const table = tableOf([
      { value: 10 },
      { value: 5, labels: { instance: '10.0.0.2:15020', pod: 'ztunnel-b' } },
      { value: 3, labels: { destination_service: 's' } },
      { value: 17, labels: { reporter: 'destination', connection_security_policy: 'unknown' } },
    ]);
    const { bySource, byDestination } = only(table.edges());
    expect([closed(bySource), closed(byDestination)]).toEqual([
      [18, 0],
      [0, 17],
    ]);
  });

  it('the same sample in two answers is one', () => {
    const table = tableOf([{ value: 10 }], 'query.json');
    fill(table, [{ value: 10 }, { value: 10, exact: false }], 'federate.txt');
    expect(closed(only(table.edges()).bySource)).toEqual([10, 0]);
  });

  it('a connection turned away is closed, and not completed; its flag is told once though two counters have it', () => {
    const flags = { response_flags: 'DENY' };
    const table = tableOf([
      { value: 4, labels: flags },
      { value: 4, labels: flags, metric: 'connections_failed' },
      { value: 4, metric: 'connections_opened' },
    ]);
    const { bySource } = only(table.edges());
    expect(bySource?.mutualTls).toMatchObject({ opened: 4, closed: 4, completed: 0, failed: 4 });
    expect(bySource?.flags).toEqual(new Map([['DENY', 4]]));
  });

  it("`unknown` of an Envoy that reports as the source proves no plaintext, a ztunnel's does", () => {
    const unknown = { connection_security_policy: 'unknown' };
    expect(only(tableOf([{ value: 1, labels: { ...unknown, app: 'productpage', pod: 'p-1' } }]).edges()).bySource?.isProof).toBe(false);
    expect(only(tableOf([{ value: 1, labels: unknown }]).edges()).bySource?.isProof).toBe(true);
  });

  it('two texts of one ztunnel are two scrapes; texts of two ztunnels are summed', () => {
    const bare = { app: '', pod: '', instance: '' };
    const texts = (first: readonly number[], second: readonly number[]): MetricTable => {
      const table = new MetricTable();
      for (const [input, values] of Object.entries({ 'second.txt': second, 'first.txt': first })) {
        fill(
          table,
          METRICS.slice(0, values.length).map((metric, index) => ({ metric, value: values[index] ?? 0, at: null, labels: bare })),
          input,
        );
      }
      return table;
    };
    expect(only(texts([10, 10, 1, 500], [15, 14, 1, 900]).edges()).bySource?.mutualTls).toMatchObject({
      opened: 5,
      closed: 4,
      failed: 0,
      received: 400,
    });
    expect(only(texts([10, 10, 1, 500], [15, 4, 1, 900]).edges()).bySource?.mutualTls).toMatchObject({ opened: 25, closed: 14, received: 1400 });
  });

  it('what closed between two scrapes is known per replica, and not over a reset', () => {
    const table = tableOf([
      { value: 1, at: 10 },
      { value: 4, at: 20 },
      { value: 9, at: 30 },
      { value: 2, at: 40 },
    ]);
    const [replica] = table.replicas();
    const increase = (from: number, to: number): number | null | undefined => replica?.counters[0]?.increase(micros(from * 1e6), micros(to * 1e6));
    expect(replica).toMatchObject({ instance: '10.0.0.1:15020 ztunnel-a', staleness: 0 });
    expect([increase(10, 20), increase(10, 30), increase(20, 40), increase(0, 10)]).toEqual([3, 8, null, 1]);
  });

  it("the recorded ztunnels' texts say what the applications saw", async () => {
    const table = new MetricTable();
    for (const node of ['node1', 'node2']) {
      for (const scrape of ['first', 'second']) {
        const bytes = shared(`recordings/kubernetes-prometheus-kiali/ztunnel/${node}.metrics.${scrape}.txt`);
        if (bytes === null) return;
        for (const fact of (await readFacts(prometheusText, bytes)).facts) if (fact.kind === 'metric') table.add(`${node}.${scrape}`, fact);
      }
    }
    const edge = (source: string, destination: string): EdgeMetrics | undefined =>
      table.edges().find((known) => known.source.workload === source && known.destination.workload === destination);
    // 58.5 s between the two: observed.json counts 60 s.
    expect(closed(edge('teller-v1', 'vault-v1')?.byDestination ?? null)).toEqual([58, 0]);
    expect(edge('intruder-v1', 'safe-v1')?.byDestination).toMatchObject({ mutualTls: { completed: 0, received: 0 }, flags: new Map([['DENY', 20]]) });
    expect(edge('details-v1', 'web-v1')?.bySource?.unknown.completed).toBe(11);
    // One keep-alive connection: nothing opens or closes, bytes pass.
    expect(edge('ratings-v1', 'reviews-v1')?.bySource?.mutualTls).toMatchObject({ opened: 0, closed: 0 });
    expect(edge('ratings-v1', 'reviews-v1')?.bySource?.mutualTls.received).toBeGreaterThan(1000);
    const mixed = edge('mixed-v1', 'reviews-v1');
    expect(mixed?.bySource?.unknown.closed).toBe(0);
    expect(mixed?.byDestination?.unknown.closed).toBeGreaterThan(5);
  });
});
