/**
 * Rules.md §6: plaintext that a workload accepted although its policy says STRICT. A policy is read at one moment and the traffic was at
 * another: only denials by it for that destination, before and after, prove that it was in force then, read or not. Else it is a note.
 */
import { effectiveMode } from '../mesh/peer-authentication.ts';
import type { Evidence, Flow } from '../model/flow.ts';
import type { Subject } from '../model/summary.ts';
import { times } from './by-edge.ts';
import { denyingPolicy } from './denying-policy.ts';
import { type Coverage, endText, type Finder, flowSubject, type Raised, type Search, subjectEnd, subjectText } from './finder.ts';

type Policy = { readonly name: string; readonly evidence: readonly Evidence[] };
/** `isAnswered`: what was only sent may have been refused. */
type Span = { readonly start: number; readonly end: number; readonly isAnswered: boolean; readonly cited: readonly Evidence[] };
/** `policy`: what was read of it; null where only its denials are known. */
type Accepted = { readonly subject: Subject; readonly destination: string; readonly policy: Policy | null; readonly spans: Span[] };
type Denial = { readonly time: number; readonly evidence: readonly Evidence[] };
/** By whom, as the log names it. */
type Denials = { readonly policy: string; first: Denial; last: Denial };

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
  readonly #denials = new Map<string, Denials>();

  constructor(coverage: Coverage) {
    this.#coverage = coverage;
  }

  flow(flow: Flow): boolean {
    if (flow.transport !== 'tcp' || flow.exempt !== null || flow.kind !== 'connection') return false;
    if (flow.verdict === 'denied' && flow.reason === 'strict-policy') this.#denied(flow);
    return flow.verdict === 'plaintext' && this.#accepted(flow);
  }

  forget(flow: Flow): void {
    const key = subjectText(flowSubject(flow));
    const edge = this.#edges.get(key);
    const at = edge?.spans.findIndex(({ start, end }) => start === flow.start && end === (flow.end ?? flow.start)) ?? -1;
    if (edge === undefined || at < 0) return;
    edge.spans.splice(at, 1);
    if (edge.spans.length === 0) this.#edges.delete(key);
  }

  sparesCommon(): boolean {
    return true;
  }

  findings(): readonly Raised[] {
    return [...this.#edges].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([edge, found]) => this.#raised(edge, found));
  }

  #denied(flow: Flow): void {
    const key = destinationOf(flow);
    const known = this.#denials.get(key);
    const denial = { time: flow.start, evidence: flow.evidence.slice(0, 1) };
    if (known === undefined) {
      if (this.#denials.size < MAX_EDGES) this.#denials.set(key, { policy: policyNamed(flow), first: denial, last: denial });
      return;
    }
    if (denial.time < known.first.time) known.first = denial;
    if (denial.time > known.last.time) known.last = denial;
  }

  #accepted(flow: Flow): boolean {
    const policy = this.#policyOf(flow);
    const destination = destinationOf(flow);
    // Flows come in the order of their ends: what no denial came before, none will prove.
    if (policy === null && !this.#denials.has(destination)) return false;
    const subject = flowSubject(flow);
    const key = subjectText(subject);
    let edge = this.#edges.get(key);
    if (edge === undefined) {
      if (this.#edges.size >= MAX_EDGES) return policy !== null;
      edge = { subject, destination, policy, spans: [] };
      this.#edges.set(key, edge);
    }
    const isAnswered = (flow.bytes.received ?? 0) > 0;
    const cited = flow.evidence.slice(0, CITED);
    if (edge.spans.length < MAX_SPANS) edge.spans.push({ start: flow.start, end: flow.end ?? flow.start, isAnswered, cited });
    return policy !== null;
  }

  /** The STRICT policy that was read for where the flow went; null where none was. */
  #policyOf({ destination, start }: Flow): Policy | null {
    const { podAt, configuration, inputName } = this.#coverage;
    const pod = podAt(destination.ip, start);
    if (configuration === null || pod === null || pod.captured !== true) return null;
    // A policy that was made later was not in force.
    const policies = configuration.peerAuthentications.filter(({ fact }) => fact.created === null || fact.created <= start);
    // Without its labels nobody knows whether a selector means it.
    if (pod.labels === null && policies.some(({ fact }) => fact.namespace === pod.namespace && fact.selector !== null)) return null;
    const { mode, from } = effectiveMode(
      policies.map(({ fact }) => fact),
      pod,
      destination.port,
    );
    if (mode !== 'STRICT' || from === null) return null;
    const told = policies.find(({ fact }) => `${fact.namespace}/${fact.name}` === from);
    const evidence: Evidence[] =
      told === undefined ? [] : [{ witness: 'policy', input: inputName(told.origin.input), record: told.origin.record, says: `${from} STRICT` }];
    return { name: from, evidence };
  }

  #raised(edge: string, { subject, destination, policy, spans }: Accepted): readonly Raised[] {
    const denials = this.#denials.get(destination);
    const isProven = ({ start, end, isAnswered }: Span): boolean =>
      denials !== undefined && isAnswered && denials.first.time < start && denials.last.time > end;
    const proven = spans.filter(isProven);
    const accepted = (count: number): string => `${edge}: ${times(count, 'plaintext connection')} accepted`;
    if (denials !== undefined && proven.length > 0)
      return [
        {
          subject,
          evidence: [...citedOf(proven), ...denials.first.evidence, ...denials.last.evidence, ...(policy?.evidence ?? [])],
          message: `${accepted(proven.length)} although ${policy?.name ?? denials.policy} is STRICT and turned others away before and after; find out what lets this client by ztunnel.`,
        },
      ];
    if (policy === null) return [];
    return [
      {
        subject,
        evidence: [...citedOf(spans), ...policy.evidence],
        severity: 'note',
        message: `${accepted(spans.length)}, and ${policy.name} says STRICT; nothing shows that it was in force then: look at when it was applied.`,
      },
    ];
  }
}

const citedOf = (spans: readonly Span[]): readonly Evidence[] => spans.flatMap(({ cited }) => cited).slice(0, CITED);
const destinationOf = ({ destination }: Flow): string => `${endText(subjectEnd(destination))}:${destination.port}`;
const policyNamed = ({ lines = [] }: Flow): string => denyingPolicy(lines) ?? 'a policy';
