/** Which rows are in view, by @tanstack/virtual-core. */
import { elementScroll, observeElementOffset, observeElementRect, type VirtualItem, Virtualizer } from '@tanstack/virtual-core';
import type { RefObject } from 'preact';
import { useEffect, useReducer, useRef } from 'preact/hooks';

export type Rows = { readonly items: readonly VirtualItem[]; readonly height: number; readonly scrollTo: (index: number) => void };

export function useVirtualRows(scroller: RefObject<HTMLElement>, count: number, rowHeight: number): Rows {
  const [, redraw] = useReducer((times: number, _: null) => times + 1, 0);
  const made = useRef<Virtualizer<HTMLElement, HTMLElement> | null>(null);
  const options = {
    count,
    estimateSize: () => rowHeight,
    getScrollElement: () => scroller.current,
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    overscan: 12,
    scrollPaddingStart: rowHeight,
    onChange: () => redraw(null),
  };
  made.current ??= new Virtualizer<HTMLElement, HTMLElement>(options);
  const virtualizer = made.current;
  virtualizer.setOptions(options);
  useEffect(() => virtualizer._didMount(), []);
  useEffect(() => virtualizer._willUpdate());
  return { items: virtualizer.getVirtualItems(), height: virtualizer.getTotalSize(), scrollTo: (index) => virtualizer.scrollToIndex(index) };
}
