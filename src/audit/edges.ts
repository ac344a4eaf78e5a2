import type { Flow } from '../model/flow.ts';
import type { Edge, SubjectEnd } from '../model/summary.ts';
import { EdgeEnds, type Named } from './edge-ends.ts';
import { type Alike, EdgeRow } from './edge-row.ts';

const HBONE_PORT = 15008;
/** Past this many, further edges share one: a scan of the whole address space must not fill the memory. */
const MAX_EDGES = 500_000;
const TOO_MANY: Named = { workload: '(too many edges)', namespace: null, ip: null };
/** More than there are of ends (two an edge), and of ports with a transport: two numbers make one. */
const MAX_ENDS = 2 ** 21;
const MAX_PORT_KEYS = 2 ** 18;
type Key = { readonly source: SubjectEnd; readonly destination: SubjectEnd & { readonly port: number | null } };

/**
 * Flows summed up by who spoke to whom. What was added can be removed again: a flow told with a higher revision is
 * `remove(earlier)` and `add(later)`. The answer does not depend on the order.
 *
 * Ends are numbered, servers (an end, its port and transport) are, and a row is found by two numbers: no key has to be made
 * for a flow, and an edge of two ends that nobody else speaks to costs little more than its row.
 */
export class EdgeTable {
  readonly #ends = new EdgeEnds();
  readonly #servers = new Map<number, number>();
  readonly #rows = new Map<number, EdgeRow>();
  #overflow: EdgeRow | undefined;
  /** Servers of each end, made when first asked for: `of` so many. */
  #byEnd: { readonly of: number; readonly servers: Map<number, number[]> } = { of: 0, servers: new Map() };

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

  /** Whether an edge with these ends has flows, in either transport; on any port where none is told. */
  has({ source, destination }: Key): boolean {
    const client = this.#ends.find(source);
    const end = this.#ends.find(destination);
    if (client < 0 || end < 0) return false;
    return this.#serversOf(end, destination.port).some((server) => this.#rows.get(server * MAX_ENDS + client)?.isEmpty() === false);
  }

  #serversOf(end: number, port: number | null): readonly number[] {
    if (port !== null) return TRANSPORTS.flatMap((transport) => this.#servers.get(end * MAX_PORT_KEYS + portKey(port, transport)) ?? []);
    if (this.#byEnd.of !== this.#servers.size) {
      this.#byEnd = { of: this.#servers.size, servers: new Map() };
      for (const [key, server] of this.#servers) {
        const its = Math.floor(key / MAX_PORT_KEYS);
        const others = this.#byEnd.servers.get(its);
        if (others === undefined) this.#byEnd.servers.set(its, [server]);
        else others.push(server);
      }
    }
    return this.#byEnd.servers.get(end) ?? [];
  }

  /** Sorted by destination, port, source: the same flows in any order give the same list. */
  edges(): Edge[] {
    const found: Placed[] = [];
    for (const row of this.#rows.values()) if (!row.isEmpty()) found.push(placed(row.edge()));
    if (this.#overflow?.isEmpty() === false) found.push(placed(this.#overflow.edge()));
    return found.sort(comparePlaced).map(({ edge }) => edge);
  }

  #add(flow: Flow, sign: 1 | -1): void {
    if (flow.supersededBy !== null) return;
    this.#row(flow).count(flow, sign);
  }

  #row(flow: Flow): EdgeRow {
    const { source, destination, transport } = flow;
    const port = flow.kind === 'tunnel' ? HBONE_PORT : destination.port;
    const isFull = this.#rows.size >= MAX_EDGES;
    const client = isFull ? this.#ends.find(source) : this.#ends.number(source);
    const end = isFull ? this.#ends.find(destination) : this.#ends.number(destination);
    const key = this.#server(end * MAX_PORT_KEYS + portKey(port, transport)) * MAX_ENDS + client;
    const known = client < 0 || end < 0 ? undefined : this.#rows.get(key);
    if (known !== undefined) return known;
    if (isFull) {
      this.#overflow ??= new EdgeRow(TOO_MANY, TOO_MANY, null, 'tcp');
      return this.#overflow;
    }
    const row = new EdgeRow(this.#ends.end(client), this.#ends.end(end), port, transport);
    this.#rows.set(key, row);
    return row;
  }

  #server(key: number): number {
    const known = this.#servers.get(key);
    if (known !== undefined || this.#rows.size >= MAX_EDGES) return known ?? -1;
    this.#servers.set(key, this.#servers.size);
    return this.#servers.size - 1;
  }
}

const TRANSPORTS = ['tcp', 'udp'] as const;
const portKey = (port: number | null, transport: 'tcp' | 'udp'): number => ((port ?? -1) + 1) * 2 + (transport === 'tcp' ? 0 : 1);

const order = (end: Named): string => `${end.namespace ?? ''}\n${end.workload ?? ''}\n${end.ip ?? ''}`;
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** An edge with what it is sorted by: put together once, not for every comparison. */
type Placed = { readonly edge: Edge; readonly to: string; readonly from: string };
const placed = (edge: Edge): Placed => ({ edge, to: order(edge.destination), from: order(edge.source) });

function comparePlaced(a: Placed, b: Placed): number {
  return (
    compare(a.to, b.to) ||
    (a.edge.destination.port ?? -1) - (b.edge.destination.port ?? -1) ||
    compare(a.from, b.from) ||
    compare(a.edge.transport, b.edge.transport)
  );
}
