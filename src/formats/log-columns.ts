import type { AccessBatch } from '../model/batch.ts';

/** Lines in one batch at most: what is told at once stays in the second-level cache. */
export const BATCH_LINES = 8192;

/** One row to spare, for values that are read only to see whether they can be. */
const ROWS = BATCH_LINES + 1;
export const SPARE_ROW: number = BATCH_LINES;

/** The columns of one `AccessBatch`, filled line by line: a line is written at `count` and counts only once it is committed. */
export class AccessColumns {
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

  /** Everything committed since the last time; the columns are reused at once. */
  take(): AccessBatch {
    const batch = { ...this, kind: 'access' as const };
    this.count = 0;
    return batch;
  }
}
