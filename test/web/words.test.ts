import { expect, test } from 'vitest';
import { byteText, durationText, percentText, shortIdentity, spanText } from '../../src/web/words.ts';

test('a share is never rounded to an all or a nothing that is not true', () => {
  expect([percentText(33, 50), percentText(0, 5), percentText(5, 5), percentText(9999, 10_000), percentText(1, 10_000), percentText(0, 0)]).toEqual([
    '66 %',
    '0 %',
    '100 %',
    '>99 %',
    '<1 %',
    '–',
  ]);
});

test('bytes in SI units; what is not known is a dash', () => {
  expect([0, 999, 1000, 1467, 9949, 9951, 999_499, 999_500, 5e9, null].map(byteText)).toEqual([
    '0 B',
    '999 B',
    '1.0 kB',
    '1.5 kB',
    '9.9 kB',
    '10 kB',
    '999 kB',
    '1.0 MB',
    '5.0 GB',
    '–',
  ]);
});

test('times and identities', () => {
  expect([durationText(null), durationText(10), durationText(4200), durationText(280_000)]).toEqual(['open', '10 ms', '4.2 s', '4 min 40 s']);
  expect(spanText('2026-11-21T08:19:01.2Z', '2026-11-21T08:23:41.0Z')).toBe('2026-11-21 08:19:01 – 08:23:41 UTC');
  expect(shortIdentity('spiffe://cluster.local/ns/bookinfo/sa/bookinfo-reviews')).toBe('bookinfo/bookinfo-reviews');
  expect(shortIdentity('<b>')).toBe('<b>');
});
