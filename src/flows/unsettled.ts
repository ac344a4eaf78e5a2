/**
 * Flows that have been told for good as far as their own evidence goes, but whose names and reasons rest on what other lines
 * say of their addresses: who had one, whether it was enrolled. A line hours later may still tell. So their rows are kept for a
 * while, the latest so many, and looked at again from time to time, and all of them at the end.
 */
import type { FlowRows } from './plan.ts';

export type UnsettledFlow = {
  readonly rows: FlowRows;
  readonly keys: readonly number[];
  readonly lines: readonly number[];
  readonly wires: readonly number[];
};

const MAX_FLOWS = 16_384;

export class Unsettled {
  #flows: UnsettledFlow[] = [];
  /** Before it everything has been given up. */
  #head = 0;
  #next = 0;

  get size(): number {
    return this.#flows.length - this.#head;
  }

  /** What has to give way for it, if anything. */
  add(flow: UnsettledFlow): UnsettledFlow | undefined {
    this.#flows.push(flow);
    return this.#flows.length - this.#head > MAX_FLOWS ? this.take() : undefined;
  }

  /** The one kept longest, which is kept no more. */
  take(): UnsettledFlow | undefined {
    if (this.#head === this.#flows.length) return undefined;
    const flow = this.#flows[this.#head++];
    if (this.#head > MAX_FLOWS) {
      this.#flows = this.#flows.slice(this.#head);
      this.#next = Math.max(0, this.#next - this.#head);
      this.#head = 0;
    }
    return flow;
  }

  /** One after the other, over and over; undefined where there is none. */
  turn(): UnsettledFlow | undefined {
    if (this.#next < this.#head || this.#next >= this.#flows.length) this.#next = this.#head;
    return this.#flows[this.#next++];
  }
}
