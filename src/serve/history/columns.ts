/** What is kept of each flow: some hundred bytes, in columns. */
import { larger } from './evidence.ts';

/** Bits of `flags`. */
export const F = { alive: 1, open: 2, tunnel: 4 } as const;

export class FlowColumns {
  high: Uint32Array = new Uint32Array(FIRST);
  low: Uint32Array = new Uint32Array(FIRST);
  flags: Uint8Array = new Uint8Array(FIRST);
  revision: Uint32Array = new Uint32Array(FIRST);
  group: Uint32Array = new Uint32Array(FIRST);
  /** -1: not known. */
  clientPort: Int32Array = new Int32Array(FIRST);
  /** µs; `end` is NaN while open. */
  start: Float64Array = new Float64Array(FIRST);
  end: Float64Array = new Float64Array(FIRST);
  /** NaN: not known. */
  sent: Float64Array = new Float64Array(FIRST);
  received: Float64Array = new Float64Array(FIRST);
  exposed: Float64Array = new Float64Array(FIRST);
  /** Bits by place in `WITNESSES`. */
  witnesses: Uint8Array = new Uint8Array(FIRST);
  /** Number of what else there is to say, and of the first cell of its evidence. */
  extras: Uint32Array = new Uint32Array(FIRST);
  evidence: Int32Array = new Int32Array(FIRST);

  get capacity(): number {
    return this.high.length;
  }

  grow(): void {
    const length = this.capacity * 2;
    this.high = larger(this.high, new Uint32Array(length));
    this.low = larger(this.low, new Uint32Array(length));
    this.flags = larger(this.flags, new Uint8Array(length));
    this.revision = larger(this.revision, new Uint32Array(length));
    this.group = larger(this.group, new Uint32Array(length));
    this.clientPort = larger(this.clientPort, new Int32Array(length));
    this.start = larger(this.start, new Float64Array(length));
    this.end = larger(this.end, new Float64Array(length));
    this.sent = larger(this.sent, new Float64Array(length));
    this.received = larger(this.received, new Float64Array(length));
    this.exposed = larger(this.exposed, new Float64Array(length));
    this.witnesses = larger(this.witnesses, new Uint8Array(length));
    this.extras = larger(this.extras, new Uint32Array(length));
    this.evidence = larger(this.evidence, new Int32Array(length));
  }
}
const FIRST = 4096;
