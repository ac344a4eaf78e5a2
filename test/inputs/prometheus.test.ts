/** A real Prometheus (Debian's package) scrapes a recorded /metrics; what its API answers is what the ztunnel said. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { MetricTable } from '../../src/evidence/metrics.ts';
import { prometheusApi } from '../../src/formats/prometheus-api.ts';
import { prometheusText } from '../../src/formats/prometheus-text.ts';
import { recognise } from '../../src/formats/recognise.ts';
import { HTTP_DEFAULTS, httpInput, NO_ACCESS } from '../../src/inputs/http.ts';
import { prometheusInput } from '../../src/inputs/prometheus.ts';
import type { Format } from '../../src/model/format.ts';
import type { Input } from '../../src/model/input.ts';
import { newTables } from '../formats/log-reading.ts';

const METRICS = ['../../samples/all-witnesses/metrics-n1.txt', '../../../shared/recordings/netns-text/metrics-n1.txt']
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .filter((path) => existsSync(path));
const isThere = spawnSync('prometheus', ['--version']).status === 0;
if (!isThere) console.log('no prometheus here: its API is tested by recorded answers only');

const scratch = mkdtempSync(join(tmpdir(), 'plainsight-prometheus-'));
const metrics = createServer((_, response) => response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(text));
let text = '';
const prometheuses: ChildProcess[] = [];
afterAll(async () => {
  for (const prometheus of prometheuses) {
    if (prometheus.exitCode !== null) continue;
    const ended = new Promise((resolve) => prometheus.once('exit', resolve));
    prometheus.kill();
    await ended;
  }
  metrics.closeAllConnections();
  metrics.close();
  rmSync(scratch, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const server = createSocket();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function started(path: string): Promise<URL> {
  text = readFileSync(path, 'utf8').replace('# EOF\n', '');
  if (!metrics.listening) await new Promise<void>((resolve) => metrics.listen(0, '127.0.0.1', resolve));
  const target = `127.0.0.1:${(metrics.address() as AddressInfo).port}`;
  const config = join(scratch, 'prometheus.yml');
  writeFileSync(
    config,
    `global: {scrape_interval: 1s}\nscrape_configs: [{job_name: ztunnel, static_configs: [{targets: ['${target}'], labels: {app: ztunnel, pod: ztunnel-n1}}]}]\n`,
  );
  const port = await freePort();
  const data = mkdtempSync(join(scratch, 'data-'));
  const words = [`--config.file=${config}`, `--storage.tsdb.path=${data}`, `--web.listen-address=127.0.0.1:${port}`];
  prometheuses.push(spawn('prometheus', words, { stdio: 'ignore' }));
  return new URL(`http://127.0.0.1:${port}/`);
}

async function tableOf(input: Input, expected: Format): Promise<MetricTable> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of input.open(new AbortController().signal)) chunks.push(chunk.slice());
  const bytes = Buffer.concat(chunks);
  expect(recognise(bytes.subarray(0, 65_536))).toBe(expected);
  const table = new MetricTable();
  const whole = async function* (): AsyncGenerator<Uint8Array> {
    yield bytes;
  };
  for await (const batch of expected.decode(whole(), newTables())) {
    if (batch.kind === 'facts') for (const fact of batch.facts) if (fact.kind === 'metric') table.add(input.name, fact);
  }
  return table;
}

/** Until Prometheus is up and has scraped often enough. */
async function eventually<T>(ask: () => Promise<T>, isEnough: (answer: T) => boolean): Promise<T> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const answer = await ask().catch(() => undefined);
    if (answer !== undefined && isEnough(answer)) return answer;
    await wait(200);
  }
  throw new Error('prometheus did not get there in 20 s');
}

const sums = (table: MetricTable): unknown =>
  table
    .edges()
    .map(({ source, destination, bySource, byDestination }) =>
      JSON.stringify([source, destination, bySource?.mutualTls, bySource?.unknown, byDestination?.mutualTls, byDestination?.unknown]),
    )
    .sort();

it.runIf(isThere).for(METRICS)('instant, range and federated answers of a real Prometheus say what the ztunnel says itself: %s', async (path) => {
  const base = await started(path);
  const instant = (): Promise<MetricTable> => tableOf(prometheusInput(base, NO_ACCESS, { since: null, until: null }), prometheusApi);
  const now = await eventually(instant, (table) => table.edges().length > 0);
  const direct = await tableOf(
    httpInput('metrics', [new URL(`http://127.0.0.1:${(metrics.address() as AddressInfo).port}/`)], {
      ...HTTP_DEFAULTS,
      ...NO_ACCESS,
      service: 'ztunnel',
      flag: '-',
    }),
    prometheusText,
  );
  expect(direct.edges().length).toBeGreaterThan(5);
  expect(sums(now)).toEqual(sums(direct));

  const federate = new URL(`federate?match[]=${encodeURIComponent('{__name__=~"istio_tcp_.*"}')}`, base);
  expect(
    sums(await tableOf(httpInput('federate', [federate], { ...HTTP_DEFAULTS, ...NO_ACCESS, service: 'Prometheus', flag: '-' }), prometheusText)),
  ).toEqual(sums(direct));

  // Seven more connections closed on the first edge between two scrapes.
  let first = true;
  text = text.replace(/^(istio_tcp_connections_closed_total\{.*\}) (\d+)$/gm, (line, series: string, value: string) => {
    const changed = first ? `${series} ${Number(value) + 7}` : line;
    first = false;
    return changed;
  });
  const since = Date.now() / 1000 - 300;
  const range = (): Promise<MetricTable> => tableOf(prometheusInput(base, NO_ACCESS, { since, until: null }), prometheusApi);
  const grown = await eventually(range, (table) => closedSince(table) === 7);
  expect(grown.replicas()[0]).toMatchObject({ staleness: 0 });

  // The ztunnel begins anew: it has closed three connections of each kind since then, and none of what it had counted is lost.
  const before = closed(grown);
  let kinds = 0;
  text = text.replace(/^(istio_tcp_connections_closed_total\{.*\}) (\d+)$/gm, (line, series: string, value: string) => {
    if (Number(value) <= 3) return line;
    kinds++;
    return `${series} 3`;
  });
  expect(kinds).toBeGreaterThan(2);
  await eventually(range, (table) => closed(table) === before + 3 * kinds);
});

/** By all edges and reporters, begun anew or not. */
function closed(table: MetricTable): number {
  const reports = table.edges().flatMap(({ bySource, byDestination }) => [bySource, byDestination]);
  return reports.reduce((sum, report) => sum + (report === null ? 0 : report.mutualTls.closed + report.unknown.closed), 0);
}

function closedSince(table: MetricTable): number {
  return table.replicas().reduce((sum, { times, counters }) => {
    const [from, to] = [times[0], times.at(-1)];
    return from === undefined || to === undefined ? sum : sum + counters.reduce((all, counter) => all + (counter.increase(from, to) ?? 0), 0);
  }, 0);
}
