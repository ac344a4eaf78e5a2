/** What Prometheus makes of it: its own tools check it, it scrapes, and its alert fires on recorded plaintext. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Flow } from '../../src/model/flow.ts';
import { exposition } from '../../src/serve/metrics/exposition.ts';
import { FlowCounters } from '../../src/serve/metrics/flow-counters.ts';
import { root } from '../cli/running.ts';
import { read, served, until } from './served.ts';

const promtool = (words: readonly string[], input = ''): { readonly status: number | null; readonly said: string } => {
  const { status, stdout, stderr } = spawnSync('promtool', words, { input, encoding: 'utf8' });
  return { status, said: `${stdout}${stderr}` };
};

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const bound = server.address();
      server.close(() => resolve(bound !== null && typeof bound === 'object' ? bound.port : 0));
    });
  });

test('the rules and the scrape configuration are what promtool accepts, and the dashboard asks only for what there is', async () => {
  expect(promtool(['check', 'rules', root('deploy/alerts.yaml')])).toMatchObject({ status: 0 });
  expect(promtool(['check', 'config', root('deploy/prometheus.yaml')])).toMatchObject({ status: 0 });
  const server = await served(['serve', '--listen', '0', root('samples/bookinfo')]);
  await read(server);
  const text = await (await server.get('metrics')).text();
  const checked = promtool(['check', 'metrics'], text);
  expect(checked, checked.said).toEqual({ status: 0, said: '' });
  const known = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map((found) => found[1]));
  for (const file of ['deploy/alerts.yaml', 'deploy/grafana-dashboard.json']) {
    const asked = [...readFileSync(root(file), 'utf8').matchAll(/plainsight_[a-z_]+/g)].map(([name]) => name);
    expect(asked.length).toBeGreaterThan(5);
    for (const name of asked) expect(known, `${file}: ${name}`).toContain(name);
  }
  expect(text).toContain('plainsight_flows_total{verdict="plaintext",reason="passthrough",source_workload="legacy"');
}, 60_000);

type Panel = {
  readonly id: number;
  readonly title: string;
  readonly type: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource?: { readonly uid: string };
  readonly targets?: readonly { readonly expr: string; readonly datasource?: { readonly uid: string } }[];
};
const DASHBOARD = JSON.parse(readFileSync(root('deploy/grafana-dashboard.json'), 'utf8')) as {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string }[] };
};
/** With what Grafana puts in the place of its variables. */
const asked = DASHBOARD.panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr }) => ({ title, query: expr.replaceAll('$namespace', '.*').replaceAll('$__rate_interval', '10s') })),
);

