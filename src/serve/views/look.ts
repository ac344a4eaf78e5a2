/** One look at a run: its flows, what the audit says of them and how its inputs fare. What every answer of the API is made of. */
import type { ApiBanner, ApiEdge, ApiInput, ApiNode } from '../../model/api.ts';
import type { Edge } from '../history/graph.ts';
import type { History } from '../history/history.ts';
import { type Query, Selector } from '../history/select.ts';
import type { Filter, Pair, Run } from '../run.ts';
import { type AboutEdges, type Asked, apiEdge, nodesOf } from './edges.ts';
import { FlowOrders } from './flows.ts';
import { bannersOf, Fates } from './inputs.ts';
import { type Findings, Snapshots } from './snapshots.ts';

export class Looks {
  readonly run: Run;
  readonly history: History;
  readonly selector: Selector;
  readonly orders: FlowOrders;
  readonly started: number = Date.now();
  readonly snapshots: Snapshots;
  readonly #fates: Fates;

  constructor(run: Run, history: History) {
    this.run = run;
    this.history = history;
    this.selector = new Selector(history);
    this.orders = new FlowOrders(history, this.selector);
    this.snapshots = new Snapshots(run, history);
    this.#fates = new Fates(this.started);
  }

  get running(): boolean {
    return !this.run.hasEnded();
  }

  inputs(): { readonly inputs: readonly ApiInput[]; readonly banners: readonly ApiBanner[] } {
    const { all } = this.snapshots.look().findings;
    const inputs = this.#fates.look(this.run.inputs(), all, Date.now());
    return { inputs, banners: bannersOf(inputs, all, { dropped: this.history.dropped, flows: this.history.flows }) };
  }

  asked(query: Query): Asked {
    return { history: this.history, passes: this.selector.groups(query), sums: this.selector.sums(query) };
  }

  about(findings: Findings): AboutEdges {
    return { findingsOf: (edge) => findings.of(edge), isEnrolled: (ip, time) => this.run.isEnrolled(ip, time) };
  }

  /** `edges`: all there are, or those that may have changed; those that the question is not about are left out. */
  graph(asked: Asked, edges: Iterable<Edge>): { readonly nodes: readonly ApiNode[]; readonly edges: readonly ApiEdge[] } {
    const about = this.about(this.snapshots.look().findings);
    const told: ApiEdge[] = [];
    for (const edge of edges) {
      const one = apiEdge(edge, asked, about);
      if (one !== undefined) told.push(one);
    }
    return { nodes: nodesOf(told, asked, about), edges: told };
  }

  /** The ends of `edges`, each once. */
  nodes(edges: readonly ApiEdge[], asked: Asked): readonly ApiNode[] {
    return nodesOf(edges, asked, this.about(this.snapshots.look().findings));
  }

  get edges(): Iterable<Edge> {
    return this.history.groups.graph.edges.values();
  }

  /** Those that the filter leaves, by the rule of the command line. */
  shownFindings(asked: Asked, findings: Findings, filter: Filter): Findings['all'] {
    const about = this.about(findings);
    const shows = (pair: Pair): boolean => findings.edgesOf(pair).some((edge) => apiEdge(edge, asked, about) !== undefined);
    return findings.all.filter((finding) => filter.matchesFinding(finding, shows));
  }
}
