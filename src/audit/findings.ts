/** All searches over all flows of a run. */
import type { Flow } from '../model/flow.ts';
import { type Finding, type InputStatus, SEVERITIES } from '../model/summary.ts';
import { type Coverage, type Finder, type Search, toFinding } from './finder.ts';

const NONE: readonly string[] = [];

export class Findings {
  readonly #searches: readonly (readonly [Finder, Search])[];
  /** Those that a flow without packets can belong to: most flows have none. */
  readonly #ofLines: readonly (readonly [Finder, Search])[];

  constructor(finders: readonly Finder[], coverage: Coverage) {
    this.#searches = finders.map((finder) => [finder, finder.open(coverage)]);
    this.#ofLines = this.#searches.filter(([{ looksAt }]) => looksAt === 'flows');
  }

  /** Ids of the findings that the flow belongs to; what it replaces belongs to none any more. */
  flow(flow: Flow): readonly string[] {
    const { replaces } = flow;
    if (replaces !== null) for (const [finder, search] of this.#searches) search.forget?.(replaces, replaces.findings.includes(finder.id));
    let ids = NONE;
    if (flow.supersededBy !== null) return ids;
    const isLogOnly = flow.witnesses.length === 1 && flow.witnesses[0] === 'log';
    for (const [finder, search] of isLogOnly ? this.#ofLines : this.#searches) if (search.flow(flow)) ids = [...ids, finder.id];
    return ids;
  }

  /** See `Search.sparesCommon`; searches of packets and inputs are not asked of such flows anyway. */
  sparesCommon(): boolean {
    return this.#ofLines.every(([, search]) => search.sparesCommon?.() === true);
  }

  /** By what is known now the flow belongs to other findings than it was marked with. */
  isStale(flow: Flow): boolean {
    return this.#searches.some(([finder, search]) => search.matches !== undefined && search.matches(flow) !== flow.findings.includes(finder.id));
  }

  /** Worst first, then by kind, then by subject. */
  all(inputs: readonly InputStatus[]): readonly Finding[] {
    const found = this.#searches.flatMap(([finder, search]) => search.findings(inputs).map((raised) => toFinding(finder, raised)));
    return bySeverity(found);
  }
}

/** Worst first; equal ones as they stand. */
export const bySeverity = (findings: readonly Finding[]): readonly Finding[] =>
  [...findings].sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
