import type { AccessBatch } from '../model/batch.ts';

/** Lines in one batch at most: what is told at once stays in the second-level cache. */
const BATCH_LINES = 2048;

/** One row to spare, for values that are read only to see whether they can be. */
const ROWS = BATCH_LINES + 1;
export const SPARE_ROW: number = BATCH_LINES;

/**
 * An `AccessBatch` while it is filled: a line is written at `count` and counts only once it is committed. It is told as it is and then
 * emptied: a new object a batch would have a new hidden class a batch, and those who read it would never be compiled for good.
 */
export class AccessColumns implements AccessBatch {
  readonly kind = 'access';
  count = 0;
  readonly prefix: Int32Array = new Int32Array(ROWS);
  readonly record: Float64Array = new Float64Array(ROWS);
  readonly time: Float64Array = new Float64Array(ROWS);
  readonly event: Uint8Array = new Uint8Array(ROWS);
  readonly direction: Uint8Array = new Uint8Array(ROWS);
  readonly sourceIp: Float64Array = new Float64Array(ROWS);
  readonly sourcePort: Uint16Array = new Uint16Array(ROWS);
  readonly destinationIp: Float64Array = new Float64Array(ROWS);
  readonly destinationPort: Uint16Array = new Uint16Array(ROWS);
  readonly hboneIp: Float64Array = new Float64Array(ROWS);
  readonly hbonePort: Uint16Array = new Uint16Array(ROWS);
  readonly hboneHost: Int32Array = new Int32Array(ROWS);
  readonly shape: Int32Array = new Int32Array(ROWS);
  readonly error: Int32Array = new Int32Array(ROWS);
  readonly extra: Int32Array = new Int32Array(ROWS);
  readonly bytesSent: Float64Array = new Float64Array(ROWS);
  readonly bytesReceived: Float64Array = new Float64Array(ROWS);
  readonly duration: Float64Array = new Float64Array(ROWS);

  get full(): boolean {
    return this.count === BATCH_LINES;
  }

  commit(prefix: number, record: number): void {
    this.prefix[this.count] = prefix;
    this.record[this.count] = record;
    this.count++;
  }
}
