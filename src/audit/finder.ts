import type { Configuration } from '../mesh/configuration.ts';
import type { Pod } from '../mesh/pods.ts';
import type { Evidence, Flow, FlowEnd } from '../model/flow.ts';
import type { Graphs } from '../model/graph.ts';
import type { Metrics } from '../model/metric.ts';
import type { Finding, InputStatus, Severity, Subject, SubjectEnd } from '../model/summary.ts';
import type { Micros } from '../model/time.ts';

/** What finders ask about the run as a whole. */
export type Coverage = {
  /** Spans of the logs of the ztunnel that serves the pod at that address; empty when no log tells of the pod. None of a log that is known to have gaps: it proves no absence. */
  logsOf(ip: string, time: Micros): readonly CoveredSpan[];
  /** Whether there are both lines and packets: only then can one witness miss what the other saw. */
  hasBoth(): boolean;
  /** How far two clocks may differ, µs. */
  readonly skew: number;
  /** Who had that address then, as configuration tells it. */
  podAt(ip: string, time: Micros): Pod | null;
  /** Null where no configuration was read. */
  readonly configuration: Configuration | null;
  /** Of a number of an input. */
  inputName(input: number): string;
  /** When that input was asked as things are; null for a file, which may be of any time. */
  readonly readAt?: (input: number) => Micros | null;
  /** What counters say, where there are any among the inputs. */
  readonly metrics?: Metrics;
  /** What Kiali's graphs say. */
  readonly graphs?: Graphs;
};

/** `lane`: a number of the ztunnel that wrote it, of which one input may hold several. */
export type CoveredSpan = { readonly first: Micros; readonly last: Micros; readonly input: string; readonly lane: number };

/** Raises one kind of finding. */
export type Finder = {
  readonly id: string;
  readonly severity: Severity;
  /** Of which flows it can say something: of any, of those with packets, of none (of inputs only). */
  readonly looksAt: 'flows' | 'packets' | 'inputs';
  open(coverage: Coverage): Search;
};

export type Search = {
  /** Looks at a flow; true when it belongs to a finding of this kind. */
  flow(flow: Flow): boolean;
  /** Takes back what `flow` was counted for: it has been told again, or withdrawn. `found`: it belonged to a finding of this kind. */
  forget?(flow: Flow, found: boolean): void;
  /** Whether it would belong to one by what is known now, without counting it; for searches that ask about the run as a whole. */
  matches?(flow: Flow): boolean;
  /** True where it says nothing, and needs to know nothing, of common flows as things stand: `hbone` connections by their lines alone. Without it all are looked at. */
  sparesCommon?(): boolean;
  /** What there is to say when all inputs have ended. */
  findings(inputs: readonly InputStatus[]): readonly Raised[];
};

/** `severity`: where this one weighs less than its kind. */
export type Raised = { readonly subject: Subject; readonly message: string; readonly evidence: readonly Evidence[]; readonly severity?: Severity };

export const subjectEnd = ({ workload, namespace, ip }: FlowEnd): SubjectEnd => ({ workload, namespace, ip: workload === null ? ip : null });

export function flowSubject(flow: Flow): Subject {
  const port = flow.kind === 'tunnel' ? 15008 : flow.destination.port;
  return { source: subjectEnd(flow.source), destination: { ...subjectEnd(flow.destination), port } };
}

export const endText = ({ workload, namespace, ip }: SubjectEnd): string =>
  workload === null ? (ip ?? '?') : namespace === null ? workload : `${namespace}/${workload}`;

export function subjectText(subject: Subject): string {
  if ('input' in subject) return subject.input;
  if (!('source' in subject)) return endText(subject);
  const { source, destination } = subject;
  return `${endText(source)} → ${endText(destination)}${destination.port === null ? '' : `:${destination.port}`}`;
}

export function toFinding(finder: Finder, { subject, message, evidence, severity = finder.severity }: Raised): Finding {
  return { type: 'finding', id: finder.id, key: `${finder.id}:${subjectText(subject)}`, severity, message, subject, evidence };
}
