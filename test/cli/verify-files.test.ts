/** `verify` against what a team keeps in its repository: expectations and known exceptions. */
import { describe, expect, it, test } from 'vitest';
import { Gate, type GateRules, NO_RULES } from '../../src/cli/gate.ts';
import { excuseOf } from '../../src/cli/verify/baseline.ts';
import { parseEntries } from '../../src/cli/verify/entries.ts';
import { expectedOf } from '../../src/cli/verify/expect.ts';
import type { Flow } from '../../src/model/flow.ts';
import type { Finding } from '../../src/model/summary.ts';
import { finding, flow, input, NOBODY, plaintextFlow } from '../report/helpers.ts';

const EXPECT = { flag: '--expect', path: 'expect.yaml', keys: ['from', 'to', 'port', 'verdict', 'name', 'optional'] };
const BASELINE = { flag: '--baseline', path: 'known.yaml', keys: ['finding', 'from', 'to', 'port', 'verdict', 'reason', 'owner', 'expires'] };
const NOW = Date.UTC(2026, 10, 21);

const expected = (text: string): Partial<GateRules> => ({ expected: parseEntries(text, EXPECT).map(expectedOf) });
const excuses = (text: string): Partial<GateRules> => ({ excuses: parseEntries(text, BASELINE).map((entry) => excuseOf(entry, NOW)) });

function judged(rules: Partial<GateRules>, flows: readonly Flow[], findings: readonly Finding[] = []) {
  const gate = new Gate({ ...NO_RULES, ...rules });
  for (const one of flows) gate.add(one);
  return gate.judge({ findings, inputs: [input()], speaks: (witness) => witness === 'config' });
}
const outcomes = ({ expectations }: ReturnType<typeof judged>): readonly string[] =>
  expectations.map(({ outcome, message }) => `${outcome}: ${message}`);
const legacy = plaintextFlow({ source: NOBODY });

describe('expectations', () => {
  it('are met by what they name, in the words of the filters', () => {
    const rules = expected(
      '- {from: default/*, to: [bookinfo/reviews-v1, 10.0.0.0/8], port: 9000-9100, verdict: hbone}\n- {from: "10.10.1.20", verdict: [denied, plaintext]}\n',
    );
    expect(judged(rules, [flow(), legacy])).toMatchObject({ code: 0, expectations: [] });
  });

  it('that are missed are a line each, with file and line, and what was seen instead', () => {
    const rules = expected('# ours\n- from: "*"\n  to: bookinfo/reviews-v1\n  verdict: hbone\n');
    const failed = judged(rules, [flow(), legacy, legacy]);
    expect(failed.code).toBe(1);
    expect(outcomes(failed)).toEqual([
      expect.stringMatching(
        /^failed: expect\.yaml:2: \* → bookinfo\/reviews-v1 expected hbone: 2 of 3 connections not: 10\.10\.1\.20 → bookinfo\/reviews-v1:9080: 2 connections plaintext/,
      ),
    ]);
  });

  it('judge what they are of alone: the rest is judged as ever', () => {
    const rules = expected('- {from: "10.10.1.20", verdict: plaintext}\n');
    expect(judged(rules, [flow(), legacy]).code).toBe(0);
    const other = plaintextFlow({ source: { ...legacy.source, ip: '10.10.9.9' } });
    expect(judged(rules, [flow(), legacy, other]).code).toBe(1);
  });

  it('that nothing is of leave it undecided, unless they may be', () => {
    const nobody = expected('- {from: nobody/*, verdict: hbone}\n');
    expect(judged(nobody, [flow()]).code).toBe(2);
    expect(outcomes(judged(nobody, [flow()]))).toEqual([
      expect.stringContaining('undecided: expect.yaml:1: nobody/* → * expected hbone: no connection was seen'),
    ]);
    expect(judged(expected('- {from: nobody/*, verdict: hbone, optional: true}\n'), [flow()]).code).toBe(0);
  });

  it('are not missed by what could not be judged, and not met either', () => {
    expect(judged(expected('- {to: bookinfo/*, verdict: hbone}\n'), [flow(), flow({ verdict: 'unknown', reason: 'cut-short' })]).code).toBe(2);
  });

  it('need a positive control all the same', () => {
    expect(judged(expected('- {from: "10.10.1.20", verdict: plaintext}\n'), [legacy]).code).toBe(2);
  });

  it('forget an earlier revision', () => {
    const gate = new Gate({ ...NO_RULES, ...expected('- {to: bookinfo/*, verdict: hbone}\n') });
    const before = flow({ verdict: 'unknown', reason: 'attempted' });
    gate.add(before);
    gate.remove(before);
    gate.add(flow({ revision: 2 }));
    expect(gate.judge({ findings: [], inputs: [], speaks: () => false }).code).toBe(0);
  });
});

