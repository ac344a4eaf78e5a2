/** What Kiali's graph says: facts as the format yields them, and the model that evidence/ makes of them. */
import type { Micros } from './time.ts';

export type GraphNode = {
  /** `workload`, `app`, `service`, `serviceEntry`, `aggregate`, `unknown`. Boxes are no ends. */
  readonly nodeType: string;
  readonly cluster: string | null;
  readonly namespace: string | null;
  readonly workload: string | null;
  readonly app: string | null;
  readonly service: string | null;
  readonly isWaypoint: boolean;
};

/** The minutes that a graph is of. */
export type GraphHead = {
  /** `workload`, `app`, `versionedApp`, `service`. */
  readonly graphType: string;
  readonly from: Micros;
  readonly to: Micros;
};

export type GraphFact = {
  readonly kind: 'graph';
  /** The same object for all edges of one graph. */
  readonly graph: GraphHead;
  readonly source: GraphNode;
  readonly destination: GraphNode;
  /** Kiali's graphs have none as yet. */
  readonly port: number | null;
  /** Null for a plaintext edge and for one without data alike. */
  readonly mtlsPercent: number | null;
  readonly protocol: string | null;
  /** `tcp` in bytes, `http` and `grpc` in requests or messages a second. Null: idle in these minutes. */
  readonly rates: ReadonlyMap<string, number> | null;
  /** Set on partly plaintext edges too. */
  readonly sourcePrincipal: string | null;
  readonly destinationPrincipal: string | null;
  /** At a waypoint: Kiali sets 100 where it cannot see (kiali graph/telemetry/istio/appender/ambient.go), so its share is no measurement. */
  readonly waypoint: boolean;
  /** The edge's place in the graph, from 1. */
  readonly record: number;
};

export type GraphEdge = Omit<GraphFact, 'kind'> & { readonly input: string };

export type Graphs = {
  isEmpty(): boolean;
  edges(): readonly GraphEdge[];
  /** Whether any edge of that graph has a share: a graph made without Kiali's securityPolicy appender has none, which says nothing. */
  hasShares(graph: GraphHead): boolean;
  /** Workload (`namespace/workload`) → app, as nodes say. */
  apps(): ReadonlyMap<string, string>;
};
