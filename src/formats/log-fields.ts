/**
 * One access line, completely parsed: text and JSON both end here.
 * Keys: ztunnel src/proxy/metrics.rs (ConnectionResult::record), snapshot 2026-08-20; the ages before it are in the samples.
 */
import { NO_IP } from '../model/address.ts';
import { Direction, LineEvent } from '../model/line-event.ts';
import type { ShapeEnd, Tables } from '../model/tables.ts';
import type { AccessColumns } from './log-columns.ts';
import type { Template } from './log-paths.ts';
import { Kind } from './log-runs.ts';
import { parseCount, parseDuration, parseSocket } from './log-values.ts';

/** Why a line is no record. */
export type Skip = 'not-an-access-line' | 'unknown-message' | 'malformed' | 'empty' | 'too-long' | 'partial';

/** A field that stays the same from line to line; `raw` is its value as the line spells it. */
export type Constant = { readonly key: string; readonly text: string; readonly raw: string };

/** Where a volatile value stands, in bytes from the start of the line. */
export type Span = {
  readonly kind: Kind;
  readonly start: number;
  readonly end: number;
  /** What is told between the value before it and this one. */
  readonly constants: readonly Constant[];
  readonly scale: number;
};

const VOLATILE: { readonly [key: string]: Kind } = {
  time: Kind.time,
  'src.addr': Kind.source,
  'dst.addr': Kind.destination,
  'dst.hbone_addr': Kind.hbone,
  bytes_sent: Kind.sent,
  bytes_recv: Kind.received,
  duration: Kind.duration,
};
const SCALES: { readonly [unit: string]: number } = { us: 1, ms: 1000, s: 1_000_000 };
const KNOWN: ReadonlySet<string> = new Set([
  ...Object.keys(VOLATILE),
  ...['workload', 'namespace', 'identity', 'cluster'].flatMap((name) => [`src.${name}`, `dst.${name}`]),
  ...['dst.service', 'direction', 'error', 'level', 'scope', 'message'],
]);
/** A host name instead of an address: double HBONE through an east-west gateway. */
const HOST = /^[\w.-]*[A-Za-z_-][\w.-]*:\d{1,5}$/;
const EVENTS: { readonly [message: string]: LineEvent } = {
  'connection opened': LineEvent.opened,
  'connection complete': LineEvent.complete,
  'connection failed': LineEvent.failed,
};

export class ParsedLine {
  time: number = Number.NaN;
  readonly spans: Span[] = [];
  /** False where the line could not be recognised again by its runs. */
  learnable = true;
  /** What has been told since the last span. */
  constants: Constant[] = [];
  readonly fields: Map<string, string> = new Map();
  readonly #extra: string[] = [];

  /** One `key=value`; of two with one key the last counts, as in JSON. `raw` is the value as the line spells it, `start` … `end` where its text stands. */
  add(key: string, text: string, raw: string, start: number, end: number): void {
    const kind = VOLATILE[key];
    if (this.fields.has(key)) this.learnable = false;
    this.#tell(key, text, raw);
    if (kind === undefined || !this.#span(kind, text, start, end)) this.constants.push({ key, text, raw });
  }

  /** What other lines have told already. */
  tell(constants: readonly Constant[]): void {
    for (const { key, text, raw } of constants) this.#tell(key, text, raw);
  }

  get(key: string): string | null {
    return this.fields.get(key) ?? null;
  }

  get extra(): string | null {
    return this.#extra.length === 0 ? null : this.#extra.join(' ');
  }

  #tell(key: string, text: string, raw: string): void {
    if (KNOWN.has(key)) this.fields.set(key, text);
    else this.#extra.push(`${key}=${raw}`);
  }

  /** False where the value stays in the run: a host name. */
  #span(kind: Kind, text: string, start: number, end: number): boolean {
    if (kind === Kind.hbone && HOST.test(text)) return false;
    const unit = kind === Kind.duration ? (/^\d+(ms|us|s)$/.exec(text)?.[1] ?? '') : '';
    if ((kind === Kind.duration && unit === '') || end - start !== text.length) this.learnable = false;
    this.spans.push({ kind, start, end: end - unit.length, constants: this.constants, scale: SCALES[unit] ?? 0 });
    this.constants = [];
    return true;
  }
}

/** -1 where it is none that ztunnel writes. */
export const eventOf = (message: string): number => EVENTS[message] ?? -1;
export const directionOf = (text: string): number => (text === 'inbound' || text === 'outbound' ? Direction[text] : -1);

