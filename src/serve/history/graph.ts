/** Workloads and who spoke to whom, while any flow names them. Keyed as the contract keys edges, so that the numbers are the report's. */
import { createHash } from 'node:crypto';
import type { EdgeId, NodeId } from '../../model/api-rows.ts';
import type { SubjectEnd } from '../../model/summary.ts';
import type { End } from './ends.ts';

export type Node = {
  readonly id: NodeId;
  readonly key: string;
  readonly workload: string | null;
  readonly namespace: string | null;
  /** Null where the workload is known. */
  readonly ip: string | null;
  /** As it was named last. */
  latest: End;
  edges: number;
};
export type Edge = {
  readonly id: EdgeId;
  readonly source: Node;
  readonly destination: Node;
  readonly port: number | null;
  readonly transport: 'tcp' | 'udp';
  /** Kinds of flows on it. */
  readonly groups: Set<number>;
  /** Revision of its last change. */
  changed: number;
};
export type EdgeEnds = { readonly source: End; readonly destination: End; readonly port: number | null; readonly transport: 'tcp' | 'udp' };
type Gone = { readonly id: EdgeId; readonly revision: number };

/** So many removed edges are remembered for those who come back; before that they have to load everything again. */
const MAX_GONE = 20_000;

export const keyOf = ({ workload, namespace, ip }: SubjectEnd): string => (workload === null ? `\n${ip ?? ''}` : `${namespace ?? ''}/${workload}`);
export const nodeId = (key: string): NodeId => hashed(key);
/** Who showed a certificate once is not forgotten for a connection without one. */
const named = ({ latest }: Node, end: End): End =>
  end.identity === null && latest.identity !== null ? { ...end, identity: latest.identity, identityFrom: latest.identityFrom } : end;
const hashed = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

export class Graph {
  readonly nodes: Map<string, Node> = new Map();
  readonly edges: Map<string, Edge> = new Map();
  readonly #byId = new Map<EdgeId, Edge>();
  #gone: Gone[] = [];
  /** Edges that went before this revision are no longer known. */
  #forgotten: number;

  constructor(revision: number) {
    this.#forgotten = revision;
  }

  edge({ source, destination, port, transport }: EdgeEnds): Edge {
    const from = keyOf(source);
    const to = keyOf(destination);
    const key = `${from}\n${to}\n${port ?? ''}\n${transport}`;
    let edge = this.edges.get(key);
    if (edge !== undefined) {
      [edge.source.latest, edge.destination.latest] = [named(edge.source, source), named(edge.destination, destination)];
      return edge;
    }
    const ends = { source: this.#node(from, source), destination: this.#node(to, destination) };
    edge = { id: hashed(key), ...ends, port, transport, groups: new Set(), changed: 0 };
    edge.source.edges++;
    edge.destination.edges++;
    this.edges.set(key, edge);
    this.#byId.set(edge.id, edge);
    return edge;
  }

  remove(edge: Edge, revision: number): void {
    this.edges.delete(`${edge.source.key}\n${edge.destination.key}\n${edge.port ?? ''}\n${edge.transport}`);
    this.#byId.delete(edge.id);
    for (const node of [edge.source, edge.destination]) if (--node.edges === 0) this.nodes.delete(node.key);
    this.#gone.push({ id: edge.id, revision });
    if (this.#gone.length <= MAX_GONE) return;
    const kept = this.#gone.slice(-MAX_GONE / 2);
    this.#forgotten = kept[0]?.revision ?? revision;
    this.#gone = kept;
  }

  byId(id: EdgeId): Edge | undefined {
    return this.#byId.get(id);
  }

  /** Undefined where it is too long ago. Those that came back are not among them. */
  goneSince(revision: number): readonly EdgeId[] | undefined {
    if (revision < this.#forgotten) return undefined;
    return [...new Set(this.#gone.flatMap((gone) => (gone.revision > revision && !this.#byId.has(gone.id) ? [gone.id] : [])))];
  }

  #node(key: string, end: End): Node {
    let node = this.nodes.get(key);
    if (node === undefined) {
      const { workload, namespace, ip } = end;
      node = {
        id: hashed(key),
        key,
        workload,
        namespace: workload === null ? null : namespace,
        ip: workload === null ? ip : null,
        latest: end,
        edges: 0,
      };
      this.nodes.set(key, node);
    }
    node.latest = named(node, end);
    return node;
  }
}
