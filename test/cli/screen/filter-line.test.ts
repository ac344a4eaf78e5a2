import { expect, test } from 'vitest';
import { parseFilterLine } from '../../../src/cli/screen/filter-line.ts';

const KNOWN = ['from', 'to', 'verdict', 'port', 'since'];
const words = (line: string): string => {
  const parsed = parseFilterLine(line, KNOWN);
  return 'error' in parsed ? parsed.error : decodeURIComponent(`${parsed.words}`.replaceAll('+', ' '));
};

test('the command line’s words in three spellings, values as alternatives, the rest as free text', () => {
  expect(words('--verdict plaintext --verdict=tls')).toBe('verdict=plaintext&verdict=tls');
  expect(words('verdict:!hbone to=data/* port=80')).toBe('verdict=!hbone&to=data/*&port=80');
  expect(words('reviews  v1 verdict=tls')).toBe('verdict=tls&q=reviews v1');
  expect(words('fd00::1')).toBe('q=fd00::1');
  expect(words('')).toBe('');
});

test('what was meant as a filter and is none is said, with what there is', () => {
  expect(words('--verdikt tls')).toBe('verdikt is no filter. Did you mean verdict? There are: from, to, verdict, port, since.');
  expect(words('verdikt=tls')).toContain('Did you mean verdict?');
  expect(words('tls --since')).toBe('--since wants a value: --since VALUE');
});
