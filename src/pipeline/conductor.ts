/** What happens in a run, one thing after the other: who has got how far, and what the pool may decide by that. No clock of its own, no RxJS. */
import type { Batch } from '../model/batch.ts';
import type { FragmentSink, Reducer } from '../model/reducer.ts';

export type Lane = {
  readonly reducer: Reducer;
  open(signal: AbortSignal): AsyncIterable<Batch>;
  /** Of a lane that ends by itself when the run is aborted, so that its last counts are heard: cut off only by this. */
  readonly until: AbortSignal | undefined;
  /** How far the lane has got for certain at wall-clock `nowMs`: µs of its own records; Infinity when it holds nobody back. */
  holds(nowMs: number): number;
  /** Where its own time stands, µs. */
  reached(nowMs: number): number;
  /** True as soon as the lane turns out to be fed as things happen. */
  isLive(nowMs: number): boolean;
  /** Time goes on without records: what is decided by silence alone. */
  tick(nowMs: number, into: FragmentSink): void;
  /** The input broke: said on stderr, counted. The others go on. */
  broke(error: unknown): void;
};

export type RunPool = FragmentSink & {
  readonly isFollowing: boolean;
  /** How far all lanes have got, µs; Infinity when they have ended. */
  clock(time: number): void;
  follow(): void;
};

export class Conductor {
  readonly #pool: RunPool;
  readonly #open: Set<Lane>;

  constructor(lanes: readonly Lane[], pool: RunPool) {
    this.#pool = pool;
    this.#open = new Set(lanes);
  }

  /** All lanes have ended. */
  get isOver(): boolean {
    return this.#open.size === 0;
  }

  read(lane: Lane, batch: Batch): void {
    lane.reducer.read(batch, this.#pool);
  }

  end(lane: Lane): void {
    if (this.#open.delete(lane)) lane.reducer.end(this.#pool);
  }

  /** To be called before the pool is asked to decide, `nowMs` being the wall clock. */
  look(nowMs: number): void {
    const pool = this.#pool;
    let slowest = Infinity;
    let furthest = -Infinity;
    for (const lane of this.#open) {
      if (!pool.isFollowing && lane.isLive(nowMs)) pool.follow();
      if (pool.isFollowing) lane.tick(nowMs, pool);
      slowest = Math.min(slowest, lane.holds(nowMs));
      furthest = Math.max(furthest, lane.reached(nowMs));
    }
    pool.clock(this.isOver ? Infinity : Math.min(slowest, furthest));
  }
}
