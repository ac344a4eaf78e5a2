/**
 * The running sums of edges, a row each, in columns: captures of many addresses have as many edges as flows. A row is found by
 * the numbers of its ends and its server's port and transport, through an open-addressed hash table.
 */
import { f64At, i32At } from '../model/column.ts';
import { REASONS, type Reason, VERDICTS, type Verdict } from '../model/flow.ts';
import type { CountedReason } from '../model/secured.ts';
import type { VerdictCounts } from '../model/summary.ts';

/** Whole numbers of a row. `reason`: the first it met, as `codeOf` has it, + 1; `logSaid` and `wireSaid`: a count for each verdict. */
export const N = {
  client: 0,
  end: 1,
  port: 2,
  flows: 3,
  exempt: 4,
  sentOf: 5,
  receivedOf: 6,
  exposedOf: 7,
  reason: 8,
  reasonFlows: 9,
  logSaid: 10,
  wireSaid: 16,
  width: 22,
} as const;
/** Sums of bytes; how many flows they are known of stands in `N`. */
export const B = { sent: 0, received: 1, exposed: 2, width: 3 } as const;

type Counted = { -readonly [field in keyof CountedReason]: CountedReason[field] };
const FIRST_ROWS = 256;

export class EdgeSums {
  #numbers = new Int32Array(FIRST_ROWS * N.width);
  #bytes = new Float64Array(FIRST_ROWS * B.width);
  /** Row + 1, 0 for none; twice as many as rows at least. */
  #slots = new Int32Array(FIRST_ROWS * 4);
  /** Beyond a row's first reason: few have any. */
  readonly #reasons = new Map<number, Counted[]>();
  /** Rows are below this. */
  size = 0;

  /** -1 where there is none. */
  find(client: number, end: number, port: number): number {
    return i32At(this.#slots, this.#slotOf(client, end, port)) - 1;
  }

  /** For one that is not there yet. */
  make(client: number, end: number, port: number): number {
    if ((this.size + 1) * N.width > this.#numbers.length) this.#grow();
    const row = this.size++;
    this.#numbers[row * N.width + N.client] = client;
    this.#numbers[row * N.width + N.end] = end;
    this.#numbers[row * N.width + N.port] = port;
    this.#slots[this.#slotOf(client, end, port)] = row + 1;
    return row;
  }

  number(row: number, column: number): number {
    return i32At(this.#numbers, row * N.width + column);
  }

  add(row: number, column: number, count: number): void {
    const at = row * N.width + column;
    this.#numbers[at] = i32At(this.#numbers, at) + count;
  }

  bytes(row: number, column: number): number {
    return f64At(this.#bytes, row * B.width + column);
  }

  addBytes(row: number, column: number, bytes: number): void {
    const at = row * B.width + column;
    this.#bytes[at] = f64At(this.#bytes, at) + bytes;
  }

  countReason(row: number, verdict: Verdict, reason: Reason, flows: number): void {
    const code = codeOf(verdict, reason) + 1;
    const first = this.number(row, N.reason);
    if (first === 0) this.#numbers[row * N.width + N.reason] = code;
    if (first === 0 || first === code) this.add(row, N.reasonFlows, flows);
    else this.#countFurther(row, { verdict, reason, flows });
  }

  reasons(row: number): readonly CountedReason[] {
    const first = reasonOf(this.number(row, N.reason) - 1, this.number(row, N.reasonFlows));
    return first === undefined ? [] : [first, ...(this.#reasons.get(row) ?? [])];
  }

  /** `column`: of the first verdict's count. */
  counts(row: number, column: typeof N.logSaid | typeof N.wireSaid): VerdictCounts {
    const counts = noCounts();
    for (const [index, verdict] of VERDICTS.entries()) counts[verdict] = this.number(row, column + index);
    return counts;
  }

  #countFurther(row: number, one: Counted): void {
    const others = this.#reasons.get(row) ?? [];
    if (others.length === 0) this.#reasons.set(row, others);
    const known = others.find(({ verdict, reason }) => verdict === one.verdict && reason === one.reason);
    if (known === undefined) others.push(one);
    else known.flows += one.flows;
  }

  /** Of that row, or the empty one where it belongs. */
  #slotOf(client: number, end: number, port: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = hash(client, end, port) & mask; ; slot = (slot + 1) & mask) {
      const at = (i32At(this.#slots, slot) - 1) * N.width;
      if (at < 0) return slot;
      const numbers = this.#numbers;
      if (i32At(numbers, at + N.client) === client && i32At(numbers, at + N.end) === end && i32At(numbers, at + N.port) === port) return slot;
    }
  }

  #grow(): void {
    const numbers = new Int32Array(this.#numbers.length * 2);
    const bytes = new Float64Array(this.#bytes.length * 2);
    numbers.set(this.#numbers);
    bytes.set(this.#bytes);
    this.#numbers = numbers;
    this.#bytes = bytes;
    this.#slots = new Int32Array(this.#slots.length * 2);
    for (let row = 0; row < this.size; row++)
      this.#slots[this.#slotOf(this.number(row, N.client), this.number(row, N.end), this.number(row, N.port))] = row + 1;
  }
}

export const noCounts = (): { [verdict in Verdict]: number } => ({ hbone: 0, tls: 0, plaintext: 0, denied: 0, failed: 0, unknown: 0 });

const codeOf = (verdict: Verdict, reason: Reason): number => VERDICTS.indexOf(verdict) * REASONS.length + REASONS.indexOf(reason);

function reasonOf(code: number, flows: number): CountedReason | undefined {
  const verdict = VERDICTS[Math.floor(code / REASONS.length)];
  const reason = REASONS[code % REASONS.length];
  return verdict === undefined || reason === undefined ? undefined : { verdict, reason, flows };
}

function hash(client: number, end: number, port: number): number {
  const mixed = Math.imul(client, 0x9e3779b1) ^ Math.imul(end, 0x85ebca6b) ^ Math.imul(port, 0xc2b2ae35);
  return Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d) >>> 4;
}
