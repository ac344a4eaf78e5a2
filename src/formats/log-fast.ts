/** The fast path: a line whose runs are all known costs its volatile values and a comparison of words. */
import { f64At } from '../model/column.ts';
import type { Tables } from '../model/tables.ts';
import { isDigit } from './log-bytes.ts';
import { type AccessColumns, SPARE_ROW } from './log-columns.ts';
import { type Constant, ParsedLine, templateOf } from './log-fields.ts';
import { PathTable, type Template } from './log-paths.ts';
import { Kind, RunTable } from './log-runs.ts';
import { type Saying, sayingOf, templateOfSayings } from './log-sayings.ts';
import { ValueReader } from './log-values.ts';

type Said = { readonly constants: readonly Constant[]; readonly saying: Saying | null };

const UNTOLD: Said = { constants: [], saying: null };

const bit = (kind: Kind): number => 1 << kind;
const EVERY = bit(Kind.destination) | bit(Kind.hbone) | bit(Kind.sent) | bit(Kind.received) | bit(Kind.duration);
const NEEDED = bit(Kind.time) | bit(Kind.source);
/** Longer lines are not worth remembering. */
const LONGEST_LINE = 16 * 1024;
const NEWLINE = 0x0a;
/** Beside the kind of the value before a run: the same text in the other format is another run, or lines that are half one and half the other would be known. */
const Format = { text: 0, json: 16 } as const;

export class KnownLines {
  readonly #runs = new RunTable();
  readonly #paths = new PathTable();
  readonly #values: ValueReader;
  readonly #columns: AccessColumns;
  readonly #tables: Tables;
  /** What each informing run says, for paths that no line has gone yet. */
  readonly #said = new Map<number, Said>();

  constructor(tables: Tables, columns: AccessColumns) {
    this.#tables = tables;
    this.#values = new ValueReader(tables.addresses);
    this.#columns = columns;
  }

