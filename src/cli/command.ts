/** What the words of a command line mean. Made by `args.ts` alone; nobody behind it applies a default or checks again. */
import type { CaptureOptions } from '../inputs/interface-options.ts';
import type { KubectlOptions } from '../inputs/kubectl.ts';
import type { PodName } from '../inputs/pod.ts';
import type { View } from '../model/reporter.ts';
import type { Micros } from '../model/time.ts';
import type { Listen } from '../serve/http/listen-address.ts';
import type { FilterOptions } from './filters.ts';
import type { GateFlags } from './verify/rules.ts';

export type ColorChoice = 'auto' | 'always' | 'never';

/** What is captured as it happens, and how. */
export type LiveCommand = {
  readonly interfaces: readonly string[];
  readonly pods: readonly PodName[];
  readonly nodes: readonly string[];
  /** Only what was given; checked. */
  readonly capture: Partial<CaptureOptions>;
  readonly kubernetes: KubectlOptions & { readonly debugImage: string };
  /** pcapng file that keeps what is captured. */
  readonly write: string | null;
  /** Print what `--pod` and `--node` would run, and nothing else. */
  readonly printCommands: boolean;
};

/** A service that is asked, and the files that say who asks. */
export type ServiceCommand = {
  readonly urls: readonly URL[];
  readonly tokenFile: string | null;
  readonly basicAuthFile: string | null;
  readonly caFile: string | null;
};
export type ServicesCommand = { readonly prometheus: ServiceCommand; readonly kiali: ServiceCommand };

export type ServeCommand = {
  readonly listen: Listen;
  /** How far back flows are kept, µs. */
  readonly keep: Micros;
  /** Open the browser. */
  readonly open: boolean;
};

export type ViewCommand = {
  readonly kind: 'view';
  readonly view: View;
  /** Paths, addresses and `-`, as given, `-r` among them. Empty: stdin when it is no terminal. */
  readonly inputs: readonly string[];
  /** Files that are read on as they grow. */
  readonly follow: readonly string[];
  readonly live: LiveCommand;
  readonly services: ServicesCommand;
  /** The flow that `explain` explains: 4 to 16 hex digits, the beginning of its id; null for every other view. */
  readonly flow: string | null;
  /** A name of `REPORTERS`. */
  readonly output: string;
  /** Fields to show, checked; null for the usual ones. */
  readonly columns: readonly string[] | null;
  /** Names and addresses are replaced in what is told. */
  readonly redact: boolean;
  readonly filters: FilterOptions;
  /** The dashboard; null where there is none. With one, `view` is what is summed up at the end. */
  readonly serve: ServeCommand | null;
  /** Where Prometheus may ask; null for nowhere. */
  readonly metrics: Listen | null;
  /** Verdicts, reasons, finding ids and `exposed`; null: what the contract names. */
  readonly failOn: ReadonlySet<string> | null;
  /** What else `verify` is asked for. */
  readonly gate: GateFlags;
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
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];
/** What can be read, what there is to capture on, what is missing for it; what a shell needs to complete words. */
export type SystemCommand =
  | { readonly kind: 'formats' | 'interfaces' | 'doctor' }
  | { readonly kind: 'completion'; readonly shell: Shell }
  /** Asked by such a script: the words typed so far, the last of them unfinished. */
  | { readonly kind: 'complete'; readonly words: readonly string[] };
/** Two runs side by side; `view` has the filters, the output and the rest. */
export type DiffCommand = { readonly kind: 'diff'; readonly before: string; readonly after: string; readonly view: ViewCommand };
export type Command = DiffCommand | ViewCommand | TextCommand | SystemCommand;
