/** The account of one input: read + skipped = records; what was lost; what it could see. */
import type { PacketCounts } from '../evidence/packets.ts';
import type { AccessBatch, Batch, FactBatch } from '../model/batch.ts';
import { f64At, i32At, u8At } from '../model/column.ts';
import type { Flow } from '../model/flow.ts';
import type { Format } from '../model/format.ts';
import { LineEvent } from '../model/line-event.ts';
import type { InputStatus } from '../model/summary.ts';
import type { Tables } from '../model/tables.ts';
import type { Micros } from '../model/time.ts';

export class InputState {
  readonly name: string;
  format: string | null = null;
  witness: InputStatus['witness'] = null;
  sawHbone = false;
  sawReadable = false;
  readonly skipped: Map<string, number> = new Map();
  hasPackets = false;
  /** Nothing comes from it any more. */
  hasEnded = false;
  /** What broke it. */
  error: string | null = null;
  #read = 0;
  #lost = 0;
  #first = Infinity;
  #last = -Infinity;

  constructor(name: string) {
    this.name = name;
  }

  /** Highest record time so far, µs; -Infinity before the first. */
  get last(): number {
    return this.#last;
  }

  get lost(): number {
    return this.#lost;
  }

  /** What is counted batch by batch; what packets show, the reducer says at the end. */
  note(batch: Batch, tables: Tables): void {
    if (batch.kind === 'facts') this.#noteFacts(batch);
    else {
      this.#read += batch.count;
      this.#noteTimes(batch.time, batch.count);
      if (batch.kind === 'access') this.#noteLines(batch, tables);
      else this.hasPackets = true;
    }
  }

  /** Records already counted as read turned out unusable. */
  skip(why: string, records: number): void {
    this.#read -= records;
    this.skipped.set(why, (this.skipped.get(why) ?? 0) + records);
  }

  /** The first of several files names it. */
  use({ name, witness }: Pick<Format, 'name' | 'witness'>): void {
    this.format ??= name;
    this.witness ??= witness;
  }

  /** Found by walking, and nothing that can be read. */
  unrecognised(): void {
    this.skipped.set('unrecognised', (this.skipped.get('unrecognised') ?? 0) + 1);
  }

  /** Of a capture its reducer has the account. */
  adopt({ read, skipped, lost, sawHbone, sawReadable }: PacketCounts): void {
    this.#read = read;
    this.skipped.clear();
    for (const [why, records] of skipped) this.skipped.set(why, records);
    this.#lost = Math.max(this.#lost, lost);
    this.sawHbone = sawHbone;
    this.sawReadable = sawReadable;
  }

  lose(records: number): void {
    this.#lost += records;
  }

  status(): InputStatus {
    const skipped = [...this.skipped.values()].reduce((sum, records) => sum + records, 0);
    const isEmpty = this.#last === -Infinity;
    return {
      input: this.name,
      format: this.format,
      witness: this.witness,
      records: this.#read + skipped,
      read: this.#read,
      skipped: Object.fromEntries([...this.skipped].sort(([a], [b]) => (a < b ? -1 : 1))),
      lost: this.#lost,
      first: isEmpty ? null : (this.#first as Micros),
      last: isEmpty ? null : (this.#last as Micros),
      sawHbone: this.sawHbone,
      sawReadable: this.sawReadable,
    };
  }

  #noteFacts({ facts }: FactBatch): void {
    for (const fact of facts) {
      if (fact.kind === 'lost') this.#lost += fact.records;
      else if (fact.kind === 'skipped') this.skipped.set(fact.why, (this.skipped.get(fact.why) ?? 0) + fact.records);
      else if (fact.kind === 'metric') this.#noteRecord(fact.time, fact.time);
      else if (fact.kind === 'flow') this.#noteFlow(fact.flow);
      else if (fact.kind === 'graph') this.#noteRecord(fact.graph.from, fact.graph.to);
      else {
        this.#read++;
        if (fact.kind === 'connection' && fact.direction === 'inbound') this.#noteOpen(fact.hbone);
      }
    }
  }

  #noteFlow({ start, end, verdict, exposedBytes }: Flow): void {
    this.#noteRecord(start, end);
    this.sawHbone ||= verdict === 'hbone';
    this.sawReadable ||= verdict === 'plaintext' || (exposedBytes ?? 0) > 0;
  }

  /** What a ztunnel lists as let in is as good as a line. */
  #noteOpen(isHbone: boolean): void {
    this.sawHbone ||= isHbone;
    this.sawReadable ||= !isHbone;
  }

  #noteRecord(first: Micros | null, last: Micros | null): void {
    this.#read++;
    if (first !== null && first < this.#first) this.#first = first;
    if (last !== null && last > this.#last) this.#last = last;
  }

  #noteTimes(times: Float64Array, count: number): void {
    for (let item = 0; item < count; item++) {
      const time = f64At(times, item);
      if (time < this.#first) this.#first = time;
      if (time > this.#last) this.#last = time;
    }
  }

  #noteLines({ count, shape, event }: AccessBatch, { shapes }: Tables): void {
    let last = -1;
    for (let line = 0; line < count && !(this.sawHbone && this.sawReadable); line++) {
      const id = i32At(shape, line);
      if (id === last || u8At(event, line) === LineEvent.failed) continue;
      last = id;
      const { source, destination } = shapes.shape(id);
      if (source.identity !== null || destination.identity !== null) this.sawHbone = true;
      else this.sawReadable = true;
    }
  }
}
