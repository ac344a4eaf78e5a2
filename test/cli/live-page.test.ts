import { expect, test } from 'vitest';
import { Fares, livePage } from '../../src/cli/live-page.ts';
import { micros } from '../../src/model/time.ts';

const look = { columns: 60, paint: (text: string) => text };
const now = micros(Date.parse('2026-11-21T08:00:00Z') * 1000);
const input = (name: string, records: number, last: number | null) => ({
  input: name,
  format: 'ztunnel-text',
  witness: 'log' as const,
  records,
  read: records,
  skipped: {},
  lost: 0,
  first: null,
  last: last === null ? null : micros(last),
  sawHbone: false,
  sawReadable: false,
});

test('a page longer than the terminal is cut at its end and says by how much', () => {
  const text = Array.from({ length: 50 }, (_, line) => `line ${line}`).join('\n');
  const page = livePage(text, [], { look, rows: 10, now, message: null });
  expect(page).toHaveLength(10);
  expect(page[0]).toBe('line 0');
  expect(page.join('\n')).toContain('… 43 more lines');
});

test('a page that fits is shown whole, above what the inputs do', () => {
  const page = livePage('one\ntwo\n', [{ input: 'a.log', perSecond: 12, silentMs: 0, last: micros(now - 250_000) }], {
    look,
    rows: 24,
    now,
    message: 'a warning',
  });
  expect(page.slice(0, 2)).toEqual(['one', 'two']);
  expect(page.join('\n')).toContain('a.log: 12 records/s, 250 ms behind');
  expect(page.at(-1)).toBe('a warning');
});

test('an input that has become silent says since when, and comes first', () => {
  const fares = new Fares(0);
  fares.look([input('a', 100, now), input('b', 100, now)], 1000);
  const later = fares.look([input('a', 200, now), input('b', 100, now)], 6000);
  expect(later[0]?.perSecond).toBeGreaterThan(0);
  expect(later[1]?.silentMs).toBe(5000);
  const page = livePage('', later, { look, rows: 24, now, message: null }).join('\n');
  expect(page.indexOf('b: silent for 5 s')).toBeLessThan(page.indexOf('a: '));
});

test('a terminal of hardly any rows gets hardly any, and nothing breaks', () => {
  for (let rows = 1; rows < 6; rows++)
    expect(livePage('a\nb\nc\nd\ne\nf\ng', [], { look, rows, now, message: null }).length).toBeLessThanOrEqual(rows);
});
