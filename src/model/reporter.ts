import type { Flow } from './flow.ts';
import type { Edge, Finding, RecordQuote, StrictRow, Summary } from './summary.ts';
import type { Micros } from './time.ts';

/**
 * What `verify` missed, in one sentence; `excused`: an exception is known, and `known` says why. For people, and for programs that show them
 * test results: reports in the contract's own objects leave it out, they have the findings and the exit code.
 */
export type Expectation = {
  readonly type: 'expectation';
  readonly outcome: 'failed' | 'undecided' | 'excused';
  readonly message: string;
  readonly known: string | null;
  /** The same in the next run, whatever the numbers; absent where `message` is. */
  readonly key?: string;
};

/** Whatever a view may tell, in the contract's order. A report leaves out what its view does not show. */
export type Told = Flow | Edge | StrictRow | Finding | RecordQuote | Expectation;

export const VIEWS = ['report', 'flows', 'edges', 'verify', 'strict', 'explain'] as const;
export type View = (typeof VIEWS)[number];

/** Writes text; a promise when the other end is slow: the sources wait for it. */
export type Out = {
  readonly columns: number;
  readonly color: boolean;
  write(text: string): Promise<void> | undefined;
};

export type ReportOptions = {
  readonly view: View;
  readonly live: boolean;
  /** Fields to show, by their paths in JSON; null or absent for the usual ones. */
  readonly columns?: readonly string[] | null;
  /** Absent where nobody knows. */
  readonly run?: RunFacts;
};

/** About the run itself, for reports that are kept. */
export type RunFacts = {
  readonly version: string;
  /** What was typed behind `plainsight`, secrets taken out. */
  readonly words: readonly string[];
  /** Wall clock. */
  readonly started: Micros;
  /** What is known when all has been read. */
  ended(): RunEnding;
};
export type RunEnding = {
  readonly at: Micros;
  /** What could not be read, and why: what stands on stderr, too. */
  readonly complaints: readonly string[];
  /** SHA-256 of every byte that was read of an input, 64 hex digits, by its name; without those of live inputs. Empty unless the reporter asks. */
  readonly hashes: ReadonlyMap<string, string>;
};

/** Who is told. Sees decided flows and what follows from them: never a packet, a log line or an Observable. */
export type Reporter = {
  readonly name: string;
  readonly summary: string;
  open(out: Out, options: ReportOptions): Report;
};
export type Report = {
  /** In the order decided. Resolves when all that was told so far is written. */
  tell(told: readonly Told[]): Promise<void> | undefined;
  /** The last word; safe without a `tell` before. */
  close(summary: Summary): Promise<void>;
};
