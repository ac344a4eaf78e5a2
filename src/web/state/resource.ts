/** Something that the server knows and one part of the page shows: loaded when asked for, and again when the server has news. */
import { effect } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { revision } from './live.ts';
import { getJson, isAbort } from './request.ts';

export type Resource<T> = { readonly data: T | null; readonly error: Error | null };
const NOTHING = { data: null, error: null };
const REST_MS = 1000;

/** `path` null asks for nothing. The old answer stays until the new one is there. */
export function useResource<T>(path: string | null): Resource<T> {
  const [state, setState] = useState<Resource<T> & { readonly path: string | null }>({ ...NOTHING, path });
  useEffect(() => {
    if (path === null) return;
    return keepFresh(async (signal) => {
      try {
        setState({ data: await getJson<T>(path, signal), error: null, path });
      } catch (error) {
        if (isAbort(error)) return;
        const trouble = error instanceof Error ? error : new Error(String(error));
        setState((old) => ({ data: old.path === path ? old.data : null, error: trouble, path }));
      }
    });
  }, [path]);
  return state.path === path ? state : NOTHING;
}

/** Asks at once, then after news; one request at a time with a rest between them, so that a slow answer is not asked for all the time. */
export function keepFresh(ask: (signal: AbortSignal) => Promise<void>): () => void {
  const aborter = new AbortController();
  let isBusy = false;
  let hasNews = true;
  const next = async (): Promise<void> => {
    if (isBusy || !hasNews || aborter.signal.aborted) return;
    isBusy = true;
    hasNews = false;
    const begun = performance.now();
    await ask(aborter.signal);
    const rest = Math.max(REST_MS, 3 * (performance.now() - begun));
    setTimeout(() => {
      isBusy = false;
      void next();
    }, rest);
  };
  const stop = effect(() => {
    revision.value;
    hasNews = true;
    void next();
  });
  return () => {
    stop();
    aborter.abort();
  };
}
