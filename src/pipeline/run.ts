/** A plan, run: lanes pulled and merged, their batches reduced at once, what is decided told. */
import { catchError, concat, defer, EMPTY, fromEvent, interval, lastValueFrom, merge, type Observable, of, takeUntil, takeWhile, tap } from 'rxjs';
import { Conductor, type Lane, type RunPool } from './conductor.ts';
import { pull } from './pull.ts';
import { type Decides, type Tell, Teller } from './teller.ts';
import { type Draw, watched } from './watch.ts';

export type RunPlan = {
  readonly lanes: readonly Lane[];
  readonly pool: RunPool & Decides;
  readonly tell: Tell;
  /** Nobody is told any more: the rest may stay undecided. */
  readonly gone?: AbortSignal;
  /** The wall clock, ms. */
  now(): number;
  /** Draws what is known by now: asked a few times a second, as soon as an input turns out to be live, or none says anything. */
  readonly draw?: Draw | undefined;
};

const TICK_MS = 5;
/** Nothing at all has come for so long: whoever looks is to see that it is waited for. */
const SILENT_MS = 1000;

/** Ends when every lane has, or on `signal`. Either way what waits in the pool is decided and told. */
export async function run({ lanes, pool, tell, gone, now, draw }: RunPlan, signal: AbortSignal): Promise<void> {
  const teller = new Teller(pool, tell, gone);
  const conductor = new Conductor(lanes, pool);
  const begunMs = now();
  /** Lanes that have said something, and go on. */
  const heard = new Set<Lane>();
  let isDrawn = false;
  const look = (): void => {
    conductor.look(now());
    teller.kick();
  };
  const read = (lane: Lane): Observable<unknown> =>
    concat(
      pull(lane.open, () => teller.busy ?? conductor.turn(lane, now())).pipe(
        takeUntil(aborted(lane.until ?? signal)),
        catchError((error: unknown) => {
          lane.broke(error);
          return EMPTY;
        }),
        tap((batch) => {
          heard.add(lane);
          conductor.read(lane, batch);
          look();
        }),
      ),
      defer(() => {
        heard.delete(lane);
        conductor.end(lane);
        look();
        return of(0);
      }),
    );
  const ticks = interval(TICK_MS).pipe(
    takeWhile(() => !conductor.isOver),
    tap(look),
  );
  const going = merge(...lanes.map(read), ticks);
  const drawn = async (): Promise<void> => {
    isDrawn ||= pool.isFollowing || (heard.size === 0 && now() - begunMs >= SILENT_MS);
    return isDrawn ? draw?.() : undefined;
  };
  await lastValueFrom(draw === undefined ? going : watched(going, drawn), { defaultValue: undefined });
  conductor.look(now());
  for (teller.kick(); teller.busy !== undefined; teller.kick()) await teller.busy;
}

const aborted = (signal: AbortSignal): Observable<unknown> => (signal.aborted ? of(0) : fromEvent(signal, 'abort'));
