import type { Flow, FlowEnd } from '../model/flow.ts';
import type { Edge, EdgeEnd, SubjectEnd } from '../model/summary.ts';
import { type Alike, EdgeRow, type Ends } from './edge-row.ts';

const HBONE_PORT = 15008;
/** Past this many, further edges share one: a scan of the whole address space must not fill the memory. */
const MAX_EDGES = 500_000;
const TOO_MANY = '(too many edges)';
type Key = { readonly source: SubjectEnd; readonly destination: SubjectEnd & { readonly port: number | null } };

/**
 * Flows summed up by who spoke to whom. What was added can be removed again: a flow told with a higher revision is
 * `remove(earlier)` and `add(later)`. The answer does not depend on the order.
 */
export class EdgeTable {
  readonly #destinations: Destinations = new Map();
  #count = 0;
  #overflow: EdgeRow | undefined;

  add(flow: Flow): void {
    this.#add(flow, 1);
  }

  /** So many more like this one, of which only the bytes differ. */
  addAlike(flow: Flow, sums: Alike): void {
    this.#row(flow).countAlike(flow, sums);
  }

  /** `flow` as it was added, or as equal to it in ends, verdict, reason and bytes. */
  remove(flow: Flow): void {
    this.#add(flow, -1);
  }

  /** Whether an edge with these ends has flows, in either transport. */
  has({ source, destination }: Key): boolean {
    const ports = this.#destinations.get(endNamespace(destination))?.get(endName(destination));
    return TRANSPORTS.some((transport) => {
      const sources = ports?.get(portKey(destination.port, transport));
      return sources?.get(endNamespace(source))?.get(endName(source))?.isEmpty() === false;
    });
  }

  /** Sorted by destination, port, source: the same flows in any order give the same list. */
  edges(): Edge[] {
    const rows: EdgeRow[] = [];
    for (const names of this.#destinations.values()) {
      for (const ports of names.values()) {
        for (const sources of ports.values()) for (const byName of sources.values()) rows.push(...byName.values());
      }
    }
    if (this.#overflow !== undefined) rows.push(this.#overflow);
    return rows
      .filter((row) => !row.isEmpty())
      .map((row) => placed(row.edge()))
      .sort(comparePlaced)
      .map(({ edge }) => edge);
  }

  #add(flow: Flow, sign: 1 | -1): void {
    if (flow.supersededBy !== null) return;
    this.#row(flow).count(flow, sign);
  }

  #row(flow: Flow): EdgeRow {
    const port = flow.kind === 'tunnel' ? HBONE_PORT : flow.destination.port;
    const names = inside(this.#destinations, endNamespace(flow.destination));
    const ports = inside(names, endName(flow.destination));
    const sources = inside(inside(ports, portKey(port, flow.transport)), endNamespace(flow.source));
    const name = endName(flow.source);
    let row = sources.get(name);
    if (row !== undefined) return row;
    if (this.#count >= MAX_EDGES) {
      this.#overflow ??= new EdgeRow(OVERFLOW);
      return this.#overflow;
    }
    this.#count++;
    row = new EdgeRow({ source: edgeEnd(flow.source), destination: { ...edgeEnd(flow.destination), port }, transport: flow.transport });
    sources.set(name, row);
    return row;
  }
}

/**
 * By namespace and name of the destination, then port and transport, then namespace and name of the source: strings that
 * carry their hash and small numbers, so that no key has to be made for a flow.
 */
type Sources = Map<string | null, Map<string, EdgeRow>>;
type Destinations = Map<string | null, Map<string, Map<number, Sources>>>;

const TRANSPORTS = ['tcp', 'udp'] as const;
const portKey = (port: number | null, transport: 'tcp' | 'udp'): number => ((port ?? -1) + 1) * 2 + (transport === 'tcp' ? 0 : 1);

type Named = { readonly workload: string | null; readonly namespace: string | null; readonly ip: string | null };
/** Addresses stand under null, workloads without a namespace under '': a workload that calls itself `10.0.0.1` is no address. */
const endNamespace = (end: Named): string | null => (end.workload === null ? null : (end.namespace ?? ''));
const endName = (end: Named): string => end.workload ?? end.ip ?? '';
function inside<K, K2, V>(map: Map<K, Map<K2, V>>, key: K): Map<K2, V> {
  let inner = map.get(key);
  if (inner === undefined) {
    inner = new Map();
    map.set(key, inner);
  }
  return inner;
}

const edgeEnd = ({ workload, namespace, ip }: FlowEnd): EdgeEnd =>
  workload === null ? { workload: null, namespace: null, ip, identity: null } : { workload, namespace, ip: null, identity: null };

const OVERFLOW: Ends = {
  source: { workload: TOO_MANY, namespace: null, ip: null, identity: null },
  destination: { workload: TOO_MANY, namespace: null, ip: null, identity: null, port: null },
  transport: 'tcp',
};

/** An edge and what it is sorted by: put together once, not for every comparison. */
type Placed = { readonly edge: Edge; readonly to: string; readonly from: string };

const placed = (edge: Edge): Placed => ({ edge, to: order(edge.destination), from: order(edge.source) });
const order = (end: Named): string => `${end.namespace ?? ''}\n${end.workload ?? ''}\n${end.ip ?? ''}`;
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function comparePlaced(a: Placed, b: Placed): number {
  return (
    compare(a.to, b.to) ||
    (a.edge.destination.port ?? -1) - (b.edge.destination.port ?? -1) ||
    compare(a.from, b.from) ||
    compare(a.edge.transport, b.edge.transport)
  );
}
