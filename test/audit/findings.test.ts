/** rules.md §6: each finding is raised when its row says so, and not when anything of it is missing. */
import { describe, expect, test } from 'vitest';
import type { Coverage } from '../../src/audit/finder.ts';
import { Ledger } from '../../src/audit/ledger.ts';
import type { Flow } from '../../src/model/flow.ts';
import type { Finding, InputStatus } from '../../src/model/summary.ts';
import { micros } from '../../src/model/time.ts';
import { Seen } from '../../src/model/wire-rows.ts';
import { flow, input, later, NOON, plaintextFlow } from '../report/helpers.ts';

const SKEW = 2_000_000;
const around =
  (ips: readonly string[], seconds = 60): Coverage['logsOf'] =>
  (ip) =>
    ips.includes(ip) ? [{ first: later(-seconds), last: later(seconds), input: 'n2.log', lane: 0 }] : [];
const WHOLE = Seen.syn | Seen.synAck | Seen.ended;

type Options = { readonly coverage?: Partial<Coverage>; readonly inputs?: readonly InputStatus[] };
function raised(
  flows: readonly Flow[],
  { coverage = {}, inputs = [] }: Options = {},
): { readonly findings: readonly Finding[]; readonly marks: readonly (readonly string[])[] } {
  const ledger = new Ledger({
    logsOf: () => [],
    hasBoth: () => true,
    skew: SKEW,
    podAt: () => null,
    configuration: null,
    inputName: () => '',
    ...coverage,
  });
  const marks = flows.map((one) => ledger.audit(one));
  return { findings: ledger.findings(inputs), marks };
}
const ids = (flows: readonly Flow[], options: Options = {}): readonly string[] => raised(flows, options).findings.map(({ id }) => id);

describe('wire-contradicts-log', () => {
  const contradiction = plaintextFlow({
    witnesses: ['log', 'wire'],
    evidence: [
      { witness: 'log', input: 'a.log', record: 1, says: 'hbone' },
      { witness: 'wire', input: 'a.pcap', record: 2, says: 'plaintext' },
    ],
  });
  test('when the log says hbone and that very connection is readable', () => {
    const { findings, marks } = raised([contradiction]);
    expect(findings.map(({ id, severity }) => [id, severity])).toEqual([['wire-contradicts-log', 'error']]);
    expect(findings[0]?.evidence.map(({ witness }) => witness)).toEqual(['log', 'wire']);
    expect(marks).toEqual([['wire-contradicts-log']]);
  });
  test('not when both agree, nor when only one speaks', () => {
    expect(
      ids([
        flow(),
        plaintextFlow(),
        plaintextFlow({
          witnesses: ['log', 'wire'],
          evidence: [
            { witness: 'log', input: 'a', record: 1, says: 'plaintext' },
            { witness: 'wire', input: 'b', record: 1, says: 'plaintext' },
          ],
        }),
      ]),
    ).toEqual([]);
  });
  test('not when the application’s TLS refines a passthrough line', () => {
    expect(
      ids([
        flow({
          verdict: 'tls',
          reason: 'application-tls',
          evidence: [
            { witness: 'log', input: 'a', record: 1, says: 'plaintext' },
            { witness: 'wire', input: 'b', record: 1, says: 'tls' },
          ],
        }),
      ]),
    ).toEqual([]);
  });
});

