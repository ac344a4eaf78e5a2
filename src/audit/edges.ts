import { i32At } from '../model/column.ts';
import { type Bytes, type Flow, VERDICTS } from '../model/flow.ts';
import { secured, worstReason } from '../model/secured.ts';
import type { Edge, EdgeEnd, SubjectEnd, Summary, VerdictCounts } from '../model/summary.ts';
import { denyingPolicy } from './denying-policy.ts';
import { eachAs } from './each-as.ts';
import { EdgeEnds, type Named } from './edge-ends.ts';
import { EdgeNames } from './edge-names.ts';
import { B, EdgeSums, N, noCounts } from './edge-sums.ts';
import { HEARD, saidOf, statement } from './heard.ts';
import { standOf } from './witness-table.ts';

/** Flows that differ in time, the client's port and bytes only, their bytes all known. */
export type Alike = { readonly flows: number; readonly sent: number; readonly received: number };

const HBONE_PORT = 15008;
/** Past this many, further edges share one: a scan of the whole address space must not fill the memory. */
export const MAX_EDGES: number = 1 << 17;
/** Instead of both ends. */
export const TOO_MANY: Named = { workload: '(too many edges)', namespace: null, ip: null };
type Key = { readonly source: SubjectEnd; readonly destination: SubjectEnd & { readonly port: number | null } };

/**
 * Flows summed up by who spoke to whom. What was added can be removed again: a flow told with a higher revision is
 * `remove(earlier)` and `add(later)`. The answer does not depend on the order.
 */
export class EdgeTable {
  readonly #ends = new EdgeEnds();
  readonly #sums = new EdgeSums();
  readonly #sources = new EdgeNames();
  readonly #destinations = new EdgeNames();
  /** Policies that lines name, of denied flows. */
  readonly #denials = new EdgeNames();
  /** Rows of each pair of ends, made when first asked for: of the first `of` rows. */
  #byPair: { readonly of: number; readonly rows: Map<number, number[]> } = { of: 0, rows: new Map() };

  add(flow: Flow): void {
    if (flow.supersededBy === null) this.#count(flow, 1);
  }

  /** `flow` as it was added, or as equal to it in ends, verdict, reason and bytes. */
  remove(flow: Flow): void {
    if (flow.supersededBy === null) this.#count(flow, -1);
  }

  /** So many more like this one, of which only the bytes differ: no tunnel, exempt from nothing, exposed nothing. */
  addAlike(flow: Flow, { flows, sent, received }: Alike): void {
    const row = this.#row(flow);
    this.#countNames(row, flow, flows);
    this.#countVerdict(row, flow, flows);
    this.#addBytes(row, flows, { sent, received });
  }

  /** Whether an edge with these ends has flows, in either transport; on any port where none is told. */
  has({ source, destination }: Key): boolean {
    const [client, end] = [this.#ends.find(source), this.#ends.find(destination)];
    if (client < 0 || end < 0) return false;
    return this.#rowsOf(client, end, destination.port).some((row) => row >= 0 && !this.#isEmpty(row));
  }

  #rowsOf(client: number, end: number, port: number | null): readonly number[] {
    const sums = this.#sums;
    if (port !== null) return TRANSPORTS.map((transport) => sums.find(client, end, portKey(port, transport)));
    if (this.#byPair.of !== sums.size) {
      this.#byPair = { of: sums.size, rows: new Map() };
      for (let row = 0; row < sums.size; row++) {
        const pair = pairKey(sums.number(row, N.client), sums.number(row, N.end));
        const others = this.#byPair.rows.get(pair);
        if (others === undefined) this.#byPair.rows.set(pair, [row]);
        else others.push(row);
      }
    }
    return this.#byPair.rows.get(pairKey(client, end)) ?? [];
  }

  /** Flows that have no edge of their own, for want of room. */
  get crowdedOut(): number {
    const row = this.#tooMany();
    return row < 0 ? 0 : this.#sums.number(row, N.flows) + this.#sums.number(row, N.exempt);
  }

