import { describe, expect, it } from 'vitest';
import { configVoice, policyVoice } from '../../src/audit/config-voices.ts';
import { EdgeTable } from '../../src/audit/edges.ts';
import { onTheStand as onTheStandLazily, type WitnessVoice } from '../../src/audit/witness-table.ts';
import { graphVoice, metricVoice } from '../../src/audit/witness-voices.ts';
import { GraphTable } from '../../src/evidence/graph.ts';
import { MetricTable } from '../../src/evidence/metrics.ts';
import { kialiGraph } from '../../src/formats/kiali-graph.ts';
import { kubernetes } from '../../src/formats/kubernetes.ts';
import { prometheusApi } from '../../src/formats/prometheus-api.ts';
import { prometheusText } from '../../src/formats/prometheus-text.ts';
import { Configuration } from '../../src/mesh/configuration.ts';
import { isConfiguration } from '../../src/model/batch.ts';
import type { Format } from '../../src/model/format.ts';
import { NO_STAND, type Says } from '../../src/model/stand.ts';
import type { Edge } from '../../src/model/summary.ts';
import { readFacts, shared } from '../formats/facts-reading.ts';
import { between, edge, flow, NOBODY } from '../report/helpers.ts';

const onTheStand = (edges: readonly Edge[], voices: readonly WitnessVoice[]): readonly Edge[] => [...onTheStandLazily(edges, voices)];
const edgesOf = (flows: readonly Parameters<EdgeTable['add']>[0][]): readonly Edge[] => {
  const table = new EdgeTable();
  for (const one of flows) table.add(one);
  return [...table.edges()];
};
const evidence = (witness: 'log' | 'wire', says: string): ReturnType<typeof flow>['evidence'][number] => ({ witness, input: 'x', record: 1, says });

describe('what log and wire say of an edge', () => {
  it('is counted for each alone, whatever the verdict is', () => {
    const [row] = edgesOf([
      flow({ verdict: 'plaintext', evidence: [evidence('log', 'hbone'), evidence('log', 'hbone'), evidence('wire', 'plaintext')] }),
      flow({ witnesses: ['log'], evidence: [evidence('log', 'hbone')] }),
      flow({ witnesses: ['log'], verdict: 'denied', evidence: [evidence('log', 'denied')] }),
    ]);
    expect(row?.stand.statements.log).toMatchObject({ says: 'encrypted', text: '2 HBONE, 1 denied' });
    expect(row?.stand.statements.wire).toMatchObject({ says: 'plaintext', text: '1 plaintext' });
    expect(row?.stand.agreement).toBe('disagree');
  });

  it('is the same whether flows are summed up by their route or one by one', () => {
    const logged = flow({ witnesses: ['log'], exposedBytes: null, carrier: null, evidence: [evidence('log', 'hbone')] });
    for (const number of [-1, 0])
      expect(edgesOf([{ ...logged, edge: number }])[0]?.stand.statements).toMatchObject({ log: { text: '1 HBONE' }, wire: null });
  });

  it('leaves out exempt flows and legs, and what is taken back', () => {
    const table = new EdgeTable();
    const before = flow({ witnesses: ['log'], verdict: 'unknown' });
    for (const one of [flow({ exempt: 'kubelet-probe', destination: NOBODY }), before, flow({ witnesses: ['log'] })]) table.add(one);
    table.remove(before);
    expect([...table.edges()].map(({ stand }) => [stand.statements.log?.text ?? null, stand.agreement])).toEqual([
      [null, 'alone'],
      ['1 HBONE', 'alone'],
    ]);
  });
});

