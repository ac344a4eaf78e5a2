/**
 * Times of tcpdump's five styles as µs since 1970. A stamp is local time of the machine that captured; it is taken for UTC,
 * which containers have. A time of day (the default) is on no day: it is placed on 1970-01-01 and the days after it, since
 * a format has no clock and a guessed date would join strangers; `-tttt` and `-tt` carry the date.
 */
import type { Shape } from './tcpdump-shape.ts';

const DAY = 86_400e6;
/** A stamp that goes back by less is a packet out of order; by more, midnight has passed. */
const BACK = 3600e6;

/** What `-ttt` (since the packet before) and `-ttttt` (since the first) look the same in: told by whether the times ever fall. */
export type Deltas = 'previous' | 'first';

export class TextClock {
  #day = 0;
  #last = -1;
  #sum = 0;
  #order = 0;

  /** µs since 1970; `deltas` says what a delta is since. */
  read({ stamp, micros }: Shape, deltas: Deltas): number {
    if (stamp === 'none') return ++this.#order;
    if (stamp === 'day') return this.#ofDay(micros);
    if (stamp !== 'delta') return micros;
    this.#sum = deltas === 'previous' ? this.#sum + micros : micros;
    return Math.max(0, this.#sum);
  }

  #ofDay(micros: number): number {
    const ahead = this.#last < 0 ? 0 : micros - this.#last;
    // Just across midnight and back: the packet belongs to the evening before.
    if (ahead > DAY - BACK && this.#day > 0) return this.#day - DAY + micros;
    if (ahead < -BACK) this.#day += DAY;
    this.#last = micros;
    return this.#day + micros;
  }
}
