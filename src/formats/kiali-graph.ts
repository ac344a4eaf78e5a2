/**
 * Kiali's graph: `/kiali/api/namespaces/graph`, in its configuration for cytoscape (kiali graph/config/common/common.go).
 * A record is an edge. Edges name nodes by id, so both are kept until the document ends.
 */
import type { Batch, Fact } from '../model/batch.ts';
import type { Format } from '../model/format.ts';
import type { GraphFact, GraphHead, GraphNode } from '../model/graph.ts';
import { MICROS_PER_SECOND, micros } from '../model/time.ts';
import { CaptureFacts } from './capture-facts.ts';
import { JsonCutter } from './json-items.ts';
import { type JsonRecord, numberOf, recordOf, textOf } from './json-values.ts';

const MAX_NODES = 200_000;
const MAX_EDGES = 1_000_000;
const BATCH_FACTS = 1000;
/** As late as a time stamp may be, in seconds: the year 5138. */
const LATEST = 1e11;

type RawEdge = Omit<GraphFact, 'kind' | 'graph' | 'source' | 'destination'> & { readonly from: string; readonly to: string };

class GraphReader {
  readonly #cutter = new JsonCutter({
    item: (value) => this.#item(recordOf(recordOf(value)?.['data'])),
    document: (rest) => this.#document(recordOf(rest)),
    broken: (what) => this.#skipped.skipped(what, this.#record + 1),
  });
  readonly #skipped = new CaptureFacts();
  readonly #nodes = new Map<string, GraphNode>();
  #edges: RawEdge[] = [];
  #facts: Fact[] = [];
  #record = 0;

  feed(chunk: Uint8Array): void {
    this.#cutter.feed(chunk);
  }

  *told(): Generator<Batch, void, undefined> {
    const facts = [...this.#facts, ...this.#skipped.take()];
    this.#facts = [];
    for (let at = 0; at < facts.length; at += BATCH_FACTS) yield { kind: 'facts', facts: facts.slice(at, at + BATCH_FACTS) };
  }

  /** Half a graph does not say which minutes it is of: its edges are lost. */
  end(): void {
    if (!this.#cutter.end() && this.#edges.length === 0) return;
    this.#skipped.lost('truncated', Math.max(1, this.#edges.length), null);
    for (const { record } of this.#edges) this.#skipped.skipped('truncated', record);
  }

  #item(data: JsonRecord | null): void {
    const from = textOf(data?.['source']);
    const to = textOf(data?.['target']);
    if (data !== null && from !== null && to !== null) {
      this.#edge(data, from, to);
      return;
    }
    const id = textOf(data?.['id']);
    if (data === null || id === null) {
      this.#skipped.skipped('malformed', this.#record + 1);
      return;
    }
    // Boxes hold nodes and have no edges; a node past the bound makes its edges unusable, which are counted.
    if (this.#nodes.size < MAX_NODES) this.#nodes.set(id, nodeOf(data));
  }

  #edge(data: JsonRecord, from: string, to: string): void {
    const record = ++this.#record;
    if (this.#edges.length >= MAX_EDGES) {
      this.#skipped.skipped('too-many', record);
      return;
    }
    const traffic = recordOf(data['traffic']);
    this.#edges.push({
      from,
      to,
      port: null,
      mtlsPercent: percentOf(data['isMTLS']),
      protocol: textOf(traffic?.['protocol']),
      rates: ratesOf(recordOf(traffic?.['rates'])),
      sourcePrincipal: principalOf(data['sourcePrincipal']),
      destinationPrincipal: principalOf(data['destPrincipal']),
      waypoint: data['waypoint'] !== undefined && data['waypoint'] !== null,
      record,
    });
  }

  #document(rest: JsonRecord | null): void {
    const graph = headOf(rest);
    for (const { from, to, ...edge } of this.#edges) {
      const source = this.#nodes.get(from);
      const destination = this.#nodes.get(to);
      if (graph === null || source === undefined || destination === undefined) this.#skipped.skipped('malformed', edge.record);
      else {
        const waypoint = edge.waypoint || source.isWaypoint || destination.isWaypoint;
        this.#facts.push({ kind: 'graph', graph, source, destination, ...edge, waypoint });
      }
    }
    this.#edges = [];
    this.#nodes.clear();
  }
}

function headOf(rest: JsonRecord | null): GraphHead | null {
  const end = numberOf(rest?.['timestamp']);
  const seconds = numberOf(rest?.['duration']);
  if (end === null || seconds === null || end <= 0 || end > LATEST || seconds < 0 || seconds > end) return null;
  const to = micros(end * MICROS_PER_SECOND);
  return { graphType: textOf(rest?.['graphType']) ?? 'unknown', from: micros(to - seconds * MICROS_PER_SECOND), to };
}

function nodeOf(data: JsonRecord): GraphNode {
  const known = (key: string): string | null => (data[key] === 'unknown' ? null : textOf(data[key]));
  return {
    nodeType: textOf(data['nodeType']) ?? 'unknown',
    cluster: known('cluster'),
    namespace: known('namespace'),
    workload: known('workload'),
    app: known('app'),
    service: known('service'),
    isWaypoint: data['isWaypoint'] === true || data['isGateway'] === true,
  };
}

function percentOf(value: unknown): number | null {
  const percent = numberOf(value);
  return percent === null || percent < 0 || percent > 100 ? null : percent;
}

const principalOf = (value: unknown): string | null => (value === 'unknown' ? null : textOf(value));

function ratesOf(rates: JsonRecord | null): ReadonlyMap<string, number> | null {
  if (rates === null) return null;
  const known = Object.entries(rates).flatMap(([name, value]): readonly [string, number][] => {
    const rate = numberOf(value);
    return rate === null ? [] : [[name, rate]];
  });
  return known.length === 0 ? null : new Map(known);
}

const DOCUMENT = /^\s*\{\s*"(?:timestamp|duration|graphType|elements)"\s*:/;
const ELEMENTS = /"elements"\s*:\s*\{/;
const TYPE = /"graphType"\s*:\s*"/;
/** What `jq -S` leaves in the head of a large graph; the mesh page's graph has `infraType` instead. */
const NODE = /"nodeType"\s*:\s*"(?:app|workload|service|serviceEntry|aggregate|unknown)"|"isMTLS"\s*:/;

function recognise(head: Uint8Array): number {
  const text = new TextDecoder().decode(head);
  if (!DOCUMENT.test(text) || !ELEMENTS.test(text) || text.includes('"infraType"')) return 0;
  return TYPE.test(text) ? 0.95 : NODE.test(text) ? 0.6 : 0;
}

async function* decode(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Batch, void, undefined> {
  const reader = new GraphReader();
  for await (const chunk of chunks) {
    reader.feed(chunk);
    yield* reader.told();
  }
  reader.end();
  yield* reader.told();
}

export const kialiGraph: Format = {
  name: 'kiali-graph',
  witness: 'graph',
  summary: "Kiali's traffic graph of any type, as its API or a saved answer has it (JSON)",
  recognise,
  decode,
};
