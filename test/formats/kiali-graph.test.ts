import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kialiGraph } from '../../src/formats/kiali-graph.ts';
import { readFacts, shared } from './facts-reading.ts';

const node = (id: string, more: object): object => ({
  data: { id, nodeType: 'workload', cluster: 'Kubernetes', namespace: 'bookinfo', workload: id, app: id, ...more },
});
const edge = (source: string, target: string, more: object): object => ({
  data: { id: `${source}-${target}`, source, target, traffic: { protocol: 'tcp', rates: { tcp: '83.73' } }, ...more },
});
const graph = (edges: readonly object[], more: object = {}): string =>
  JSON.stringify({
    timestamp: 1795251535,
    duration: 60,
    graphType: 'workload',
    elements: { nodes: [node('curl', {}), node('reviews', {}), node('wp', { isWaypoint: true })], edges },
    ...more,
  });

describe('kiali-graph', () => {
  it('reads an edge with its share, rates, principals and minutes', async () => {
    const { facts } = await readFacts(
      kialiGraph,
      graph([edge('curl', 'reviews', { isMTLS: '67', sourcePrincipal: 'spiffe://a/ns/b/sa/c', destPrincipal: 'unknown' })]),
    );
    expect(facts).toMatchObject([
      {
        kind: 'graph',
        graph: { graphType: 'workload', from: 1795251475000000, to: 1795251535000000 },
        source: { workload: 'curl', namespace: 'bookinfo' },
        destination: { workload: 'reviews' },
        mtlsPercent: 67,
        protocol: 'tcp',
        sourcePrincipal: 'spiffe://a/ns/b/sa/c',
        destinationPrincipal: null,
        waypoint: false,
        record: 1,
      },
    ]);
    expect(facts[0]?.kind === 'graph' && facts[0].rates).toEqual(new Map([['tcp', 83.73]]));
  });

  it('no share is null and not 0, an edge without rates is idle, and an edge at a waypoint says so', async () => {
    const { facts } = await readFacts(
      kialiGraph,
      graph([edge('curl', 'reviews', { traffic: { protocol: 'tcp' } }), edge('curl', 'wp', { isMTLS: '100' }), edge('wp', 'reviews', {})]),
    );
    expect(facts).toMatchObject([{ mtlsPercent: null, rates: null, waypoint: false }, { mtlsPercent: 100, waypoint: true }, { waypoint: true }]);
  });

  it('keys may come in any order, and graphs may follow each other', async () => {
    const sorted = JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(graph([edge('curl', 'reviews', {})]))).sort()));
    expect(sorted.indexOf('elements')).toBeLessThan(sorted.indexOf('timestamp'));
    const { facts } = await readFacts(kialiGraph, `${sorted}\n${sorted}`);
    expect(facts).toMatchObject([{ graph: { to: 1795251535000000 } }, { graph: { to: 1795251535000000 } }]);
  });

  it('half a graph is lost, an edge to nowhere and a graph without minutes are malformed', async () => {
    const whole = graph([edge('curl', 'reviews', {}), edge('curl', 'nobody', {})]);
    expect(await readFacts(kialiGraph, whole.slice(0, -3))).toMatchObject({ facts: [{ kind: 'lost', records: 2 }], skipped: { truncated: 2 } });
    expect(await readFacts(kialiGraph, whole)).toMatchObject({ facts: [{ kind: 'graph' }], skipped: { malformed: 1 } });
    expect(await readFacts(kialiGraph, graph([edge('curl', 'reviews', {})], { timestamp: 1e300 }))).toMatchObject({
      facts: [],
      skipped: { malformed: 1 },
    });
  });

  it('any cut gives the same edges, and random changes never throw', async () => {
    const text = graph([edge('curl', 'reviews', { isMTLS: '100', sourcePrincipal: 'é"\\{[' }), edge('curl', 'wp', {})]);
    for (const sizes of [[1], [2, 3], [7, 64]]) expect(await readFacts(kialiGraph, text, sizes)).toEqual(await readFacts(kialiGraph, text));
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length), fc.constantFrom('', '"', '{', '}', ']', '\\', ','), async (at, by) => {
        expect((await readFacts(kialiGraph, text.slice(0, at) + by + text.slice(at + 1), [31])).error).toBeNull();
      }),
      { numRuns: 150 },
    );
  });

  it("reads every type of the recorded Kiali's graphs", async () => {
    for (const [type, edges] of [
      ['workload.total', 14],
      ['app.total', 9],
      ['versionedApp.total', 14],
      ['service.total', 13],
      ['workload.total.injected', 21],
      ['workload.total.idle', 17],
    ] as const) {
      const bytes = shared(`recordings/kubernetes-prometheus-kiali/kiali/graph.${type}.json`);
      if (bytes === null) return;
      const { facts, skipped } = await readFacts(kialiGraph, bytes);
      expect([type, facts.length, skipped]).toEqual([type, edges, {}]);
    }
  });
});
