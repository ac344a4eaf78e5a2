/** People are sampled: a screen looks a few times a second while a run goes on, and skips beats while it is being drawn. */
import { concat, connect, defer, endWith, exhaustMap, from, ignoreElements, merge, type Observable, sampleTime, takeUntil, timer } from 'rxjs';

/** Draws what is known by now; each picture is a fresh look, so a skipped beat loses nothing. */
export type Draw = () => Promise<void>;

const BEAT_MS = 250;
/** A picture that takes long is drawn seldom: at most this share of the time goes into pictures. */
const REST = 4;

/** The run itself, and `draw` beside it until it ends. The end waits for no picture. */
export function watched<T>(run: Observable<T>, draw: Draw): Observable<T> {
  return run.pipe(
    connect((going) =>
      merge(
        going,
        going.pipe(
          sampleTime(BEAT_MS),
          exhaustMap(() => picture(draw)),
          takeUntil(going.pipe(ignoreElements(), endWith(0))),
          ignoreElements(),
        ),
      ),
    ),
  );
}

function picture(draw: Draw): Observable<unknown> {
  return defer(() => {
    const start = performance.now();
    return concat(
      from(draw()),
      defer(() => timer((performance.now() - start) * REST)),
    );
  });
}