  /** Writes the line that begins at `start` (without an envelope) to the columns' next row; where the line after it begins, or -1 when it is not known. */
  match(view: DataView, start: number, limit: number): number {
    const runs = this.#runs;
    const paths = this.#paths;
    const values = this.#values;
    const row = this.#columns.count;
    let at = start;
    let kind: Kind = Kind.start;
    let key = 0;
    let seen = 0;
    paths.begin();
    values.begin();
    const isText = start < limit && isDigit(view.getUint8(start));
    const format = isText ? Format.text : Format.json;
    if (isText) {
      kind = Kind.time;
      seen = bit(kind);
      key = this.#value(kind, view, at, limit, row);
      at = values.end;
      if (at < 0) return -1;
    }
    for (;;) {
      const run = runs.find(view, at, limit, kind | format, key);
      if (run < 0) return -1;
      at += runs.length(run);
      if (runs.informs(run) && !paths.go(runs.number(run))) return -1;
      if (kind === Kind.duration && !this.#scale(row, runs.scale(run))) return -1;
      // Written from a Kind only.
      kind = runs.next(run) as Kind;
      if (kind === Kind.end) return this.#finish(row, seen) ? at : -1;
      // A value told twice is for the complete parser; and so every line ends.
      if ((seen & bit(kind)) !== 0) return -1;
      seen |= bit(kind);
      key = this.#value(kind, view, at, limit, row);
      at = values.end;
      if (at < 0) return -1;
    }
  }

  /** Makes the line in `start` … `end` (one past its newline) known. */
  learn(view: DataView, start: number, end: number, line: ParsedLine, template: Template): void {
    if (!line.learnable || end === start || end - start > LONGEST_LINE || view.getUint8(end - 1) !== NEWLINE) return;
    // Zeros would break the comparison of runs.
    for (let at = start; at < end; at++) if (view.getUint8(at) === 0) return;
    const runs = this.#runs;
    if (!runs.hasRoom(end - start, line.spans.length + 1) || !this.#paths.hasRoom) {
      runs.clear();
      this.#said.clear();
      this.#paths.clear();
    }
    this.#paths.begin();
    this.#values.begin();
    const format = isDigit(view.getUint8(start)) ? Format.text : Format.json;
    let at = start;
    let after: Kind = Kind.start;
    let key = 0;
    let scale = 0;
    for (const span of [...line.spans, { kind: Kind.end, start: end - start, end: end - start, constants: line.constants, scale: 0 }]) {
      const from = at;
      at = start + span.start;
      if (after !== Kind.start || at > from) {
        const informs = span.constants.length > 0;
        const run = runs.add(view, { start: from, end: at, after: after | format, key, next: span.kind, informs, scale });
        if (run === 0 || (informs && !this.#paths.go(run))) return;
        if (informs && !this.#said.has(run)) this.#said.set(run, { constants: span.constants, saying: sayingOf(span.constants, this.#tables) });
      }
      if (span.kind === Kind.end) break;
      key = this.#value(span.kind, view, at, end, SPARE_ROW);
      at = start + span.end;
      // Only ztunnel's own spelling can be recognised again.
      if (this.#values.end !== at) return;
      after = span.kind;
      scale = span.scale;
    }
    this.#paths.settle(template);
  }

  /** Reads one value into its column; gives what the next run is looked up by. `values.end` is -1 where it is none. */
  #value(kind: Kind, view: DataView, at: number, limit: number, row: number): number {
    const values = this.#values;
    const columns = this.#columns;
    switch (kind) {
      case Kind.time:
        columns.time[row] = values.time(view, at, limit);
        return 0;
      case Kind.source: {
        const ip = values.address(view, at, limit);
        columns.sourceIp[row] = ip;
        columns.sourcePort[row] = values.port;
        return ip | 0;
      }
      case Kind.destination: {
        const ip = values.address(view, at, limit);
        columns.destinationIp[row] = ip;
        columns.destinationPort[row] = values.port;
        return ip | 0;
      }
      case Kind.hbone: {
        const ip = values.address(view, at, limit);
        columns.hboneIp[row] = ip;
        columns.hbonePort[row] = values.port;
        return ip | 0;
      }
      case Kind.sent:
        columns.bytesSent[row] = values.integer(view, at, limit);
        return 0;
      case Kind.received:
        columns.bytesReceived[row] = values.integer(view, at, limit);
        return 0;
      case Kind.duration:
        columns.duration[row] = values.integer(view, at, limit);
        return 0;
      default:
        values.end = -1;
        return 0;
    }
  }

  #scale(row: number, scale: number): boolean {
    const micros = f64At(this.#columns.duration, row) * scale;
    this.#columns.duration[row] = micros;
    return micros <= Number.MAX_SAFE_INTEGER;
  }

  /** What the path says, and -1 for the values that the line does not have. */
  #finish(row: number, seen: number): boolean {
    const paths = this.#paths;
    const columns = this.#columns;
    if ((seen & NEEDED) !== NEEDED) return false;
    let path = paths.find();
    if (path < 0) {
      if (!this.#compose()) return false;
      path = paths.find();
    }
    const hasMore = paths.hasMore(path);
    const host = hasMore ? paths.hboneHost(path) : -1;
    if (host >= 0 && (seen & bit(Kind.hbone)) !== 0) return false;
    if ((seen & EVERY) !== EVERY) this.#fill(row, seen, host >= 0 ? paths.hbonePort(path) : 0);
    columns.event[row] = paths.event(path);
    columns.direction[row] = paths.direction(path);
    columns.shape[row] = paths.shape(path);
    columns.error[row] = hasMore ? paths.error(path) : -1;
    columns.extra[row] = hasMore ? paths.extra(path) : -1;
    columns.hboneHost[row] = host;
    return true;
  }

  /** A new path of known runs says what they say, one after the other: two workloads that meet for the first time need no parser. */
  #compose(): boolean {
    if (!this.#paths.hasRoom) return false;
    const said: Said[] = [];
    for (const run of this.#paths.path) said.push(this.#said.get(run) ?? UNTOLD);
    const template = templateOfSayings(said, this.#tables) ?? this.#parsed(said);
    if (template === null) return false;
    this.#paths.settle(template);
    return true;
  }

  #parsed(said: readonly Said[]): Template | null {
    const line = new ParsedLine();
    for (const { constants } of said) line.tell(constants);
    const template = templateOf(line, this.#tables);
    return typeof template === 'string' ? null : template;
  }

  #fill(row: number, seen: number, hbonePort: number): void {
    const columns = this.#columns;
    if ((seen & bit(Kind.destination)) === 0) {
      columns.destinationIp[row] = -1;
      columns.destinationPort[row] = 0;
    }
    if ((seen & bit(Kind.hbone)) === 0) {
      columns.hboneIp[row] = -1;
      columns.hbonePort[row] = hbonePort;
    }
    if ((seen & bit(Kind.sent)) === 0) columns.bytesSent[row] = -1;
    if ((seen & bit(Kind.received)) === 0) columns.bytesReceived[row] = -1;
    if ((seen & bit(Kind.duration)) === 0) columns.duration[row] = -1;
  }
}
