/** The running sums of one edge. */
import type { Flow, Reason, Verdict } from '../model/flow.ts';
import { secured, worstReason } from '../model/secured.ts';
import type { Edge, EdgeEnd, VerdictCounts } from '../model/summary.ts';
import { denyingPolicy } from './denying-policy.ts';
import type { Named } from './edge-ends.ts';
import { Heard } from './heard.ts';
import { standOf } from './witness-table.ts';

/** Flows that differ in time, the client's port and bytes only, their bytes all known. */
export type Alike = { readonly flows: number; readonly sent: number; readonly received: number };

type Counted = { readonly verdict: Verdict; readonly reason: Reason; flows: number };

/** Captures of many addresses have as many edges as flows: few fields, and no object that most edges have no use for. */
export class EdgeRow {
  readonly #source: Named;
  readonly #destination: Named;
  readonly #port: number | null;
  readonly #transport: 'tcp' | 'udp';
  readonly #reasons: Counted[] = [];
  #sources: Commonest | null = null;
  #destinations: Commonest | null = null;
  /** Each sum with the number of flows of which it is known. */
  #sent = 0;
  #sentOf = 0;
  #received = 0;
  #receivedOf = 0;
  #exposed = 0;
  #exposedOf = 0;
  readonly #heard = new Heard();
  /** Policies that lines name, of denied flows. */
  #denials: Commonest | null = null;
  #exempt = 0;
  #flows = 0;

  constructor(source: Named, destination: Named, port: number | null, transport: 'tcp' | 'udp') {
    this.#source = source;
    this.#destination = destination;
    this.#port = port;
    this.#transport = transport;
  }

  isEmpty(): boolean {
    return this.#flows === 0 && this.#exempt === 0;
  }

  /** Flows like this one, which is no tunnel, exempt from nothing and exposed nothing. */
  countAlike(flow: Flow, { flows, sent, received }: Alike): void {
    const { source, destination, verdict, reason } = flow;
    this.#heard.count(flow, flows);
    this.#countNames(source.identity, destination.identity, flows);
    this.#flows += flows;
    this.#countReason({ verdict, reason }, flows);
    this.#sentOf += flows;
    this.#sent += sent;
    this.#receivedOf += flows;
    this.#received += received;
  }

  count(flow: Flow, sign: 1 | -1): void {
    this.#countNames(flow.source.identity, flow.destination.identity, sign);
    if (flow.exempt !== null) {
      this.#exempt += sign;
      return;
    }
    this.#flows += sign;
    this.#countReason(flow, sign);
    this.#heard.count(flow, sign);
    if (flow.verdict === 'denied') this.#countDenial(flow, sign);
    if (flow.exposedBytes !== null) {
      this.#exposedOf += sign;
      this.#exposed += sign * flow.exposedBytes;
    }
    // What a tunnel's TLS weighs is no application's bytes (contract, Fields: kind).
    if (flow.kind === 'tunnel') return;
    const { sent, received } = flow.bytes;
    if (sent !== null) {
      this.#sentOf += sign;
      this.#sent += sign * sent;
    }
    if (received !== null) {
      this.#receivedOf += sign;
      this.#received += sign * received;
    }
  }

  /** `deniedBy` is the commonest policy's name as lines have it. */
  edge(): Edge {
    const flows = this.#counts();
    return {
      type: 'edge',
      source: edgeEnd(this.#source, this.#sources),
      destination: { ...edgeEnd(this.#destination, this.#destinations), port: this.#port },
      transport: this.#transport,
      flows,
      exempt: this.#exempt,
      bytes: { sent: this.#sentOf > 0 ? this.#sent : null, received: this.#receivedOf > 0 ? this.#received : null },
      exposedBytes: this.#exposedOf > 0 ? this.#exposed : null,
      secured: secured(flows),
      reason: worstReason(this.#reasons),
      deniedBy: this.#denials?.text() ?? null,
      stand: standOf(this.#heard.statement('log'), this.#heard.statement('wire')),
    };
  }

  #countDenial({ lines = [] }: Flow, sign: 1 | -1): void {
    const policy = denyingPolicy(lines);
    if (policy === null) return;
    this.#denials ??= new Commonest();
    this.#denials.count(policy, sign);
  }

  #countNames(source: string | null, destination: string | null, flows: number): void {
    if (source !== null) {
      this.#sources ??= new Commonest();
      this.#sources.count(source, flows);
    }
    if (destination === null) return;
    this.#destinations ??= new Commonest();
    this.#destinations.count(destination, flows);
  }

  #countReason({ verdict, reason }: Pick<Flow, 'verdict' | 'reason'>, flows: number): void {
    for (const known of this.#reasons) {
      if (known.reason === reason && known.verdict === verdict) {
        known.flows += flows;
        return;
      }
    }
    this.#reasons.push({ verdict, reason, flows });
  }

  #counts(): VerdictCounts {
    const counts = { hbone: 0, tls: 0, plaintext: 0, denied: 0, failed: 0, unknown: 0 };
    for (const { verdict, flows } of this.#reasons) counts[verdict] += flows;
    return counts;
  }
}

function edgeEnd({ workload, namespace, ip }: Named, identities: Commonest | null): EdgeEnd {
  return { workload, namespace, ip, identity: identities?.text() ?? null };
}

/** The name said most often, the first by alphabet among equals. Mostly there is one, so a single name makes no map. */
class Commonest {
  #first: string | null = null;
  #firstCount = 0;
  #others: Map<string, number> | undefined;

  count(name: string, sign: number): void {
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
