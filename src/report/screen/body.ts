/** What fills the middle of the screen: lines, made only where they are seen, some of which can be opened. */
import { type Cell, cell } from '../text/layout.ts';
import type { Color } from '../text/paint.ts';
import { pad, wrap } from '../text/width.ts';
import type { Page } from './scene.ts';

export type Body = {
  /** Above the lines, and stays there; null for none. */
  readonly head: readonly Cell[] | null;
  readonly count: number;
  line(index: number): readonly Cell[];
  /** What the line opens; null for nothing. */
  item(index: number): string | null;
};

export type Line = { readonly cells: readonly Cell[]; readonly item?: string };

export const bodyOf = (lines: readonly Line[]): Body => ({
  head: null,
  count: lines.length,
  line: (index) => lines[index]?.cells ?? [],
  item: (index) => lines[index]?.item ?? null,
});

/** The line where the cursor stands: it follows its item, else it stays where it is. */
export function cursorLine(body: Body, { cursor: { line, item } }: Page): number {
  const last = Math.max(0, body.count - 1);
  const at = Math.min(line, last);
  if (item === null || body.item(at) === item) return at;
  for (let index = 0; index < body.count; index++) if (body.item(index) === item) return index;
  return at;
}

/** The first of `rows` lines that are seen: the cursor is in the middle of them where it can be. */
export const topLine = (count: number, cursor: number, rows: number): number => Math.max(0, Math.min(cursor - Math.floor(rows / 2), count - rows));

/** A sentence in lines. */
export const sentence = (text: string, width: number, { color = null, indent = '' }: { color?: Color | null; indent?: string } = {}): Line[] =>
  wrap(text, Math.max(8, width - indent.length)).map((line) => ({ cells: [cell(indent), cell(line, color)] }));

export const BLANK: Line = { cells: [] };
export const title = (text: string): Line => ({ cells: [cell(text, 'bold')] });

const LABEL = 12;
/** `text` behind a word that says what it is. */
export function labelled(label: string | Cell, text: string, width: number, color: Color | null = null): Line[] {
  const [first = '', ...rest] = wrap(text, Math.max(8, width - LABEL));
  const word = typeof label === 'string' ? cell(label, 'dim') : label;
  const line = (before: Cell, piece: string): Line => ({ cells: [cell(pad(before.text, LABEL), before.color), cell(piece, color)] });
  return [line(word, first), ...rest.map((piece) => line(cell(''), piece))];
}
