/** What the audit says so far, and which edges each finding is about. Asked often, worked out seldom. */
import type { ApiFinding } from '../../model/api-rows.ts';
import type { Finding, Subject } from '../../model/summary.ts';
import { type Edge, type Graph, keyOf } from '../history/graph.ts';
import type { History } from '../history/history.ts';
import type { Run, Snapshot } from '../run.ts';

const FRESH_MS = 250;
/** Nothing was told: only what the inputs themselves turn out to be can be new. */
const STILL_MS = 1000;
/** At most this share of the time goes into looking. */
const REST = 5;

export type Findings = {
  readonly all: readonly Finding[];
  edgesOf(subject: Subject): readonly Edge[];
  /** Ids of the findings about an edge, each once. */
  of(edge: Edge): readonly string[];
  about(edge: Edge): readonly Finding[];
};

type Seen = {
  readonly snapshot: Snapshot;
  readonly findings: Findings;
  readonly revision: number;
  readonly at: number;
  readonly took: number;
  readonly isLast: boolean;
};

export class Snapshots {
  readonly #run: Run;
  readonly #history: History;
  #seen: Seen | undefined;

  constructor(run: Run, history: History) {
    this.#run = run;
    this.#history = history;
  }

  look(): Seen {
    const now = performance.now();
    const { revision, groups } = this.#history;
    // Findings also come from what an input turned out to be, without any flow: nothing is kept for good.
    const isLast = this.#run.hasEnded();
    if (this.#seen !== undefined && this.#seen.isLast === isLast && now < freshUntil(this.#seen, revision)) return this.#seen;
    const snapshot = this.#run.snapshot();
    const findings = findingsOn(groups.graph, snapshot.findings);
    const took = performance.now() - now;
    this.#seen = { snapshot, findings, revision, at: now, took, isLast };
    return this.#seen;
  }

  /** The next look is a new one. */
  forget(): void {
    this.#seen = undefined;
  }
}

const freshUntil = ({ at, took, revision: seen }: Seen, revision: number): number =>
  at + Math.max(seen === revision ? STILL_MS : FRESH_MS, took * REST);

const pairOf = (source: string, destination: string): string => `${source}\n\n${destination}`;

function findingsOn(graph: Graph, all: readonly Finding[]): Findings {
  const pairs = new Map<string, Edge[]>();
  for (const edge of graph.edges.values()) {
    const key = pairOf(edge.source.key, edge.destination.key);
    const known = pairs.get(key);
    if (known === undefined) pairs.set(key, [edge]);
    else known.push(edge);
  }
  const edgesOf = (subject: Subject): readonly Edge[] => {
    if (!('source' in subject)) return [];
    const { source, destination } = subject;
    const edges = pairs.get(pairOf(keyOf(source), keyOf(destination))) ?? [];
    return destination.port === null ? edges : edges.filter(({ port }) => port === destination.port);
  };
  const byEdge = new Map<Edge, Finding[]>();
  for (const finding of all) for (const edge of edgesOf(finding.subject)) byEdge.set(edge, [...(byEdge.get(edge) ?? []), finding]);
  const about = (edge: Edge): readonly Finding[] => byEdge.get(edge) ?? [];
  return { all, edgesOf, about, of: (edge) => [...new Set(about(edge).map(({ id }) => id))] };
}

export function apiFinding(finding: Finding, findings: Findings): ApiFinding {
  const { id, key, severity, message, subject, evidence } = finding;
  return { id, key, severity, message, subject, evidence, edges: findings.edgesOf(subject).map((edge) => edge.id) };
}
