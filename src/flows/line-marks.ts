/** What joining asks of every line, a byte each: the rows lie far apart in memory. */
import { HBONE_PORT } from '../mesh/ports.ts';
import { u8At, u32At } from '../model/column.ts';
import { Direction, isUnended, LineEvent } from '../model/line-event.ts';
import type { LineRows } from '../model/line-rows.ts';

/** `opened`: it tells no end; `open`: it is of a list of open connections. */
export const Mark = { inbound: 1, opened: 2, failed: 4, lacksPort: 8, open: 16 } as const;
/** Places, the last one not included. */
export type Piece = { readonly from: number; readonly to: number };

export class LineMarks {
  /** By place. */
  readonly #marks: Uint8Array;
  #any = 0;

  constructor(lines: number) {
    this.#marks = new Uint8Array(lines);
  }

  /** `rows`: place → row. */
  note(lines: LineRows, rows: Uint32Array, { from, to }: Piece): void {
    const marks = this.#marks;
    let any = 0;
    for (let place = from; place < to; place++) {
      const mark = markOf(lines, u32At(rows, place));
      marks[place] = mark;
      any |= mark;
    }
    this.#any |= any;
  }

  at(place: number): number {
    return u8At(this.#marks, place);
  }

  /** Whether any line has that mark. */
  has(mark: number): boolean {
    return (this.#any & mark) !== 0;
  }
}

function markOf(lines: LineRows, row: number): number {
  const event = lines.event(row);
  const said = isUnended(event) ? Mark.opened : event === LineEvent.failed ? Mark.failed : 0;
  const listed = event === LineEvent.open ? Mark.open : 0;
  return said | listed | (lines.direction(row) === Direction.inbound ? Mark.inbound : lacksPort(lines, row) ? Mark.lacksPort : 0);
}

/** 1.22: an outbound tunnelled line that does not say the application's port. */
export const lacksPort = (lines: LineRows, row: number): boolean =>
  lines.hbonePort(row) === 0 && lines.destinationPort(row) === HBONE_PORT && lines.direction(row) === Direction.outbound;
