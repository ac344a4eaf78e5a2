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
  /** So much waits that inputs ahead of others should wait for them. */
  readonly isCrowded: boolean;
  /** How far all lanes have got, µs; Infinity when they have ended. */
  clock(time: number): void;
  follow(): void;
};

export class Conductor {
  readonly #pool: RunPool;
  readonly #open: Set<Lane>;
  /** Lanes that wait for slower ones. */
  readonly #waiting = new Map<Lane, () => void>();

  constructor(lanes: readonly Lane[], pool: RunPool) {
    this.#pool = pool;
    this.#open = new Set(lanes);
  }

  /**
   * Resolves when the lane may read on; undefined: at once. While the pool is crowded the slowest reads first: who has run ahead fills it with
   * what cannot be decided yet, until the others' past has to be decided without them. Followed, nothing waits for long, and nobody waits.
   */
  turn(lane: Lane, nowMs: number): Promise<void> | undefined {
    if (!this.#waits(lane, nowMs)) return undefined;
    return new Promise((resolve) => {
      this.#waiting.set(lane, resolve);
    });
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
    this.#waiting.get(lane)?.();
    this.#waiting.delete(lane);
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
    for (const [lane, resolve] of this.#waiting) {
      if (this.#waits(lane, nowMs)) continue;
      this.#waiting.delete(lane);
      resolve();
    }
  }

  #waits(lane: Lane, nowMs: number): boolean {
    if (this.#pool.isFollowing || !this.#pool.isCrowded || !this.#open.has(lane)) return false;
    const own = lane.holds(nowMs);
    for (const other of this.#open) if (other.holds(nowMs) < own) return true;
    return false;
  }
}
