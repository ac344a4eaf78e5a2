/** The only bridge from inputs to RxJS: pulled, paced, and closed even while idle. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Observable, type Subscriber } from 'rxjs';

/** Resolves when the next item may come; undefined when it may come at once. */
export type Gate = () => Promise<void> | undefined;

/** Ready async generators starve timers and signals (promises run before them): half a frame, then everyone gets a turn. */
const SLICE_MS = 8;

export function pull<T>(open: (signal: AbortSignal) => AsyncIterable<T>, ready: Gate): Observable<T> {
  return new Observable((subscriber) => {
    const abort = new AbortController();
    void pump({ items: open(abort.signal), ready, signal: abort.signal }, subscriber);
    return () => abort.abort();
  });
}

type Source<T> = { readonly items: AsyncIterable<T>; readonly ready: Gate; readonly signal: AbortSignal };

async function pump<T>({ items, ready, signal }: Source<T>, to: Subscriber<T>): Promise<void> {
  let sliceEnd = performance.now() + SLICE_MS;
  try {
    for await (const item of items) {
      to.next(item);
      if (to.closed) return;
      await ready();
      if (performance.now() < sliceEnd) continue;
      await nextTurn();
      sliceEnd = performance.now() + SLICE_MS;
    }
    to.complete();
  } catch (error) {
    if (!signal.aborted) to.error(error);
  }
}
