/** Counters and Kiali's graphs beside the logs of the same minutes: what is true is found, what is planted is found, nothing else is. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { hasRecordings, plainsight, RECORDINGS } from './program.ts';

const FOLDER = `${RECORDINGS}kubernetes-prometheus-kiali/`;
const NODE1 = `${FOLDER}ztunnel/node1.log`;
const NODE2 = `${FOLDER}ztunnel/node2.log`;
const SCRAPES = `${FOLDER}prometheus/query.istio_tcp_connections_closed_total.raw-range-vector.json`;
const RANGE = `${FOLDER}prometheus/query_range.istio_tcp_connections_closed_total.raw.json`;
const WORKLOADS = `${FOLDER}kiali/graph.workload.total.json`;
const IDS = ['metric-contradicts-log', 'graph-contradicts-flows'];

type Found = { readonly type: string; readonly id: string; readonly key: string; readonly message: string; readonly evidence: readonly unknown[] };

const scratch = mkdtempSync(join(tmpdir(), 'plainsight-metrics-'));
afterAll(() => rmSync(scratch, { recursive: true }));
let made = 0;
/** `text` as a file of its own folder: a log's name is no part of the answer. */
function planted(name: string, text: string): string {
  const folder = join(scratch, String(made++));
  mkdirSync(folder);
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

async function findings(...inputs: readonly string[]): Promise<readonly Found[]> {
  const { out } = await plainsight(['edges', '-q', '-o', 'jsonl', ...inputs]);
  return out
    .trim()
    .split('\n')
    .map((line): Found => JSON.parse(line))
    .filter(({ type, id }) => type === 'finding' && IDS.includes(id));
}
const keys = async (...inputs: readonly string[]): Promise<readonly string[]> => (await findings(...inputs)).map(({ key }) => key);
const without = (log: string, drop: (line: string) => boolean): string =>
  readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => !drop(line))
    .join('\n');
const edited = (path: string, edit: (text: string) => string): string => planted('answer.json', edit(readFileSync(path, 'utf8')));

type Edge = { data: { source: string; target: string; isMTLS?: string; waypoint?: object } };
/** The workload graph with the edge between two workloads changed. */
function graphWith(source: string, target: string, change: (data: Edge['data']) => void): string {
  return edited(WORKLOADS, (text) => {
    const graph: { elements: { nodes: { data: { id: string; workload?: string } }[]; edges: Edge[] } } = JSON.parse(text);
    const idOf = (workload: string): string => graph.elements.nodes.find(({ data }) => data.workload === workload)?.data.id ?? '';
    for (const { data } of graph.elements.edges) if (data.source === idOf(source) && data.target === idOf(target)) change(data);
    return JSON.stringify(graph);
  });
}

