/** What the server asks of the run that it shows, and how it is told. */
import type { Evidence, Exemption, Flow, FlowEnd, Reason, Verdict } from '../model/flow.ts';
import type { Edge, Finding, InputStatus, RecordQuote, StrictRow, Subject, SubjectEnd, Summary } from '../model/summary.ts';
import type { Micros } from '../model/time.ts';

/** Told of every flow that is shown, as the report's sums are: a later revision comes after `remove` of the earlier. */
export type FlowSink = { add(flow: Flow): void; remove(flow: Flow): void };

/** What filters ask of a flow besides its time. */
export type Filtered = {
  readonly source: Omit<FlowEnd, 'port'>;
  readonly destination: Omit<FlowEnd, 'port'> & { readonly port: number | null };
  readonly verdict: Verdict;
  readonly reason: Reason;
  readonly exempt: Exemption | null;
};
export type Pair = Extract<Subject, { source: SubjectEnd }>;
export type Filter = {
  matches(flow: Filtered): boolean;
  /** A flow belongs to a time when any of it does. */
  readonly since: Micros | null;
  readonly until: Micros | null;
  /** `isShown`: whether the filter lets any flow between these two through. */
  matchesFinding(finding: Finding, isShown: (pair: Pair) => boolean): boolean;
};

/** Values by the words of the command line; a word may have several. */
export type FilterWords = ReadonlyMap<string, readonly string[]>;

export type InputFate = InputStatus & { readonly live: boolean; readonly ended: boolean; readonly error: string | null };

export type Snapshot = { readonly edges: readonly Edge[]; readonly findings: readonly Finding[]; readonly summary: Summary };

export type Run = {
  readonly version: string;
  /** Its inputs as words of a shell. */
  readonly command: string;
  /** Some input may be fed as things happen. */
  readonly live: boolean;
  /** All inputs have ended, and all that they held has been told. */
  hasEnded(): boolean;
  /** What is known so far. */
  snapshot(): Snapshot;
  inputs(): readonly InputFate[];
  strict(): readonly StrictRow[];
  /** Null: nobody says. */
  isEnrolled(ip: string, time: Micros): boolean | null;
  /** The records, read again. Rejects when `signal` aborts. */
  quote(evidence: readonly Evidence[], signal: AbortSignal): Promise<readonly RecordQuote[]>;
  /** The words that make filters, as the command line has them. */
  readonly filterWords: readonly string[];
  /** Throws `PlainsightError` (usage) that says what is wrong. */
  filter(words: FilterWords): Filter;
};
