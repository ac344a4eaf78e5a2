import type { Flow, Verdict } from '../model/flow.ts';
import type { Finding, Summary, VerdictCounts } from '../model/summary.ts';
import type { Alike } from './edges.ts';

/** What only the pipeline knows of a summary. */
export type SummaryParts = Pick<Summary, 'late' | 'evicted' | 'inputs' | 'exitCode' | 'edges'> & {
  readonly findings: readonly Finding[];
};

/** The sums of the summary. As with `EdgeTable`, an earlier revision is removed before the later is added. */
export class Tally {
  readonly #flows: { -readonly [verdict in keyof VerdictCounts]: number } = { hbone: 0, tls: 0, plaintext: 0, denied: 0, failed: 0, unknown: 0 };
  readonly #bytes = { hbone: 0, tls: 0, plaintext: 0 };
  #exempt = 0;
  #exposedBytes = 0;
  #tunnels = 0;
  #tunnelBytes = 0;

  add(flow: Flow): void {
    this.#count(flow, 1);
  }

  /** Further connections like this one, exempt from nothing, that exposed nothing. */
  addAlike({ verdict }: Flow, { flows, sent, received }: Alike): void {
    this.#flows[verdict] += flows;
    this.#addBytes(verdict, sent + received);
  }

  remove(flow: Flow): void {
    this.#count(flow, -1);
  }

  /** A tunnel on the wire, once, whether it carries flows or stands as one: `bytes` is the payload of its TCP connection, both ways. */
  addTunnel(bytes: number): void {
    this.#tunnels++;
    this.#tunnelBytes += bytes;
  }

  get flows(): VerdictCounts {
    return { ...this.#flows };
  }

  summary({ edges, findings, late, evicted, inputs, exitCode }: SummaryParts): Summary {
    return {
      type: 'summary',
      flows: this.flows,
      exempt: this.#exempt,
      bytes: { ...this.#bytes },
      exposedBytes: this.#exposedBytes,
      tunnels: { count: this.#tunnels, bytes: this.#tunnelBytes },
      edges,
      findings: bySeverity(findings),
      late,
      evicted,
      inputs: [...inputs].sort((a, b) => (a.input < b.input ? -1 : a.input > b.input ? 1 : 0)),
      exitCode,
    };
  }

  #count(flow: Flow, sign: 1 | -1): void {
    if (flow.supersededBy !== null) return;
    if (flow.exempt !== null) {
      this.#exempt += sign;
      return;
    }
    this.#flows[flow.verdict] += sign;
    this.#exposedBytes += sign * (flow.exposedBytes ?? 0);
    if (flow.kind === 'tunnel') return;
    this.#addBytes(flow.verdict, sign * ((flow.bytes.sent ?? 0) + (flow.bytes.received ?? 0)));
  }

  #addBytes(verdict: Verdict, bytes: number): void {
    if (verdict === 'hbone' || verdict === 'tls' || verdict === 'plaintext') this.#bytes[verdict] += bytes;
  }
}

function bySeverity(findings: readonly Finding[]): Summary['findings'] {
  const counts = { error: 0, warning: 0, note: 0 };
  for (const { severity } of findings) counts[severity]++;
  return counts;
}