describe('unlogged-flow', () => {
  const unlogged = plaintextFlow({ wireSeen: WHOLE, destination: { ...flow().destination, ip: '10.10.2.30' } });
  const coverage = { logsOf: around(['10.10.2.30']) };
  test('when the log of that pod’s ztunnel encloses it and has no line of it', () => {
    expect(ids([unlogged], { coverage })).toEqual(['unlogged-flow']);
  });
  test('from an enrolled pod as well', () => {
    expect(ids([plaintextFlow({ wireSeen: WHOLE, source: { ...flow().source, ip: '10.10.2.30' } })], { coverage })).toEqual(['unlogged-flow']);
  });
  const without: readonly (readonly [string, Partial<Flow>])[] = [
    ['a line tells of it', { witnesses: ['log', 'wire'] }],
    ['it is exempt', { exempt: 'kubelet-probe' }],
    ['a process of the node sent it', { reason: 'host-network', source: { ...flow().source, ip: '169.254.7.127' } }],
    ['it stays on loopback', { kind: 'leg', exempt: 'loopback', wireSeen: WHOLE | Seen.loopback }],
    ['it is UDP', { transport: 'udp' }],
    ['it began before the capture', { wireSeen: WHOLE | Seen.midStream }],
    ['its beginning was not seen', { wireSeen: Seen.synAck | Seen.ended }],
    ['it has not ended', { wireSeen: Seen.syn | Seen.synAck, end: null, open: true }],
    ['not a byte passed', { bytes: { sent: 0, received: 0 } }],
    ['it is a tunnel', { kind: 'tunnel', verdict: 'hbone', reason: 'hbone' }],
  ];
  test.for(without)('not when %s', ([, changes]) => {
    expect(ids([{ ...unlogged, ...changes }], { coverage })).toEqual([]);
  });
  test('not when the log begins or ends within the skew of it, or is another node’s', () => {
    expect(ids([unlogged], { coverage: { logsOf: () => [{ first: micros(NOON - SKEW + 1), last: later(60), input: 'n2.log', lane: 0 }] } })).toEqual(
      [],
    );
    expect(ids([unlogged], { coverage: { logsOf: () => [{ first: later(-60), last: later(1), input: 'n2.log', lane: 0 }] } })).toEqual([]);
    expect(ids([unlogged], { coverage: { logsOf: around(['10.10.9.9']) } })).toEqual([]);
  });
});

describe('unseen-flow', () => {
  const onWire = (seconds: number, changes: Partial<Flow> = {}): Flow =>
    plaintextFlow({
      start: later(seconds),
      end: later(seconds + 0.1),
      witnesses: ['log', 'wire'],
      evidence: [
        { witness: 'log', input: 'a.log', record: 1, says: 'plaintext' },
        { witness: 'wire', input: 'node1-eth0.pcap', record: 9, says: 'plaintext' },
      ],
      ...changes,
    });
  const logged = (seconds: number, changes: Partial<Flow> = {}): Flow =>
    onWire(seconds, {
      witnesses: ['log'],
      exposedBytes: null,
      evidence: [{ witness: 'log', input: 'a.log', record: 2, says: 'plaintext' }],
      ...changes,
    });
  const story = (changes: Partial<Flow> = {}): readonly Flow[] => [onWire(0), logged(10, changes), onWire(20)];
  const inputs = [input()];

  test('when the capture saw the same pair before and after and lost nothing', () => {
    expect(ids(story(), { inputs })).toEqual(['unseen-flow']);
    // Both sides: the line, and the packets around it.
    const before = onWire(0, { evidence: [{ witness: 'wire', input: 'node1-eth0.pcap', record: 3, says: 'plaintext' }] });
    const { findings } = raised([before, logged(10), onWire(20)], { inputs });
    expect(findings[0]?.evidence.map(({ witness, record }) => [witness, record])).toEqual([
      ['log', 2],
      ['wire', 3],
      ['wire', 9],
    ]);
  });
  test('not when the capture lost packets, or saw the pair only before, or only after', () => {
    expect(ids(story(), { inputs: [input({ lost: 1 })] })).toEqual(['evidence-lost']);
    expect(ids(story().slice(0, 2), { inputs })).toEqual([]);
    expect(ids(story().slice(1), { inputs })).toEqual([]);
  });
  test('not for another pair or port, nor for what failed, nor for what a tunnel carried that no line names', () => {
    expect(ids(story({ destination: { ...flow().destination, port: 9999 } }), { inputs })).toEqual([]);
    expect(ids(story({ source: { ...flow().source, ip: '10.9.9.9' } }), { inputs })).toEqual([]);
    expect(ids(story({ verdict: 'failed', reason: 'refused' }), { inputs })).toEqual([]);
    expect(ids(story({ verdict: 'hbone', reason: 'hbone', carrier: null }), { inputs })).toEqual([]);
  });
  test('not when packets of the pair at that time go unexplained: the two may be one', () => {
    expect(ids([...story(), onWire(9.9, { witnesses: ['wire'], end: later(10.05) })], { inputs })).toEqual([]);
  });
});

