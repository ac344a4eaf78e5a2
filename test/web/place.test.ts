import { expect, test } from 'vitest';
import { parseFilter, withoutFilter } from '../../src/web/state/filter-text.ts';
import { filterParams, placeOf, queryOf } from '../../src/web/state/query.ts';

test('what is shown survives the way through the URL', () => {
  const query =
    '?from=legacy%2F*&verdict=plaintext&verdict=%21hbone&since=15m&view=flows&selected=edge%3A0123&exempt=%21dns&exemptEdges=shown&identities=shown&width=bytes&sort=bytes&order=asc';
  const place = placeOf(query);
  expect(place).toMatchObject({
    view: 'flows',
    filters: { from: ['legacy/*'], verdict: ['plaintext', '!hbone'], exempt: ['!dns'], since: ['15m'] },
    selected: 'edge:0123',
    showsExempt: true,
    width: 'bytes',
    order: 'asc',
  });
  expect(placeOf(queryOf(place))).toEqual(place);
  expect(queryOf(placeOf(''))).toBe('');
});

test('a URL made by someone else never names a view or a width that is not there', () => {
  expect(placeOf('?view=__proto__&width=<img>&order=sideways')).toMatchObject({ view: 'graph', width: 'connections', order: 'desc' });
});

test.for([
  ['reviews', 'workload=*reviews*'],
  ['bookinfo/reviews-v1', 'workload=bookinfo/reviews-v1'],
  ['!curl*', 'workload=!curl*'],
  ['verdict:plaintext port=9080', 'verdict=plaintext&port=9080'],
  ['--from legacy/* --to=payments/*', 'from=legacy/*&to=payments/*'],
  ['ns:data', 'namespace=data'],
  ['10.0.0.0/8', 'cidr=10.0.0.0/8'],
  ['10.10.2.11', 'ip=10.10.2.11'],
  ['fd00::1', 'ip=fd00::1'],
  ['since:15m', 'since=15m'],
] as const)('typed %s', ([text, query]) => {
  const parsed = parseFilter(text, {});
  expect('filters' in parsed && decodeURIComponent(filterParams(parsed.filters).toString())).toBe(query);
});

test('a word that is no filter is answered with those that are', () => {
  expect(parseFilter('colour:red', {})).toEqual({ error: expect.stringMatching(/“colour” is no filter.*verdict/) });
  expect(parseFilter('--port', {})).toEqual({ error: '--port needs a value: --port VALUE' });
});

test('values of one word are alternatives, times are replaced, and each can be taken away', () => {
  const parsed = parseFilter('verdict:tls verdict:plaintext since:1h since:5m', {});
  const filters = 'filters' in parsed ? parsed.filters : {};
  expect(filters).toEqual({ verdict: ['tls', 'plaintext'], since: ['5m'] });
  expect(withoutFilter(filters, 'verdict', 'tls')).toEqual({ verdict: ['plaintext'], since: ['5m'] });
  expect(withoutFilter(withoutFilter(filters, 'verdict'), 'since')).toEqual({});
});
