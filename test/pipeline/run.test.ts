import { setTimeout as sleep } from 'node:timers/promises';
import { interval, lastValueFrom, take } from 'rxjs';
import { expect, test } from 'vitest';
import type { Batch } from '../../src/model/batch.ts';
import type { Flow } from '../../src/model/flow.ts';
import type { Lane, RunPool } from '../../src/pipeline/conductor.ts';
import { run } from '../../src/pipeline/run.ts';
import { watched } from '../../src/pipeline/watch.ts';

const FACTS: Batch = { kind: 'facts', facts: [] };
/** What is told stands for one flow a batch: no field of it is looked at here. */
const FLOW = Object.freeze({}) as Flow;

type Counting = RunPool & { decide(): readonly Flow[]; readonly isBusy: boolean; batches: number; waiting: number; times: number[] };

function pool(): Counting {
  const own: Counting = {
    batches: 0,
    waiting: 0,
    times: [],
    isFollowing: true,
    isBusy: false,
    isCrowded: false,
    wire: () => {},
    line: () => {},
    standing: () => {},
    follow: () => {},
    clock: (time) => void own.times.push(time),
    decide: () => (own.waiting > 0 ? Array.from({ length: own.waiting-- > 0 ? 1 : 0 }, () => FLOW) : []),
  };
  return own;
}

function lane(into: Counting, open: Lane['open'], broke: (error: unknown) => void = () => {}): Lane {
  const read = (): void => {
    into.batches++;
    into.waiting++;
  };
  return { reducer: { read, end: () => {} }, until: undefined, open, holds: () => 0, reached: () => 0, isLive: () => true, tick: () => {}, broke };
}

const now = Date.now;

test('an input that brings nothing is closed at once when the run is interrupted', async () => {
  const own = pool();
  let isClosed = false;
  const idle = lane(own, async function* (signal) {
    try {
      yield FACTS;
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    } finally {
      isClosed = true;
    }
  });
  const abort = new AbortController();
  setTimeout(() => abort.abort(), 30);
  const start = performance.now();
  await run({ lanes: [idle], pool: own, tell: () => undefined, now }, abort.signal);
  await sleep(1);
  expect(isClosed).toBe(true);
  expect(performance.now() - start).toBeLessThan(1000);
  expect(own.times.at(-1)).toBe(Infinity);
});

test('a pool that joins for long is asked again and again, and stops nobody from being heard meanwhile', async () => {
  let steps = 0;
  const own = Object.defineProperty({ ...pool(), decide: () => (steps++ === 200 ? [FLOW] : []) }, 'isBusy', { get: () => steps > 0 && steps < 200 });
  const spend = (): readonly Flow[] => {
    const end = performance.now() + 1;
    while (performance.now() < end);
    return own.decide();
  };
  let beats = 0;
  const beat = setInterval(() => beats++, 5);
  const told: Flow[] = [];
  const once = lane(own, async function* () {
    yield FACTS;
  });
  await run(
    { lanes: [once], pool: Object.create(own, { decide: { value: spend } }), tell: (flows) => void told.push(...flows), now },
    new AbortController().signal,
  );
  clearInterval(beat);
  expect(told).toEqual([FLOW]);
  expect(beats).toBeGreaterThan(5);
});

test('whoever is told slowly stops the sources', async () => {
  const own = pool();
  const abort = new AbortController();
  const eager = lane(own, async function* (signal) {
    while (!signal.aborted) yield FACTS;
  });
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const running = run({ lanes: [eager], pool: own, tell: () => held, now }, abort.signal);
  await sleep(60);
  expect(own.batches).toBeLessThan(3);
  abort.abort();
  release();
  await running;
});

test('an input that breaks ends alone; the others are read to their end', async () => {
  const own = pool();
  const errors: unknown[] = [];
  const broken = lane(
    own,
    // biome-ignore lint/correctness/useYield: it breaks before it brings anything
    async function* () {
      throw new Error('broken');
    },
    (error) => errors.push(error),
  );
  const whole = lane(own, async function* () {
    yield FACTS;
    await sleep(10);
    yield FACTS;
  });
  await run({ lanes: [broken, whole], pool: own, tell: () => undefined, now }, new AbortController().signal);
  expect(errors).toHaveLength(1);
  expect(own.batches).toBe(2);
});

test('nothing more is decided when nobody reads any more', async () => {
  const own = pool();
  own.waiting = 1_000;
  const gone = new AbortController();
  let told = 0;
  const tell = (): undefined => {
    if (++told === 3) gone.abort();
  };
  await run({ lanes: [lane(own, async function* () {})], pool: own, tell, gone: gone.signal, now }, gone.signal);
  expect(told).toBe(3);
});

test('a screen is drawn a few times a second, never twice at a time, and the end does not wait for it', async () => {
  let drawn = 0;
  let drawing = 0;
  const start = performance.now();
  await lastValueFrom(
    watched(interval(5).pipe(take(180)), async () => {
      expect(++drawing).toBe(1);
      drawn++;
      await sleep(20);
      drawing--;
    }),
  );
  const seconds = (performance.now() - start) / 1000;
  expect(drawn).toBeGreaterThan(0);
  expect(drawn).toBeLessThanOrEqual(seconds * 4 + 1);
});
