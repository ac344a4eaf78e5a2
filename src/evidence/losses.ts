/** When an input is known to have lost packets: whether silence means anything depends on it. */
import { f64At } from '../model/column.ts';
import type { Micros } from '../model/time.ts';

/** Beyond this many stretches the oldest two count as one, with what lies between. */
const MAX_STRETCHES = 64;

export class Losses {
  /** Pairs: from, to. */
  readonly #stretches = new Float64Array(MAX_STRETCHES * 2);
  #count = 0;

  /** Packets were lost between `since` (null: who knows) and `until`. */
  add(since: Micros | null, until: Micros): void {
    if (this.#count === MAX_STRETCHES) {
      this.#stretches[0] = Math.min(f64At(this.#stretches, 0), f64At(this.#stretches, 2));
      this.#stretches[1] = Math.max(f64At(this.#stretches, 1), f64At(this.#stretches, 3));
      this.#stretches.copyWithin(2, 4);
      this.#count--;
    }
    this.#stretches[this.#count * 2] = since ?? -Infinity;
    this.#stretches[this.#count * 2 + 1] = until;
    this.#count++;
  }

  /** Nothing is known to be missing after `from` and before `to`. */
  none(from: number, to: number): boolean {
    for (let stretch = 0; stretch < this.#count; stretch++) {
      if (f64At(this.#stretches, stretch * 2) < to && f64At(this.#stretches, stretch * 2 + 1) > from) return false;
    }
    return true;
  }
}
