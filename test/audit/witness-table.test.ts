import { describe, expect, it } from 'vitest';
import { FlowVoices } from '../../src/audit/flow-voices.ts';
import { type TableEdge, voicedWitnesses, type WitnessVoice, witnessTable } from '../../src/audit/witness-table.ts';
import { graphVoice, metricVoice } from '../../src/audit/witness-voices.ts';
import { GraphTable } from '../../src/evidence/graph.ts';
import { MetricTable } from '../../src/evidence/metrics.ts';
import { kialiGraph } from '../../src/formats/kiali-graph.ts';
import { prometheusApi } from '../../src/formats/prometheus-api.ts';
import { prometheusText } from '../../src/formats/prometheus-text.ts';
import type { Format } from '../../src/model/format.ts';
import { readFacts, shared } from '../formats/facts-reading.ts';
import { flow, NOBODY } from '../report/helpers.ts';

const voicesOf = (flows: readonly Parameters<FlowVoices['add']>[0][]): FlowVoices => {
  const voices = new FlowVoices();
  for (const one of flows) voices.add(one);
  return voices;
};
const evidence = (witness: 'log' | 'wire', says: string): ReturnType<typeof flow>['evidence'][number] => ({ witness, input: 'x', record: 1, says });

describe('what log and wire say of an edge', () => {
  it('is counted for each alone, whatever the verdict is', () => {
    const voices = voicesOf([
      flow({ evidence: [evidence('log', 'hbone'), evidence('log', 'hbone'), evidence('wire', 'plaintext')] }),
      flow({ evidence: [evidence('log', 'hbone')] }),
      flow({ evidence: [evidence('log', 'denied')] }),
    ]);
    const [row] = witnessTable(voices.edges(), voices.voices());
    expect(row?.statements.log).toMatchObject({ says: 'encrypted', text: '2 HBONE, 1 blocked' });
    expect(row?.statements.wire).toMatchObject({ says: 'plaintext', text: '1 plaintext' });
    expect(row?.agreement).toBe('disagree');
  });

  it('exempt flows and legs are no edges, and a revision takes the place of the flow before it', () => {
    const before = flow({ evidence: [evidence('log', 'unknown')] });
    const voices = voicesOf([
      flow({ exempt: 'kubelet-probe', destination: NOBODY }),
      flow({ kind: 'leg', destination: NOBODY }),
      before,
      flow({ revision: 2, replaces: before, evidence: [evidence('log', 'hbone')] }),
    ]);
    const rows = witnessTable(voices.edges(), voices.voices());
    expect(rows.map(({ statements }) => statements.log?.text)).toEqual(['1 HBONE']);
    expect(rows[0]?.agreement).toBe('alone');
  });
});

describe('the stand', () => {
  const edge = (port: number): TableEdge => ({
    source: { workload: 'a', namespace: 'n', ip: null },
    destination: { workload: 'b', namespace: 'n', ip: null, port },
  });
  const voice = (witness: WitnessVoice['witness'], knowsPorts: boolean, says: 'encrypted' | 'plaintext' | 'silent'): WitnessVoice => ({
    witness,
    knowsPorts,
    of: () => ({ says, text: says, evidence: [] }),
  });

  it('a witness that does not know ports is heard, and contradicts nobody where there are several', () => {
    const voices = [voice('log', true, 'encrypted'), voice('metric', false, 'plaintext')];
    expect(witnessTable([edge(80)], voices)[0]?.agreement).toBe('disagree');
    const both = witnessTable([edge(80), edge(81)], voices);
    expect(both.map(({ agreement, statements }) => [agreement, statements.metric?.says])).toEqual([
      ['alone', 'plaintext'],
      ['alone', 'plaintext'],
    ]);
  });

  it('any further witness is one more voice, and who has nothing to say is no column', () => {
    const rows = witnessTable([edge(80)], [voice('config', true, 'encrypted'), voice('log', true, 'encrypted'), voice('graph', false, 'silent')]);
    expect(rows[0]?.agreement).toBe('agree');
    expect(voicedWitnesses(rows)).toEqual(['log', 'config', 'graph']);
  });
});

const K = 'recordings/kubernetes-prometheus-kiali/';
const edgeOf = (source: string, destination: string): TableEdge => {
  const end = (name: string): { workload: string; namespace: string; ip: null } => ({
    namespace: name.split('/')[0] ?? '',
    workload: name.split('/')[1] ?? '',
    ip: null,
  });
  return { source: end(source), destination: { ...end(destination), port: 9080 } };
};

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
    const rows = witnessTable(
      truth.map(([source, destination]) => edgeOf(source, destination)),
      [metricVoice(metrics), graphVoice(graphs)],
    );
    expect(
      rows.map(({ statements: { metric, graph } }, at) => [truth[at]?.[0], truth[at]?.[1], metric?.says ?? 'none', graph?.says ?? 'none']),
    ).toEqual(truth);
    expect(rows[2]?.statements.metric?.text).toMatch(/^source: \d+ B mTLS, none closed/);
    expect(rows[11]?.statements.metric?.text).toMatch(/^source: \d+ CONNECT; destination: \d+ DENY$/);
  });

  it('the totals of one text say the same', async () => {
    const bytes = shared(`${K}ztunnel/node1.metrics.second.txt`);
    if (bytes === null) return;
    const metrics = new MetricTable();
    for (const fact of (await readFacts(prometheusText, bytes)).facts) if (fact.kind === 'metric') metrics.add('text', fact);
    const [row] = witnessTable([edgeOf('bookinfo/mixed-v1', 'bookinfo/reviews-v1')], [metricVoice(metrics)]);
    expect(row?.statements.metric?.says).toBe('mixed');
  });
});
