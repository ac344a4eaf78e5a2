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

  /** Ids of the findings that the flow belongs to; asked of every flow, shown or not. */
  audit(flow: Flow): readonly string[] {
    return flow.supersededBy === null ? this.#findings.flow(flow) : [];
  }

  /** Counts a flow that is shown. */
  count(flow: Flow): void {
    if (flow.replaces !== null) this.#enter(flow.replaces, -1);
    if (flow.supersededBy === null) this.#enter(flow, 1);
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

  #enter(flow: Flow, sign: 1 | -1): void {
    if (sign > 0) {
      this.tally.add(flow);
      this.#edges.add(flow);
    } else {
      this.tally.remove(flow);
      this.#edges.remove(flow);
    }
  }
}
