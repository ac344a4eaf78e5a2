/** Where the reader is. The URL is kept in step, and the browser's back button works. */
import { type ReadonlySignal, signal } from '@preact/signals';
import { type Place, placeOf, queryOf } from './query.ts';

const current = signal(placeOf(location.search));
export const place: ReadonlySignal<Place> = current;

/** Goes there; `replace` leaves no step for the browser's back button. */
export function go(change: Partial<Place>, { replace = false } = {}): void {
  const next = { ...current.value, ...change };
  const query = queryOf(next);
  if (query === queryOf(current.value)) return;
  history[replace ? 'replaceState' : 'pushState'](null, '', `${location.pathname}${query}`);
  current.value = next;
}

/** A link's address for what `go(change)` shows. */
export const hrefOf = (change: Partial<Place>): string => `${location.pathname}${queryOf({ ...current.value, ...change })}`;

addEventListener('popstate', () => {
  current.value = placeOf(location.search);
});
