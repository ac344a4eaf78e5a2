/** The running account of a run: sums, edges and findings over all flows told, revisions counted once. */
import type { Flow } from '../model/flow.ts';
import type { Edge, Finding, InputStatus } from '../model/summary.ts';
import { EdgeTable } from './edges.ts';
import type { Coverage } from './finder.ts';
import { Findings } from './findings.ts';
import { FINDERS } from './index.ts';
import { Tally } from './tally.ts';

export class Ledger {
  readonly tally: Tally = new Tally();
  readonly #edges = new EdgeTable();
  readonly #findings: Findings;

  constructor(coverage: Coverage) {
    this.#findings = new Findings(FINDERS, coverage);
  }

  /** Ids of the findings that the flow belongs to; asked of every flow and revision, shown or not. */
  audit(flow: Flow): readonly string[] {
    return this.#findings.flow(flow);
  }

  /** What has come since makes it belong to other findings than it was marked with. */
  isStale(flow: Flow): boolean {
    return this.#findings.isStale(flow);
  }

  /** Counts a flow that is shown; a later revision comes after `remove` of the earlier. */
  add(flow: Flow): void {
    this.tally.add(flow);
    this.#edges.add(flow);
  }

  remove(flow: Flow): void {
    this.tally.remove(flow);
    this.#edges.remove(flow);
  }

  edges(): readonly Edge[] {
    return this.#edges.edges();
  }

  hasEdge(pair: Parameters<EdgeTable['has']>[0]): boolean {
    return this.#edges.has(pair);
  }

  findings(inputs: readonly InputStatus[]): readonly Finding[] {
    return this.#findings.all(inputs);
  }
}