describe('exposed-request', () => {
  const refused = plaintextFlow({ verdict: 'failed', reason: 'reset', exposedBytes: 79 });
  test('when readable bytes crossed the network before it was turned away', () => {
    const { findings } = raised([refused, plaintextFlow({ verdict: 'denied', reason: 'strict-policy', exposedBytes: 80 })]);
    expect(findings.map(({ id }) => id)).toEqual(['exposed-request']);
    expect(findings[0]?.message).toContain('2 connections');
    expect(findings[0]?.message).toContain('159 readable bytes');
  });
  test('not when nothing was seen of it, or it was let in, or is exempt', () => {
    expect(
      ids([{ ...refused, exposedBytes: 0 }, { ...refused, exposedBytes: null }, plaintextFlow(), { ...refused, exempt: 'kubelet-probe' }]),
    ).toEqual([]);
  });
});

describe('port 15008', () => {
  const toHbone = { ...flow().destination, port: 15008 };
  test('plaintext there is a finding, answered or not', () => {
    for (const changes of [
      { verdict: 'failed', reason: 'plaintext-on-hbone-port' },
      { verdict: 'plaintext', reason: 'passthrough' },
    ] as const) {
      expect(ids([plaintextFlow({ kind: 'tunnel', exposedBytes: 0, destination: toHbone, ...changes })])).toEqual(['plaintext-on-hbone-port']);
    }
  });
  test('so is TLS of another shape', () => {
    expect(
      ids([flow({ kind: 'tunnel', verdict: 'tls', reason: 'application-tls', destination: toHbone, wireSeen: Seen.clientHello | Seen.established })]),
    ).toEqual(['not-hbone-on-hbone-port']);
  });
  test('a ztunnel’s hello is none, and a tunnel joined in the middle shows none', () => {
    expect(
      ids([
        flow({ kind: 'tunnel', destination: toHbone, wireSeen: Seen.clientHello | Seen.hboneShape }),
        flow({ kind: 'tunnel', destination: toHbone, wireSeen: Seen.midStream | Seen.established }),
      ]),
    ).toEqual([]);
  });
});

describe('inputs', () => {
  test('evidence-lost: only what is known to be lost', () => {
    expect(ids([], { inputs: [input({ lost: 3 }), input({ input: 'b' })] })).toEqual(['evidence-lost']);
  });
  test('blind-input: a capture with neither a packet of 15008 nor readable payload of the network', () => {
    const blind = { sawHbone: false, sawReadable: false };
    expect(
      raised([], { inputs: [input({ ...blind, input: 'lo.pcap' }), input({ ...blind, format: 'pcapng', input: 'lo.pcapng' })] }).findings.map(
        ({ key }) => key,
      ),
    ).toEqual(['blind-input:lo.pcap', 'blind-input:lo.pcapng']);
    expect(
      ids([], {
        inputs: [
          input({ sawHbone: true, sawReadable: false }),
          input({ sawHbone: false, sawReadable: true }),
          input({ ...blind, format: 'ztunnel-text', witness: 'log' }),
          input({ ...blind, format: null, witness: null }),
        ],
      }),
    ).toEqual([]);
  });
});

test('findings of one edge are one, with few citations; keys stay the same from run to run; the worst come first', () => {
  const many = Array.from({ length: 40 }, (_, index) =>
    plaintextFlow({
      verdict: 'failed',
      reason: 'reset',
      exposedBytes: 1,
      evidence: [{ witness: 'wire', input: 'a.pcap', record: index + 1, says: 'failed' }],
    }),
  );
  const contradiction = plaintextFlow({
    evidence: [
      { witness: 'log', input: 'a.log', record: 1, says: 'hbone' },
      { witness: 'wire', input: 'a.pcap', record: 2, says: 'plaintext' },
    ],
    witnesses: ['log', 'wire'],
  });
  const { findings } = raised([...many, contradiction]);
  expect(findings.map(({ key }) => key)).toEqual([
    'wire-contradicts-log:default/legacy → bookinfo/reviews-v1:9080',
    'exposed-request:default/legacy → bookinfo/reviews-v1:9080',
  ]);
  expect(findings[1]?.evidence.length).toBe(5);
});

test('a withdrawn flow belongs to no finding', () => {
  expect(raised([plaintextFlow({ verdict: 'failed', reason: 'reset', supersededBy: '0123456789abcdef' })])).toEqual({ findings: [], marks: [[]] });
});
