/** The rows of the HTTP API's tables; what they are answered in is in api.ts. */
import type { Exemption, FlowKind, IdentitySource, Reason, Verdict, Witness } from './flow.ts';
import type { Severity, StrictState, VerdictCounts } from './summary.ts';

/** `2026-11-21T08:19:01.202141Z`: RFC 3339, UTC, six digits of fraction. */
export type TimeText = string;

/** 16 hex digits; the same in every run for the same workload (or the same address, where no workload is known). */
export type NodeId = string;
/** 16 hex digits; the same in every run for the same two ends, port and transport. */
export type EdgeId = string;

export type ApiEvidence = { readonly witness: Witness; readonly input: string; readonly record: number; readonly says: string };

export type ApiEnd = {
  readonly node: NodeId;
  readonly ip: string;
  readonly port: number | null;
  readonly pod: string | null;
  readonly workload: string | null;
  readonly namespace: string | null;
  readonly service: string | null;
  readonly cluster: string | null;
  readonly identity: string | null;
  readonly identityFrom: IdentitySource | null;
};

/** A row of the table of flows. */
export type ApiFlow = {
  readonly id: string;
  readonly revision: number;
  readonly edge: EdgeId;
  readonly kind: FlowKind;
  readonly start: TimeText;
  readonly end: TimeText | null;
  readonly open: boolean;
  readonly source: ApiEnd;
  readonly destination: ApiEnd;
  readonly transport: 'tcp' | 'udp';
  readonly application: string | null;
  readonly verdict: Verdict;
  readonly reason: Reason;
  readonly exempt: Exemption | null;
  readonly bytes: { readonly sent: number | null; readonly received: number | null };
  readonly exposedBytes: number | null;
  readonly witnesses: readonly Witness[];
  readonly findings: readonly string[];
  readonly evidence: readonly ApiEvidence[];
};

export const FLOW_SORTS = ['start', 'end', 'duration', 'source', 'destination', 'port', 'verdict', 'reason', 'bytes', 'exposed'] as const;
export const ORDERS = ['asc', 'desc'] as const;

/** GET /api/flows?sort=&order=&offset=&limit= (`edge=ID` for those of one edge; at most 1,000 a page). `total`: how many the filters let through. */
export type ApiFlowPage = { readonly revision: number; readonly total: number; readonly offset: number; readonly flows: readonly ApiFlow[] };

/** GET /api/flows/{id}: the flow, and the records behind its verdict as `plainsight explain` quotes them (never payload). */
export type ApiFlowDetails = {
  readonly flow: ApiFlow;
  readonly tls: { readonly version: string | null; readonly alpn: readonly string[]; readonly sni: string | null } | null;
  readonly underlay: string | null;
  readonly carrier: {
    readonly source: { readonly ip: string; readonly port: number };
    readonly destination: { readonly ip: string; readonly port: number };
  } | null;
  /** `text` is empty where the input cannot be read a second time (a pipe). */
  readonly records: readonly {
    readonly witness: Witness;
    readonly input: string;
    readonly record: number;
    readonly text: string;
    readonly says: string;
  }[];
  readonly explain: string;
};

export type ApiSubjectEnd = { readonly workload: string | null; readonly namespace: string | null; readonly ip: string | null };
/** A finding of the contract, and which edges it is about. */
export type ApiFinding = {
  readonly id: string;
  readonly key: string;
  readonly severity: Severity;
  readonly message: string;
  readonly subject:
    | { readonly source: ApiSubjectEnd; readonly destination: ApiSubjectEnd & { readonly port: number | null } }
    | ApiSubjectEnd
    | { readonly input: string };
  readonly evidence: readonly ApiEvidence[];
  readonly edges: readonly EdgeId[];
};
/** GET /api/findings: worst first. */
export type ApiFindings = { readonly revision: number; readonly findings: readonly ApiFinding[] };

/** GET /api/strict: a row for each enrolled workload and port. */
export type ApiStrict = { readonly revision: number; readonly rows: readonly ApiStrictRow[] };
export type ApiStrictRow = {
  readonly node: NodeId;
  readonly namespace: string | null;
  readonly workload: string | null;
  readonly port: number | null;
  readonly mode: 'STRICT' | 'PERMISSIVE';
  readonly modeFrom: string | null;
  readonly state: StrictState;
  readonly flows: VerdictCounts;
  readonly wouldBreak: readonly (ApiSubjectEnd & { readonly reason: Reason; readonly flows: number; readonly last: TimeText | null })[];
};
