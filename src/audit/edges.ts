import { type Flow, type FlowEnd, REASONS, type Reason, type Verdict } from '../model/flow.ts';
import type { Edge, EdgeEnd, Secured, SubjectEnd, VerdictCounts } from '../model/summary.ts';

const HBONE_PORT = 15008;
/** Past this many, further edges share one: a scan of the whole address space must not fill the memory. */
const MAX_EDGES = 500_000;
const TOO_MANY = '(too many edges)';
/** Worst first (contract, Fields: an edge's `reason` is the commonest of its worst verdict). */
const WORST_FIRST: readonly Verdict[] = ['plaintext', 'tls', 'unknown', 'denied', 'failed', 'hbone'];

type Ends = Pick<Edge, 'source' | 'destination' | 'transport'>;
type Key = { readonly source: SubjectEnd; readonly destination: SubjectEnd & { readonly port: number | null } };

/**
 * Flows summed up by who spoke to whom. What was added can be removed again: a flow told with a higher revision is
 * `remove(earlier)` and `add(later)`. The answer does not depend on the order.
 */
export class EdgeTable {
  readonly #destinations: Destinations = new Map();
  #count = 0;
  #overflow: Row | undefined;

  add(flow: Flow): void {
    if (flow.supersededBy === null) this.#row(flow).count(flow, 1);
  }

  /** `flow` as it was added, or as equal to it in ends, verdict, reason and bytes. */
  remove(flow: Flow): void {
    if (flow.supersededBy === null) this.#row(flow).count(flow, -1);
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
    const rows: Row[] = [];
    for (const names of this.#destinations.values()) {
      for (const ports of names.values()) {
        for (const sources of ports.values()) for (const byName of sources.values()) rows.push(...byName.values());
      }
    }
    if (this.#overflow !== undefined) rows.push(this.#overflow);
    return rows
      .filter((row) => !row.isEmpty())
      .map((row) => row.edge())
      .sort(compareEdges);
  }

  #row(flow: Flow): Row {
    const port = flow.kind === 'tunnel' ? HBONE_PORT : flow.destination.port;
    const names = inside(this.#destinations, endNamespace(flow.destination));
    const ports = inside(names, endName(flow.destination));
    const sources = inside(inside(ports, portKey(port, flow.transport)), endNamespace(flow.source));
    const name = endName(flow.source);
    let row = sources.get(name);
    if (row !== undefined) return row;
    if (this.#count >= MAX_EDGES) {
      this.#overflow ??= new Row(OVERFLOW);
      return this.#overflow;
    }
    this.#count++;
    row = new Row({ source: edgeEnd(flow.source), destination: { ...edgeEnd(flow.destination), port }, transport: flow.transport });
    sources.set(name, row);
    return row;
  }
}

/**
 * By namespace and name of the destination, then port and transport, then namespace and name of the source: strings that
 * carry their hash and small numbers, so that no key has to be made for a flow.
 */
type Sources = Map<string | null, Map<string, Row>>;
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

/** A sum that is null until something was known. */
type Sum = { known: number; total: number };

class Row {
  readonly #ends: Ends;
  readonly #reasons: { readonly verdict: Verdict; readonly reason: Reason; flows: number }[] = [];
  readonly #sources = new Commonest();
  readonly #destinations = new Commonest();
  readonly #sent: Sum = { known: 0, total: 0 };
  readonly #received: Sum = { known: 0, total: 0 };
  readonly #exposed: Sum = { known: 0, total: 0 };
  #exempt = 0;
  #flows = 0;

  constructor(ends: Ends) {
    this.#ends = ends;
  }

  isEmpty(): boolean {
    return this.#flows === 0 && this.#exempt === 0;
  }

