import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from '../parts/icon.tsx';
import { go, place } from '../state/place.ts';
import { useVirtualRows } from './virtual.ts';

export type Column<Row> = {
  readonly title: string;
  /** CSS grid track: `minmax(120px, 2fr)`. */
  readonly width: string;
  /** What the URL's `sort` calls it; absent: not sortable. */
  readonly sort?: string;
  readonly isNumber?: boolean;
  readonly cell: (row: Row) => ComponentChildren;
};
type Props<Row> = {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly least: number;
  readonly count: number;
  /** Undefined while it is still being fetched. */
  readonly rowAt: (index: number) => Row | undefined;
  readonly keyOf: (row: Row) => string;
  /** What `selected` of the URL becomes. */
  readonly selectionOf: (row: Row) => string;
  readonly sort: string;
  readonly order: 'asc' | 'desc';
};
const ROW = 34;
/** No browser scrolls over more than some 17 million pixels. */
export const MOST_ROWS = 400_000;

/** A table of any length: only what is in view is in the document. Arrow keys go through it, Enter opens a row. */
export function Grid<Row>(props: Props<Row>): JSX.Element {
  const { columns, count, rowAt, keyOf, selectionOf } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const { items, height, scrollTo } = useVirtualRows(scroller, count, ROW);
  const [at, setAt] = useState(0);
  const move = useMove(scroller, count, at, setAt, scrollTo);
  const { selected } = place.value;
  return (
    <div
      class="grid"
      ref={scroller}
      role="grid"
      aria-label={props.label}
      aria-rowcount={count + 1}
      aria-colcount={columns.length}
      style={{ '--columns': columns.map(({ width }) => width).join(' '), '--least': `${props.least}px` }}
      onKeyDown={move}
    >
      <Head columns={columns} sort={props.sort} order={props.order} />
      <div class="grid-body" role="rowgroup" style={{ height: `${height}px` }}>
        {items.map(({ index, start }) => {
          const row = rowAt(index);
          const change = row === undefined ? null : selectionOf(row);
          return (
            <div
              key={row === undefined ? index : keyOf(row)}
              class="grid-row"
              role="row"
              data-index={index}
              aria-rowindex={index + 2}
              aria-selected={change !== null && change === selected}
              tabIndex={index === at ? 0 : -1}
              style={{ height: `${ROW}px`, transform: `translateY(${start}px)` }}
              onClick={() => change !== null && go({ selected: change })}
              onFocus={() => setAt(index)}
              onKeyDown={({ key }) => key === 'Enter' && change !== null && go({ selected: change })}
            >
              {columns.map((column) => (
                <div key={column.title} role="gridcell" class={column.isNumber === true ? 'cell number' : 'cell'}>
                  {row === undefined ? <span class="dim">…</span> : column.cell(row)}
                </div>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Head<Row>({ columns, sort, order }: Pick<Props<Row>, 'columns' | 'sort' | 'order'>): JSX.Element {
  return (
    <div class="grid-head" role="row" aria-rowindex={1}>
      {columns.map((column) => {
        const isSorted = column.sort === sort;
        const direction = order === 'asc' ? 'ascending' : 'descending';
        return (
          <div
            key={column.title}
            class={column.isNumber === true ? 'cell number' : 'cell'}
            role="columnheader"
            aria-sort={isSorted ? direction : undefined}
          >
            {column.sort === undefined ? (
              column.title
            ) : (
              <button type="button" onClick={() => go({ sort: column.sort ?? null, order: isSorted && order === 'desc' ? 'asc' : 'desc' })}>
                {column.title}
                {isSorted && <Icon shape="down" />}
              </button>
            )}
          </div>
        );
      })}
    </div>
  );
}

/** Arrow keys, page keys and ends; the focus follows once the row is in the document. */
function useMove(
  scroller: { readonly current: HTMLElement | null },
  count: number,
  at: number,
  setAt: (index: number) => void,
  scrollTo: (index: number) => void,
): (event: KeyboardEvent) => void {
  const wanted = useRef<number | null>(null);
  useEffect(() => {
    if (wanted.current === null) return;
    const row = scroller.current?.querySelector<HTMLElement>(`[data-index="${wanted.current}"]`);
    row?.focus({ preventScroll: true });
    if (row !== null) wanted.current = null;
  });
  return (event) => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW) - 2);
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -count, End: count };
    const step = steps[event.key];
    if (step === undefined || !(event.target instanceof HTMLElement) || event.target.closest('.grid-row') === null) return;
    event.preventDefault();
    const next = Math.min(count - 1, Math.max(0, at + step));
    wanted.current = next;
    setAt(next);
    scrollTo(next);
  };
}
