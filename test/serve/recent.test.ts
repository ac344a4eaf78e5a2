import { expect, test } from 'vitest';
import { micros } from '../../src/model/time.ts';
import { History } from '../../src/serve/history/history.ts';
import { RECENT_SECONDS, recentOf } from '../../src/serve/views/recent.ts';
import { flow } from './flow.ts';

const NOW_S = 1_800_000_000;
const NOW = { nowUs: NOW_S * 1e6, stillUs: 0 };
const filled = (ages: readonly number[]): History => {
  const history = new History({ keep: micros(1e12), maxFlows: 1000, revision: 1 });
  // A multiple of 2,100: the same two ends, port and verdict. It ends 500 µs after it began.
  for (const [index, age] of ages.entries()) history.add(flow((index + 1) * 2100, (NOW_S - age) * 1000));
  return history;
};
const all = (history: History): Uint8Array => new Uint8Array(history.groups.size).fill(1);
const sum = (trend: Uint32Array | undefined): number => [...(trend ?? [])].reduce((a, b) => a + b, 0);

test('connections stand in the second in which they ended, those of more than a minute ago nowhere', () => {
  const history = filled([0, 0, 3, 59, 61, 4000]);
  const { hbone } = recentOf(history, all(history), NOW).verdicts;
  expect(hbone).toHaveLength(RECENT_SECONDS);
  expect([hbone[59], hbone[56], hbone[0]]).toEqual([2, 1, 1]);
  expect(sum(hbone)).toBe(4);
});

test('the minute goes on while nothing comes: from now, and for what is not of now from the newest of it', () => {
  const history = filled([20]);
  const at = (nowS: number, stillS: number): number =>
    recentOf(history, all(history), { nowUs: nowS * 1e6, stillUs: stillS * 1e6 }).verdicts.hbone.findLastIndex((count) => count > 0);
  expect(at(NOW_S, 0)).toBeLessThan(50);
  expect(at(NOW_S + 86_400, 1)).toBe(RECENT_SECONDS - 1);
  expect(at(NOW_S + 86_400, 30)).toBeLessThan(40);
  expect(at(NOW_S + 86_400, 100)).toBe(-1);
});

test('an edge has its own minute, and what is not asked for is not counted', () => {
  const history = filled([1, 2]);
  const [edge] = history.groups.graph.edges.values();
  expect(sum(recentOf(history, all(history), NOW).edge(edge?.id ?? ''))).toBe(2);
  const nothing = recentOf(history, new Uint8Array(history.groups.size), NOW);
  expect(sum(nothing.verdicts.hbone)).toBe(0);
  expect(nothing.edge(edge?.id ?? '')).toBeUndefined();
});