describe('the stand', () => {
  const ofPort = (port: number, log: Says | null = null): Edge => ({
    ...edge(between('n/a', 'n/b', port)),
    stand: log === null ? NO_STAND : { ...NO_STAND, statements: { ...NO_STAND.statements, log: { says: log, text: log, evidence: [] } } },
  });
  const voice = (witness: WitnessVoice['witness'], says: Says, knowsPorts = true): WitnessVoice => ({
    witness,
    knowsPorts,
    of: () => ({ says, text: says, evidence: [] }),
  });
  const agreement = (log: Says | null, ...voices: readonly WitnessVoice[]): string | undefined =>
    onTheStand([ofPort(80, log)], voices)[0]?.stand.agreement;

  it('a witness that does not know ports is heard, and contradicts nobody where there are several', () => {
    const voices = [voice('metric', 'plaintext', false)];
    expect(onTheStand([ofPort(80, 'encrypted')], voices)[0]?.stand.agreement).toBe('disagree');
    const both = onTheStand([ofPort(80, 'encrypted'), ofPort(81, 'encrypted')], voices);
    expect(both.map(({ stand }) => [stand.agreement, stand.statements.metric?.says])).toEqual([
      ['alone', 'plaintext'],
      ['alone', 'plaintext'],
    ]);
  });

  it('disagrees where one knows only of encryption and another of something else', () => {
    expect(agreement('encrypted', voice('metric', 'mixed'))).toBe('disagree');
    expect(agreement('tls', voice('metric', 'plaintext'))).toBe('agree');
    // A capture of some seconds saw less than a log of minutes.
    expect(agreement('mixed', voice('metric', 'plaintext'))).toBe('agree');
    expect(agreement('blocked', voice('metric', 'encrypted'))).toBe('alone');
  });

  it('what should be is held against what was seen, never against what else should be', () => {
    expect(agreement('plaintext', voice('config', 'encrypted'))).toBe('disagree');
    expect(agreement('blocked', voice('config', 'plaintext'), voice('policy', 'encrypted'))).toBe('alone');
    expect(agreement('plaintext', voice('config', 'plaintext'), voice('policy', 'silent'))).toBe('agree');
  });
});

describe('what configuration and policies say', () => {
  it('of pods enrolled or not, and of the ports of those that are', async () => {
    const configuration = new Configuration();
    const yaml = (kind: string, metadata: string, rest = ''): string => `apiVersion: v1\nkind: ${kind}\nmetadata: {${metadata}}\n${rest}---\n`;
    const pod = (name: string, mode: string): string =>
      yaml(
        'Pod',
        `name: ${name}, namespace: n, labels: {app: ${name}, istio.io/dataplane-mode: ${mode}}`,
        `status: {podIP: 10.0.0.${name.length}}\n`,
      );
    const text = pod('a', 'ambient') + pod('bb', 'ambient') + pod('ccc', 'none');
    const policy =
      'apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: p, namespace: n}\nspec: {selector: {matchLabels: {app: bb}}, mtls: {mode: STRICT}, portLevelMtls: {81: {mode: PERMISSIVE}}}\n';
    for (const fact of (await readFacts(kubernetes, new TextEncoder().encode(text + policy))).facts)
      if (isConfiguration(fact)) configuration.learn(fact, 0);
    const told = { configuration, inputName: () => 'pods.yaml' };
    const heard = (voice: WitnessVoice, source: string, destination: string, port = 80): string | null => {
      const statement = voice.of({ ...between(source, destination, port), transport: 'tcp' });
      return statement === null ? null : `${statement.says}: ${statement.text}`;
    };
    const config = configVoice(told);
    expect(heard(config, 'n/a', 'n/bb')).toBe('encrypted: both enrolled');
    expect(heard(config, 'n/ccc', 'n/bb')).toBe('plaintext: client not enrolled');
    expect(heard(config, 'n/a', 'elsewhere/x')).toBe('silent: client enrolled');
    expect(heard(config, 'elsewhere/y', 'elsewhere/x')).toBe(null);
    expect(config.of({ ...between('n/a', 'n/bb'), transport: 'udp' })).toBe(null);
    expect(config.of({ ...between('n/a', 'n/bb'), transport: 'tcp' })?.evidence.map(({ input, says }) => [input, says])).toEqual([
      ['pods.yaml', 'a enrolled'],
      ['pods.yaml', 'bb enrolled'],
    ]);
    const asked = policyVoice(told);
    expect(heard(asked, 'n/a', 'n/bb')).toBe('encrypted: STRICT (n/p)');
    expect(heard(asked, 'n/a', 'n/bb', 81)).toBe('silent: PERMISSIVE (n/p)');
    expect(heard(asked, 'n/a', 'n/a')).toBe('silent: PERMISSIVE (no policy)');
    // Nobody enforces it there.
    expect(heard(asked, 'n/a', 'n/ccc')).toBe(null);
  });
});

