import { signal } from '@preact/signals';

/** Makes a PNG of the graph that is on the screen; null where none is. */
export const picture = signal<{ readonly take: () => Promise<Blob> } | null>(null);
export const setPicture = (take: (() => Promise<Blob>) | null): void => {
  picture.value = take === null ? null : { take };
};
