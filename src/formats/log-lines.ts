/** One line of a log, whatever it came in: the known ones at once, all others completely parsed. */
import type { FactBatch } from '../model/batch.ts';
import type { Tables } from '../model/tables.ts';
import { asciiOf, Scratch, startsWith, withoutColours } from './log-bytes.ts';
import { AccessColumns } from './log-columns.ts';
import { Envelope, openDocker, Part } from './log-envelope.ts';
import { KnownLines } from './log-fast.ts';
import { ParsedLine, type Skip, writeLine } from './log-fields.ts';
import { parseJson } from './log-json.ts';
import { parseText } from './log-text.ts';

/** Longer lines are counted and passed over. */
export const LONGEST_LINE: number = 1 << 20;
const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** The beginning of a line whose end has not come yet, of one stream of a container. */
type Begun = { readonly bytes: Scratch; record: number; parts: number; isTooLong: boolean };
const nothingBegun = (): Begun => ({ bytes: new Scratch(), record: 0, parts: 0, isTooLong: false });

export type LineOptions = { /** False to parse every line completely: the test of the fast path. */ readonly fast: boolean };

export class LogLines {
  readonly columns: AccessColumns = new AccessColumns();
  /** Lines so far, as an editor counts them. */
  record = 0;
  readonly #tables: Tables;
  readonly #fast: boolean;
  readonly #known: KnownLines;
  readonly #envelope: Envelope;
  readonly #begun: readonly [Begun, Begun] = [nothingBegun(), nothingBegun()];
  readonly #plain = new Scratch();
  readonly #skipped = new Map<Skip, { records: number; firstRecord: number }>();
  /** Whether the line before stood in an envelope: the next one probably does, too. */
  #isEnveloped = false;

  constructor(tables: Tables, { fast }: LineOptions) {
    this.#tables = tables;
    this.#fast = fast;
    this.#known = new KnownLines(tables, this.columns);
    this.#envelope = new Envelope(tables.names);
  }

