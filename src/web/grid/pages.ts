/** Rows of a list that the server sorts and filters, fetched page by page as they come into view. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ApiFlow, ApiFlowPage } from '../../model/api-rows.ts';
import { getJson, isAbort } from '../state/request.ts';
import { keepFresh } from '../state/resource.ts';

const PAGE = 200;
/** Some 20,000 rows: whoever scrolls back far enough waits a moment. */
const KEPT = 100;

export type Paged = { readonly total: number | null; readonly error: Error | null; readonly rowAt: (index: number) => ApiFlow | undefined };

/** `pathOf` makes the address of the page at an offset; `what` changes when it asks for other rows. */
export function useFlowPages(what: string, pathOf: (offset: number, limit: number) => string): Paged {
  const [, redraw] = useState(0);
  const store = useRef(emptyStore(what));
  if (store.current.what !== what) store.current = emptyStore(what);
  const { current } = store;
  const show = (): void => redraw((times) => times + 1);
  const load = async (page: number, signal?: AbortSignal): Promise<void> => {
    current.asked.add(page);
    try {
      const answer = await getJson<ApiFlowPage>(pathOf(page * PAGE, PAGE), signal);
      current.pages.delete(page);
      current.pages.set(page, answer.flows);
      for (const old of current.pages.keys()) if (current.pages.size > KEPT) current.pages.delete(old);
      current.total = answer.total;
      current.error = null;
    } catch (error) {
      if (!isAbort(error)) current.error = error instanceof Error ? error : new Error(String(error));
    }
    current.asked.delete(page);
    show();
  };
  useEffect(
    () =>
      keepFresh(async (signal) => {
        // What is in view is fetched anew; all else when it comes into view again.
        const inView = current.inView.size === 0 ? [0] : [...current.inView];
        for (const page of [...current.pages.keys()]) if (!inView.includes(page)) current.pages.delete(page);
        await Promise.all(inView.map((page) => load(page, signal)));
      }),
    [what],
  );
  useEffect(() => current.inView.clear());
  return {
    total: current.total,
    error: current.error,
    rowAt(index) {
      const page = Math.floor(index / PAGE);
      current.inView.add(page);
      const rows = current.pages.get(page);
      if (rows === undefined && !current.asked.has(page) && current.error === null) void load(page);
      return rows?.[index % PAGE];
    },
  };
}

type Store = {
  readonly what: string;
  readonly pages: Map<number, readonly ApiFlow[]>;
  readonly asked: Set<number>;
  readonly inView: Set<number>;
  total: number | null;
  error: Error | null;
};
const emptyStore = (what: string): Store => ({ what, pages: new Map(), asked: new Set(), inView: new Set(), total: null, error: null });