describe.runIf(hasRecordings('metrics and graphs'))('a real Prometheus and Kiali beside two ztunnels', () => {
  it("counts agree to the connection, and of all graphs only the app graph's share of a mixed edge is off", async () => {
    const found = await findings(NODE1, NODE2, `${FOLDER}prometheus`, `${FOLDER}kiali`, `${FOLDER}ztunnel`);
    expect(found.map(({ key }) => key)).toEqual(['graph-contradicts-flows:bookinfo/mixed → bookinfo/reviews']);
    expect(found[0]?.message).toContain("Kiali's app graph shows 30 % mTLS, and by the flows of the same minutes 50 % was");
    expect(found[0]?.evidence).toContainEqual(expect.objectContaining({ witness: 'graph', says: '30 % mTLS' }));
  });

  it('the logs of the other recordings contradict no counters of these', async () => {
    for (const folder of ['netns-text', 'netns-json-debug', 'kubernetes-strict', 'kubernetes-json-logs', 'kubernetes-permissive']) {
      expect(await keys(`${RECORDINGS}${folder}`, SCRAPES, WORKLOADS), folder).toEqual([]);
    }
  });

  it.for([
    ['of each scrape', SCRAPES],
    ['of query_range', RANGE],
  ] as const)('lines lost from a log are a contradiction with both numbers, by the times %s', async ([, metrics]) => {
    let line = 0;
    const lost = planted(
      'node1.log',
      without(NODE1, (text) => text.includes('src.workload="productpage-v1') && text.includes('outbound') && line++ % 4 !== 0),
    );
    const found = await findings(lost, NODE2, metrics);
    expect(found.map(({ key }) => key)).toEqual([
      'metric-contradicts-log:bookinfo/productpage-v1 → bookinfo/reviews-v1',
      'metric-contradicts-log:bookinfo/productpage-v1 → bookinfo/reviews-v2',
    ]);
    expect(found[0]?.message).toMatch(/ztunnel counted \d+ connections closed with mutual TLS, and its log has \d+ lines/);
    expect(found[0]?.evidence).toMatchObject([{ witness: 'metric' }, { witness: 'log' }]);
  });

  it('an edge that a log leaves out altogether is one too', async () => {
    const lost = planted(
      'node2.log',
      without(NODE2, (text) => text.includes('src.workload="teller-v1')),
    );
    expect(await keys(NODE1, lost, SCRAPES)).toEqual(['metric-contradicts-log:vault/teller-v1 → vault/vault-v1']);
  });

  it('logs of several ztunnels in one pipe are compared with all of them together, with prefixes or without', async () => {
    const both = (prefix: boolean, drop: (line: string) => boolean = () => false): string =>
      planted(
        'all.log',
        [NODE1, NODE2]
          .flatMap((log, at) =>
            without(log, drop)
              .split('\n')
              .map((line) => (prefix && line !== '' ? `[pod/ztunnel-${at}abcd/istio-proxy] ${line}` : line)),
          )
          .join('\n'),
      );
    let line = 0;
    const lost = (text: string): boolean => text.includes('src.workload="teller-v1') && line++ % 4 !== 0;
    const isLost = ['metric-contradicts-log:vault/teller-v1 → vault/vault-v1'];
    expect(await keys(both(true), SCRAPES)).toEqual([]);
    expect(await keys(both(false), SCRAPES)).toEqual([]);
    expect(await keys(both(true, lost), SCRAPES)).toEqual(isLost);
    // Only one of the two was scraped.
    const node1 = edited(SCRAPES, (text) => {
      const answer: { data: { result: { metric: { node: string } }[] } } = JSON.parse(text);
      answer.data.result = answer.data.result.filter(({ metric }) => metric.node === 'node1');
      return JSON.stringify(answer);
    });
    expect(await keys(both(true), node1)).toEqual([]);
    expect(await keys(both(false), node1)).toEqual([]);
    expect(await keys(NODE1, node1)).toEqual([]);
  });

  it('counters that have too little everywhere are wrong where the log is known to be of one node, and may be another ztunnel’s share where it is not', async () => {
    const halved = edited(SCRAPES, (text) => {
      const answer: { data: { result: { values: [number, string][] }[] } } = JSON.parse(text);
      for (const series of answer.data.result) series.values = series.values.map(([time, value]) => [time, String(Math.floor(Number(value) / 2))]);
      return JSON.stringify(answer);
    });
    expect(await keys(NODE1, NODE2, halved)).toEqual([]);
    expect((await keys(NODE1, NODE2, halved, `${FOLDER}kubectl/pods-services-nodes-namespaces.json`)).length).toBeGreaterThan(5);
  });

  it('nothing is compared with the log of another ztunnel, or counters of another hour', async () => {
    const hourLater = edited(SCRAPES, (text) => text.replace(/17952(\d{5}\.\d+)/g, (_, rest: string) => `17952${Number(rest) + 3600}`));
    expect(await keys(NODE1, NODE2, hourLater)).toEqual([]);
    expect(await keys(NODE1, SCRAPES)).toEqual([]);
    expect(await keys(NODE2, SCRAPES)).toEqual([]);
    const node1 = edited(SCRAPES, (text) => text.replaceAll('"ztunnel-8qz24"', '"ztunnel-zgv4l"').replaceAll('10.244.1.4:15020', '10.244.0.4:15020'));
    expect(await keys(NODE2, node1)).toEqual([]);
  });

  it('a padlock over plaintext and none over HBONE are found, an idle edge or a graph without padlocks says nothing', async () => {
    const padlock = graphWith('uncaptured-v1', 'reviews-v1', (data) => {
      data.isMTLS = '100';
    });
    const [found] = await findings(NODE1, NODE2, padlock);
    expect(found?.message).toContain('a padlock over plaintext: 100 % mTLS, and by the flows of the same minutes only 0 % was');
    const bare = graphWith('teller-v1', 'vault-v1', (data) => {
      delete data.isMTLS;
    });
    expect((await findings(NODE1, NODE2, bare)).map(({ message }) => message)).toEqual([expect.stringContaining('shows no padlock, yet 100 % of')]);
    const none = edited(WORKLOADS, (text) => text.replaceAll('"isMTLS"', '"other"'));
    expect(await keys(NODE1, NODE2, none)).toEqual([]);
    expect(await keys(NODE1, NODE2, `${FOLDER}kiali/graph.workload.total.idle.json`)).toEqual([]);
  });

  it('a share that no lag explains is found; the hard-coded 100 of a waypoint edge is named', async () => {
    const off = graphWith('mixed-v1', 'reviews-v1', (data) => {
      data.isMTLS = '95';
    });
    expect((await findings(NODE1, NODE2, off)).map(({ message }) => message)).toEqual([expect.stringContaining('shows 95 % mTLS')]);
    const waypoint = graphWith('legacy-client', 'reviews-v1', (data) => {
      data.isMTLS = '100';
      data.waypoint = { direction: 'to' };
    });
    expect((await findings(NODE1, NODE2, waypoint)).map(({ message }) => message)).toEqual([
      expect.stringContaining("which it sets for a waypoint's edges whatever passes"),
    ]);
  });
});

describe.runIf(hasRecordings('error answers'))('an answer that is an error', () => {
  it('is told, is unreadable where it was named, and is no lost evidence', async () => {
    const { code, out, err } = await plainsight(['edges', '-o', 'jsonl', NODE1, `${FOLDER}prometheus/query.error.json`]);
    expect(err).toContain('Prometheus answered with an error (bad_data: invalid parameter "query": 1:10: parse error: unclosed left parenthesis)');
    expect(code).toBe(65);
    expect(out).not.toContain('evidence-lost');
  });
});
