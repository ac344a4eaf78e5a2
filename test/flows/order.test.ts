import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sortedBy } from '../../src/flows/order.ts';

function sorted(...of: Parameters<typeof sortedBy>): Uint32Array {
  const steps = sortedBy(...of);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

const NOW_US = 1_795_249_141_000_000;

test('fragments are sorted as a comparator would: by value, then by the tie', () => {
  const values = fc.oneof(
    fc.integer({ min: 0, max: 3 }),
    fc.integer({ min: 0, max: 70_000 }),
    fc.integer({ min: NOW_US, max: NOW_US + 5_000_000 }),
    fc.integer({ min: 0, max: 2 ** 52 }),
  );
  fc.assert(
    fc.property(fc.array(values, { maxLength: 200 }), fc.func(fc.integer({ min: 0, max: 4 })), (numbers, rank) => {
      const ends = Float64Array.from(numbers);
      const ranks = numbers.map((_, index) => rank(index));
      const tie = (a: number, b: number): number => (ranks[a] ?? 0) - (ranks[b] ?? 0) || a - b;
      const expected = numbers.map((_, index) => index).sort((a, b) => (numbers[a] ?? 0) - (numbers[b] ?? 0) || tie(a, b));
      expect([...sorted(ends, tie)]).toEqual(expected);
    }),
  );
});

test('nothing, one thing, and many equal things are sorted too', () => {
  expect([...sorted(new Float64Array(0), () => 0)]).toEqual([]);
  expect([...sorted(Float64Array.of(NOW_US), () => 0)]).toEqual([0]);
  expect([...sorted(new Float64Array(5).fill(NOW_US), (a, b) => b - a)]).toEqual([4, 3, 2, 1, 0]);
});

test('times of years, told in microseconds, do not run into each other', () => {
  const ends = Float64Array.of(2 ** 52, 0, NOW_US, NOW_US + 1, NOW_US - 1, 65_536, 65_535, 2 ** 32, 2 ** 32 - 1);
  expect([...sorted(ends, () => 0)].map((index) => ends[index])).toEqual([...ends].sort((a, b) => a - b));
});
