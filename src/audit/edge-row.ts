/** The running sums of one edge. */
import type { Flow, Reason, Verdict } from '../model/flow.ts';
import { secured, worstReason } from '../model/secured.ts';
import type { Edge, VerdictCounts } from '../model/summary.ts';

export type Ends = Pick<Edge, 'source' | 'destination' | 'transport'>;
/** Flows that differ in time, the client's port and bytes only, their bytes all known. */
export type Alike = { readonly flows: number; readonly sent: number; readonly received: number };

/** A sum that is null until something was known. */
type Sum = { known: number; total: number };

export class EdgeRow {
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

  /** Flows like this one, which is no tunnel, exempt from nothing and exposed nothing. */
  countAlike({ source, destination, verdict, reason }: Flow, { flows, sent, received }: Alike): void {
    this.#sources.count(source.identity, flows);
    this.#destinations.count(destination.identity, flows);
    this.#flows += flows;
    this.#countReason({ verdict, reason }, flows);
    this.#sent.known += flows;
    this.#sent.total += sent;
    this.#received.known += flows;
    this.#received.total += received;
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
      reason: worstReason(this.#reasons),
    };
  }

  #countReason({ verdict, reason }: Pick<Flow, 'verdict' | 'reason'>, sign: number): void {
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
}

/** The name said most often, the first by alphabet among equals. Mostly there is one, so a single name makes no map. */
class Commonest {
  #first: string | null = null;
  #firstCount = 0;
  #others: Map<string, number> | undefined;

  count(name: string | null, sign: number): void {
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
