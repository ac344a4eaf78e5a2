/**
 * Most flows are like one before but for their bytes. They are summed up by the number of their route in 32 bytes: to look up
 * names and add to a row's dozen objects, all far apart, took a microsecond a flow.
 */
import { f64At } from '../model/column.ts';
import type { Flow } from '../model/flow.ts';
import type { Alike } from './edges.ts';

/** Columns of a route's sums. */
const C = { flows: 0, sent: 1, received: 2, isKnown: 3, width: 4 } as const;

/** Tunnelled, proven, its bytes known, and nothing else to be said of it. */
export function isCommon({ edge, verdict, exempt, kind, exposedBytes, bytes, supersededBy }: Flow): boolean {
  return (
    edge >= 0 &&
    verdict === 'hbone' &&
    exempt === null &&
    kind === 'connection' &&
    exposedBytes === null &&
    bytes.sent !== null &&
    bytes.received !== null &&
    supersededBy === null
  );
}

export class CommonFlows {
  /** Of each route the flow met first. */
  readonly #known: Flow[] = [];
  /** By number of a route. */
  #sums = new Float64Array(1024 * C.width);

  /** `isCommon` flows only. */
  count(flow: Flow, sign: 1 | -1): void {
    const at = flow.edge * C.width;
    if (at >= this.#sums.length) this.#grow(at);
    if (f64At(this.#sums, at + C.isKnown) === 0) {
      this.#sums[at + C.isKnown] = 1;
      this.#known.push(flow);
    }
    const { sent, received } = flow.bytes;
    this.#add(at, sign, sign * (sent ?? 0), sign * (received ?? 0));
  }

  /** One more like one that was counted. */
  add(edge: number, sent: number, received: number): void {
    this.#add(edge * C.width, 1, sent, received);
  }

  /** Gives out all that was counted since. */
  settle(to: (flow: Flow, sums: Alike) => void): void {
    const sums = this.#sums;
    for (const flow of this.#known) {
      const at = flow.edge * C.width;
      if (f64At(sums, at) === 0 && f64At(sums, at + C.sent) === 0 && f64At(sums, at + C.received) === 0) continue;
      to(flow, { flows: f64At(sums, at), sent: f64At(sums, at + C.sent), received: f64At(sums, at + C.received) });
      sums.fill(0, at, at + C.isKnown);
    }
  }

  #add(at: number, flows: number, sent: number, received: number): void {
    const sums = this.#sums;
    sums[at] = f64At(sums, at) + flows;
    sums[at + C.sent] = f64At(sums, at + C.sent) + sent;
    sums[at + C.received] = f64At(sums, at + C.received) + received;
  }

  #grow(at: number): void {
    const larger = new Float64Array(Math.max(this.#sums.length * 2, at + C.width));
    larger.set(this.#sums);
    this.#sums = larger;
  }
}
