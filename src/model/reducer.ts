import type { Batch } from './batch.ts';

/** Where reducers put what one lane alone knows of one connection. Rows stay in their stores; the sink owns them from here on and frees them. */
export type FragmentSink = {
  /** A connection of `WireRows` that has ended, or that its lane will see no more of. */
  wire(row: number): void;
  /** An access line of `LineRows`. */
  line(row: number): void;
  /** A connection still open whose meaning will hardly change: may be told early when following. The reducer keeps the row. */
  standing(row: number): void;
};

/** Reduces one input's batches, in the input's own order, to fragments. Shares no state with other inputs but the stores. */
export type Reducer = {
  read(batch: Batch, into: FragmentSink): void;
  /** What is still open when the input ends. */
  end(into: FragmentSink): void;
};