  secured(): Summary['edges'] {
    const counts = { yes: 0, partly: 0, no: 0, unproven: 0 };
    for (let row = 0; row < this.#sums.size; row++) if (!this.#isEmpty(row)) counts[secured(this.#verdicts(row))]++;
    return counts;
  }

  /**
   * Sorted by destination, port, source: the same flows in any order give the same list. Each is made when its turn comes:
   * they need not all be in memory. To be gone through before anything is added.
   */
  edges(): Iterable<Edge> {
    return eachAs(this.#inOrder(), (row) => this.#edge(row));
  }

  #inOrder(): Int32Array {
    const sums = this.#sums;
    const ranks = this.#ends.ranks();
    const rank = (row: number, column: number): number => i32At(ranks, sums.number(row, column));
    return Int32Array.from({ length: sums.size }, (_, row) => row)
      .filter((row) => !this.#isEmpty(row))
      .sort(
        (a, b) =>
          rank(a, N.end) - rank(b, N.end) ||
          (sums.number(a, N.port) >> 1) - (sums.number(b, N.port) >> 1) ||
          rank(a, N.client) - rank(b, N.client) ||
          (sums.number(a, N.port) & 1) - (sums.number(b, N.port) & 1),
      );
  }

  #edge(row: number): Edge {
    const sums = this.#sums;
    const flows = this.#verdicts(row);
    const port = sums.number(row, N.port);
    const known = (bytes: number, of: number): number | null => (sums.number(row, of) > 0 ? sums.bytes(row, bytes) : null);
    return {
      type: 'edge',
      source: edgeEnd(this.#ends.end(sums.number(row, N.client)), this.#sources.text(row)),
      destination: {
        ...edgeEnd(this.#ends.end(sums.number(row, N.end)), this.#destinations.text(row)),
        port: port >> 1 === 0 ? null : (port >> 1) - 1,
      },
      transport: TRANSPORTS[port & 1] ?? 'tcp',
      flows,
      exempt: sums.number(row, N.exempt),
      bytes: { sent: known(B.sent, N.sentOf), received: known(B.received, N.receivedOf) },
      exposedBytes: known(B.exposed, N.exposedOf),
      secured: secured(flows),
      reason: worstReason(sums.reasons(row)),
      deniedBy: this.#denials.text(row),
      stand: standOf(statement(sums.counts(row, N.logSaid)), statement(sums.counts(row, N.wireSaid))),
    };
  }

  #isEmpty(row: number): boolean {
    return this.#sums.number(row, N.flows) === 0 && this.#sums.number(row, N.exempt) === 0;
  }

  #verdicts(row: number): VerdictCounts {
    const counts = noCounts();
    for (const { verdict, flows } of this.#sums.reasons(row)) counts[verdict] += flows;
    return counts;
  }

  #count(flow: Flow, sign: 1 | -1): void {
    const sums = this.#sums;
    const row = this.#row(flow);
    this.#countNames(row, flow, sign);
    if (flow.exempt !== null) {
      sums.add(row, N.exempt, sign);
      return;
    }
    this.#countVerdict(row, flow, sign);
    const policy = flow.verdict === 'denied' ? denyingPolicy(flow.lines ?? []) : null;
    if (policy !== null) this.#denials.count(row, policy, sign);
    if (flow.exposedBytes !== null) {
      sums.add(row, N.exposedOf, sign);
      sums.addBytes(row, B.exposed, sign * flow.exposedBytes);
    }
    // What a tunnel's TLS weighs is no application's bytes (contract, Fields: kind).
    if (flow.kind !== 'tunnel') this.#addBytes(row, sign, sign > 0 ? flow.bytes : negative(flow.bytes));
  }

  #countNames(row: number, { source, destination }: Flow, flows: number): void {
    if (source.identity !== null) this.#sources.count(row, source.identity, flows);
    if (destination.identity !== null) this.#destinations.count(row, destination.identity, flows);
  }

  #countVerdict(row: number, flow: Flow, flows: number): void {
    this.#sums.add(row, N.flows, flows);
    this.#sums.countReason(row, flow.verdict, flow.reason, flows);
    for (const witness of HEARD) {
      const said = saidOf(flow, witness);
      if (said !== null) this.#sums.add(row, SAID[witness] + VERDICTS.indexOf(said), flows);
    }
  }

  /** `bytes`: of so many flows together; null where nobody knows. */
  #addBytes(row: number, flows: number, { sent, received }: Bytes): void {
    if (sent !== null) {
      this.#sums.add(row, N.sentOf, flows);
      this.#sums.addBytes(row, B.sent, sent);
    }
    if (received !== null) {
      this.#sums.add(row, N.receivedOf, flows);
      this.#sums.addBytes(row, B.received, received);
    }
  }

  #row({ source, destination, transport, kind }: Flow): number {
    const port = portKey(kind === 'tunnel' ? HBONE_PORT : destination.port, transport);
    if (this.#sums.size < MAX_EDGES) return this.#made(this.#ends.number(source), this.#ends.number(destination), port);
    const row = this.#sums.find(this.#ends.find(source), this.#ends.find(destination), port);
    if (row >= 0) return row;
    const both = this.#ends.number(TOO_MANY);
    return this.#made(both, both, NO_PORT);
  }

  #made(client: number, end: number, port: number): number {
    const row = this.#sums.find(client, end, port);
    return row >= 0 ? row : this.#sums.make(client, end, port);
  }

  #tooMany(): number {
    const both = this.#ends.find(TOO_MANY);
    return both < 0 ? -1 : this.#sums.find(both, both, NO_PORT);
  }
}

const TRANSPORTS = ['tcp', 'udp'] as const;
/** Port + 1, 0 for none; below it the place in `TRANSPORTS`. */
const portKey = (port: number | null, transport: 'tcp' | 'udp'): number => ((port ?? -1) + 1) * 2 + TRANSPORTS.indexOf(transport);
/** More than there are of ends: two an edge. */
const MAX_ENDS = 1 << 21;
const pairKey = (client: number, end: number): number => client * MAX_ENDS + end;
const NO_PORT: number = portKey(null, 'tcp');
const SAID = { log: N.logSaid, wire: N.wireSaid } as const;

const edgeEnd = ({ workload, namespace, ip }: Named, identity: string | null): EdgeEnd => ({ workload, namespace, ip, identity });
const negative = ({ sent, received }: Bytes): Bytes => ({ sent: sent === null ? null : -sent, received: received === null ? null : -received });
