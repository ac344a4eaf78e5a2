import Ajv2020 from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Told, View } from '../../src/model/reporter.ts';
import { formatTime, micros } from '../../src/model/time.ts';
import { plainEdge, plainFlow } from '../../src/report/contract/objects.ts';
import { quote, stringify } from '../../src/report/contract/quote.ts';
import { DOCUMENT_SCHEMA, LINE_SCHEMA } from '../../src/report/contract/schema.ts';
import { quickTime } from '../../src/report/contract/times.ts';
import { flowJson, toJson } from '../../src/report/contract/to-json.ts';
import { json } from '../../src/report/json.ts';
import { jsonl } from '../../src/report/jsonl.ts';
import { edge, finding, flow, plaintextFlow, summary, textOut } from './helpers.ts';

const ajv = new Ajv2020.default({ allErrors: true });
const isLine = ajv.compile(LINE_SCHEMA);
const isDocument = ajv.compile(DOCUMENT_SCHEMA);

const RECORD: Told = {
  type: 'record',
  witness: 'log',
  input: 'ztunnel-n1.log',
  record: 146,
  text: 'info\taccess\tconnection complete',
  says: 'hbone',
};
const STRICT: Told = {
  type: 'strict',
  namespace: 'bookinfo',
  workload: 'reviews-v1',
  port: 9080,
  mode: 'PERMISSIVE',
  modeFrom: 'istio-system/default',
  state: 'would break',
  flows: { hbone: 5, tls: 0, plaintext: 3, denied: 0, failed: 0, unknown: 0 },
  wouldBreak: [{ workload: 'legacy', namespace: 'legacy', ip: null, reason: 'source-not-enrolled', flows: 3, last: micros(1_795_249_145_829_589) }],
};
const EXPECTATION: Told = { type: 'expectation', outcome: 'failed', message: 'people only', known: null };
const TOLD: { readonly [view in View]: readonly Told[] } = {
  report: [edge(), edge({ bytes: { sent: null, received: null }, exposedBytes: null, reason: null, secured: 'unproven' }), finding()],
  flows: [flow(), plaintextFlow({ end: null, open: true, revision: 2, supersededBy: '9f3c6a1be07d4452' }), finding({ subject: { input: 'a.pcap' } })],
  edges: [edge(), finding({ subject: { workload: 'a', namespace: 'b', ip: null } })],
  verify: [finding(), EXPECTATION],
  strict: [STRICT, finding()],
  explain: [flow({ tls: { version: '1.3', alpn: ['h2'], sni: null } }), RECORD],
};
const VIEWS = ['report', 'flows', 'edges', 'verify', 'strict', 'explain'] as const;

async function written(reporter: typeof json, view: View, told: readonly Told[]): Promise<string> {
  const out = textOut();
  const report = reporter.open(out, { view, live: false });
  for (const one of told) await report.tell([one]);
  await report.close(summary());
  return out.text();
}

describe('JSON lines', () => {
  it("are the contract's example to the byte", async () => {
    const lines = (await written(jsonl, 'flows', [flow()])).split('\n');
    expect(lines[0]).toBe(
      '{"type":"flow","id":"9f3c6a1be07d4452","revision":1,"supersededBy":null,"kind":"connection","start":"2026-11-21T08:19:01.202141Z","end":"2026-11-21T08:19:01.212141Z","open":false,' +
        '"source":{"ip":"10.10.1.11","port":55728,"pod":"curl-v1-7d5f8c6b9-11xyz","workload":"curl-v1","namespace":"default","service":null,"cluster":"Kubernetes","identity":"spiffe://cluster.local/ns/default/sa/curl","identityFrom":"certificate"},' +
        '"destination":{"ip":"10.10.2.11","port":9080,"pod":"reviews-v1-7d5f8c6b9-11xyz","workload":"reviews-v1","namespace":"bookinfo","service":"reviews.bookinfo.svc.cluster.local","cluster":"Kubernetes","identity":"spiffe://cluster.local/ns/bookinfo/sa/bookinfo-reviews","identityFrom":"certificate"},' +
        '"transport":"tcp","application":null,"tls":null,"underlay":null,"verdict":"hbone","reason":"hbone","exempt":null,' +
        '"bytes":{"sent":78,"received":1467},"exposedBytes":0,"communityId":null,' +
        '"carrier":{"source":{"ip":"10.10.1.11","port":57346},"destination":{"ip":"10.10.2.11","port":15008},"communityId":"1:r3GAfNn58JrLfhgKaOIxIqAVumM="},' +
        '"witnesses":["log","wire"],"findings":[],' +
        '"evidence":[{"witness":"log","input":"ztunnel-n1.log","record":146,"says":"hbone"},{"witness":"log","input":"ztunnel-n2.log","record":146,"says":"hbone"},{"witness":"wire","input":"node1-eth0.pcap","record":11,"says":"hbone"}]}',
    );
    expect(lines[1]).toBe(
      '{"type":"summary","flows":{"hbone":5,"tls":0,"plaintext":0,"denied":0,"failed":0,"unknown":0},"exempt":2,"bytes":{"hbone":7725,"tls":0,"plaintext":0},"exposedBytes":0,' +
        '"tunnels":{"count":1,"bytes":20480},"edges":{"yes":1,"partly":0,"no":0,"unproven":0},"findings":{"error":0,"warning":0,"note":0},"late":0,"evicted":0,' +
        '"inputs":[{"input":"node1-eth0.pcap","format":"pcap","records":2543,"read":2540,"skipped":{"arp":3},"lost":0,"first":"2026-11-21T08:19:01.202141Z","last":"2026-11-21T08:23:41.202141Z","sawHbone":true,"sawReadable":true}],"exitCode":0}',
    );
  });

  it.each(VIEWS)('of the view %s are valid, each of them', async (view) => {
    const lines = (await written(jsonl, view, TOLD[view])).trimEnd().split('\n');
    for (const line of lines) expect(isLine(JSON.parse(line)), JSON.stringify(isLine.errors)).toBe(true);
    const types = lines.map((line) => String(JSON.parse(line).type));
    const expected = TOLD[view].map(({ type }) => type).filter((type) => type !== 'expectation');
    expect(types).toEqual(view === 'explain' ? expected : [...expected, 'summary']);
  });

  it('leave out what the view does not have', async () => {
    expect(await written(jsonl, 'verify', [flow(), edge(), finding()])).not.toMatch(/"type":"(flow|edge)"/);
  });
});

