/**
 * Flows that are like one told before but for the client's port, time and bytes, taken from the columns of their lines and summed up
 * (two million lines of a mesh are some ten thousand different flows, and what they have in common has been told with the first).
 */
import type { CommonSink } from '../model/flow.ts';
import { knownRoute } from './ends.ts';
import type { Judge } from './judge.ts';
import type { Naming } from './naming.ts';

export class CommonLines {
  readonly #naming: Naming;
  readonly #judge: Judge;
  readonly #sink: CommonSink;

  constructor(naming: Naming, judge: Judge, sink: CommonSink) {
    this.#naming = naming;
    this.#judge = judge;
    this.#sink = sink;
  }

  /** All lines of a flow that no packets belong to, by rows, -1 for none. True when it has been summed up: then the rows are free. */
  take(outbound: number, inbound: number): boolean {
    const { stores } = this.#naming;
    const { lines } = stores;
    if (!this.#judge.isProven(stores, outbound, inbound)) return false;
    const counted = outbound >= 0 && lines.sent(outbound) >= 0 ? outbound : inbound;
    if (counted < 0 || lines.sent(counted) < 0) return false;
    const route = knownRoute(this.#naming, outbound, inbound);
    if (route < 0 || !this.#sink.add(route, lines.sent(counted), lines.received(counted))) return false;
    if (outbound >= 0) lines.free(outbound);
    if (inbound >= 0) lines.free(inbound);
    return true;
  }
}
