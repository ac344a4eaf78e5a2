/** What a capture has to tell besides its packets, gathered until the next batch of facts: skipped records are summed by reason. */
import type { Fact } from '../model/batch.ts';
import type { Micros } from '../model/time.ts';

export class CaptureFacts {
  #lost: Fact[] = [];
  readonly #skipped = new Map<string, { records: number; readonly firstRecord: number }>();

  lost(what: string, records: number, since: Micros | null): void {
    this.#lost.push({ kind: 'lost', what, records, since });
  }

  skipped(why: string, record: number): void {
    const known = this.#skipped.get(why);
    if (known === undefined) this.#skipped.set(why, { records: 1, firstRecord: record });
    else known.records++;
  }

  /** All since the last call. */
  take(): readonly Fact[] {
    const facts = this.#lost;
    for (const [why, { records, firstRecord }] of this.#skipped) facts.push({ kind: 'skipped', why, records, firstRecord });
    this.#skipped.clear();
    this.#lost = [];
    return facts;
  }
}
