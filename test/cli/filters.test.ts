import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockMatcher, parseBlock } from '../../src/cli/addresses.ts';
import { compileFilter, compileFindingFilter, type FilterOptions, globMatcher, hasFilters, NO_FILTERS } from '../../src/cli/filters.ts';
import { micros } from '../../src/model/time.ts';
import { between, finding, flow, later, NOBODY, NOON, plaintextFlow } from '../report/helpers.ts';

const CONTEXT = { reference: later(3600) };
const keeps = (options: Partial<FilterOptions>, one = flow()): boolean => compileFilter({ ...NO_FILTERS, ...options }, CONTEXT)(one);

describe('a filter of flows', () => {
  it('keeps everything when there is none', () => {
    expect(keeps({})).toBe(true);
    expect(hasFilters(NO_FILTERS)).toBe(false);
    expect(hasFilters({ ...NO_FILTERS, ip: ['10.1.1.1'] })).toBe(true);
  });

  it.each([
    ['curl-v1', true],
    ['default/curl-v1', true],
    ['other/curl-v1', false],
    ['curl-*', true],
    ['*/curl-v?', true],
    ['10.10.1.11', true],
    ['10.10.0.0/16', true],
    ['10.11.0.0/16', false],
    ['10.10.1.*', true],
    ['reviews-v1', false],
    ['!curl-v1', false],
    ['!reviews-v1', true],
    ['!10.0.0.0/8', false],
    ['curl', false],
  ] as const)('--from %s: %s', (value, expected) => {
    expect(keeps({ from: [value] })).toBe(expected);
  });

  it('--to looks at the server', () => {
    expect(keeps({ to: ['bookinfo/reviews-*'] })).toBe(true);
    expect(keeps({ to: ['curl-v1'] })).toBe(false);
  });

  it('looks at either end, and negates for both', () => {
    expect(keeps({ namespace: ['bookinfo'] })).toBe(true);
    expect(keeps({ namespace: ['default'] })).toBe(true);
    expect(keeps({ namespace: ['!bookinfo'] })).toBe(false);
    expect(keeps({ workload: ['*-v1'] })).toBe(true);
    expect(keeps({ identity: ['spiffe://cluster.local/ns/*/sa/curl'] })).toBe(true);
    expect(keeps({ ip: ['10.10.2.11'] })).toBe(true);
    expect(keeps({ cidr: ['10.10.2.0/24'] })).toBe(true);
    expect(keeps({ cidr: ['10.10.3.0/24'] })).toBe(false);
  });

  it('takes values of one flag as alternatives and joins flags', () => {
    expect(keeps({ from: ['nobody', 'curl-v1'] })).toBe(true);
    expect(keeps({ from: ['curl-*', '!curl-v1'] })).toBe(false);
    expect(keeps({ from: ['!nobody', '!nothing'] })).toBe(true);
    expect(keeps({ from: ['curl-v1'], to: ['nobody'] })).toBe(false);
  });

  it('compares ports, verdicts and reasons', () => {
    expect(keeps({ port: ['9080'] })).toBe(true);
    expect(keeps({ port: ['9000-9100'] })).toBe(true);
    expect(keeps({ port: ['90*'] })).toBe(true);
    expect(keeps({ port: ['!9080'] })).toBe(false);
    expect(keeps({ port: ['55728'] })).toBe(false);
    expect(keeps({ verdict: ['plaintext', 'tls'] })).toBe(false);
    expect(keeps({ verdict: ['!plaintext'] })).toBe(true);
    expect(keeps({ reason: ['*-not-enrolled'] }, plaintextFlow())).toBe(true);
  });

  it('tells what is exempt by design from what is not', () => {
    const dns = flow({ exempt: 'dns' });
    expect([keeps({ exempt: ['*'] }, dns), keeps({ exempt: ['*'] })]).toEqual([true, false]);
    expect([keeps({ exempt: ['!*'] }, dns), keeps({ exempt: ['!*'] })]).toEqual([false, true]);
    expect([keeps({ exempt: ['loopback'] }, dns), keeps({ exempt: ['!loopback'] }, dns)]).toEqual([false, true]);
  });

  it('keeps what was there at any time of the span', () => {
    const early = flow({ start: NOON, end: later(60) });
    expect(keeps({ since: { kind: 'at', time: later(30) } }, early)).toBe(true);
    expect(keeps({ since: { kind: 'at', time: later(61) } }, early)).toBe(false);
    expect(keeps({ since: { kind: 'at', time: later(61) } }, flow({ end: null, open: true }))).toBe(true);
    expect(keeps({ until: { kind: 'at', time: micros(NOON - 1) } }, early)).toBe(false);
    expect(keeps({ since: { kind: 'ago', span: micros(3600e6) } }, early)).toBe(true);
    expect(keeps({ since: { kind: 'ago', span: micros(3000e6) } }, early)).toBe(false);
  });

  it('knows an end without a name by its address only', () => {
    const nameless = flow({ source: { ...NOBODY, ip: 'fd00:10:1::20' } });
    expect(keeps({ from: ['*'] }, nameless)).toBe(true);
    expect(keeps({ from: ['*/*'] }, nameless)).toBe(false);
    expect(keeps({ from: ['FD00:10:1:0::20'] }, nameless)).toBe(true);
    expect(keeps({ cidr: ['fd00:10::/32'] }, nameless)).toBe(true);
    expect(keeps({ cidr: ['!fd00::/16'] }, nameless)).toBe(false);
  });
});

