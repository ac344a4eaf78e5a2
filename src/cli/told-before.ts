/** Flows and findings that plainsight told in earlier runs: of one id the last revision, whatever came first. */
import type { Fact } from '../model/batch.ts';
import type { Flow } from '../model/flow.ts';
import type { Finding } from '../model/summary.ts';

/** They are held until all have come: some 2 kB each. */
const MAX_FLOWS = 1_000_000;

type Skip = (why: 'duplicate' | 'too-many') => void;

export class ToldBefore {
  readonly #flows = new Map<string, Flow>();
  readonly #findings = new Map<string, Finding>();

  /** What is neither is left alone. */
  add(fact: Fact, skip: Skip): void {
    if (fact.kind === 'finding') this.#findings.set(fact.finding.key, fact.finding);
    else if (fact.kind === 'flow') this.#add(fact.flow, skip);
  }

  #add(flow: Flow, skip: Skip): void {
    const known = this.#flows.get(flow.id);
    if (known !== undefined && isLater(known, flow)) skip('duplicate');
    else if (known === undefined && this.#flows.size >= MAX_FLOWS) skip('too-many');
    else this.#flows.set(flow.id, flow);
  }

  /** Those that stand, once. */
  flows(): readonly Flow[] {
    const standing = [...this.#flows.values()].filter(({ supersededBy }) => supersededBy === null);
    this.#flows.clear();
    return standing;
  }

  /** Of those that nobody raises anew: what a finding rests on may not be told with its flows. */
  findings(raised: readonly Finding[]): readonly Finding[] {
    const keys = new Set(raised.map(({ key }) => key));
    return [...this.#findings.values()].filter(({ key }) => !keys.has(key));
  }
}

/** A withdrawal is the last word. */
const isLater = (known: Flow, flow: Flow): boolean => known.supersededBy !== null || (flow.supersededBy === null && known.revision >= flow.revision);
