/**
 * The HTTP API of `plainsight serve`, as its JSON has it: the page in a browser and other programs read these. What the contract
 * describes (flow, finding, strict, summary, record) is in the contract's own JSON, where times are texts.
 *
 * Every list takes the command line's filters as query parameters: `from` `to` `namespace` `workload` `identity` `verdict` `reason`
 * `port` `ip` `cidr` (repeatable, globs, `!` negates), `since` and `until`; flows and edges also `q`, free text. What is wrong in a request is answered with `ApiError`.
 */
import type { ApiEvidence, ApiFinding, ApiFlow, EdgeId, NodeId, TimeText } from './api-rows.ts';
import type { IdentitySource, Reason, Verdict, Witness } from './flow.ts';
import type { Secured, Severity, VerdictCounts } from './summary.ts';

/** Answered with status 400, 401, 403, 404, 405, 414 or 503. */
export type ApiError = { readonly error: string };

export type ApiNode = {
  readonly id: NodeId;
  /** Null where only the address is known. */
  readonly workload: string | null;
  readonly namespace: string | null;
  readonly cluster: string | null;
  /** Null where the workload is known. */
  readonly ip: string | null;
  readonly identity: string | null;
  readonly identityFrom: IdentitySource | null;
  /** Captured by ambient; null: nobody says. */
  readonly enrolled: boolean | null;
};

/**
 * How an edge is drawn. `proven`: all by the mesh · `partly`: some · `plaintext`, `tls` (the application's own): none, that being the
 * worst · `unproven`: the evidence does not decide · `denied`, `failed`: nothing was carried · `exempt`: only what is so by design.
 */
export const EDGE_STATES = ['proven', 'partly', 'plaintext', 'tls', 'unproven', 'denied', 'failed', 'exempt'] as const;
export type EdgeState = (typeof EDGE_STATES)[number];

export const SAYS = ['encrypted', 'tls', 'plaintext', 'mixed', 'blocked', 'silent'] as const;

/** What one witness says of an edge. */
export type ApiVoice = {
  readonly witness: Witness;
  readonly says: (typeof SAYS)[number];
  /** A few words for people: `58 mTLS, 3 not (destination)`. */
  readonly text: string;
  readonly evidence: readonly ApiEvidence[];
};

/** All flows from one workload to one port of another that the filters let through and that are still kept. */
export type ApiEdge = {
  readonly id: EdgeId;
  readonly source: NodeId;
  readonly destination: NodeId;
  readonly port: number | null;
  readonly transport: 'tcp' | 'udp';
  /** Exempt flows are not in here but in `exempt`. */
  readonly flows: VerdictCounts;
  readonly exempt: number;
  readonly bytes: { readonly sent: number | null; readonly received: number | null };
  readonly exposedBytes: number | null;
  readonly secured: Secured;
  readonly state: EdgeState;
  /** The commonest reason of the worst verdict. */
  readonly reason: Reason | null;
  /** Witnesses contradict each other. */
  readonly contradicted: boolean;
  /** Ids of the findings about it, each once. */
  readonly findings: readonly string[];
  readonly identities: { readonly source: ApiIdentity | null; readonly destination: ApiIdentity | null };
  readonly first: TimeText | null;
  readonly last: TimeText | null;
};
export type ApiIdentity = { readonly identity: string; readonly from: IdentitySource | null };

/** GET /api/graph. `revision`: what it shows is at least as new; GET /api/events tells what has changed since. */
export type ApiGraph = { readonly revision: number; readonly nodes: readonly ApiNode[]; readonly edges: readonly ApiEdge[] };

/** GET /api/edges?sort=&order=&offset=&limit=. `nodes`: the ends of the edges on this page. */
export type ApiEdgePage = ApiGraph & { readonly total: number; readonly offset: number };

export const EDGE_SORTS = ['attention', 'source', 'destination', 'port', 'flows', 'bytes', 'exposed', 'last'] as const;

/** GET /api/edges/{id}; filters apply. */
export type ApiEdgeDetails = {
  readonly revision: number;
  readonly edge: ApiEdge;
  readonly source: ApiNode;
  readonly destination: ApiNode;
  /** Empty where nothing is known. */
  readonly voices: readonly ApiVoice[];
  readonly agreement: 'agree' | 'disagree' | 'alone';
  /** Verdicts over time; buckets without flows are left out. */
  readonly history: ApiHistory;
  /** Everyone who was seen at either end, commonest first. */
  readonly identities: {
    readonly source: readonly (ApiIdentity & { readonly flows: number })[];
    readonly destination: readonly (ApiIdentity & { readonly flows: number })[];
  };
  readonly reasons: readonly { readonly verdict: Verdict; readonly reason: Reason; readonly flows: number }[];
  readonly findings: readonly ApiFinding[];
  /** The latest flows, worst verdict first, with where each was read. */
  readonly flows: readonly ApiFlow[];
  /** Shell command that shows the records behind the first of `flows`; null without flows. */
  readonly explain: string | null;
};

