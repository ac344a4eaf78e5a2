/** One input as a lane: its bytes paced, its batches counted, its clock. */
import type { Batch } from '../model/batch.ts';
import type { FragmentSink, Reducer } from '../model/reducer.ts';
import type { Tables } from '../model/tables.ts';
import { type Micros, micros } from '../model/time.ts';
import type { Lane } from './conductor.ts';
import type { InputState } from './input-state.ts';
import { LaneClock } from './lane-clock.ts';
import { Pace } from './pace.ts';

/** The same chunks, their arrival noted. */
export type Paced = (chunks: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

export type LaneParts = {
  readonly state: InputState;
  readonly reducer: Reducer;
  readonly tables: Tables;
  /** May be fed as things happen: a pipe, an interface. */
  readonly live: boolean;
  readonly until: AbortSignal | undefined;
  /** The wall clock, ms. */
  now(): number;
  /** Recognised and decoded; all its bytes come through `paced`. */
  batches(signal: AbortSignal, paced: Paced): AsyncIterable<Batch>;
  /** It is `time` there, and no record says so. */
  tick(time: Micros, into: FragmentSink): void;
  broke(error: unknown): void;
};

export function lane({ state, reducer, tables, live, until, now, batches, tick, broke }: LaneParts): Lane {
  const pace = new Pace(live, now());
  const clock = live ? new LaneClock(pace, now()) : undefined;
  async function* paced(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of chunks) {
      pace.chunk(chunk.byteLength, now());
      yield chunk;
    }
  }
  async function* noted(decoded: AsyncIterable<Batch>): AsyncGenerator<Batch, void, undefined> {
    for await (const batch of decoded) {
      state.note(batch, tables);
      clock?.note(batch, now());
      yield batch;
    }
  }
  return {
    reducer,
    broke,
    until,
    open: (signal) => noted(batches(signal, paced)),
    isLive: (nowMs) => pace.isLive(nowMs, state.last),
    holds: (nowMs) => clock?.holds(nowMs) ?? state.last,
    reached: (nowMs) => clock?.reached(nowMs) ?? state.last,
    tick: (nowMs, into) => {
      const time = clock?.quiet(nowMs);
      if (time !== undefined) tick(micros(time), into);
    },
  };
}
