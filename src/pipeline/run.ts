/** A plan, run: lanes pulled and merged, their batches reduced at once, what is decided told. */
import { catchError, concat, defer, EMPTY, fromEvent, interval, lastValueFrom, merge, type Observable, of, takeUntil, takeWhile, tap } from 'rxjs';
import type { Batch } from '../model/batch.ts';
import type { FragmentSink, Reducer } from '../model/reducer.ts';
import { pull } from './pull.ts';
import { type Decides, type Tell, Teller } from './teller.ts';

export type Lane = {
  readonly reducer: Reducer;
  open(signal: AbortSignal): AsyncIterable<Batch>;
  /** How far the lane has got at wall-clock `nowMs`: µs of its own records. */
  clock(nowMs: number): number;
  /** True as soon as the lane turns out to be fed as things happen. */
  isLive(nowMs: number): boolean;
  /** The input broke: said on stderr, counted. The others go on. */
  broke(error: unknown): void;
};

export type RunPool = FragmentSink &
  Decides & {
    readonly isFollowing: boolean;
    clock(lane: number, time: number): void;
    follow(): void;
  };

export type RunPlan = {
  readonly lanes: readonly Lane[];
  readonly pool: RunPool;
  readonly tell: Tell;
  /** Asked several times a second; for screens and progress. */
  readonly tick?: () => void;
};

const TICK_MS = 5;

/** Ends when every lane has, or on `signal`. Either way what waits in the pool is decided and told. */
export async function run({ lanes, pool, tell, tick }: RunPlan, signal: AbortSignal): Promise<void> {
  const teller = new Teller(pool, tell);
  const ended = new Set<number>();
  for (const index of lanes.keys()) pool.clock(index, Number.NEGATIVE_INFINITY);

  const look = (): void => {
    const now = Date.now();
    if (!pool.isFollowing && lanes.some((lane, index) => !ended.has(index) && lane.isLive(now))) pool.follow();
    for (const [index, lane] of lanes.entries()) if (!ended.has(index)) pool.clock(index, lane.clock(now));
    teller.kick();
  };
  const read = (lane: Lane, index: number): Observable<unknown> =>
    concat(
      pull(lane.open, () => teller.busy).pipe(
        takeUntil(aborted(signal)),
        catchError((error: unknown) => {
          lane.broke(error);
          return EMPTY;
        }),
        tap((batch) => {
          lane.reducer.read(batch, pool);
          look();
        }),
      ),
      defer(() => {
        ended.add(index);
        lane.reducer.end(pool);
        pool.clock(index, Number.POSITIVE_INFINITY);
        teller.kick();
        return of(0);
      }),
    );
  const ticks = interval(TICK_MS).pipe(
    takeWhile(() => ended.size < lanes.length),
    tap(() => {
      look();
      tick?.();
    }),
  );
  await lastValueFrom(merge(...lanes.map(read), ticks), { defaultValue: undefined });
  for (teller.kick(); teller.busy !== undefined; teller.kick()) await teller.busy;
}

const aborted = (signal: AbortSignal): Observable<unknown> => (signal.aborted ? of(0) : fromEvent(signal, 'abort'));