/** GET /api/timeline: over all that the filters let through. */
export type ApiHistory = {
  readonly bucketSeconds: number;
  readonly buckets: readonly { readonly time: TimeText; readonly flows: VerdictCounts; readonly exempt: number }[];
};

/** What one input could see, and how it fares. read + skipped = records. */
export type ApiInput = {
  readonly input: string;
  readonly format: string | null;
  readonly records: number;
  readonly read: number;
  readonly skipped: { readonly [why: string]: number };
  readonly lost: number;
  readonly first: TimeText | null;
  readonly last: TimeText | null;
  readonly sawHbone: boolean;
  readonly sawReadable: boolean;
  /** May be fed as things happen. */
  readonly live: boolean;
  readonly ended: boolean;
  /** What broke it. */
  readonly error: string | null;
  /** A finding says that it could not have seen the traffic. */
  readonly blind: boolean;
  readonly recordsPerSecond: number;
  /** How far its last record lies behind now; null where it is not of now (a replay, history) or has ended. */
  readonly lagSeconds: number | null;
  /** Since it last brought a record. */
  readonly silentSeconds: number;
};
/** GET /api/inputs: sorted by name. */
export type ApiInputs = { readonly revision: number; readonly inputs: readonly ApiInput[]; readonly banners: readonly ApiBanner[] };

/** What whoever looks has to know: an input ended, broke, lost records or could not have seen the traffic; history was dropped. */
export type ApiBanner = {
  readonly kind: 'ended' | 'broke' | 'lost' | 'blind' | 'dropped';
  /** Null for `dropped`. */
  readonly input: string | null;
  readonly message: string;
};

/** GET /api/summary. */
export type ApiSummary = {
  readonly revision: number;
  readonly version: string;
  /** Some input is still being read. */
  readonly running: boolean;
  /** Some input may be fed as things happen. */
  readonly live: boolean;
  /** When the server started. */
  readonly started: TimeText;
  /** The server's own clock, for ages. */
  readonly now: TimeText;
  /** What was named on the command line, ready to be typed again: the `[INPUT…]` of `plainsight explain`. */
  readonly command: string;
  /** The contract's summary, of everything read since the start, in its own JSON. */
  readonly summary: ApiContractSummary;
  /** The same sums over what the filters of this request let through and is still kept. */
  readonly shown: ApiShown;
  /** What `--keep` leaves: older flows are in `summary` only. */
  readonly kept: {
    readonly seconds: number;
    readonly flows: number;
    /** Flows that were told and are no longer kept. */
    readonly dropped: number;
    readonly first: TimeText | null;
    readonly last: TimeText | null;
  };
  /** Everything that filters can be picked from. */
  readonly namespaces: readonly string[];
  readonly banners: readonly ApiBanner[];
};
export type ApiShown = {
  readonly flows: VerdictCounts;
  readonly exempt: number;
  readonly bytes: { readonly hbone: number; readonly tls: number; readonly plaintext: number };
  readonly exposedBytes: number;
  readonly edges: { readonly [secured in Secured]: number };
};
export type ApiContractSummary = ApiShown & {
  readonly type: 'summary';
  readonly tunnels: { readonly count: number; readonly bytes: number };
  readonly findings: { readonly [severity in Severity]: number };
  readonly late: number;
  readonly evicted: number;
  readonly inputs: readonly Pick<
    ApiInput,
    'input' | 'format' | 'records' | 'read' | 'skipped' | 'lost' | 'first' | 'last' | 'sawHbone' | 'sawReadable'
  >[];
  readonly exitCode: number;
};

/**
 * GET /api/events (server-sent events; filters apply; `Last-Event-ID`, or `?after=REVISION`, resumes). Events by name:
 * `change`: at most four a second · `reset`: what was missed cannot be told, load everything again · `banner` · `: heartbeat` comments.
 */
export type ApiEvents = {
  readonly change: ApiChange;
  readonly reset: { readonly revision: number };
  readonly banner: ApiBanner;
};
export type ApiChange = {
  readonly revision: number;
  readonly running: boolean;
  readonly shown: ApiShown;
  /** New or different since the last `change` (or since the revision resumed from); whole, in the place of what was told before. */
  readonly edges: readonly ApiEdge[];
  /** Ends of `edges`. */
  readonly nodes: readonly ApiNode[];
  /** No longer shown: their flows were withdrawn, are no longer kept or have left the time range. */
  readonly gone: readonly EdgeId[];
  /** Flows that the filters let through. */
  readonly flows: number;
  /** Of the findings, by severity; those in full come from GET /api/findings. */
  readonly findings: { readonly [severity in Severity]: number };
};
