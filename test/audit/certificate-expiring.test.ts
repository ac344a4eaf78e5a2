/** rules.md §6: less than a tenth of a certificate's life is left, at the time of the evidence. */
import { describe, expect, test } from 'vitest';
import type { Coverage } from '../../src/audit/finder.ts';
import { Ledger } from '../../src/audit/ledger.ts';
import { Configuration } from '../../src/mesh/configuration.ts';
import type { CertificateFact } from '../../src/model/configuration.ts';
import type { Finding } from '../../src/model/summary.ts';
import { input, later, NOON } from '../report/helpers.ts';

const HOUR = 3600;
/** A day's leaf of which `left` hours are left at noon. */
const leaf = (left: number, changes: Partial<CertificateFact> = {}): CertificateFact => ({
  kind: 'certificate',
  record: 7,
  identity: 'spiffe://cluster.local/ns/shop/sa/web',
  role: 'leaf',
  serial: 'ab',
  notBefore: later((left - 24) * HOUR),
  notAfter: later(left * HOUR),
  valid: null,
  ...changes,
});
const other = leaf(20, { identity: 'spiffe://cluster.local/ns/shop/sa/db' });

function found(certificates: readonly CertificateFact[], { coverage = {}, last = NOON as typeof NOON | null } = {}): readonly Finding[] {
  const configuration = new Configuration();
  for (const fact of certificates) configuration.learn(fact, 0);
  const asked: Coverage = {
    logsOf: () => [],
    hasBoth: () => false,
    skew: 0,
    podAt: () => null,
    configuration,
    inputName: () => 'dump.json',
    ...coverage,
  };
  return new Ledger(asked).findings([input({ input: 'ztunnel.log', last })]);
}
const brief = (findings: readonly Finding[]): unknown => findings.map(({ id, severity, key }) => [id, severity, key]);

describe('certificate-expiring', () => {
  test('a warning with less than a tenth left, an error once it has ended', () => {
    expect(brief(found([leaf(2), other]))).toEqual([['certificate-expiring', 'warning', 'certificate-expiring:shop/web']]);
    expect(brief(found([leaf(-1), other]))).toEqual([['certificate-expiring', 'error', 'certificate-expiring:shop/web']]);
    const [finding] = found([leaf(2), other]);
    expect(finding?.message).toContain(
      'spiffe://cluster.local/ns/shop/sa/web: its certificate ends at 2026-11-21T10:19:01.202141Z, with 8 % of its life left',
    );
    expect(finding?.evidence).toEqual([{ witness: 'config', input: 'dump.json', record: 7, says: 'not after 2026-11-21T10:19:01.202141Z' }]);
  });

  test('of several of one identity only the worst, of one root only one', () => {
    const root = (identity: string): CertificateFact => ({ ...leaf(-1), role: 'root', identity, serial: 'cd' });
    expect(brief(found([leaf(2), leaf(-1), leaf(1), other, root('spiffe://a/ns/b/sa/c'), root('spiffe://a/ns/b/sa/d')]))).toEqual([
      ['certificate-expiring', 'error', 'certificate-expiring:dump.json'],
      ['certificate-expiring', 'error', 'certificate-expiring:shop/web'],
    ]);
  });

  test('none for a leaf of a day with three hours left, one that is not valid yet, one without times, or when nothing says what time it is', () => {
    for (const certificate of [leaf(3), leaf(30), leaf(1, { notBefore: null }), leaf(1, { notBefore: later(2 * HOUR), notAfter: later(HOUR) })])
      expect(found([certificate, other])).toEqual([]);
    expect(found([leaf(-1), other], { last: null })).toEqual([]);
  });

  test('a file whose leaves had all ended is old, or nothing renews them: a note; asked now, it is what it is', () => {
    expect(brief(found([leaf(-1), leaf(-2)]))).toEqual([['certificate-expiring', 'note', 'certificate-expiring:dump.json']]);
    expect(brief(found([leaf(-1), leaf(-2)], { coverage: { readAt: () => NOON } }))).toEqual([
      ['certificate-expiring', 'error', 'certificate-expiring:shop/web'],
    ]);
    expect(found([leaf(-1), other], { coverage: { readAt: () => later(-10 * HOUR) } })).toEqual([]);
  });

  test('istioctl said so itself when it looked', () => {
    expect(brief(found([leaf(-1, { valid: false })], { last: null }))).toEqual([['certificate-expiring', 'error', 'certificate-expiring:shop/web']]);
    expect(found([leaf(5, { valid: true })], { last: null })).toEqual([]);
  });
});
