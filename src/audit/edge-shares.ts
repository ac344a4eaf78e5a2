/** How much of each workload edge was mutual TLS, by the decided flows, at any time of the run. */
import type { Flow } from '../model/flow.ts';
import type { GraphNode } from '../model/graph.ts';

/** Past this nothing is compared. */
const MAX_FLOWS = 2_000_000;
const MAX_ADDRESSES = 64;

export type FlowEdge = {
  readonly source: { readonly workload: string; readonly namespace: string };
  readonly destination: { readonly workload: string; readonly namespace: string };
  readonly ends: number[];
  /** Bytes as counters count them, both ways; 0 where unknown. */
  readonly bytes: number[];
  /** 1 where mutual TLS of the mesh carried it. */
  readonly mutual: number[];
  readonly readable: number[];
  readonly sources: Set<string>;
  readonly destinations: Set<string>;
  readonly evidence: Flow['evidence'];
};

export class EdgeShares {
  readonly edges: Map<string, FlowEdge> = new Map();
  #flows = 0;

  get isWhole(): boolean {
    return this.#flows < MAX_FLOWS;
  }

  add(flow: Flow): void {
    const { source, destination, verdict } = flow;
    if (flow.exempt !== null || flow.end === null || source.workload === null || destination.workload === null || !this.isWhole) return;
    if (!isCarried(verdict)) return;
    this.#flows++;
    const edge = this.#edge(flow, source.workload, destination.workload);
    edge.ends.push(flow.end);
    edge.bytes.push(bytesOf(flow));
    edge.mutual.push(verdict === 'hbone' ? 1 : 0);
    edge.readable.push(verdict === 'plaintext' ? 1 : 0);
    if (edge.sources.size < MAX_ADDRESSES) edge.sources.add(source.ip);
    if (edge.destinations.size < MAX_ADDRESSES) edge.destinations.add(destination.ip);
  }

  /** All edges between what two nodes of a graph stand for. */
  between(source: GraphNode, destination: GraphNode, apps: ReadonlyMap<string, string>): readonly FlowEdge[] {
    if (source.workload !== null && destination.workload !== null) {
      const edge = this.edges.get(`${source.namespace}/${source.workload}\n${destination.namespace}/${destination.workload}`);
      return edge === undefined ? [] : [edge];
    }
    return [...this.edges.values()].filter((edge) => isOf(edge.source, source, apps) && isOf(edge.destination, destination, apps));
  }

  #edge(flow: Flow, source: string, destination: string): FlowEdge {
    const [from, to] = [flow.source.namespace ?? '', flow.destination.namespace ?? ''];
    const key = `${from}/${source}\n${to}/${destination}`;
    let edge = this.edges.get(key);
    if (edge === undefined) {
      edge = {
        source: { workload: source, namespace: from },
        destination: { workload: destination, namespace: to },
        ends: [],
        bytes: [],
        mutual: [],
        readable: [],
        sources: new Set(),
        destinations: new Set(),
        evidence: flow.evidence.slice(0, 3),
      };
      this.edges.set(key, edge);
    }
    return edge;
  }

  /** A flow that is told again or withdrawn: rare, and only while following. */
  forget(flow: Flow): void {
    if (flow.end === null || flow.exempt !== null || !isCarried(flow.verdict) || flow.source.workload === null || flow.destination.workload === null)
      return;
    const edge = this.edges.get(
      `${flow.source.namespace ?? ''}/${flow.source.workload}\n${flow.destination.namespace ?? ''}/${flow.destination.workload}`,
    );
    const at = edge?.ends.lastIndexOf(flow.end) ?? -1;
    if (edge === undefined || at < 0) return;
    for (const column of [edge.ends, edge.bytes, edge.mutual, edge.readable]) column.splice(at, 1);
    this.#flows--;
  }
}

/** What was turned away or failed moved no counter that a graph shows. */
const isCarried = (verdict: Flow['verdict']): boolean => verdict === 'hbone' || verdict === 'plaintext' || verdict === 'tls';

const bytesOf = ({ kind, bytes }: Flow): number => (kind === 'tunnel' ? 0 : (bytes.sent ?? 0) + (bytes.received ?? 0));

/** An app's workloads are known by their labels; without them, by the usual `APP-vN`. */
function isOf(end: FlowEdge['source'], node: GraphNode, apps: ReadonlyMap<string, string>): boolean {
  if (node.namespace !== end.namespace) return false;
  if (node.workload !== null) return node.workload === end.workload;
  if (node.nodeType !== 'app' || node.app === null) return false;
  const app = apps.get(`${end.namespace}/${end.workload}`);
  return app === undefined ? end.workload.replace(/-v\d+$/, '') === node.app : app === node.app;
}

export type Share = { readonly flows: number; readonly mutual: number };

/** The share of mutual TLS, 0 to 1, of flows that ended in (`from`, `to`]: of bytes as Kiali has it, of flows where bytes are unknown. */
export function shareOf(edges: readonly FlowEdge[], from: number, to: number): Share {
  let flows = 0;
  const sums = { all: 0, mutual: 0, flows: 0 };
  let hasAllBytes = true;
  for (const { ends, bytes, mutual } of edges) {
    for (const [at, end] of ends.entries()) {
      if (end <= from || end > to) continue;
      flows++;
      const size = bytes[at] ?? 0;
      hasAllBytes &&= size > 0;
      sums.all += size;
      sums.mutual += size * (mutual[at] ?? 0);
      sums.flows += mutual[at] ?? 0;
    }
  }
  if (flows === 0) return { flows, mutual: 0 };
  return { flows, mutual: hasAllBytes ? sums.mutual / sums.all : sums.flows / flows };
}

/** What of flows that ended in (`from`, `to`] was readable. */
export function plaintextOf(edges: readonly FlowEdge[], from: number, to: number): { readonly flows: number; readonly bytes: number } {
  const sums = { flows: 0, bytes: 0 };
  for (const { ends, bytes, readable } of edges) {
    for (const [at, end] of ends.entries()) {
      if (end <= from || end > to || readable[at] !== 1) continue;
      sums.flows++;
      sums.bytes += bytes[at] ?? 0;
    }
  }
  return sums;
}
