import { go } from '../state/place.ts';
import type { Place } from '../state/query.ts';

/** Follows a link inside the page; with a modifier key the browser opens it elsewhere, as everybody expects. */
export const followLink =
  (change: Partial<Place>) =>
  (event: MouseEvent): void => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    go(change);
  };
