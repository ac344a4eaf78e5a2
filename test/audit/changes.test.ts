import { describe, expect, it } from 'vitest';
import { changesBetween, isWorse } from '../../src/audit/changes.ts';
import type { Edge } from '../../src/model/summary.ts';
import { between, counts, edge, finding } from '../report/helpers.ts';

const open = (changes: Partial<Edge> = {}): Edge => edge({ flows: counts({ plaintext: 1 }), secured: 'no', reason: 'bypass', ...changes });
const told = (before: readonly Edge[], after: readonly Edge[]): readonly (readonly [string, boolean])[] =>
  changesBetween({ edges: before, findings: [] }, { edges: after, findings: [] }).map((change) => [change.change, isWorse(change)]);

describe('what changed between two runs', () => {
  it('is nothing where the same edges are as encrypted as before', () => {
    expect(told([edge(), open(between('a/b', 'c/d'))], [edge({ flows: counts({ hbone: 9 }) }), open(between('a/b', 'c/d'))])).toEqual([]);
  });

  it('is an edge that became readable or encrypted, is new or gone; the worse first', () => {
    const [x, y, z] = [between('a/x', 'c/d'), between('a/y', 'c/d'), between('a/z', 'c/d')];
    expect(told([edge(), open(x), edge(y)], [open(), edge(x), open(z)])).toEqual([
      ['became-plaintext', true],
      ['new', true],
      ['became-encrypted', false],
      ['gone', false],
    ]);
    expect(told([], [edge()])).toEqual([['new', false]]);
  });

  it('is none where packets showed the application’s own TLS before, and now only a log calls it plaintext', () => {
    const own = edge({ flows: counts({ tls: 3 }), secured: 'no', reason: 'application-tls' });
    expect(told([own], [open({ exposedBytes: null })])).toEqual([]);
    expect(told([own], [open({ exposedBytes: 80 })])).toEqual([['became-plaintext', true]]);
    expect(told([edge()], [open({ exposedBytes: null })])).toEqual([['became-plaintext', true]]);
  });

  it('tells ports and transports apart, and leaves out what is exempt', () => {
    expect(told([edge()], [edge(), edge(between('default/curl-v1', 'bookinfo/reviews-v1', 81))])).toEqual([['new', false]]);
    expect(told([], [edge({ flows: counts(), exempt: 3 })])).toEqual([]);
  });

  it('is a finding that came or went, with its edge; of inputs nothing', () => {
    const stale = open(between('default/stale', 'bookinfo/reviews-v1'));
    const blind = finding({ id: 'blind-input', key: 'blind-input:lo.pcap', subject: { input: 'lo.pcap' } });
    const came = changesBetween({ edges: [stale], findings: [] }, { edges: [stale], findings: [finding(), blind] });
    expect(came).toMatchObject([{ change: 'finding-came', edge: { source: { workload: 'stale' } }, finding: { id: 'bypassed-mesh' } }]);
    expect(came.map(isWorse)).toEqual([true]);
    const went = changesBetween(
      { edges: [stale], findings: [finding()] },
      { edges: [stale], findings: [finding({ key: 'other', severity: 'note' })] },
    );
    expect(went.map((change) => [change.change, isWorse(change)])).toEqual([
      ['finding-came', false],
      ['finding-gone', false],
    ]);
  });
});
