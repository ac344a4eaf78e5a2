/** Which edges' common flows a view need not see one by one: those it only sums up, and those that its filters leave out. */
import { isCommon } from '../audit/common-flows.ts';
import type { Ledger } from '../audit/ledger.ts';
import type { CommonSink, Flow } from '../model/flow.ts';
import type { ViewCommand } from './command.ts';

/** What becomes of an edge's common flows. `seen`: until one of them has been, and where the view shows each. */
const Fate = { seen: 0, summed: 1, hidden: 2 } as const;

export class CommonEdges implements CommonSink {
  readonly #ledger: Ledger;
  readonly #sums: boolean;
  readonly #asksEach: boolean;
  /** By number of an edge. */
  readonly #fates: number[] = [];

  constructor(command: ViewCommand, ledger: Ledger) {
    const { view, filters, failOn, gate, serve, metrics, redact } = command;
    // What is counted in the gate has to be seen one by one.
    const isCounted = failOn?.has('hbone') === true || gate.expect !== null || gate.minFlows > 0;
    this.#ledger = ledger;
    this.#sums = view === 'report' || view === 'edges' || (view === 'verify' && !isCounted);
    // A bound in time tells flows of one edge apart; the page and the counters hold every flow; every name has to be known to be replaced.
    this.#asksEach = filters.since !== null || filters.until !== null || serve !== null || metrics !== null || redact;
  }

  /** Null while somebody has to look at each flow. */
  sink(): CommonSink | null {
    return this.#asksEach || !this.#ledger.sparesCommon() ? null : this;
  }

  /** A flow has been audited and told: those like it are like it in what its filters say, too. */
  met(flow: Flow, isShown: boolean): void {
    if (!isCommon(flow) || (this.#fates[flow.edge] ?? Fate.seen) !== Fate.seen) return;
    // In the order of edges: a hole would make it slow.
    while (this.#fates.length < flow.edge) this.#fates.push(Fate.seen);
    this.#fates[flow.edge] = isShown ? (this.#sums ? Fate.summed : Fate.seen) : Fate.hidden;
  }

  add(edge: number, sent: number, received: number): boolean {
    const fate = this.#fates[edge];
    if (fate === Fate.summed) this.#ledger.addCommon(edge, sent, received);
    return fate === Fate.summed || fate === Fate.hidden;
  }
}
