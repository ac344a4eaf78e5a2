/** One input as a lane: its bytes paced, its batches counted, its clock. */
import type { Batch } from '../model/batch.ts';
import type { Reducer } from '../model/reducer.ts';
import type { Tables } from '../model/tables.ts';
import type { InputState } from './input-state.ts';
import { Pace } from './pace.ts';
import type { Lane } from './run.ts';

export type LaneParts = {
  readonly state: InputState;
  readonly reducer: Reducer;
  readonly tables: Tables;
  /** May be fed as things happen: a pipe, an interface. */
  readonly live: boolean;
  /** Recognises and decodes. */
  decode(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Batch>;
  chunks(signal: AbortSignal): AsyncIterable<Uint8Array>;
  broke(error: unknown): void;
};

/** A silent live lane holds nobody back for longer than this. */
const LAG_US = 1_000_000;

export function lane({ state, reducer, tables, live, decode, chunks, broke }: LaneParts): Lane {
  const pace = new Pace(live, Date.now());
  return {
    reducer,
    broke,
    open: (signal) => noted(decode(paced(chunks(signal), pace)), state, tables),
    isLive: (nowMs) => pace.isLive(nowMs, state.last),
    // Its own time goes on while it is silent: stamps of a replay are years old, those of another node a second off.
    clock: (nowMs) => {
      if (!live) return state.last;
      const silentUs = (nowMs - pace.at) * 1000 - LAG_US;
      if (state.last === -Infinity) return silentUs > 0 ? Infinity : -Infinity;
      return state.last + Math.max(0, silentUs);
    },
  };
}

async function* paced(chunks: AsyncIterable<Uint8Array>, pace: Pace): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of chunks) {
    pace.chunk(chunk.byteLength, Date.now());
    yield chunk;
  }
}

async function* noted(batches: AsyncIterable<Batch>, state: InputState, tables: Tables): AsyncGenerator<Batch, void, undefined> {
  for await (const batch of batches) {
    state.note(batch, tables);
    yield batch;
  }
}
