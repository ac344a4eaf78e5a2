import type { RowKind } from './flow-columns.ts';
import { type Column, chooseColumns, fitWidths, headLine, line } from './layout.ts';
import type { Look } from './look.ts';

/** How many rows the widths are measured on before the first is shown. */
const SAMPLE = 200;

/** Rows shown as they come: columns and widths are settled by the first ones, which wait for it. */
export class RowStream<T> {
  readonly #kind: RowKind<T>;
  readonly #look: Look;
  #waiting: T[] = [];
  #settled: { readonly kept: readonly number[]; readonly columns: readonly Column[]; readonly widths: readonly number[] } | undefined;
  count = 0;

  constructor(kind: RowKind<T>, look: Look) {
    this.#kind = kind;
    this.#look = look;
  }

  /** The text that is due. With `now`, nothing is held back: whoever follows wants to see it. */
  add(items: readonly T[], now: boolean): string {
    this.count += items.length;
    if (this.#settled !== undefined) return this.#lines(items);
    this.#waiting.push(...items);
    return now || this.#waiting.length >= SAMPLE ? this.flush() : '';
  }

  flush(): string {
    const waiting = this.#waiting;
    if (waiting.length === 0) return '';
    this.#waiting = [];
    const head = this.#settled === undefined ? this.#settle(waiting) : '';
    return head + this.#lines(waiting);
  }

  #settle(items: readonly T[]): string {
    const { columns, optional } = this.#kind;
    const rows = items.map((item) => this.#kind.row(item));
    const kept = chooseColumns(columns, rows, this.#look.columns, optional);
    const chosen = kept.flatMap((index) => columns[index] ?? []);
    const widths = fitWidths(
      chosen,
      rows.map((row) => kept.flatMap((index) => row[index] ?? [])),
      this.#look.columns,
    );
    this.#settled = { kept, columns: chosen, widths };
    return headLine(chosen, widths, this.#look.paint);
  }

  #lines(items: readonly T[]): string {
    if (this.#settled === undefined) return '';
    const { kept, columns, widths } = this.#settled;
    let text = '';
    for (const item of items) {
      const row = this.#kind.row(item);
      text += line(
        columns,
        kept.flatMap((index) => row[index] ?? []),
        widths,
        this.#look.paint,
      );
    }
    return text;
  }
}