test('the dashboard is one that Grafana can show: panels apart, each with a question, no variable that is not there', () => {
  const { panels, templating } = DASHBOARD;
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  expect(asked.length).toBeGreaterThanOrEqual(panels.length);
  for (const { query, title } of asked) expect(query, title).not.toContain('$');
  const names = templating.list.map(({ name }) => name);
  for (const [, name] of JSON.stringify(DASHBOARD).matchAll(/\$\{?([a-z][a-z_]*)/g)) expect(names).toContain(name);
  for (const { gridPos: a, title } of panels) {
    expect(a.x + a.w, title).toBeLessThanOrEqual(24);
    for (const { gridPos: b, title: other } of panels) {
      const isApart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
      expect(title === other || isApart, `${title} lies over ${other}`).toBe(true);
    }
  }
});

type Result = { readonly status: string; readonly error?: string; readonly data?: { readonly result: readonly unknown[] } };

test('a real Prometheus scrapes a view that has --metrics, the alert fires on plaintext, and every question of the dashboard has an answer', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'plainsight-'));
  // As if it had just been written: what is of the past has no lag.
  const now = new Date().toISOString().slice(0, 20);
  const lines = readFileSync(root('samples/bookinfo/ztunnel-n2.log'), 'utf8').split('\n');
  const log = join(folder, 'ztunnel.log');
  writeFileSync(log, lines.map((line, at) => line.replace(/^\S+Z(?=\t)/, `${now}${String(at).padStart(6, '0')}Z`)).join('\n'));
  const server = await served(['flows', '--metrics', '0', '--follow', log], /metrics on (\S+)/);
  const port = await freePort();
  const rules = JSON.stringify(root('deploy/alerts.yaml'));
  writeFileSync(
    join(folder, 'prometheus.yml'),
    `global: { scrape_interval: 1s, evaluation_interval: 1s }
scrape_configs: [{ job_name: plainsight, static_configs: [{ targets: ['${new URL(server.url).host}'] }] }]
rule_files: [${rules}]
`,
  );
  const words = [`--config.file=${folder}/prometheus.yml`, `--storage.tsdb.path=${folder}/data`, `--web.listen-address=127.0.0.1:${port}`];
  const prometheus = spawn('prometheus', words, { stdio: 'ignore' });
  try {
    type Alerts = { data: { alerts: { state: string; labels: Record<string, string> }[] } };
    const alerts = async (): Promise<Alerts['data']['alerts']> => {
      const response = await fetch(`http://127.0.0.1:${port}/api/v1/alerts`).catch(() => null);
      return response?.ok === true ? ((await response.json()) as Alerts).data.alerts : [];
    };
    const isPlaintext = ({ state, labels }: { state: string; labels: Record<string, string> }): boolean =>
      state === 'firing' && labels['alertname'] === 'PlainsightPlaintext' && labels['destination_namespace'] === 'bookinfo';
    const firing = await until(alerts, (all) => all.some(isPlaintext), 50_000);
    expect(firing.find(isPlaintext)?.labels).toMatchObject({ destination_workload: 'reviews-v1', severity: 'critical' });
    for (const { title, query } of asked) {
      const answer = async (): Promise<Result> =>
        (await (await fetch(`http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(query)}`)).json()) as Result;
      // A rate needs two scrapes.
      const { status, error, data } = await until(answer, (told) => told.status !== 'success' || (told.data?.result.length ?? 0) > 0);
      expect({ title, status, error }).toEqual({ title, status: 'success', error: undefined });
      expect(data?.result.length, title).toBeGreaterThan(0);
    }
  } finally {
    prometheus.kill('SIGKILL');
    await new Promise((resolve) => prometheus.on('close', resolve));
    rmSync(folder, { recursive: true, force: true });
  }
}, 90_000);

const end = (workload: string | null): Flow['source'] => ({
  ip: '10.0.0.1',
  port: 1,
  pod: null,
  workload,
  namespace: 'shop',
  service: null,
  cluster: null,
  identity: null,
  identityFrom: null,
});

function flow(from: string | null, verdict: Flow['verdict'] = 'plaintext'): Flow {
  const bytes = { sent: 10, received: 5 };
  const known = {
    verdict,
    reason: 'passthrough',
    exempt: null,
    kind: 'connection',
    bytes,
    exposedBytes: 3,
    source: end(from),
    destination: end('web'),
  };
  // Counters look at nothing else.
  return known as unknown as Flow;
}

const told = (counters: FlowCounters): string => exposition(counters.families());

test('names are hostile: they stay inside their quotes', () => {
  const counters = new FlowCounters();
  counters.add(flow('a"} 1\nplainsight_flows_total{verdict="hbone\\'));
  const text = told(counters);
  expect(promtool(['check', 'metrics'], text)).toMatchObject({ status: 0 });
  expect(text).toContain('source_workload="a\\"} 1\\nplainsight_flows_total{verdict=\\"hbone\\\\"');
  expect(text.split('\n').filter((line) => line.startsWith('plainsight_flows_total'))).toHaveLength(1);
});

test('past the bound ends are counted together, and how many is counted', () => {
  const counters = new FlowCounters(2);
  for (const name of ['a', 'b', 'c', 'd', 'c']) counters.add(flow(name));
  const text = told(counters);
  expect(text).toContain('plainsight_series_overflow_total 3\n');
  expect(text).toMatch(/plainsight_flows_total\{.*source_workload="\(other\)".*\} 3\n/);
});

test('a counter never falls: what is told again is worked off', () => {
  const counters = new FlowCounters();
  const count = (): string | undefined => /^plainsight_flows_total\{verdict="plaintext".* (\d+)$/m.exec(told(counters))?.[1];
  counters.add(flow('a'));
  counters.remove(flow('a'));
  counters.add(flow('a', 'hbone'));
  expect(count()).toBe('1');
  counters.add(flow('a'));
  expect(count()).toBe('1');
  counters.add(flow('a'));
  expect(count()).toBe('2');
});
