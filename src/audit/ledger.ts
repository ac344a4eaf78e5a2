/** The running account of a run: sums, edges and findings over all flows told, revisions counted once. */
import type { Pod } from '../mesh/pods.ts';
import type { Flow } from '../model/flow.ts';
import type { Edge, Finding, InputStatus, Summary } from '../model/summary.ts';
import { CommonFlows, isCommon } from './common-flows.ts';
import { denialBy } from './denying-policy.ts';
import { eachAs } from './each-as.ts';
import { EdgeTable } from './edges.ts';
import type { Coverage } from './finder.ts';
import { Findings } from './findings.ts';
import { FINDERS } from './index.ts';
import { podsByWorkload, workloadKey } from './pods-by-workload.ts';
import { type SummaryParts, Tally } from './tally.ts';
import { voicesOf } from './voices.ts';
import { onTheStand } from './witness-table.ts';

export class Ledger {
  readonly #tally = new Tally();
  readonly #edges = new EdgeTable();
  readonly #findings: Findings;
  /** Not yet in the sums and edges. */
  readonly #common = new CommonFlows();
  readonly #coverage: Coverage;

  constructor(coverage: Coverage) {
    this.#findings = new Findings(FINDERS, coverage);
    this.#coverage = coverage;
  }

  /** Ids of the findings that the flow belongs to; asked of every flow and revision, shown or not. */
  audit(flow: Flow): readonly string[] {
    return this.#findings.flow(flow);
  }

  /** No finder has anything to say of common flows (`isCommon`) as things stand: they need not be audited. */
  sparesCommon(): boolean {
    return this.#findings.sparesCommon();
  }

  /** What has come since makes it belong to other findings than it was marked with. */
  isStale(flow: Flow): boolean {
    return this.#findings.isStale(flow);
  }

  /** Counts a flow that is shown; a later revision comes after `remove` of the earlier. */
  add(flow: Flow): void {
    this.#count(flow, 1);
  }

  /** Counts one more like a common flow of that edge that was counted before. */
  addCommon(edge: number, sent: number, received: number): void {
    this.#common.add(edge, sent, received);
  }

  /** `flow` as it was added, or as equal to it in ends, verdict, reason and bytes. */
  remove(flow: Flow): void {
    this.#count(flow, -1);
  }

  /** `heard`: with what every witness says of them, not log and wire alone. */
  edges(heard: 'by all' | 'by log and wire'): Iterable<Edge> {
    this.#settle();
    const edges = this.#denied(this.#edges.edges());
    return heard === 'by all' ? onTheStand(edges, voicesOf(this.#coverage)) : edges;
  }

  /** Names of policies become sentences. */
  #denied(edges: Iterable<Edge>): Iterable<Edge> {
    const { configuration } = this.#coverage;
    let pods: ReadonlyMap<string, readonly Pod[]> | undefined;
    return eachAs(edges, (edge) => {
      const { deniedBy, destination } = edge;
      if (deniedBy === null) return edge;
      pods ??= configuration === null ? new Map() : podsByWorkload(configuration, ({ captured }) => captured === true);
      const denied = { namespace: destination.namespace, port: destination.port, pods: pods.get(workloadKey(destination)) ?? [] };
      return { ...edge, deniedBy: denialBy(deniedBy, denied, configuration).text };
    });
  }

  hasEdge(pair: Parameters<EdgeTable['has']>[0]): boolean {
    this.#settle();
    return this.#edges.has(pair);
  }

  /** Connections that are on no edge of their own, since there are too many edges. */
  get crowdedOut(): number {
    return this.#edges.crowdedOut;
  }

  summary(parts: Omit<SummaryParts, 'edges'>): Summary {
    this.#settle();
    return this.#tally.summary({ ...parts, edges: this.#edges.secured() });
  }

  findings(inputs: readonly InputStatus[]): readonly Finding[] {
    return this.#findings.all(inputs);
  }

  #count(flow: Flow, sign: 1 | -1): void {
    if (isCommon(flow)) {
      this.#common.count(flow, sign);
      return;
    }
    if (sign > 0) {
      this.#tally.add(flow);
      this.#edges.add(flow);
    } else {
      this.#tally.remove(flow);
      this.#edges.remove(flow);
    }
  }

  #settle(): void {
    this.#common.settle((flow, sums) => {
      this.#tally.addAlike(flow, sums);
      this.#edges.addAlike(flow, sums);
    });
  }
}
