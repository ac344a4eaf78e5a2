import type { Batch } from './batch.ts';
import type { Witness } from './flow.ts';
import type { Tables } from './tables.ts';

/** What bytes mean. Pure: no I/O, no clock. */
export type Format = {
  readonly name: string;
  readonly summary: string;
  /** What kind of evidence it is: of what it could show, and what never. */
  readonly witness: Witness;
  /**
   * How sure, 0 to 1, judging by the first bytes of an input (up to 64 KiB; fewer where the input is short or slow).
   * The surest format gets it; 0 is never.
   */
  recognise(head: Uint8Array): number;
  /** µs since midnight of the first record that `head` shows, where records have a time of day and no date; else null, as without it. */
  timeOfDay?(head: Uint8Array): number | null;
  /**
   * Batches, whose records do not depend on how the bytes were cut into chunks. Broken records become facts; throws
   * `PlainsightError` only where nothing of the input can be read.
   */
  decode(chunks: AsyncIterable<Uint8Array>, tables: Tables): AsyncIterable<Batch>;
};
