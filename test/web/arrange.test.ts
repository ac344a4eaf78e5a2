import { expect, test } from 'vitest';
import { arrange, type ToArrange } from '../../src/web/graph/arrange.ts';

const SIZE = { width: 100, height: 34 };
const overlaps = (a: { readonly x: number; readonly y: number }, b: { readonly x: number; readonly y: number }): boolean =>
  Math.abs(a.x - b.x) < SIZE.width && Math.abs(a.y - b.y) < SIZE.height;

const CHAIN = ['client', 'front', 'back', 'store'];
const chain = (aspect: number): readonly { readonly x: number; readonly y: number }[] => {
  const at = arrange({
    boxes: [{ id: 'shop', parent: null }],
    nodes: CHAIN.map((id) => ({ id, ...SIZE, parent: id === 'client' ? null : 'shop' })),
    edges: [
      { source: 'client', target: 'front' },
      { source: 'front', target: 'back' },
      { source: 'front', target: 'front' },
      { source: 'back', target: 'store' },
    ],
    isLarge: false,
    aspect,
  });
  return CHAIN.map((id) => at[id] ?? { x: Number.NaN, y: Number.NaN });
};

test('a small graph goes from clients to servers: across where it is wide, downwards where it is not', () => {
  const across = chain(2).map(({ x }) => x);
  expect(across).toEqual([...across].sort((a, b) => a - b));
  const down = chain(0.5).map(({ y }) => y);
  expect(down).toEqual([...down].sort((a, b) => a - b));
  expect(new Set(down).size).toBe(CHAIN.length);
});

test('2,000 workloads in 40 namespaces of two clusters are packed without overlap, and each namespace stands apart', () => {
  const namespaces = Array.from({ length: 40 }, (_, at) => ({ id: `ns${at}`, parent: `cluster${at % 2}` }));
  const nodes = Array.from({ length: 2000 }, (_, at) => ({ id: `w${at}`, ...SIZE, parent: `ns${at % 40}` }));
  const input: ToArrange = {
    boxes: [{ id: 'cluster0', parent: null }, { id: 'cluster1', parent: null }, ...namespaces],
    nodes,
    edges: [],
    isLarge: true,
    aspect: 1.5,
  };
  const at = arrange(input);
  const spots = nodes.map(({ id, parent }) => ({ ...(at[id] ?? { x: Number.NaN, y: Number.NaN }), parent })).sort((a, b) => a.x - b.x);
  expect(spots.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))).toBe(true);
  let overlapping = 0;
  for (let i = 0; i < spots.length; i++) {
    for (let j = i + 1; j < spots.length && (spots[j]?.x ?? 0) - (spots[i]?.x ?? 0) < SIZE.width; j++) {
      const [a, b] = [spots[i], spots[j]];
      if (a !== undefined && b !== undefined && overlaps(a, b)) overlapping++;
    }
  }
  expect(overlapping).toBe(0);
  const boxOf = (parent: string) => spots.filter((spot) => spot.parent === parent);
  const [first, second] = [boxOf('ns0'), boxOf('ns2')];
  const apart = (pick: (spot: { readonly x: number; readonly y: number }) => number): boolean =>
    Math.max(...first.map(pick)) < Math.min(...second.map(pick)) || Math.max(...second.map(pick)) < Math.min(...first.map(pick));
  expect(apart(({ x }) => x) || apart(({ y }) => y)).toBe(true);
});
