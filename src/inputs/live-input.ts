import type { Input } from '../model/input.ts';

/** An input that runs already: what comes before `open` waits where it is captured. To be opened once. */
export type LiveInput = Input & {
  /** Asks it to end: what was captured by then still comes, then the last counts, then its iteration ends. At once, and harmless when repeated. */
  stop(): void;
  /** Gives back what it holds, opened or not. Harmless after its end. */
  close(): Promise<unknown>;
};
