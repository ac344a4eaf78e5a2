/** One input as a lane: its bytes paced, its batches counted, its clock. */
import type { Batch } from '../model/batch.ts';
import type { FragmentSink, Reducer } from '../model/reducer.ts';
import type { Tables } from '../model/tables.ts';
import { type Micros, micros } from '../model/time.ts';
import type { Lane } from './conductor.ts';
import type { InputState } from './input-state.ts';
import { LaneClock } from './lane-clock.ts';
import { Pace } from './pace.ts';

export type LaneParts = {
  readonly state: InputState;
  readonly reducer: Reducer;
  readonly tables: Tables;
  /** May be fed as things happen: a pipe, an interface. */
  readonly live: boolean;
  readonly until: AbortSignal | undefined;
  /** The wall clock, ms. */
  now(): number;
  /** Recognises and decodes. */
  decode(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Batch>;
  chunks(signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** It is `time` there, and no record says so. */
  tick(time: Micros, into: FragmentSink): void;
  broke(error: unknown): void;
};

export function lane({ state, reducer, tables, live, until, now, decode, chunks, tick, broke }: LaneParts): Lane {
  const pace = new Pace(live, now());
  const clock = live ? new LaneClock(pace, now()) : undefined;
  async function* paced(signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of chunks(signal)) {
      pace.chunk(chunk.byteLength, now());
      yield chunk;
    }
  }
  async function* noted(batches: AsyncIterable<Batch>): AsyncGenerator<Batch, void, undefined> {
    for await (const batch of batches) {
      state.note(batch, tables);
      clock?.note(batch, now());
      yield batch;
    }
  }
  return {
    reducer,
    broke,
    until,
    open: (signal) => noted(decode(paced(signal))),
    isLive: (nowMs) => pace.isLive(nowMs, state.last),
    holds: (nowMs) => clock?.holds(nowMs) ?? state.last,
    reached: (nowMs) => clock?.reached(nowMs) ?? state.last,
    tick: (nowMs, into) => {
      const time = clock?.quiet(nowMs);
      if (time !== undefined) tick(micros(time), into);
    },
  };
}
