/** What a live screen shows: the answers that the page in a browser is made of, and what whoever looks has chosen. */
import type { ApiEdge, ApiEdgeDetails, ApiInput, ApiNode, ApiShown, EDGE_SORTS } from '../../model/api.ts';
import type { ApiFinding, ApiFlowDetails, EdgeId } from '../../model/api-rows.ts';
import type { Verdict } from '../../model/flow.ts';

/** Connections in each second of the last minute, oldest first. */
export type Trend = ArrayLike<number>;
export type EdgeRow = { readonly edge: ApiEdge; readonly source: ApiNode; readonly destination: ApiNode };
export type FindingRow = { readonly finding: ApiFinding; readonly ageMs: number };

/** A page's own question, answered; `missing` says why there is no answer (yet). */
export type Opened =
  | { readonly kind: 'edge'; readonly details: ApiEdgeDetails; readonly trend: Trend }
  | { readonly kind: 'flow'; readonly details: ApiFlowDetails }
  | { readonly kind: 'missing'; readonly message: string };

export type Scene = {
  /** Wall clock, ms. */
  readonly nowMs: number;
  readonly startedMs: number;
  /** Of what the filter lets through, as are edges and findings. */
  readonly shown: ApiShown;
  readonly trends: { readonly [verdict in Verdict]: Trend };
  /** In the order chosen. */
  readonly edges: readonly EdgeRow[];
  /** Of an edge. */
  trendOf(edge: EdgeId): Trend;
  /** How many are left out because all on them is exempt. */
  readonly exemptEdges: number;
  /** Worst first, the newest first among equals. */
  readonly findings: readonly FindingRow[];
  readonly inputs: readonly ApiInput[];
  /** What whoever looks has to know, the most pressing first. */
  readonly notices: readonly string[];
  readonly opened: Opened | null;
};

export const TABS = ['edges', 'findings', 'inputs'] as const;
export type Tab = (typeof TABS)[number];

/** `line`: where the cursor stands. `item`: what stands there, which it follows; null: whatever comes first. */
export type Cursor = { readonly line: number; readonly item: string | null };
export type Page = {
  readonly kind: Tab | 'edge' | 'flow' | 'finding' | 'input' | 'help';
  /** What is opened; empty for a tab and the help. */
  readonly id: EdgeId | string;
  readonly cursor: Cursor;
};

export type EdgeSort = (typeof EDGE_SORTS)[number];
export type ScreenState = {
  /** The last is seen; the first is a tab. Never empty. */
  readonly pages: readonly Page[];
  readonly sort: EdgeSort;
  readonly descending: boolean;
  /** As typed, in force; empty for none. */
  readonly filter: string;
  /** What is being typed, and what is wrong with it; null while nothing is. */
  readonly prompt: { readonly text: string; readonly error: string | null } | null;
  readonly isPaused: boolean;
  readonly showsExempt: boolean;
};

export const FIRST_STATE: ScreenState = {
  pages: [{ kind: 'edges', id: '', cursor: { line: 0, item: null } }],
  sort: 'attention',
  descending: true,
  filter: '',
  prompt: null,
  isPaused: false,
  showsExempt: false,
};

const NO_PAGE: Page = { kind: 'edges', id: '', cursor: { line: 0, item: null } };
export const pageOf = ({ pages }: ScreenState): Page => pages.at(-1) ?? NO_PAGE;
export const tabOf = ({ pages }: ScreenState): Page => pages[0] ?? NO_PAGE;
