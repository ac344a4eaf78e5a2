import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EdgeTable, MAX_EDGES } from '../../src/audit/edges.ts';
import { Tally } from '../../src/audit/tally.ts';
import { type Flow, VERDICTS } from '../../src/model/flow.ts';
import { secured } from '../../src/model/secured.ts';
import { NO_STATEMENTS } from '../../src/model/stand.ts';
import type { Edge } from '../../src/model/summary.ts';
import { counts, edge, finding, flow, input, NOBODY, plaintextFlow } from '../report/helpers.ts';

function edgesOf(flows: readonly Flow[]): Edge[] {
  const table = new EdgeTable();
  for (const one of flows) table.add(one);
  return [...table.edges()];
}

function only(flows: readonly Flow[]): Edge {
  const [first, ...others] = edgesOf(flows);
  expect(others).toEqual([]);
  if (first === undefined) throw new Error('no edge');
  return first;
}

describe('an edge', () => {
  it("sums up flows as the contract's example does", () => {
    expect(only(Array.from({ length: 5 }, () => flow()))).toEqual({
      ...edge(),
      source: { workload: 'curl-v1', namespace: 'default', ip: null, identity: 'spiffe://cluster.local/ns/default/sa/curl' },
      destination: {
        workload: 'reviews-v1',
        namespace: 'bookinfo',
        ip: null,
        identity: 'spiffe://cluster.local/ns/bookinfo/sa/bookinfo-reviews',
        port: 9080,
      },
      stand: {
        statements: {
          ...NO_STATEMENTS,
          log: { says: 'encrypted', text: '5 HBONE', evidence: [] },
          wire: { says: 'encrypted', text: '5 HBONE', evidence: [] },
        },
        agreement: 'agree',
      },
    });
  });

  it('is one whatever the pods, and another for another port, transport or workload', () => {
    const pod = { ...flow().source, ip: '10.10.1.99', pod: 'curl-v1-other', port: 1 };
    expect(edgesOf([flow(), flow({ source: pod })])).toHaveLength(1);
    expect(edgesOf([flow(), flow({ destination: { ...flow().destination, port: 80 } }), flow({ transport: 'udp' }), plaintextFlow()])).toHaveLength(
      4,
    );
  });

  it('goes by address where no workload is known, and never takes a name for an address', () => {
    const one = only([flow({ source: NOBODY }), flow({ source: { ...NOBODY, port: 9 } })]);
    expect(one.source).toEqual({ workload: null, namespace: null, ip: '10.10.1.20', identity: null });
    expect(edgesOf([flow({ source: NOBODY }), flow({ source: { ...NOBODY, workload: '10.10.1.20' } })])).toHaveLength(2);
  });

  it.each([
    [counts({ hbone: 2, denied: 1, failed: 1 }), 'yes'],
    [counts({ tls: 1 }), 'no'],
    [counts({ plaintext: 1, unknown: 3 }), 'no'],
    [counts({ hbone: 1, unknown: 1 }), 'partly'],
    [counts({ hbone: 1, plaintext: 1 }), 'partly'],
    [counts({ unknown: 4 }), 'unproven'],
    [counts({ denied: 4 }), 'unproven'],
    [counts(), 'unproven'],
  ] as const)('%j is secured: %s', (flows, expected) => {
    expect(secured(flows)).toBe(expected);
  });

  it('has the commonest reason of its worst verdict', () => {
    const ends = { source: flow().source, destination: flow().destination };
    const bypass = flow({ ...ends, verdict: 'plaintext', reason: 'bypass' });
    const passthrough = flow({ ...ends, verdict: 'plaintext', reason: 'passthrough' });
    const refused = flow({ ...ends, verdict: 'failed', reason: 'refused' });
    const denied = flow({ ...ends, verdict: 'denied', reason: 'strict-policy' });
    expect(only([flow(), flow(), refused]).reason).toBe('refused');
    expect(only([refused, refused, denied]).reason).toBe('strict-policy');
    expect(only([flow(), flow(), passthrough, bypass, bypass]).reason).toBe('bypass');
    expect(only([passthrough, bypass]).reason).toBe(only([bypass, passthrough]).reason);
  });

  it('counts exempt flows apart, their bytes not at all', () => {
    expect(only([flow({ exempt: 'kubelet-probe', verdict: 'plaintext', exposedBytes: 100 })])).toMatchObject({
      flows: counts(),
      exempt: 1,
      bytes: { sent: null, received: null },
      exposedBytes: null,
      secured: 'unproven',
      reason: null,
    });
  });

  it('knows bytes as soon as one flow does', () => {
    const blind = flow({ bytes: { sent: null, received: null }, exposedBytes: null });
    expect(only([blind]).bytes).toEqual({ sent: null, received: null });
    expect(only([blind, flow()])).toMatchObject({ bytes: { sent: 78, received: 1467 }, exposedBytes: 0 });
  });

  it('of a tunnel stands at 15008, without the bytes of its TLS', () => {
    const tunnel = flow({ kind: 'tunnel', destination: { ...flow().destination, port: 15008 }, bytes: { sent: 9000, received: 9000 } });
    expect(only([tunnel])).toMatchObject({ destination: { port: 15008 }, bytes: { sent: null, received: null }, flows: counts({ hbone: 1 }) });
  });

  it('has the identity said most often', () => {
    const other = flow({ source: { ...flow().source, identity: 'spiffe://other' } });
    expect(only([other, flow(), flow()]).source.identity).toBe(flow().source.identity);
    expect(only([other, flow()]).source.identity).toBe(only([flow(), other]).source.identity);
    expect(only([flow({ source: { ...flow().source, identity: null } })]).source.identity).toBeNull();
  });

  it('can be asked for by its ends', () => {
    const table = new EdgeTable();
    table.add(flow());
    const { source, destination } = edge();
    expect(table.has({ source, destination })).toBe(true);
    expect(table.has({ source, destination: { ...destination, port: 80 } })).toBe(false);
    expect(table.has({ source, destination: { ...destination, port: null } })).toBe(true);
    expect(table.has({ source: destination, destination: { ...source, port: null } })).toBe(false);
    table.remove(flow());
    expect(table.has({ source, destination })).toBe(false);
    expect([...table.edges()]).toEqual([]);
  });
});

