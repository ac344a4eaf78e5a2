/** Edges of Kiali's graphs, gathered. */
import type { Batch } from '../model/batch.ts';
import type { GraphEdge, GraphFact, GraphHead, GraphNode, Graphs } from '../model/graph.ts';
import type { FragmentSink, Reducer } from '../model/reducer.ts';

const MAX_EDGES = 1_000_000;

export class GraphTable implements Graphs {
  readonly #edges: GraphEdge[] = [];
  readonly #withShares = new Set<GraphHead>();
  readonly #apps = new Map<string, string>();

  /** False where there is no room for it. */
  add(input: string, { kind: _, ...edge }: GraphFact): boolean {
    if (edge.mtlsPercent !== null) this.#withShares.add(edge.graph);
    for (const node of [edge.source, edge.destination]) this.#noteApp(node);
    if (this.#edges.length >= MAX_EDGES) return false;
    this.#edges.push({ ...edge, input });
    return true;
  }

  isEmpty(): boolean {
    return this.#edges.length === 0;
  }

  edges(): readonly GraphEdge[] {
    return this.#edges;
  }

  hasShares(graph: GraphHead): boolean {
    return this.#withShares.has(graph);
  }

  apps(): ReadonlyMap<string, string> {
    return this.#apps;
  }

  #noteApp({ workload, namespace, app }: GraphNode): void {
    if (workload !== null && app !== null) this.#apps.set(`${namespace ?? ''}/${workload}`, app);
  }
}

/** Edges of one input into the table; `onFull` for each that there was no room for. */
export function graphReducer(input: string, table: GraphTable, onFull: () => void): Reducer {
  return {
    read: (batch: Batch, _into: FragmentSink) => {
      if (batch.kind !== 'facts') return;
      for (const fact of batch.facts) if (fact.kind === 'graph' && !table.add(input, fact)) onFull();
    },
    end: () => {},
  };
}