describe('known exceptions', () => {
  it('excuse the connections of an edge, with a word on why', () => {
    const known = judged(
      excuses('- {from: "10.10.1.20", to: bookinfo/*, verdict: plaintext, reason: moves in spring, owner: team-a, expires: 2026-11-21}\n'),
      [flow(), legacy],
    );
    expect(known.code).toBe(0);
    expect(outcomes(known)).toEqual([expect.stringContaining('excused: 10.10.1.20 → bookinfo/reviews-v1:9080: 1 connection plaintext, known')]);
    expect(known.notices).toEqual([]);
    expect(judged(excuses('- {from: "10.10.1.20", verdict: tls, reason: x}\n'), [flow(), legacy]).code).toBe(1);
  });

  it('excuse a finding by its key, or a glob of it', () => {
    for (const key of [finding().key, 'bypassed-mesh*']) {
      const { code, expectations } = judged(excuses(`- {finding: "${key}", reason: OPS-1, owner: me, expires: 2027-01-01}\n`), [flow()], [finding()]);
      expect(code).toBe(0);
      expect(expectations).toMatchObject([{ outcome: 'excused', known: 'OPS-1 (me, until 2027-01-01)' }]);
    }
    expect(judged(excuses('- {finding: another, reason: OPS-1}\n'), [flow()], [finding()]).code).toBe(1);
  });

  it('excuse nothing after their day, and are named; those that are not needed are told', () => {
    const { code, notices } = judged(
      excuses('- {from: "10.10.1.20", reason: x, owner: team-a, expires: 2026-11-20}\n- {from: nobody/*, reason: y}\n'),
      [flow(), legacy],
    );
    expect(code).toBe(1);
    expect(notices).toEqual([
      'known.yaml:1: the exception for 10.10.1.20 → * expired on 2026-11-20 and excuses nothing any more; ask team-a',
      'known.yaml:2: the exception for nobody/* → * was not needed; remove it',
    ]);
  });
});

describe('how much must have been seen', () => {
  it('--min-flows and --require-witness leave it undecided', () => {
    expect(judged({ minFlows: 1 }, [flow()]).code).toBe(0);
    expect(judged({ minFlows: 2 }, [flow()]).code).toBe(2);
    expect(judged({ required: ['log', 'wire', 'config'] }, [flow()]).code).toBe(0);
    expect(judged({ required: ['wire'] }, [flow({ witnesses: ['log'] })]).code).toBe(2);
    expect(judged({ required: ['graph'] }, [flow()]).code).toBe(2);
  });
});

describe('a file that is not right says where and what would be', () => {
  test.for([
    ['from: a\n', 'expect.yaml:1: wants a list'],
    ['- {verdict: hbone}\n', 'expect.yaml:1: an expectation wants whom it is of'],
    ['- {from: a}\n', 'expect.yaml:1: an expectation wants the verdict'],
    ['- {from: a, verdict: hbone}\n- from: b\n  verdict: encripted\n', "expect.yaml:3: verdict 'encripted': One of: hbone"],
    ['- {fom: a, verdict: hbone}\n', "expect.yaml:1: unknown key 'fom'; did you mean from?"],
    ['- {from: a, port: 99999, verdict: hbone}\n', "expect.yaml:1: port '99999': wants ports"],
    ['- {from: {a: b}, verdict: hbone}\n', "expect.yaml:1: 'from' wants a word"],
    ['- &a {from: x, verdict: hbone}\n- *a\n', 'expect.yaml:2: each entry wants keys and values'],
    ['- from: "a\n', 'no YAML'],
  ] as const)('%j', ([text, message]) => {
    expect(() => expected(text)).toThrow(message);
  });
  test.for([
    ['- {from: a}\n', 'known.yaml:1: an exception wants its reason'],
    ['- {reason: x}\n', 'known.yaml:1: an exception wants what it is of'],
    ['- {finding: a, from: b, reason: x}\n', 'known.yaml:1: either a finding or from'],
    ['- {from: a, reason: x, expires: soon}\n', 'known.yaml:1: wants a day'],
    ['- {from: a, reason: x, expires: 2026-02-31}\n', 'known.yaml:1: wants a day'],
  ] as const)('%j', ([text, message]) => {
    expect(() => excuses(text)).toThrow(message);
  });
  it('an empty one has no entries', () => {
    expect(parseEntries('# nothing yet\n', BASELINE)).toEqual([]);
  });
});
