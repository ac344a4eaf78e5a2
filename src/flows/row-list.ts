import { u32At } from '../model/column.ts';
import type { Micros } from '../model/time.ts';
import type { Stores } from './pending.ts';

/** Row numbers in the order they came. */
export class Rows {
  #rows = new Uint32Array(1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  at(index: number): number {
    return u32At(this.#rows, index);
  }

  push(row: number): void {
    if (this.#length === this.#rows.length) {
      const larger = new Uint32Array(this.#length * 2);
      larger.set(this.#rows);
      this.#rows = larger;
    }
    this.#rows[this.#length++] = row;
  }

  copy(): Uint32Array {
    return this.#rows.slice(0, this.#length);
  }

  /** All of them; the list is empty afterwards. */
  take(): Uint32Array {
    const rows = this.#rows.subarray(0, this.#length);
    this.#rows = new Uint32Array(1024);
    this.#length = 0;
    return rows;
  }
}

/** The time before which half of what waits has ended, judged by some 4,096 of each kind. */
export function middleOf({ lines, wires }: Stores, waitingLines: Rows, waitingWires: Rows): Micros {
  const ends = [...sample(waitingLines, (row) => lines.time(row)), ...sample(waitingWires, (row) => wires.end(row))].sort((a, b) => a - b);
  // One of their own times.
  return (ends[ends.length >> 1] ?? 0) as Micros;
}

/** The times of some 4,096 of them, evenly spread. */
function sample(rows: Rows, time: (row: number) => number): number[] {
  const step = Math.max(1, Math.floor(rows.length / 4096));
  const times: number[] = [];
  for (let at = 0; at < rows.length; at += step) times.push(time(rows.at(at)));
  return times;
}
