/** kubernetes-prometheus-kiali against its truth.json, by pair of workloads: logs of both nodes, captures of both, and all of them. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Answer, answerOf, type End, type FlowLine } from './answer.ts';
import { hasRecordings, RECORDINGS } from './program.ts';

const FOLDER = `${RECORDINGS}kubernetes-prometheus-kiali/`;
const LOGS = ['ztunnel/node1.log', 'ztunnel/node2.log'].map((file) => `${FOLDER}${file}`);
const CAPTURES = ['pcap/node1-any.pcap', 'pcap/node2-any.pcap', 'pcap/node1-eth0.pcap', 'pcap/node2-eth0.pcap'].map((file) => `${FOLDER}${file}`);
const isHere = hasRecordings('test/recordings/kubernetes-truth');

type Pod = {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly status: { readonly podIP?: string };
};
type Truth = { readonly flows: readonly { readonly source: string; readonly destination: readonly string[] }[] };
const json = <T>(path: string): T => JSON.parse(readFileSync(`${FOLDER}${path}`, 'utf8'));

/** Pods by address, since no line names the ends of what only packets show. */
const podsByIp = (): ReadonlyMap<string, string> =>
  new Map(
    json<{ readonly items: readonly Pod[] }>('kubectl/pods-services-nodes-namespaces.json')
      .items.filter(({ kind, status }) => kind === 'Pod' && status.podIP !== undefined)
      // Two pods of one deployment, one of them in the mesh: told apart by address.
      .map(({ metadata, status }) => [
        status.podIP ?? '',
        status.podIP === '10.244.0.14' ? 'bookinfo/mixed-v1 (out)' : `${metadata.namespace}/${metadata.name.replace(/-[a-z0-9]+-[a-z0-9]{5}$/, '')}`,
      ]),
  );

const TUNNEL = ['tunnel hbone hbone'];
const REVIEWS = ['bookinfo/reviews-v1', 'bookinfo/reviews-v2'];
const plain = {
  log: ['plaintext passthrough'],
  wire: ['plaintext passthrough exposed'],
  both: ['plaintext passthrough', 'plaintext passthrough exposed'],
};
const hbone = { log: ['hbone hbone'], wire: TUNNEL, both: ['hbone hbone'] };
type Row = {
  readonly from: string;
  readonly to: readonly string[];
  readonly log: readonly string[];
  readonly wire: readonly string[];
  readonly both: readonly string[];
};

/** All that is ever said of a pair. The captures last 30 s of the logs' 240 s: what only the log has shows no exposure. */
const ROWS: readonly Row[] = [
  { from: 'bookinfo/productpage-v1', to: REVIEWS, ...hbone },
  // One connection, open all the time: at info level no line tells of it, so the tunnel stands for itself.
  { from: 'bookinfo/ratings-v1', to: ['bookinfo/reviews-v1'], log: [], wire: TUNNEL, both: TUNNEL },
  { from: 'bookinfo/direct-v1', to: REVIEWS, ...hbone },
  { from: 'bookinfo/details-v1', to: ['outside/web-v1'], ...plain },
  { from: 'bookinfo/broken-v1', to: REVIEWS, log: ['failed refused'], wire: TUNNEL, both: ['failed refused'] },
  { from: 'bookinfo/seeker-v1', to: ['10.96.217.169'], log: ['failed upstream-unavailable'], wire: [], both: ['failed upstream-unavailable'] },
  { from: 'bookinfo/uncaptured-v1', to: REVIEWS, ...plain },
  { from: 'bookinfo/mixed-v1', to: REVIEWS, ...hbone },
  { from: 'bookinfo/mixed-v1 (out)', to: ['bookinfo/reviews-v1'], ...plain },
  // Its first request came before it was taken out of the mesh.
  {
    from: 'bookinfo/mixed-v1 (out)',
    to: ['bookinfo/reviews-v2'],
    log: ['hbone hbone', ...plain.log],
    wire: plain.wire,
    both: ['hbone hbone', ...plain.both],
  },
  { from: 'outside/legacy-client', to: REVIEWS, ...plain },
  { from: 'outside/quiet-v1', to: ['outside/web-v1'], log: [], wire: ['plaintext passthrough exposed'], both: ['plaintext passthrough exposed'] },
  { from: 'vault/teller-v1', to: ['vault/vault-v1'], ...hbone },
  { from: 'vault/teller2-v1', to: ['vault/safe-v1'], ...hbone },
  { from: 'vault/intruder-v1', to: ['vault/safe-v1'], log: ['denied authorization-policy'], wire: TUNNEL, both: ['denied authorization-policy'] },
  // Of the three shapes of a STRICT refusal two expose the request; of the third packets alone say nothing.
  {
    from: 'outside/legacy-strict-v1',
    to: ['vault/vault-v1'],
    log: ['denied strict-policy'],
    wire: ['failed reset exposed', 'unknown no-payload'],
    both: ['denied strict-policy', 'denied strict-policy exposed'],
  },
  {
    from: '169.254.7.127',
    to: REVIEWS,
    log: [],
    wire: ['plaintext passthrough kubelet-probe exposed'],
    both: ['plaintext passthrough kubelet-probe exposed'],
  },
];

