import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { FORMATS } from '../../src/formats/index.ts';
import { prometheusApi } from '../../src/formats/prometheus-api.ts';
import { prometheusText } from '../../src/formats/prometheus-text.ts';
import { readFacts, shared, sharedFiles } from './facts-reading.ts';

const LABELS =
  'reporter="source",source_workload="curl-v1",source_workload_namespace="default",source_principal="unknown",source_app="curl",destination_service="web.legacy.svc.cluster.local",destination_workload="web-v1",destination_workload_namespace="legacy",destination_principal="spiffe://cluster.local/ns/legacy/sa/web",response_flags="-",connection_security_policy="unknown"';
const CLOSED = `istio_tcp_connections_closed_total{${LABELS}}`;
const TEXT = `# HELP istio_build Istio component build info.
# TYPE istio_build gauge
istio_build{component="ztunnel",tag="1.30.0"} 1
# TYPE istio_tcp_connections_closed counter
${CLOSED} 12
istio_tcp_sent_bytes_total{${LABELS}} 3.5e3
# EOF
`;
const labels = Object.fromEntries([...LABELS.matchAll(/(\w+)="([^"]*)"/g)].map((found) => [found[1], found[2]]));
const api = (resultType: string, result: unknown): string => JSON.stringify({ status: 'success', data: { resultType, result } });
const NAMED = { __name__: 'istio_tcp_connections_closed_total', instance: '10.0.0.1:15020', pod: 'ztunnel-abcde', ...labels };

describe('prometheus-text', () => {
  it("keeps Istio's TCP counters, with who counted them and both ends, and counts all else as skipped", async () => {
    const { facts, skipped } = await readFacts(prometheusText, TEXT);
    expect(skipped).toEqual({ 'other-metric': 1 });
    expect(facts).toHaveLength(2);
    expect(facts[0]).toMatchObject({ kind: 'metric', value: 12, time: null, exact: true, record: 5 });
    expect(facts[0]).toMatchObject({
      series: {
        metric: 'connections_closed',
        instance: null,
        producer: 'ztunnel',
        reporter: 'source',
        source: { workload: 'curl-v1', namespace: 'default', app: 'curl', principal: null },
        destination: { workload: 'web-v1', namespace: 'legacy', principal: 'spiffe://cluster.local/ns/legacy/sa/web' },
        service: 'web.legacy.svc.cluster.local',
        mutualTls: false,
        flags: '-',
      },
    });
    expect(facts[1]).toMatchObject({ value: 3500 });
  });

  it('unescapes label values and lets braces, commas and spaces stand in them', async () => {
    const odd = LABELS.replace('curl-v1', 'a\\"b\\\\c\\nd},e{ =').replaceAll(',', ' , ');
    const { facts } = await readFacts(prometheusText, `istio_tcp_connections_closed_total{${odd},} 1`);
    expect(facts).toMatchObject([{ series: { source: { workload: 'a"b\\c\nd} , e{ =' } } }]);
  });

  it('reads times in ms and, of OpenMetrics, in s, and steps over exemplars', async () => {
    const { facts } = await readFacts(
      prometheusText,
      `${CLOSED} 1 1795251528221\n${CLOSED} 2 1795251528.221\r\n${CLOSED} 3 1795251529 # {trace_id="x"} 1 5\n${CLOSED} 4 # {a="1"} 1`,
    );
    expect(facts).toMatchObject([
      { value: 1, time: 1795251528221000 },
      { value: 2, time: 1795251528221000 },
      { value: 3, time: 1795251529000000 },
      { value: 4, time: null },
    ]);
  });

  it('counts NaN, infinities and negative values as no number, broken lines as malformed, endless ones as too long', async () => {
    const bad = ['NaN', '+Inf', '-Inf', '-1', 'x'].map((value) => `${CLOSED} ${value}`);
    const broken = [
      `${CLOSED}`,
      'istio_tcp_connections_closed_total{reporter="source"} 1',
      'istio_tcp_connections_closed_total{a="',
      '{} 1',
      '5',
      `${CLOSED} 1 2 3`,
    ];
    const { facts, skipped } = await readFacts(prometheusText, [...bad, ...broken, 'x'.repeat(2_000_000), `${CLOSED} 7`].join('\n'));
    expect(facts).toMatchObject([{ value: 7, record: bad.length + broken.length + 2 }]);
    expect(skipped).toEqual({ 'not-a-number': 5, malformed: 6, 'too-long': 1 });
  });
});

describe('prometheus-api', () => {
  it('reads vectors and matrices alike; times of whole seconds are those of the question', async () => {
    const vector = await readFacts(prometheusApi, api('vector', [{ metric: NAMED, value: [1795251535, '12'] }]));
    expect(vector.facts).toMatchObject([
      { value: 12, time: 1795251535000000, exact: false, record: 1, series: { instance: '10.0.0.1:15020 ztunnel-abcde', producer: 'ztunnel' } },
    ]);
    const values = [
      [1795251423.221, '1'],
      [1795251438.221, '2'],
    ];
    const matrix = await readFacts(prometheusApi, api('matrix', [{ metric: NAMED, values }]));
    expect(matrix.facts).toMatchObject([
      { value: 1, time: 1795251423221000, exact: true },
      { value: 2, record: 2 },
    ]);
  });

  it('an answer that is an error says so, and other answers in the same input are still read', async () => {
    const error = '{"status":"error","errorType":"bad_data","error":"parse error: unclosed left parenthesis"}';
    expect((await readFacts(prometheusApi, error)).error).toBe(
      'Prometheus answered with an error (bad_data: parse error: unclosed left parenthesis): correct the query and save its answer again',
    );
    const both = await readFacts(prometheusApi, `${error}\n${api('vector', [{ metric: NAMED, value: [1, '2'] }])}`);
    expect(both).toMatchObject({ error: null, skipped: { 'error-answer': 1 }, facts: [{ value: 2 }] });
  });

  it('scalars, rates and series name no counter', async () => {
    const { __name__: _, ...unnamed } = NAMED;
    expect((await readFacts(prometheusApi, api('scalar', [1795251535, '3']))).skipped).toEqual({ 'other-metric': 1 });
    expect((await readFacts(prometheusApi, api('vector', [{ metric: unnamed, value: [1, '0.5'] }]))).skipped).toEqual({ 'other-metric': 1 });
    expect((await readFacts(prometheusApi, JSON.stringify({ status: 'success', data: [NAMED] }))).skipped).toEqual({ 'no-samples': 1 });
  });

  it('an answer cut short gives its whole samples and says that some are lost', async () => {
    const whole = api('vector', [
      { metric: NAMED, value: [1, '2'] },
      { metric: NAMED, value: [2, '3'] },
    ]);
    const { facts } = await readFacts(prometheusApi, whole.slice(0, -40));
    expect(facts).toMatchObject([
      { kind: 'metric', value: 2 },
      { kind: 'lost', what: 'truncated' },
    ]);
  });
});

const SAMPLES = [
  TEXT,
  api('vector', [
    { metric: NAMED, value: [1, '2'] },
    { metric: { ...NAMED, source_workload: 'é"{[\\' }, value: [2, 'NaN'] },
  ]),
  `${api('scalar', [1, '2'])}\n${api('matrix', [
    {
      metric: NAMED,
      values: [
        [1.5, '2'],
        [3, 4],
      ],
    },
  ])}`,
];

describe.for([prometheusText, prometheusApi])('laws of $name', (format) => {
  it('any cut of the bytes gives the same records', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...SAMPLES), sizes, async (text, cuts) => {
        expect(await readFacts(format, text, cuts)).toEqual(await readFacts(format, text));
      }),
      { numRuns: 60 },
    );
    for (const text of SAMPLES) expect(await readFacts(format, text, [1])).toEqual(await readFacts(format, text));
  });

  it('random and mutated bytes never throw anything unexpected', async () => {
    const mutated = fc
      .tuple(fc.constantFrom(...SAMPLES), fc.array(fc.tuple(fc.nat(), fc.constantFrom('', '"', '{', '}', ']', '\\', '\n', '\0', '9', ','))))
      .map(([text, changes]) =>
        changes.reduce((all, [place, by]) => all.slice(0, place % all.length) + by + all.slice((place % all.length) + 1), `${text} `),
      )
      .map((text) => new TextEncoder().encode(text));
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 300 }), mutated), async (bytes) => {
        format.recognise(bytes);
        expect((await readFacts(format, bytes, [7, 64])).error).toBeNull();
      }),
      { numRuns: 200 },
    );
  });
});

