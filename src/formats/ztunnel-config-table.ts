/**
 * istioctl's `ztunnel-config` tables, one after the other, of one ztunnel or several, with or without `--headers`. Columns are
 * found by where their names stand: cells may be empty, and names of columns have spaces.
 * istio/istio istioctl/pkg/writer/ztunnel/configdump: workload.go, services.go, policies.go, certificates.go, connections.go.
 */
import type { Batch, Fact } from '../model/batch.ts';
import type { Format } from '../model/format.ts';
import type { Addresses, Tables } from '../model/tables.ts';
import { headOf } from './config-heads.ts';
import { TextLines } from './text-lines.ts';
import { ROWS, type TableRow } from './ztunnel-config-rows.ts';

const NAMES =
  /CERTIFICATE NAME|SERVICE NAME|POLICY NAME|POD NAME|NAMESPACE|ADDRESS|\bIP\b|NODE|WAYPOINT|REMOTE TARGET|PROTOCOL|SERVICE VIPS?|ENDPOINTS|ACTION|SCOPE|TYPE|STATUS|VALID CERT|SERIAL NUMBER|NOT AFTER|NOT BEFORE|WORKLOAD|DIRECTION|LOCAL|REMOTE/g;
const HEADER =
  /^(?:NAMESPACE +(?:POD|SERVICE|POLICY) NAME +|CERTIFICATE NAME +TYPE +|WORKLOAD +DIRECTION +LOCAL +|NAME +NAMESPACE +(?:IP|ADDRESS) +NODE +)/;
/** `--headers` writes a title above each table. */
const TITLE = /^-{3,} [A-Z ]+ -{3,}$/;
/** A row of workloads whose header was cut off. */
const BARE = /^\S+ +\S+ +[\d.a-fA-F:]+ +(?:\S+ +)?\S+ +(?:HBONE|TCP) *$/;

type Column = { readonly name: string; readonly start: number };
type Table = { readonly columns: readonly Column[]; readonly read: (row: TableRow) => Fact | null };

export const ztunnelConfigTable: Format = {
  name: 'ztunnel-config-table',
  witness: 'config',
  summary: "istioctl ztunnel-config's tables: workloads, services, policies, certificates, connections, all",
  recognise: (head) => {
    const lines = headOf(head).split(/\r?\n/);
    if (lines.slice(0, 200).some((line) => HEADER.test(line) || TITLE.test(line))) return 0.9;
    return BARE.test(lines.find((line) => line.trim() !== '') ?? '') ? 0.5 : 0;
  },
  decode: (chunks, tables) => decodeTables(chunks, tables),
};

const BATCH = 4096;

async function* decodeTables(chunks: AsyncIterable<Uint8Array>, { addresses }: Tables): AsyncGenerator<Batch, void, undefined> {
  const reader = new TableReader(addresses);
  const lines = new TextLines();
  let facts: Fact[] = [];
  const take = (line: string | null): void => {
    const fact = reader.line(line);
    if (fact !== null) facts.push(fact);
  };
  for await (const chunk of chunks) {
    lines.feed(chunk, take);
    if (facts.length < BATCH) continue;
    yield { kind: 'facts', facts };
    facts = [];
  }
  lines.end(take);
  yield { kind: 'facts', facts };
}

class TableReader {
  readonly #addresses: Addresses;
  #table: Table | null = null;
  #record = 0;

  constructor(addresses: Addresses) {
    this.#addresses = addresses;
  }

  /** Null: one too long for any row. */
  line(line: string | null): Fact | null {
    this.#record++;
    if (line === null) return this.#malformed();
    if (line.trim() === '' || TITLE.test(line)) return null;
    if (HEADER.test(line)) {
      this.#table = tableOf(line);
      return null;
    }
    const columns = this.#table?.columns ?? (BARE.test(line) ? BARE_COLUMNS : []);
    const cells = cellsOf(line, columns);
    const read = this.#table?.read ?? ROWS['POD NAME'];
    const row = {
      record: this.#record,
      addresses: this.#addresses,
      cell: (name: string) => cells[columns.findIndex((column) => column.name === name)] ?? '',
    };
    const fact = cells.length === 0 ? null : (read?.(row) ?? null);
    return fact ?? this.#malformed();
  }

  #malformed(): Fact {
    return { kind: 'skipped', why: 'malformed', records: 1, firstRecord: this.#record };
  }
}

function tableOf(header: string): Table {
  const found = [...header.matchAll(NAMES)].map((match) => ({ name: match[0], start: match.index }));
  const old = header.startsWith('NAME ');
  // Before 1.22 a pod's name had no better title, and its address was its IP.
  const columns = [...(old ? [{ name: 'POD NAME', start: 0 }] : []), ...found].map(({ name, start }) => ({
    name: name === 'IP' ? 'ADDRESS' : name === 'SERVICE VIPS' ? 'SERVICE VIP' : name,
    start,
  }));
  const kind = columns.find(({ name }) => ROWS[name] !== undefined)?.name ?? '';
  return { columns, read: ROWS[kind] ?? (() => null) };
}

const BARE_COLUMNS: readonly Column[] = ['NAMESPACE', 'POD NAME', 'ADDRESS', 'NODE', 'WAYPOINT', 'PROTOCOL'].map((name) => ({ name, start: -1 }));

/** By position; by words where the spaces between columns did not survive, with what may be empty left out. */
function cellsOf(line: string, columns: readonly Column[]): readonly string[] {
  const isAligned = columns.every(({ start }, index) => index === 0 || (start > 0 && (start > line.length || line[start - 1] === ' ')));
  if (isAligned) return columns.map(({ start }, index) => line.slice(start, columns[index + 1]?.start).trim());
  const words = line.trim().split(/\s+/);
  const empty = columns.findIndex(({ name }) => name === 'NODE' || name === 'SERVICE VIP' || name === 'REMOTE TARGET');
  if (words.length === columns.length - 1 && empty >= 0) return words.toSpliced(empty, 0, '');
  return words.length === columns.length ? words : [];
}