describe('more edges than there is room for', () => {
  it('share one, whose flows are counted', () => {
    const table = new EdgeTable();
    const from = (client: number) => plaintextFlow({ source: { ...NOBODY, ip: `10.${client >> 16}.${(client >> 8) & 255}.${client & 255}` } });
    for (let client = 0; client < MAX_EDGES; client++) table.add(from(client));
    expect(table.crowdedOut).toBe(0);
    for (let more = 0; more < 3; more++) table.add(from(MAX_EDGES + more));
    table.add(from(7));
    table.remove(from(MAX_EDGES));
    expect(table.crowdedOut).toBe(2);
    expect(table.secured()).toEqual({ yes: 0, partly: 0, no: MAX_EDGES + 1, unproven: 0 });
    const shared = [...table.edges()].filter(({ source }) => source.workload === '(too many edges)');
    expect(shared).toMatchObject([{ flows: counts({ plaintext: 2 }), secured: 'no', destination: { workload: '(too many edges)', port: null } }]);
  });
});

const anyFlow = fc
  .record({
    source: fc.constantFrom(flow().source, NOBODY, plaintextFlow().source),
    port: fc.constantFrom(80, 9080, null),
    verdict: fc.constantFrom(...VERDICTS),
    reason: fc.constantFrom('hbone', 'bypass', 'udp', 'reset', 'mid-stream'),
    exempt: fc.constantFrom(null, null, 'dns' as const),
    kind: fc.constantFrom('connection', 'tunnel'),
    sent: fc.option(fc.nat(1000), { nil: null }),
    exposedBytes: fc.option(fc.nat(1000), { nil: null }),
    identity: fc.constantFrom(null, 'a', 'b', 'c'),
  })
  .map(({ source, port, sent, identity, ...rest }) =>
    flow({ ...rest, source: { ...source, identity }, destination: { ...flow().destination, port }, bytes: { sent, received: sent } }),
  );
const parts = { late: 0, evicted: 0, inputs: [], exitCode: 0, edges: { yes: 0, partly: 0, no: 0, unproven: 0 }, findings: [] } as const;

describe('edges and tally', () => {
  it('do not depend on the order, and forget what is removed', () => {
    fc.assert(
      fc.property(
        fc.array(anyFlow, { maxLength: 30 }),
        fc.array(anyFlow, { maxLength: 10 }),
        fc.infiniteStream(fc.nat()),
        (kept, removed, random) => {
          const table = new EdgeTable();
          const tally = new Tally();
          const mixed = [...kept, ...removed].map((one) => ({ one, at: random.next().value ?? 0 })).sort((a, b) => a.at - b.at);
          for (const { one } of mixed) table.add(one);
          for (const { one } of mixed) tally.add(one);
          for (const one of removed) table.remove(one);
          for (const one of removed) tally.remove(one);
          const expected = new Tally();
          for (const one of kept) expected.add(one);
          expect([...table.edges()]).toEqual(edgesOf(kept));
          expect(tally.summary(parts)).toEqual(expected.summary(parts));
        },
      ),
    );
  });

  it('agree with each other', () => {
    fc.assert(
      fc.property(fc.array(anyFlow), (flows) => {
        const tally = new Tally();
        for (const one of flows) tally.add(one);
        const edges = edgesOf(flows);
        for (const verdict of VERDICTS) expect(edges.reduce((sum, { flows: each }) => sum + each[verdict], 0)).toBe(tally.flows[verdict]);
        const { exempt, exposedBytes } = tally.summary(parts);
        expect(edges.reduce((sum, each) => sum + each.exempt, 0)).toBe(exempt);
        expect(edges.reduce((sum, each) => sum + (each.exposedBytes ?? 0), 0)).toBe(exposedBytes);
      }),
    );
  });
});

describe('the tally', () => {
  it('makes a summary whose inputs are sorted', () => {
    const tally = new Tally();
    tally.add(flow());
    tally.add(plaintextFlow());
    tally.add(flow({ verdict: 'denied', reason: 'strict-policy', exposedBytes: 84, bytes: { sent: 0, received: 0 } }));
    tally.add(flow({ exempt: 'dns' }));
    tally.add(flow({ kind: 'tunnel', bytes: { sent: 5000, received: 5000 } }));
    tally.addTunnel(20_480);
    const summary = tally.summary({
      ...parts,
      edges: { yes: 1, partly: 0, no: 1, unproven: 0 },
      findings: [finding()],
      inputs: [input({ input: 'b' }), input({ input: 'a' })],
      exitCode: 1,
    });
    expect(summary).toEqual({
      type: 'summary',
      flows: counts({ hbone: 2, plaintext: 1, denied: 1 }),
      exempt: 1,
      bytes: { hbone: 1545, tls: 0, plaintext: 1545 },
      exposedBytes: 1545 + 84,
      tunnels: { count: 1, bytes: 20_480 },
      edges: { yes: 1, partly: 0, no: 1, unproven: 0 },
      findings: { error: 1, warning: 0, note: 0 },
      late: 0,
      evicted: 0,
      inputs: [input({ input: 'a' }), input({ input: 'b' })],
      exitCode: 1,
    });
  });
});