const K = 'recordings/kubernetes-prometheus-kiali/';
const edgeOf = (source: string, destination: string): Edge => edge(between(source, destination));

describe('a real Prometheus and Kiali on the stand', () => {
  it('say of every edge what was true', async () => {
    const metrics = new MetricTable();
    const graphs = new GraphTable();
    const readInto = async (format: Format, path: string): Promise<boolean> => {
      const bytes = shared(K + path);
      if (bytes === null) return false;
      for (const fact of (await readFacts(format, bytes)).facts) {
        if (fact.kind === 'metric') metrics.add(path, fact);
        if (fact.kind === 'graph') graphs.add(path, fact);
      }
      return true;
    };
    for (const name of ['connections_closed', 'connections_opened', 'connections_failed', 'received_bytes', 'sent_bytes']) {
      if (!(await readInto(prometheusApi, `prometheus/query_range.istio_tcp_${name}_total.raw.json`))) return;
    }
    await readInto(kialiGraph, 'kiali/graph.workload.total.idle.json');
    await readInto(kialiGraph, 'kiali/graph.app.total.json');
    // truth.json, and what facts.md says of denied, failed and keep-alive traffic.
    const truth: readonly (readonly [string, string, string, string])[] = [
      ['bookinfo/productpage-v1', 'bookinfo/reviews-v1', 'encrypted', 'encrypted'],
      ['bookinfo/productpage-v1', 'bookinfo/reviews-v2', 'encrypted', 'encrypted'],
      ['bookinfo/ratings-v1', 'bookinfo/reviews-v1', 'encrypted', 'encrypted'],
      ['bookinfo/direct-v1', 'bookinfo/reviews-v2', 'encrypted', 'encrypted'],
      ['bookinfo/details-v1', 'outside/web-v1', 'plaintext', 'plaintext'],
      ['bookinfo/broken-v1', 'bookinfo/reviews-v1', 'blocked', 'silent'],
      ['bookinfo/uncaptured-v1', 'bookinfo/reviews-v1', 'plaintext', 'plaintext'],
      ['bookinfo/mixed-v1', 'bookinfo/reviews-v1', 'mixed', 'mixed'],
      ['outside/legacy-client', 'bookinfo/reviews-v2', 'plaintext', 'plaintext'],
      ['vault/teller-v1', 'vault/vault-v1', 'encrypted', 'encrypted'],
      ['vault/teller2-v1', 'vault/safe-v1', 'encrypted', 'encrypted'],
      ['vault/intruder-v1', 'vault/safe-v1', 'blocked', 'silent'],
      ['outside/legacy-strict-v1', 'vault/vault-v1', 'blocked', 'none'],
      ['outside/quiet-v1', 'outside/web-v1', 'none', 'none'],
    ];
    const rows = onTheStand(
      truth.map(([source, destination]) => edgeOf(source, destination)),
      [metricVoice(metrics), graphVoice(graphs)],
    );
    expect(
      rows.map(
        (
          {
            stand: {
              statements: { metric, graph },
            },
          },
          at,
        ) => [truth[at]?.[0], truth[at]?.[1], metric?.says ?? 'none', graph?.says ?? 'none'],
      ),
    ).toEqual(truth);
    expect(rows[2]?.stand.statements.metric?.text).toMatch(/^source: \d+ B mTLS, none closed/);
    expect(rows[11]?.stand.statements.metric?.text).toMatch(/^source: \d+ CONNECT; destination: \d+ DENY$/);
  });

  it('the totals of one text say the same', async () => {
    const bytes = shared(`${K}ztunnel/node1.metrics.second.txt`);
    if (bytes === null) return;
    const metrics = new MetricTable();
    for (const fact of (await readFacts(prometheusText, bytes)).facts) if (fact.kind === 'metric') metrics.add('text', fact);
    const [row] = onTheStand([edgeOf('bookinfo/mixed-v1', 'bookinfo/reviews-v1')], [metricVoice(metrics)]);
    expect(row?.stand.statements.metric?.says).toBe('mixed');
  });
});