describe('a filter of findings', () => {
  const shown = (options: Partial<FilterOptions>, one = finding(), isShown = true): boolean =>
    compileFindingFilter({ ...NO_FILTERS, ...options }, () => isShown)(one);

  it('keeps what speaks of an input, whatever is asked for', () => {
    expect(shown({ from: ['nobody'], verdict: ['tls'] }, finding({ subject: { input: 'a.pcap' } }), false)).toBe(true);
  });

  it('keeps two ends that fit', () => {
    expect(shown({ from: ['stale'] })).toBe(true);
    expect(shown({ from: ['reviews-v1'] })).toBe(false);
    expect(shown({ namespace: ['bookinfo'], port: ['9080'] })).toBe(true);
    expect(shown({ port: ['80'] })).toBe(false);
  });

  it('asks the shown edges for what only flows know', () => {
    expect(shown({ verdict: ['hbone'] }, finding(), false)).toBe(false);
    expect(shown({ cidr: ['10.0.0.0/8'] }, finding(), true)).toBe(true);
    expect(shown({ cidr: ['10.0.0.0/8'] }, finding(), false)).toBe(false);
  });

  it('asks the shown edges where one is of all ports', () => {
    const ofAll = finding({ subject: between('a/b', 'c/d', null) });
    expect([shown({ port: ['80'] }, ofAll, true), shown({ port: ['80'] }, ofAll, false)]).toEqual([true, false]);
    expect(shown({}, ofAll, false)).toBe(true);
  });

  it('keeps one end that could be meant', () => {
    const one = finding({ subject: { workload: 'stale', namespace: 'default', ip: null } });
    expect(shown({ to: ['stale'] }, one)).toBe(true);
    expect(shown({ to: ['other'], from: ['nobody'] }, one)).toBe(false);
  });
});

describe('globs', () => {
  it('mean the whole text and nothing but * and ?', () => {
    expect(globMatcher('a.c')('abc')).toBe(false);
    expect(globMatcher('a*')('ab\nc')).toBe(true);
    expect(globMatcher('(a|b)+$*')('(a|b)+$x')).toBe(true);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(globMatcher('*')(text)).toBe(true);
        expect(globMatcher(`${text.replace(/[*?]/g, '')}*`)(text.replace(/[*?]/g, ''))).toBe(true);
      }),
    );
  });

  it('do not hang on hostile ones', () => {
    const before = performance.now();
    globMatcher(`${'*'.repeat(50)}a`)('b'.repeat(4096));
    expect(performance.now() - before).toBeLessThan(500);
  });
});

describe('networks', () => {
  it.each([
    ['10.0.0.0/8', '10.255.1.2', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['0.0.0.0/0', '1.2.3.4', true],
    ['0.0.0.0/0', 'fd00::1', false],
    ['::/0', 'fd00::1', true],
    ['10.10.1.128/25', '10.10.1.200', true],
    ['10.10.1.128/25', '10.10.1.100', false],
    ['fd00:10:1::/48', 'fd00:10:1:ffff::1', true],
    ['fd00:10:1::/48', 'fd00:10:2::1', false],
    ['::ffff:10.0.0.0/104', '10.1.2.3', true],
    ['10.1.2.3', '10.1.2.3', true],
    ['10.1.2.3', 'not an address', false],
  ])('%s and %s: %s', (network, ip, expected) => {
    const block = parseBlock(network);
    if (block === undefined) throw new Error('no network');
    expect(blockMatcher(block)(ip)).toBe(expected);
    expect(blockMatcher(block)(ip)).toBe(expected);
  });
});