/** What stays the same in lines like this one, whatever its volatile values are; why it is no record, where its message or direction says nothing. */
export function templateOf(line: ParsedLine, tables: Tables): Template | Skip {
  const event = EVENTS[line.get('message') ?? ''];
  if (event === undefined) return 'unknown-message';
  const direction = line.get('direction');
  if (direction !== 'inbound' && direction !== 'outbound') return 'malformed';
  const number = (text: string | null): number => (text === null ? -1 : tables.names.intern(text));
  const hbone = line.get('dst.hbone_addr') ?? '';
  const host = HOST.test(hbone) ? parseSocket(hbone) : null;
  return {
    event,
    direction: Direction[direction],
    shape: tables.shapes.intern({ source: endOf(line, SOURCE), destination: endOf(line, DESTINATION), service: line.get('dst.service') }),
    error: number(line.get('error')),
    extra: number(line.extra),
    hboneHost: number(host?.host ?? null),
    hbonePort: host?.port ?? 0,
  };
}

/** Writes a parsed line to the columns' next row. What stays the same in lines like it, or why it is no record. */
export function writeLine(line: ParsedLine, tables: Tables, columns: AccessColumns, terminated: boolean): Template | Skip {
  const template = templateOf(line, tables);
  if (typeof template === 'string') return terminated ? template : 'malformed';
  if (Number.isNaN(line.time) || (!terminated && isCut(line, template.event))) return 'malformed';
  if (!writeAddresses(line, tables, columns) || !writeCounts(line, columns)) return 'malformed';
  const row = columns.count;
  columns.time[row] = line.time;
  columns.event[row] = template.event;
  columns.direction[row] = template.direction;
  columns.shape[row] = template.shape;
  columns.error[row] = template.error;
  columns.extra[row] = template.extra;
  columns.hboneHost[row] = template.hboneHost;
  return template;
}

/** Keys as constants: put together anew they have no hash yet, and an edge's first lines cost more than all else that is read of them. */
const SOURCE = { workload: 'src.workload', namespace: 'src.namespace', identity: 'src.identity', cluster: 'src.cluster' } as const;
const DESTINATION = { workload: 'dst.workload', namespace: 'dst.namespace', identity: 'dst.identity', cluster: 'dst.cluster' } as const;

function endOf(line: ParsedLine, keys: typeof SOURCE | typeof DESTINATION): ShapeEnd {
  return {
    workload: line.get(keys.workload),
    namespace: line.get(keys.namespace),
    identity: line.get(keys.identity),
    cluster: line.get(keys.cluster),
  };
}

/** A last line without its newline may have lost what stands at its end: an error above all, without which a refusal would look like a success. */
function isCut(line: ParsedLine, event: number): boolean {
  if (event === LineEvent.opened) return false;
  if (line.get('level') !== 'info' && (line.get('error') ?? '') === '') return true;
  return event === LineEvent.complete && line.get('duration') === null;
}

function writeAddresses(line: ParsedLine, tables: Tables, columns: AccessColumns): boolean {
  const row = columns.count;
  const source = parseSocket(line.get('src.addr') ?? '');
  const destination = parseSocket(line.get('dst.addr') ?? '');
  const hboneText = line.get('dst.hbone_addr');
  const hbone = parseSocket(hboneText ?? '');
  const ip = (socket: typeof source): number => (socket === null ? NO_IP : tables.addresses.parse(socket.host));
  columns.sourceIp[row] = ip(source);
  columns.sourcePort[row] = source?.port ?? 0;
  columns.destinationIp[row] = ip(destination);
  columns.destinationPort[row] = destination?.port ?? 0;
  columns.hboneIp[row] = ip(hbone);
  columns.hbonePort[row] = hbone?.port ?? 0;
  if (line.get('dst.addr') !== null && columns.destinationIp[row] === NO_IP) return false;
  if (hboneText !== null && (hbone === null || (columns.hboneIp[row] === NO_IP && !HOST.test(hboneText)))) return false;
  return columns.sourceIp[row] !== NO_IP;
}

/** False where a number is none. */
function writeCounts(line: ParsedLine, columns: AccessColumns): boolean {
  const read = (key: string, parse: (text: string) => number): number => {
    const text = line.get(key);
    const value = text === null ? -1 : parse(text);
    return text !== null && value < 0 ? Number.NaN : value;
  };
  const sent = read('bytes_sent', parseCount);
  const received = read('bytes_recv', parseCount);
  const duration = read('duration', parseDuration);
  columns.bytesSent[columns.count] = sent;
  columns.bytesReceived[columns.count] = received;
  columns.duration[columns.count] = duration;
  return !Number.isNaN(sent + received + duration);
}