  /** Takes known lines from `at` on, as many as follow each other and find room; where the first other one begins. */
  takeKnown(view: DataView, at: number, limit: number): number {
    let next = at;
    while (this.#fast && next < limit && !this.columns.full) {
      const envelope = this.#envelope;
      envelope.prefix = -1;
      const start = this.#isEnveloped ? envelope.open(view, next, limit) : next;
      if (this.#isEnveloped && envelope.part !== Part.whole && !this.#isWhole()) break;
      const end = this.#known.match(view, start, limit);
      if (end < 0) break;
      this.columns.commit(envelope.prefix, ++this.record);
      next = end;
    }
    return next;
  }

  /** Takes any line: `start` up to `end`, its newline included if it has one. */
  take(view: DataView, start: number, end: number): void {
    const record = ++this.record;
    if (end - start > LONGEST_LINE) {
      this.skip('too-long', record);
      return;
    }
    const terminated = end > start && view.getUint8(end - 1) === NEWLINE;
    const envelope = this.#envelope;
    const inner = envelope.open(view, start, end);
    this.#isEnveloped = inner > start;
    const docker = openDocker(view, inner, end);
    if (docker !== null) this.#takeDocker(docker, record);
    else if (envelope.part !== Part.whole && !this.#isWhole()) this.#collect(view, inner, textEnd(view, inner, end), record);
    else this.#read(view, inner, end, { terminated, record });
  }

  #takeDocker({ log, stream }: { readonly log: string; readonly stream: 0 | 1 }, record: number): void {
    const plain = this.#plain;
    this.#envelope.stream = stream;
    this.#envelope.part = log.endsWith('\n') ? Part.last : Part.more;
    plain.length = 0;
    plain.appendText(log);
    if (this.#isWhole()) this.#read(plain.view, 0, plain.length, { terminated: true, record });
    else this.#collect(plain.view, 0, textEnd(plain.view, 0, plain.length), record);
  }

  /** What began and never ended. */
  end(): void {
    for (const begun of this.#begun) if (begun.parts > 0) this.#finish(begun, false);
  }

  skip(why: Skip, record: number, records = 1): void {
    const known = this.#skipped.get(why);
    if (known === undefined) this.#skipped.set(why, { records, firstRecord: record });
    else known.records += records;
  }

  /** Lines passed over since the last time; null for none. */
  takeFacts(): FactBatch | null {
    if (this.#skipped.size === 0) return null;
    const facts = [...this.#skipped].map(([why, { records, firstRecord }]) => ({ kind: 'skipped' as const, why, records, firstRecord }));
    this.#skipped.clear();
    return { kind: 'facts', facts };
  }

  /** Whether the entry just opened holds a line from its beginning to its end. */
  #isWhole(): boolean {
    return this.#envelope.part === Part.last && this.#begun[this.#envelope.stream].parts === 0;
  }

  #collect(view: DataView, start: number, end: number, record: number): void {
    const begun = this.#begun[this.#envelope.stream];
    if (begun.parts++ === 0) begun.record = record;
    if (begun.bytes.length + end - start > LONGEST_LINE) begun.isTooLong = true;
    else if (!begun.isTooLong) begun.bytes.append(view, start, end);
    if (this.#envelope.part === Part.last) this.#finish(begun, true);
  }

  /** A line of several parts is one record, where it began; its other parts are counted apart. */
  #finish(begun: Begun, terminated: boolean): void {
    const { bytes, record, parts, isTooLong } = begun;
    begun.parts = 0;
    begun.isTooLong = false;
    if (parts > 1) this.skip('partial', record + 1, parts - 1);
    if (isTooLong) this.skip('too-long', record);
    else {
      if (terminated) bytes.appendNewline();
      this.#envelope.prefix = -1;
      this.#read(bytes.view, 0, bytes.length, { terminated, record });
    }
    bytes.length = 0;
  }

  #read(view: DataView, start: number, end: number, options: { readonly terminated: boolean; readonly record: number }): void {
    const { terminated, record } = options;
    const last = textEnd(view, start, end);
    if (terminated && this.#fast && this.#known.match(view, start, end) === end) this.columns.commit(this.#envelope.prefix, record);
    else if (last === start) this.skip('empty', record);
    else {
      const why = this.#parse(view, start, end, { last, terminated });
      const text = why === null ? '' : asciiOf(view, start, last);
      if (why === null) this.columns.commit(this.#envelope.prefix, record);
      else if (text.includes('\x1b')) this.#readColoured(text, options);
      else this.skip(why, record);
    }
  }

  /** Parses a line completely, up to `last` (without its newline), writes it and remembers it; null, or why it is no record. */
  #parse(view: DataView, start: number, end: number, { last, terminated }: { readonly last: number; readonly terminated: boolean }): Skip | null {
    const line = parseLine(view, start, last, terminated);
    if (!(line instanceof ParsedLine)) return line;
    const template = writeLine(line, this.#tables, this.columns, terminated);
    if (typeof template === 'string') return template;
    if (this.#fast) this.#known.learn(view, start, end, line, template);
    return null;
  }

  #readColoured(coloured: string, options: { readonly terminated: boolean; readonly record: number }): void {
    const text = withoutColours(coloured);
    const bytes = new Scratch();
    bytes.reserve(text.length + 1).set(Buffer.from(text, 'latin1'));
    bytes.length = text.length;
    if (options.terminated) bytes.appendNewline();
    const outside = this.#envelope.prefix;
    const inner = this.#envelope.open(bytes.view, 0, bytes.length);
    if (this.#envelope.prefix < 0) this.#envelope.prefix = outside;
    this.#read(bytes.view, inner, bytes.length, options);
  }
}

function parseLine(view: DataView, start: number, end: number, terminated: boolean): ParsedLine | Skip {
  const first = view.getUint8(start);
  if (first === 0x7b) return parseJson(view, start, end);
  // A byte order mark, which some tools put before what they save.
  if (startsWith(view, start, end, '\xef\xbb\xbf')) return start + 3 === end ? 'empty' : parseLine(view, start + 3, end, terminated);
  return parseText(view, start, end, terminated);
}

/** Without the newline, and the carriage return before it. */
function textEnd(view: DataView, start: number, end: number): number {
  let last = end;
  if (last > start && view.getUint8(last - 1) === NEWLINE) last--;
  if (last > start && view.getUint8(last - 1) === RETURN) last--;
  return last;
}
