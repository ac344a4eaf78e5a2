import { describe, expect, it } from 'vitest';
import { exitCode } from '../../src/cli/exit.ts';
import { Gate, NO_RULES } from '../../src/cli/gate.ts';
import type { Flow } from '../../src/model/flow.ts';
import type { Finding, InputStatus } from '../../src/model/summary.ts';
import { finding, flow, input, plaintextFlow } from '../report/helpers.ts';

type Case = {
  readonly flows?: readonly Flow[];
  readonly findings?: readonly Finding[];
  readonly inputs?: readonly InputStatus[];
  readonly failOn?: readonly string[];
};

function judged({ flows = [flow()], findings = [], inputs = [input()], failOn }: Case) {
  const gate = new Gate({ ...NO_RULES, failOn: failOn === undefined ? null : new Set(failOn) });
  for (const one of flows) gate.add(one);
  return gate.judge({ findings, inputs, speaks: () => false });
}
const code = (situation: Case): number => judged(situation).code;
const unknown = (reason: Flow['reason']): Flow => flow({ verdict: 'unknown', reason });

describe('verify', () => {
  it('passes when all is proven', () => {
    expect(judged({})).toEqual({ code: 0, expectations: [], notices: [] });
    expect(
      code({
        flows: [
          flow(),
          unknown('no-payload'),
          flow({ verdict: 'denied', reason: 'strict-policy' }),
          flow({ verdict: 'tls', reason: 'application-tls' }),
        ],
      }),
    ).toBe(0);
  });

  it('fails on plaintext over TCP that is not exempt, and on errors', () => {
    expect(code({ flows: [flow(), plaintextFlow()] })).toBe(1);
    expect(code({ flows: [flow(), plaintextFlow({ exempt: 'kubelet-probe' })] })).toBe(0);
    expect(code({ flows: [flow(), plaintextFlow({ transport: 'udp', reason: 'udp' })] })).toBe(0);
    expect(code({ findings: [finding()] })).toBe(1);
    expect(code({ findings: [finding({ severity: 'warning' })] })).toBe(0);
  });

  it('cannot decide without proof, with losses, when blind, or with an open question', () => {
    expect(code({ flows: [] })).toBe(2);
    expect(code({ flows: [flow({ verdict: 'denied', reason: 'strict-policy' })] })).toBe(2);
    expect(code({ inputs: [input({ lost: 1 })] })).toBe(2);
    expect(code({ findings: [finding({ id: 'blind-input', severity: 'note', subject: { input: 'lo.pcap' } })] })).toBe(2);
    expect(code({ flows: [flow(), unknown('mid-stream')] })).toBe(2);
    expect(code({ flows: [flow(), { ...unknown('mid-stream'), exempt: 'dns' }] })).toBe(0);
  });

  it('fails rather than doubts', () => {
    expect(code({ flows: [plaintextFlow(), unknown('cut-short')], inputs: [input({ lost: 9 })] })).toBe(1);
  });

  it('says one line for each pair and reason, the most first', () => {
    const { expectations } = judged({ flows: [plaintextFlow({ reason: 'bypass' }), plaintextFlow(), plaintextFlow()] });
    expect(expectations.map(({ outcome, message }) => `${outcome} ${message}`)).toEqual([
      'failed default/legacy → bookinfo/reviews-v1:9080: 2 connections in plaintext (the client is not in the mesh)',
      'failed default/legacy → bookinfo/reviews-v1:9080: 1 connection in plaintext (both ends are in the mesh, yet the traffic went past ztunnel)',
      'undecided Nothing was proven encrypted: no connection was carried by HBONE.',
    ]);
  });

  it('forgets an earlier revision', () => {
    const gate = new Gate(NO_RULES);
    gate.add(unknown('attempted'));
    gate.remove(unknown('attempted'));
    gate.add(flow({ revision: 2 }));
    expect(gate.judge({ findings: [], inputs: [input()], speaks: () => false }).code).toBe(0);
  });

  it('withdrawn flows do not count', () => {
    expect(code({ flows: [flow(), plaintextFlow({ supersededBy: '9f3c6a1be07d4452' })] })).toBe(0);
  });

  it('stays in bounds, and failing, whatever the number of pairs', () => {
    const gate = new Gate(NO_RULES);
    for (let port = 0; port < 20_000; port++) gate.add(plaintextFlow({ destination: { ...flow().destination, port } }));
    const { code: judgedCode, expectations } = gate.judge({ findings: [], inputs: [], speaks: () => false });
    expect(judgedCode).toBe(1);
    expect(expectations.length).toBeLessThan(10_100);
    expect(expectations[0]?.message).toContain('10,000 connections');
  });
});

describe('verify --fail-on', () => {
  it('replaces what fails', () => {
    expect(code({ flows: [flow(), plaintextFlow()], findings: [finding()], failOn: ['denied'] })).toBe(0);
    expect(code({ flows: [flow(), flow({ verdict: 'denied', reason: 'strict-policy' })], failOn: ['denied'] })).toBe(1);
    expect(code({ flows: [flow(), plaintextFlow()], failOn: ['source-not-enrolled'] })).toBe(1);
    expect(code({ findings: [finding({ severity: 'note' })], failOn: ['bypassed-mesh'] })).toBe(1);
    expect(code({ flows: [flow(), flow({ verdict: 'denied', reason: 'strict-policy', exposedBytes: 84 })], failOn: ['exposed'] })).toBe(1);
    expect(code({ flows: [flow({ exposedBytes: null })], failOn: ['exposed'] })).toBe(0);
  });

  it('leaves what cannot be decided', () => {
    expect(code({ flows: [], failOn: ['exposed'] })).toBe(2);
  });
});

describe('the exit code', () => {
  const clean = { bug: false, refused: null, interrupted: false, unreadable: false, gate: null };
  it('is the first that applies', () => {
    const all = { bug: true, refused: 69, interrupted: true, unreadable: true, gate: 1 } as const;
    expect(exitCode(all)).toBe(70);
    expect(exitCode({ ...all, bug: false })).toBe(69);
    expect(exitCode({ ...all, bug: false, refused: 64 })).toBe(64);
    expect(exitCode({ ...all, bug: false, refused: null })).toBe(130);
    expect(exitCode({ ...all, bug: false, refused: null, interrupted: false })).toBe(65);
    expect(exitCode({ ...clean, gate: 1 })).toBe(1);
    expect(exitCode({ ...clean, gate: 2 })).toBe(2);
    expect(exitCode(clean)).toBe(0);
  });
});
