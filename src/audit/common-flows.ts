/**
 * Most flows are like one before but for their bytes. They are summed up by the number of their route in 32 bytes: to look up
 * names and add to a row's dozen objects, all far apart, took a microsecond a flow.
 */
import { f64At } from '../model/column.ts';
import type { Flow } from '../model/flow.ts';
import type { EdgeRow, Identities } from './edge-row.ts';

/** Columns of a route's sums. */
const C = { flows: 0, sent: 1, received: 2, isKnown: 3, width: 4 } as const;

/** Tunnelled, proven, its bytes known, and nothing else to be said of it. */
export function isCommon({ edge, verdict, exempt, kind, exposedBytes, bytes }: Flow): boolean {
  return (
    edge >= 0 &&
    verdict === 'hbone' &&
    exempt === null &&
    kind === 'connection' &&
    exposedBytes === null &&
    bytes.sent !== null &&
    bytes.received !== null
  );
}

export class CommonFlows {
  readonly #rowOf: (flow: Flow) => EdgeRow;
  readonly #known: (Identities & { readonly route: number; readonly row: EdgeRow })[] = [];
  /** By number of a route. */
  #sums = new Float64Array(1024 * C.width);

  constructor(rowOf: (flow: Flow) => EdgeRow) {
    this.#rowOf = rowOf;
  }

  /** `isCommon` flows only. */
  count(flow: Flow, sign: 1 | -1): void {
    const at = flow.edge * C.width;
    if (at >= this.#sums.length) this.#grow(at);
    const sums = this.#sums;
    if (f64At(sums, at + C.isKnown) === 0) this.#meet(flow, at);
    const { sent, received } = flow.bytes;
    sums[at] = f64At(sums, at) + sign;
    sums[at + C.sent] = f64At(sums, at + C.sent) + sign * (sent ?? 0);
    sums[at + C.received] = f64At(sums, at + C.received) + sign * (received ?? 0);
  }

  /** Adds all that was counted to the rows of the edges. */
  settle(): void {
    for (const known of this.#known) {
      const at = known.route * C.width;
      const flows = f64At(this.#sums, at);
      if (flows === 0) continue;
      known.row.countCommon(known, flows, { sent: f64At(this.#sums, at + C.sent), received: f64At(this.#sums, at + C.received) });
      this.#sums.fill(0, at, at + C.isKnown);
    }
  }

  #meet(flow: Flow, at: number): void {
    this.#sums[at + C.isKnown] = 1;
    this.#known.push({ route: flow.edge, row: this.#rowOf(flow), source: flow.source.identity, destination: flow.destination.identity });
  }

  #grow(at: number): void {
    const larger = new Float64Array(Math.max(this.#sums.length * 2, at + C.width));
    larger.set(this.#sums);
    this.#sums = larger;
  }
}