describe('one JSON document', () => {
  it.each(VIEWS)('of the view %s is valid and has the arrays of its view', async (view) => {
    const document = JSON.parse(await written(json, view, TOLD[view]));
    expect(isDocument(document), JSON.stringify(isDocument.errors)).toBe(true);
    const arrays = {
      report: ['edges', 'findings'],
      flows: ['flows', 'findings'],
      edges: ['edges', 'findings'],
      verify: ['findings'],
      strict: ['strict', 'findings'],
      explain: ['flows', 'records'],
    };
    expect(Object.keys(document)).toEqual([...arrays[view], 'summary']);
    for (const name of arrays[view])
      expect(document[name]).toHaveLength(TOLD[view].filter(({ type }) => type === name || `${type}s` === name).length);
  });

  it.each(VIEWS)('of the view %s is valid when nothing was told', async (view) => {
    expect(isDocument(JSON.parse(await written(json, view, [])))).toBe(true);
  });

  it('writes flows as they are told, and findings that came in between at the end', async () => {
    const out = textOut();
    const report = json.open(out, { view: 'flows', live: true });
    await report.tell([finding(), flow()]);
    expect(out.text()).toContain('9f3c6a1be07d4452');
    await report.tell([plaintextFlow()]);
    expect(out.text()).toContain('00c0ffee00c0ffee');
    await report.close(summary());
    expect(JSON.parse(out.text())).toMatchObject({ flows: [{ verdict: 'hbone' }, { verdict: 'plaintext' }], findings: [{ id: 'bypassed-mesh' }] });
  });
});

describe('a flow as JSON', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('"', '\\', '\u001b[2J', '\ud800', '\u202e', 'plain'));
  const name = fc.option(text, { nil: null });
  it('put together by hand is what JSON.stringify makes of it, whatever the names', () => {
    const end = fc.record({
      ip: text,
      port: fc.option(fc.nat(65535), { nil: null }),
      pod: name,
      workload: name,
      namespace: name,
      service: name,
      cluster: name,
      identity: name,
      identityFrom: fc.constant(null),
    });
    fc.assert(
      fc.property(end, end, name, name, fc.array(text), (source, destination, application, sni, alpn) => {
        const odd = flow({ source, destination, application, tls: { version: null, alpn, sni }, carrier: null });
        expect(flowJson(odd)).toBe(stringify(plainFlow(odd)));
        expect(JSON.parse(flowJson(odd))).toEqual(JSON.parse(JSON.stringify(plainFlow(odd))));
      }),
    );
  });

  it('is that of JSON.stringify for edges too', () => {
    const side = fc.record({ workload: name, namespace: name, ip: name, identity: name });
    const sum = fc.oneof(fc.constant(null), fc.nat());
    fc.assert(
      fc.property(side, side, sum, sum, sum, (source, destination, sent, received, exposedBytes) => {
        const odd = { ...edge(), source, destination: { ...destination, port: sent }, bytes: { sent, received }, exposedBytes };
        expect(toJson(odd)).toBe(stringify(plainEdge(odd)));
      }),
    );
  });

  it('does not mix up two flows of one address', () => {
    const other = flow({ source: { ...flow().source, workload: 'other' } });
    for (const one of [flow(), other, flow(), other]) expect(flowJson(one)).toBe(stringify(plainFlow(one)));
  });

  it('holds nothing that a terminal would obey', () => {
    fc.assert(
      fc.property(text, (any) => {
        expect(JSON.parse(quote(any))).toBe(any);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
        expect(quote(any)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/u);
      }),
    );
  });
});

describe('times', () => {
  it('are those of formatTime', () => {
    fc.assert(
      fc.property(fc.integer({ min: -9e15, max: 9e15 }), fc.nat(2_000_000), (first, step) => {
        for (const time of [first, first + step, first + 1]) expect(quickTime(micros(time))).toBe(formatTime(micros(time)));
      }),
    );
    for (const time of [0, -1, 8.64e18, 8.7e18, Number.NaN, 1_795_249_141_000_001]) expect(quickTime(micros(time))).toBe(formatTime(micros(time)));
  });
});
