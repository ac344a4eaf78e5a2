import type { ExitCode } from './error.ts';
import type { Evidence, Reason, Verdict, Witness } from './flow.ts';
import type { Stand } from './stand.ts';
import type { Micros } from './time.ts';

export type VerdictCounts = { readonly [verdict in Verdict]: number };
export type Secured = 'yes' | 'partly' | 'no' | 'unproven';

export type EdgeEnd = {
  readonly workload: string | null;
  readonly namespace: string | null;
  readonly ip: string | null;
  readonly identity: string | null;
};
export type Edge = {
  readonly type: 'edge';
  readonly source: EdgeEnd;
  readonly destination: EdgeEnd & { readonly port: number | null };
  readonly transport: 'tcp' | 'udp';
  /** Exempt flows are not in here but in `exempt`. */
  readonly flows: VerdictCounts;
  readonly exempt: number;
  readonly bytes: { readonly sent: number | null; readonly received: number | null };
  readonly exposedBytes: number | null;
  readonly secured: Secured;
  /** The commonest reason of the worst verdict. */
  readonly reason: Reason | null;
  /** Who refuses its denied flows, as the rest of a sentence; null where no line says. For people; no field of the contract. */
  readonly deniedBy: string | null;
  /** What each witness says of it. For people; no field of the contract. */
  readonly stand: Stand;
};

/** What would become of a port under STRICT. */
export const STRICT_STATES = ['ready', 'would break', 'no traffic seen', 'already strict'] as const;
export type StrictState = (typeof STRICT_STATES)[number];

/** Whom STRICT would turn away. */
export type StrictClient = SubjectEnd & { readonly reason: Reason; readonly flows: number; readonly last: Micros | null };
export type StrictRow = {
  readonly type: 'strict';
  readonly namespace: string | null;
  readonly workload: string | null;
  readonly port: number | null;
  /** In effect now, or under the policies tried out. */
  readonly mode: 'STRICT' | 'PERMISSIVE';
  /** `namespace/name` of the policy that says so. */
  readonly modeFrom: string | null;
  readonly state: StrictState;
  readonly flows: VerdictCounts;
  readonly wouldBreak: readonly StrictClient[];
};

export const SEVERITIES = ['error', 'warning', 'note'] as const;
export type Severity = (typeof SEVERITIES)[number];

export type SubjectEnd = { readonly workload: string | null; readonly namespace: string | null; readonly ip: string | null };
export type Subject =
  | { readonly source: SubjectEnd; readonly destination: SubjectEnd & { readonly port: number | null } }
  | SubjectEnd
  | { readonly input: string };

export type Finding = {
  readonly type: 'finding';
  readonly id: string;
  /** Stable over runs, for baselines. */
  readonly key: string;
  readonly severity: Severity;
  /** One plain sentence with where to look. */
  readonly message: string;
  readonly subject: Subject;
  readonly evidence: readonly Evidence[];
};

/** What one input could see. read + skipped = records. */
export type InputStatus = {
  readonly input: string;
  readonly format: string | null;
  /** What kind of evidence its format is; null where it was not recognised. No field of the contract. */
  readonly witness: Witness | null;
  readonly records: number;
  readonly read: number;
  readonly skipped: { readonly [why: string]: number };
  readonly lost: number;
  readonly first: Micros | null;
  readonly last: Micros | null;
  readonly sawHbone: boolean;
  readonly sawReadable: boolean;
};

export type Summary = {
  readonly type: 'summary';
  readonly flows: VerdictCounts;
  readonly exempt: number;
  readonly bytes: { readonly hbone: number; readonly tls: number; readonly plaintext: number };
  readonly exposedBytes: number;
  readonly tunnels: { readonly count: number; readonly bytes: number };
  readonly edges: { readonly [secured in Secured]: number };
  readonly findings: { readonly [severity in Severity]: number };
  readonly late: number;
  readonly evicted: number;
  /** Sorted by name. */
  readonly inputs: readonly InputStatus[];
  readonly exitCode: ExitCode;
};

/** One line of the view `explain`. */
export type RecordQuote = {
  readonly type: 'record';
  readonly witness: Evidence['witness'];
  readonly input: string;
  readonly record: number;
  readonly text: string;
  readonly says: string;
};
