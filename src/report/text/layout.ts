/** Columns side by side: widths are found once, so that rows can be written as they come. */
import type { Color, Paint } from './paint.ts';
import { cutMiddle, widthOf } from './width.ts';

export type Cell = { readonly text: string; readonly color: Color | null };
export type Column = {
  readonly title: string;
  readonly right?: boolean;
  /** How narrow it may get before the line is too long; without it the column is never cut. */
  readonly min?: number;
  /** Shrinks before all others: what it says is said elsewhere, or can be guessed from a part. */
  readonly yields?: boolean;
};
export const cell = (text: string, color: Color | null = null): Cell => ({ text, color });

const GAP = '  ';
/** Names come from anybody: one of a megabyte must not pad all other rows to it. A SPIFFE id has at most 2048 bytes. */
const MOST_WIDTH = 2048;

/** Widths for these rows. Where `room` is too small, the widest of the columns that may shrink give way first. */
export function fitWidths(columns: readonly Column[], rows: readonly (readonly Cell[])[], room: number): number[] {
  const widths = columns.map(({ title }, index) =>
    rows.reduce((widest, row) => Math.max(widest, Math.min(widthOf(row[index]?.text ?? ''), MOST_WIDTH)), widthOf(title)),
  );
  let excess = widths.reduce((sum, width) => sum + width, 0) + GAP.length * (columns.length - 1) - room;
  while (excess > 0) {
    const widest = widestThatMayShrink(columns, widths);
    if (widest < 0) return widths;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess--;
  }
  return widths;
}

/** Fits as many columns as `room` has place for: the last of `optional` (indexes) goes first. */
export function chooseColumns(columns: readonly Column[], rows: readonly (readonly Cell[])[], room: number, optional: readonly number[]): number[] {
  let kept = columns.map((_, index) => index);
  for (const goes of [...optional].reverse()) {
    const widths = fitWidths(
      kept.map((index) => columns[index] ?? NO_COLUMN),
      rows.map((row) => kept.map((index) => row[index] ?? NO_CELL)),
      Infinity,
    );
    if (widths.reduce((sum, width) => sum + width, 0) + GAP.length * (kept.length - 1) <= room) break;
    kept = kept.filter((index) => index !== goes);
  }
  return kept;
}

export function headLine(columns: readonly Column[], widths: readonly number[], paint: Paint): string {
  return line(
    columns,
    columns.map(({ title }) => cell(title, 'dim')),
    widths,
    paint,
  );
}

export function line(columns: readonly Column[], cells: readonly Cell[], widths: readonly number[], paint: Paint): string {
  const parts: string[] = [];
  for (const [index, { right = false, min }] of columns.entries()) {
    const { text, color } = cells[index] ?? NO_CELL;
    const width = widths[index] ?? 0;
    const shown = min === undefined ? text : cutMiddle(text, width);
    const isLast = index === columns.length - 1;
    const gap = ' '.repeat(Math.max(0, width - widthOf(shown)));
    // Blanks stay outside the colour, and no line ends in them.
    parts.push(right ? gap + paint(shown, color) : isLast ? paint(shown, color) : paint(shown, color) + gap);
  }
  return `${parts.join(GAP).trimEnd()}\n`;
}

const NO_COLUMN: Column = { title: '' };
const NO_CELL: Cell = { text: '', color: null };

function widestThatMayShrink(columns: readonly Column[], widths: readonly number[]): number {
  let widest = -1;
  for (const [index, { min, yields = false }] of columns.entries()) {
    const width = widths[index] ?? 0;
    if (min === undefined || width <= min) continue;
    if (yields) return index;
    if (width > (widths[widest] ?? -1)) widest = index;
  }
  return widest;
}
