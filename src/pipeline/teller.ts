/** Takes decided flows out of the pool, a chunk at a time, and waits for whoever is told: a slow reader stops the sources, not the memory. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Flow } from '../model/flow.ts';

/** It may go on without any flow to tell for a while: then it `isBusy`. */
export type Decides = { decide(): readonly Flow[]; readonly isBusy: boolean };
export type Tell = (flows: readonly Flow[]) => Promise<void> | undefined;

const SLICE_MS = 8;

export class Teller {
  readonly #pool: Decides;
  readonly #tell: Tell;
  readonly #gone: AbortSignal | undefined;
  #telling: Promise<void> | undefined;

  /** `gone`: nobody listens any more; nothing is decided for nobody. */
  constructor(pool: Decides, tell: Tell, gone: AbortSignal | undefined) {
    this.#pool = pool;
    this.#tell = tell;
    this.#gone = gone;
  }

  /** Undefined when all that could be decided has been told. */
  get busy(): Promise<void> | undefined {
    return this.#telling;
  }

  kick(): void {
    if (this.#telling !== undefined || this.#gone?.aborted === true) return;
    const flows = this.#pool.decide();
    if (flows.length === 0 && !this.#pool.isBusy) return;
    this.#telling = this.#run(flows).finally(() => {
      this.#telling = undefined;
    });
    // Whoever waits for `busy` sees the failure; until then it must not count as unhandled.
    this.#telling.catch(() => {});
  }

  async #run(first: readonly Flow[]): Promise<void> {
    let sliceEnd = performance.now() + SLICE_MS;
    for (let flows = first; flows.length > 0 || this.#pool.isBusy; flows = this.#pool.decide()) {
      if (flows.length > 0) await this.#tell(flows);
      if (this.#gone?.aborted === true) return;
      if (performance.now() < sliceEnd) continue;
      await nextTurn();
      sliceEnd = performance.now() + SLICE_MS;
    }
  }
}