  count(flow: Flow, sign: 1 | -1): void {
    this.#sources.count(flow.source.identity, sign);
    this.#destinations.count(flow.destination.identity, sign);
    if (flow.exempt !== null) {
      this.#exempt += sign;
      return;
    }
    this.#flows += sign;
    this.#countReason(flow, sign);
    addTo(this.#exposed, flow.exposedBytes, sign);
    // What a tunnel's TLS weighs is no application's bytes (contract, Fields: kind).
    if (flow.kind === 'tunnel') return;
    addTo(this.#sent, flow.bytes.sent, sign);
    addTo(this.#received, flow.bytes.received, sign);
  }

  edge(): Edge {
    const { source, destination, transport } = this.#ends;
    const flows = this.#counts();
    return {
      type: 'edge',
      source: { ...source, identity: this.#sources.text() },
      destination: {
        workload: destination.workload,
        namespace: destination.namespace,
        ip: destination.ip,
        identity: this.#destinations.text(),
        port: destination.port,
      },
      transport,
      flows,
      exempt: this.#exempt,
      bytes: { sent: totalOrNull(this.#sent), received: totalOrNull(this.#received) },
      exposedBytes: totalOrNull(this.#exposed),
      secured: secured(flows),
      reason: this.#reason(),
    };
  }

  #countReason({ verdict, reason }: Flow, sign: 1 | -1): void {
    for (const known of this.#reasons) {
      if (known.reason === reason && known.verdict === verdict) {
        known.flows += sign;
        return;
      }
    }
    this.#reasons.push({ verdict, reason, flows: sign });
  }

  #counts(): VerdictCounts {
    const counts = { hbone: 0, tls: 0, plaintext: 0, denied: 0, failed: 0, unknown: 0 };
    for (const { verdict, flows } of this.#reasons) counts[verdict] += flows;
    return counts;
  }

  #reason(): Reason | null {
    for (const verdict of WORST_FIRST) {
      const [commonest] = this.#reasons
        .filter((known) => known.verdict === verdict && known.flows > 0)
        .sort((a, b) => b.flows - a.flows || REASONS.indexOf(a.reason) - REASONS.indexOf(b.reason));
      if (commonest !== undefined) return commonest.reason;
    }
    return null;
  }
}

/** The name said most often, the first by alphabet among equals. Mostly there is one, so a single name makes no map. */
class Commonest {
  #first: string | null = null;
  #firstCount = 0;
  #others: Map<string, number> | undefined;

  count(name: string | null, sign: 1 | -1): void {
    if (name === null) return;
    if (this.#first === null) this.#first = name;
    if (this.#first === name) this.#firstCount += sign;
    else {
      this.#others ??= new Map();
      // A workload has one identity; a hundred on one edge is an attack, and then any is as good.
      if (this.#others.size < 100 || this.#others.has(name)) this.#others.set(name, (this.#others.get(name) ?? 0) + sign);
    }
  }

  text(): string | null {
    let best = this.#firstCount > 0 ? this.#first : null;
    let most = best === null ? 0 : this.#firstCount;
    for (const [name, count] of this.#others ?? []) {
      if (count > most || (count === most && count > 0 && best !== null && name < best)) [best, most] = [name, count];
    }
    return best;
  }
}

function addTo(sum: Sum, value: number | null, sign: 1 | -1): void {
  if (value === null) return;
  sum.known += sign;
  sum.total += sign * value;
}

const totalOrNull = (sum: Sum): number | null => (sum.known > 0 ? sum.total : null);

/** Contract, Fields: secured. */
export function secured({ hbone, tls, plaintext, unknown }: VerdictCounts): Secured {
  if (hbone === 0) return tls + plaintext > 0 ? 'no' : 'unproven';
  return tls + plaintext + unknown === 0 ? 'yes' : 'partly';
}

const order = (end: Named): string => `${end.namespace ?? ''}\n${end.workload ?? ''}\n${end.ip ?? ''}`;
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function compareEdges(a: Edge, b: Edge): number {
  return (
    compare(order(a.destination), order(b.destination)) ||
    (a.destination.port ?? -1) - (b.destination.port ?? -1) ||
    compare(order(a.source), order(b.source)) ||
    compare(a.transport, b.transport)
  );
}