test('each recorded answer is claimed by its own format and by no other, and nothing else is', () => {
  const claims = (path: string): readonly string[] => {
    const head = (shared(path) ?? new Uint8Array()).subarray(0, 64 * 1024);
    return FORMATS.filter((format) => format.recognise(head) > 0).map(({ name }) => name);
  };
  for (const path of [...sharedFiles('recordings'), ...sharedFiles('corpora')]) {
    const isText = /(metrics[^/]*|stats|federate[^/]*)\.txt$/.test(path) && !path.includes('headers');
    const isApi = /prometheus\/(query|series)[^/]*\.json$/.test(path);
    const isGraph = /kiali\/graph[./]/.test(path);
    const expected = isText ? ['prometheus-text'] : isApi ? ['prometheus-api'] : isGraph ? ['kiali-graph'] : null;
    if (expected !== null) expect(claims(path), path).toEqual(expected);
    else for (const name of claims(path)) expect(['prometheus-text', 'prometheus-api', 'kiali-graph'], path).not.toContain(name);
  }
});

test('what Prometheus says of one scrape as text and as JSON is the same', async () => {
  const federate = shared('recordings/kubernetes-prometheus-kiali/prometheus/federate.istio_tcp.txt');
  const query = shared('recordings/kubernetes-prometheus-kiali/prometheus/query.istio_tcp_connections_closed_total.raw-range-vector.json');
  if (federate === null || query === null) return;
  // Node 2 was scraped once more between the two questions.
  const scraped = 1795251528221000;
  const counters = async (format: typeof prometheusApi, bytes: Uint8Array): Promise<ReadonlyMap<string, number>> =>
    new Map(
      (await readFacts(format, bytes)).facts.flatMap((fact): readonly [string, number][] =>
        fact.kind === 'metric' && fact.series.metric === 'connections_closed' && fact.time === scraped ? [[fact.series.key, fact.value]] : [],
      ),
    );
  const asText = await counters(prometheusText, federate);
  expect(asText.size).toBe(17);
  expect(await counters(prometheusApi, query)).toEqual(asText);
});
