/**
 * Rules.md §6: plaintext that a workload accepted although its policy says STRICT. A policy is read at one moment and the traffic was at
 * another: only denials by it for that destination, before and after, prove that it was in force then. Else it is a note.
 */
import { effectiveMode } from '../mesh/peer-authentication.ts';
import type { Evidence, Flow } from '../model/flow.ts';
import type { Subject } from '../model/summary.ts';
import { times } from './by-edge.ts';
import { type Coverage, endText, type Finder, flowSubject, type Raised, type Search, subjectEnd, subjectText } from './finder.ts';

type Accepted = {
  readonly subject: Subject;
  readonly destination: string;
  readonly policy: string;
  readonly policyEvidence: readonly Evidence[];
  readonly spans: { readonly start: number; readonly end: number }[];
  readonly cited: Evidence[];
};

const CITED = 5;
const MAX_EDGES = 10_000;
const MAX_SPANS = 10_000;

export const strictButPlaintext: Finder = {
  id: 'strict-but-plaintext',
  severity: 'error',
  looksAt: 'flows',
  open: (coverage) => new StrictSearch(coverage),
};

class StrictSearch implements Search {
  readonly #coverage: Coverage;
  readonly #edges = new Map<string, Accepted>();
  /** Destination → when STRICT turned somebody away there. */
  readonly #denials = new Map<string, { first: number; last: number }>();

  constructor(coverage: Coverage) {
    this.#coverage = coverage;
  }

  flow(flow: Flow): boolean {
    if (flow.transport !== 'tcp' || flow.exempt !== null || flow.kind !== 'connection') return false;
    if (flow.verdict === 'denied' && flow.reason === 'strict-policy') this.#denied(flow);
    return flow.verdict === 'plaintext' && this.#accepted(flow);
  }

  forget(flow: Flow, found: boolean): void {
    const key = subjectText(flowSubject(flow));
    const edge = found ? this.#edges.get(key) : undefined;
    const at = edge?.spans.findIndex(({ start, end }) => start === flow.start && end === (flow.end ?? flow.start)) ?? -1;
    if (edge === undefined || at < 0) return;
    edge.spans.splice(at, 1);
    if (edge.spans.length === 0) this.#edges.delete(key);
  }

  sparesCommon(): boolean {
    return true;
  }

  findings(): readonly Raised[] {
    return [...this.#edges].sort(([a], [b]) => (a < b ? -1 : 1)).map(([edge, found]) => this.#raised(edge, found));
  }

  #denied(flow: Flow): void {
    const key = destinationOf(flow);
    const known = this.#denials.get(key);
    if (known === undefined && this.#denials.size >= MAX_EDGES) return;
    this.#denials.set(key, { first: Math.min(known?.first ?? Infinity, flow.start), last: Math.max(known?.last ?? -Infinity, flow.start) });
  }

  #accepted(flow: Flow): boolean {
    const { podAt, configuration, inputName } = this.#coverage;
    const pod = podAt(flow.destination.ip, flow.start);
    if (configuration === null || pod === null || pod.captured !== true || pod.labels === null) return false;
    // A policy that was made later was not in force.
    const policies = configuration.peerAuthentications.filter(({ fact }) => fact.created === null || fact.created <= flow.start);
    const { mode, from } = effectiveMode(
      policies.map(({ fact }) => fact),
      pod,
      flow.destination.port,
    );
    if (mode !== 'STRICT' || from === null) return false;
    const subject = flowSubject(flow);
    const key = subjectText(subject);
    let edge = this.#edges.get(key);
    if (edge === undefined) {
      if (this.#edges.size >= MAX_EDGES) return true;
      const told = policies.find(({ fact }) => `${fact.namespace}/${fact.name}` === from);
      const policyEvidence: Evidence[] =
        told === undefined ? [] : [{ witness: 'policy', input: inputName(told.origin.input), record: told.origin.record, says: `${from} STRICT` }];
      edge = { subject, destination: destinationOf(flow), policy: from, policyEvidence, spans: [], cited: [] };
      this.#edges.set(key, edge);
    }
    if (edge.spans.length < MAX_SPANS) edge.spans.push({ start: flow.start, end: flow.end ?? flow.start });
    if (edge.cited.length < CITED) edge.cited.push(...flow.evidence.slice(0, CITED - edge.cited.length));
    return true;
  }

  #raised(edge: string, { subject, destination, policy, policyEvidence, spans, cited }: Accepted): Raised {
    const denials = this.#denials.get(destination);
    const proven = denials === undefined ? 0 : spans.filter(({ start, end }) => denials.first < start && denials.last > end).length;
    const evidence = [...cited, ...policyEvidence];
    if (proven > 0)
      return {
        subject,
        evidence,
        message: `${edge}: ${times(proven, 'plaintext connection')} accepted although ${policy} is STRICT and turned others away before and after; find out what lets this client by ztunnel.`,
      };
    return {
      subject,
      evidence,
      severity: 'note',
      message: `${edge}: ${times(spans.length, 'plaintext connection')} accepted, and ${policy} says STRICT; nothing shows that it was in force then: look at when it was applied.`,
    };
  }
}

const destinationOf = ({ destination }: Flow): string => `${endText(subjectEnd(destination))}:${destination.port}`;
