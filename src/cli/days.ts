/**
 * The day of inputs whose records have a time of day only (tcpdump's text): the one that puts them nearest to where the other
 * inputs begin, when all of those agree on it. Else they stay without a date, for a guessed one would join strangers.
 */
import type { Batch } from '../model/batch.ts';
import { f64At } from '../model/column.ts';
import { isDated, MICROS_PER_DAY } from '../model/time.ts';

/** One input's word: told once, by `begins` or by `passes`. */
export type DayWitness = {
  /** Its first record's time, µs since 1970. */
  begins(time: number): void;
  /** It has no date to tell. */
  passes(): void;
};

export class Days {
  readonly #starts: number[] = [];
  readonly #settled: Promise<void>;
  #settle: () => void = () => {};
  #missing = 0;

  constructor() {
    this.#settled = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  /** An input that will speak: `of` waits for it. To be asked for all inputs before any is read. */
  expect(): DayWitness {
    this.#missing++;
    let isTold = false;
    const tell = (): void => {
      if (!isTold && --this.#missing === 0) this.#settle();
      isTold = true;
    };
    return {
      begins: (time) => {
        if (!isTold && isDated(time)) this.#starts.push(time);
        tell();
      },
      passes: tell,
    };
  }

  /** Midnight before a record at `timeOfDay`, µs since 1970; 0 where the others know none, or several. */
  async of(timeOfDay: number): Promise<number> {
    if (this.#missing > 0) await this.#settled;
    const days = new Set(this.#starts.map((start) => Math.round((start - timeOfDay) / MICROS_PER_DAY)));
    const [day = 0] = days;
    return days.size === 1 ? day * MICROS_PER_DAY : 0;
  }
}

/** `batches`, whose first time is told to `witness`. */
export async function* noticed(batches: AsyncIterable<Batch>, witness: DayWitness): AsyncGenerator<Batch, void, undefined> {
  try {
    for await (const batch of batches) {
      if (batch.kind !== 'facts' && batch.count > 0) witness.begins(f64At(batch.time, 0));
      yield batch;
    }
  } finally {
    witness.passes();
  }
}

/** `batches`, their undated packets `midnight` later. */
export async function* onDay(batches: AsyncIterable<Batch>, midnight: number): AsyncGenerator<Batch, void, undefined> {
  for await (const batch of batches) {
    if (batch.kind === 'packets') {
      for (let index = 0; index < batch.count; index++) {
        const time = f64At(batch.time, index);
        if (!isDated(time)) batch.time[index] = time + midnight;
      }
    }
    yield batch;
  }
}