const saysOf = ({ kind, verdict, reason, exempt, exposedBytes }: FlowLine): string =>
  [...(kind === 'tunnel' ? [kind] : []), verdict, reason, ...(exempt === null ? [] : [exempt]), ...((exposedBytes ?? 0) > 0 ? ['exposed'] : [])].join(
    ' ',
  );

/** What is said of each pair of pods that truth.json speaks of. The rest is the cluster's own: nodes, istiod, coredns. */
function told({ flows }: Answer, pods: ReadonlyMap<string, string>): { readonly [pair: string]: readonly string[] } {
  const name = ({ ip }: End): string => pods.get(ip) ?? ip;
  const pairs = new Map<string, Set<string>>();
  for (const flow of flows) {
    const pair = `${name(flow.source)} > ${name(flow.destination)}`;
    if (!/^(bookinfo|outside|vault|169\.254\.7\.127)/.test(pair) || flow.exempt === 'dns') continue;
    pairs.set(pair, (pairs.get(pair) ?? new Set()).add(saysOf(flow)));
  }
  return Object.fromEntries([...pairs].sort().map(([pair, says]) => [pair, [...says].sort()]));
}

const wanted = (sight: 'log' | 'wire' | 'both'): { readonly [pair: string]: readonly string[] } =>
  Object.fromEntries(
    ROWS.flatMap((row) => row.to.map((to) => [`${row.from} > ${to}`, row[sight]] as const))
      .filter(([, says]) => says.length > 0)
      .sort(),
  );

describe.runIf(isHere)('kubernetes-prometheus-kiali', () => {
  test('every row of truth.json is in the table', () => {
    const rows = json<Truth>('truth.json').flows.map(({ source }) => source);
    expect(rows.filter((source) => !source.startsWith('kubelet') && !ROWS.some(({ from }) => from === source))).toEqual([]);
  });

  test('logs alone', async () => {
    expect(told(await answerOf(LOGS), podsByIp())).toEqual(wanted('log'));
  });

  test('packets alone', async () => {
    expect(told(await answerOf(CAPTURES), podsByIp())).toEqual(wanted('wire'));
  });

  test('logs and packets: each flow of the 30 s captured is told once, by both', async () => {
    const answer = await answerOf([...LOGS, ...CAPTURES]);
    expect(told(answer, podsByIp())).toEqual(wanted('both'));
    // As many as the logs have of them, plus what no ztunnel logs: joining makes none and loses none.
    const logged = (await answerOf(LOGS)).flows.length;
    expect(answer.flows.filter(({ witnesses }) => witnesses.includes('log')).length).toBe(logged);
    const applications = answer.flows.filter(
      ({ destination, source, transport }) => transport === 'tcp' && [9080, 9999].includes(destination.port ?? 0) && source.ip !== '169.254.7.127',
    );
    expect([...new Set(applications.filter(({ witnesses }) => !witnesses.includes('log')).map(({ source }) => podsByIp().get(source.ip)))]).toEqual([
      'outside/quiet-v1',
    ]);
  });
});
