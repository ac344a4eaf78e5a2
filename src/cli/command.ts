/** What the words of a command line mean. Made by `args.ts` alone; nobody behind it applies a default or checks again. */
import type { View } from '../model/reporter.ts';
import type { Micros } from '../model/time.ts';
import type { FilterOptions } from './filters.ts';

export type ColorChoice = 'auto' | 'always' | 'never';

export type ViewCommand = {
  readonly kind: 'view';
  readonly view: View;
  /** Paths and `-`, as given, `-r` among them. Empty: stdin when it is no terminal. */
  readonly inputs: readonly string[];
  /** The flow that `explain` explains: 4 to 16 hex digits, the beginning of its id; null for every other view. */
  readonly flow: string | null;
  /** A name of `REPORTERS`. */
  readonly output: string;
  readonly filters: FilterOptions;
  /** Verdicts, reasons, finding ids and `exposed`; null: what the contract names. */
  readonly failOn: ReadonlySet<string> | null;
  /** How far the clocks of two nodes may be apart, in µs. */
  readonly skew: Micros;
  /** A file of PeerAuthentications that `strict` tries out; null for none. */
  readonly fromPolicies: string | null;
  readonly color: ColorChoice;
  readonly quiet: boolean;
  /** How often `-v` was said. */
  readonly verbosity: number;
};
/** Text for stdout, then success. */
export type TextCommand = { readonly kind: 'text'; readonly text: string };
export type Command = ViewCommand | TextCommand;
