import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mix, Queues } from '../../src/flows/queues.ts';

/** Items with keys of their own, hashed badly on purpose: equal hashes must not make equal keys. */
const queuesOver = (keys: readonly number[]): Queues =>
  new Queues(keys.length, { hash: (item) => (keys[item] ?? 0) & 3, same: (a, b) => keys[a] === keys[b] });

const contents = (queues: Queues, slot: number): readonly number[] => {
  const items: number[] = [];
  for (let item = queues.first(slot); item >= 0; item = queues.next(item)) items.push(item);
  return items;
};

test('a queue gives its items in the order they came, each key for itself, whatever is taken out in between', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 60 }),
      fc.array(fc.nat(30), { maxLength: 40 }),
      (keys, removals) => {
        const queues = queuesOver(keys);
        const model = new Map<number, number[]>();
        for (const [item, key] of keys.entries()) {
          queues.push(queues.slot(item), item);
          model.set(key, [...(model.get(key) ?? []), item]);
        }
        for (const pick of removals) {
          const item = pick % keys.length;
          const queue = model.get(keys[item] ?? 0) ?? [];
          const place = queue.indexOf(item);
          if (place < 0) continue;
          queues.remove(queues.slot(item), item, queue[place - 1] ?? -1);
          queue.splice(place, 1);
        }
        for (const [item, key] of keys.entries()) expect(contents(queues, queues.slot(item))).toEqual(model.get(key));
      },
    ),
  );
});

test('an item taken out may be put in again, at the end', () => {
  const queues = queuesOver([7, 7, 7]);
  const slot = queues.slot(0);
  for (const item of [0, 1, 2]) queues.push(slot, item);
  queues.remove(slot, 2, 1);
  queues.remove(slot, 0, -1);
  queues.push(slot, 0);
  expect(contents(queues, slot)).toEqual([1, 0]);
});

test('hashes tell numbers apart that differ only above 32 bits, as addresses and byte counts do', () => {
  expect(mix(1, 5)).not.toBe(mix(1, 5 + 2 ** 32));
  expect(mix(1, -1)).not.toBe(mix(1, 0));
  expect(new Set(Array.from({ length: 2000 }, (_, port) => mix(7, port) & 0xffff)).size).toBeGreaterThan(1900);
});
