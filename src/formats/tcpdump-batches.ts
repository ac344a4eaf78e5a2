/** Lines out of chunks, and packets into batches. */
import type { Batch } from '../model/batch.ts';
import type { Addresses } from '../model/tables.ts';
import { BATCH_PACKETS, newPacketColumns } from './capture-packets.ts';
import { asciiOf } from './log-bytes.ts';
import { TcpdumpReader } from './tcpdump-reader.ts';
import { shapeOf } from './tcpdump-shape.ts';

/** Of longer lines only so much is kept: more than any packet prints. */
const LONGEST_LINE = 512 * 1024;
const BATCH_BYTES = 1 << 20;
const MAX_POINTS = 4096;
/** So many stamps tell whether deltas are since the packet before or since the first: the latter never fall. */
const ENOUGH_DELTAS = 16;
const MOST_HELD = 4096;

export class TextBatches {
  readonly #reader: TcpdumpReader;
  readonly #batch = newPacketColumns();
  readonly #numbers = new Map<string, number>();
  #bytes = new DataView(new ArrayBuffer(BATCH_BYTES));
  #used = 0;
  #cut = '';
  #lines = 0;
  /** Lines kept back until the meaning of their deltas is known; null once it is, or does not matter. */
  #held: string[] | null = [];
  readonly #deltas = { count: 0, last: -Infinity };

  constructor(addresses: Addresses) {
    this.#reader = new TcpdumpReader(addresses);
  }

  *feed(chunk: Uint8Array): Generator<Batch, void, undefined> {
    const text = asciiOf(new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength), 0, chunk.byteLength);
    let start = 0;
    for (let newline = text.indexOf('\n'); newline >= 0; newline = text.indexOf('\n', start)) {
      const line = this.#cut + text.slice(start, newline);
      this.#cut = '';
      start = newline + 1;
      yield* this.#line(line);
    }
    this.#cut = (this.#cut + text.slice(start)).slice(0, LONGEST_LINE);
    yield* this.#flush();
  }

  *end(): Generator<Batch, void, undefined> {
    if (this.#cut !== '') yield* this.#line(this.#cut);
    yield* this.#release();
    for (let again: string[] = []; ; ) {
      if (this.#reader.end(again)) yield* this.#put();
      if (again.length === 0) break;
      yield* this.#takeAll(again);
      again = [];
    }
    yield* this.#flush();
    const facts = this.#reader.facts();
    if (facts.length > 0) yield { kind: 'facts', facts };
  }

  *#line(raw: string): Generator<Batch, void, undefined> {
    const whole = raw.length > LONGEST_LINE ? raw.slice(0, LONGEST_LINE) : raw;
    // A terminal's line ends, and the mark that some editors put first.
    const ended = whole.endsWith('\r') ? whole.slice(0, -1) : whole;
    const line = this.#lines++ === 0 && ended.startsWith('\xef\xbb\xbf') ? ended.slice(3) : ended;
    if (this.#held === null) yield* this.#takeAll([line]);
    else {
      this.#held.push(line);
      if (this.#isTold(line) || this.#held.length >= MOST_HELD) yield* this.#release();
    }
  }

  /** Whether it is known now what the time stamps mean. */
  #isTold(line: string): boolean {
    const shape = shapeOf(line);
    if (shape === undefined) return false;
    if (shape.stamp !== 'delta') return true;
    const deltas = this.#deltas;
    const falls = shape.micros < deltas.last;
    deltas.last = shape.micros;
    this.#reader.deltas = falls ? 'previous' : 'first';
    return falls || ++deltas.count >= ENOUGH_DELTAS;
  }

  *#release(): Generator<Batch, void, undefined> {
    const held = this.#held;
    this.#held = null;
    if (held !== null) yield* this.#takeAll(held);
  }

  *#takeAll(lines: readonly string[]): Generator<Batch, void, undefined> {
    // The last one first: what is to be taken again comes before what follows it.
    const stack = [...lines].reverse();
    for (let line = stack.pop(); line !== undefined; line = stack.pop()) {
      const again: string[] = [];
      const isMade = this.#reader.take(line, again);
      if (isMade) yield* this.#put();
      while (again.length > 0) stack.push(again.pop() ?? '');
    }
  }

  /** The packet just made, into the batch; the batch goes first when it is full, or when a packet in between could not be made. */
  *#put(): Generator<Batch, void, undefined> {
    const { made, record, time } = this.#reader;
    const batch = this.#batch;
    const isFull = batch.count >= BATCH_PACKETS || this.#used + made.length > this.#bytes.byteLength;
    if (batch.count > 0 && (isFull || record !== batch.firstRecord + batch.count)) yield* this.#flush();
    if (batch.count === 0) batch.firstRecord = record;
    const bytes = new Uint8Array(made.view.buffer, made.view.byteOffset, made.length);
    new Uint8Array(this.#bytes.buffer).set(bytes, this.#used);
    batch.offset[batch.count] = this.#used;
    batch.captured[batch.count] = made.length;
    batch.original[batch.count] = Math.max(made.original, made.length);
    batch.time[batch.count] = time;
    batch.point[batch.count] = this.#point(made.linkType);
    batch.count++;
    this.#used += made.length;
  }

  #point(linkType: number): number {
    const name = this.#reader.interface;
    const key = `${linkType} ${name}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const { points } = this.#batch;
    if (points.length >= MAX_POINTS) return points.length - 1;
    this.#numbers.set(key, points.length);
    return points.push({ name, linkType }) - 1;
  }

  *#flush(): Generator<Batch, void, undefined> {
    if (this.#batch.count === 0) return;
    this.#batch.bytes = this.#bytes;
    yield this.#batch;
    this.#batch.count = 0;
    this.#used = 0;
  }
}
