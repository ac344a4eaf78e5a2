/** Lines of exactly so many cells, and boxes around them. */
import { type Cell, cell } from '../text/layout.ts';
import type { Paint } from '../text/paint.ts';
import { cutEnd, cutMiddle, pad, widthOf } from '../text/width.ts';

export const GAP: Cell = cell('  ');

/** A cell of exactly `width` cells; names are cut in their middle. */
export const fixed = ({ text, color }: Cell, width: number, right = false): Cell => cell(pad(cutMiddle(text, width), width, right), color);
/** The same for sentences, which are cut at their end. */
export const fixedEnd = ({ text, color }: Cell, width: number): Cell => cell(pad(cutEnd(text, width), width), color);

/** Exactly `width` cells: what is too much is cut off at the end, what is missing is blank. */
export function spread(cells: readonly Cell[], width: number, paint: Paint): string {
  let text = '';
  let left = width;
  for (const { text: whole, color } of cells) {
    if (left <= 0) break;
    const shown = widthOf(whole) <= left ? whole : cutEnd(whole, left);
    text += paint(shown, color);
    left -= widthOf(shown);
  }
  return text + ' '.repeat(Math.max(0, left));
}

/** The same as one text that stands out. */
export const chosen = (cells: readonly Cell[], width: number, paint: Paint): string =>
  paint(
    spread(cells, width, (text) => text),
    'chosen',
  );

export const widthOfAll = (cells: readonly Cell[]): number => cells.reduce((sum, { text }) => sum + widthOf(text), 0);

/** `left` at the left, `right` at the right; where there is no room for both, `right` goes. */
export function apart(left: readonly Cell[], right: readonly Cell[], width: number): readonly Cell[] {
  const room = width - widthOfAll(left) - widthOfAll(right);
  return room < 1 ? left : [...left, cell(' '.repeat(room)), ...right];
}

export type Box = { readonly title: readonly Cell[]; readonly corner?: readonly Cell[]; readonly width: number; readonly paint: Paint };

/** `lines` as `spread` makes them, of `width - 4` cells; the title stands in the upper border, `corner` at its other end. */
export function boxed(lines: readonly string[], { title, corner = [], width, paint }: Box): string[] {
  const inner = width - 4;
  const room = inner - widthOfAll(title) - 2;
  const end = corner.length > 0 && widthOfAll(corner) + 3 <= room ? [cell(' '), ...corner, cell(' ')] : [];
  const rule = paint('─'.repeat(Math.max(0, room - widthOfAll(end))), 'dim');
  const shown = room < 0 ? spread(title, inner - 2, paint) : title.map(({ text, color }) => paint(text, color)).join('');
  const bar = paint('│', 'dim');
  return [
    `${paint('╭─', 'dim')} ${shown} ${rule}${end.map(({ text, color }) => paint(text, color)).join('')}${paint('─╮', 'dim')}`,
    ...lines.map((line) => `${bar} ${line} ${bar}`),
    paint(`╰${'─'.repeat(Math.max(0, width - 2))}╯`, 'dim'),
  ];
}
