/** Inputs that come bit by bit at given times of a wall clock that is a number: a whole followed run in a moment. */

import { readFileSync } from 'node:fs';
import { Ledger } from '../../src/audit/ledger.ts';
import { parseArguments } from '../../src/cli/args.ts';
import { coverageOf, strictTable } from '../../src/cli/coverage.ts';
import { Days } from '../../src/cli/days.ts';
import { NO_RULES } from '../../src/cli/gate.ts';
import { laneOf } from '../../src/cli/lanes.ts';
import { Session } from '../../src/cli/session.ts';
import { newStores } from '../../src/cli/stores.ts';
import { ToldBefore } from '../../src/cli/told-before.ts';
import { FirstBytesSlabs } from '../../src/evidence/first-bytes-slabs.ts';
import { GraphTable } from '../../src/evidence/graph.ts';
import { MetricTable } from '../../src/evidence/metrics.ts';
import { Pool } from '../../src/flows/pool.ts';
import { Configuration } from '../../src/mesh/configuration.ts';
import type { Flow } from '../../src/model/flow.ts';
import type { Finding, Summary } from '../../src/model/summary.ts';
import { micros } from '../../src/model/time.ts';
import { Conductor } from '../../src/pipeline/conductor.ts';
import { InputState } from '../../src/pipeline/input-state.ts';
import { toJson } from '../../src/report/contract/to-json.ts';
import { isProvenByLines } from '../../src/verdict/common.ts';
import { judge, says } from '../../src/verdict/index.ts';
import { applicationOf, SNIFFERS } from '../../src/wire/sniff/index.ts';

/** `at`: wall-clock ms. Of one lane in order. */
export type Piece = { readonly lane: number; readonly bytes: Uint8Array; readonly at: number };
export type ToldFlow = { readonly at: number; readonly flow: Flow };
export type Played = {
  readonly told: readonly ToldFlow[];
  readonly summary: Summary;
  readonly findings: readonly Finding[];
  readonly rowsLeft: number;
  readonly rowsMost: number;
};

type Source = { readonly chunks: Uint8Array[]; wake(): void; asked(): void; isOver: boolean };

const TICK_MS = 50;
const SKEW = 2_000_000;

export async function play(
  names: readonly string[],
  pieces: readonly Piece[],
  { live = true, until = 0 }: { readonly live?: boolean; readonly until?: number } = {},
): Promise<Played> {
  let wall = pieces[0]?.at ?? 0;
  const states = names.map((name) => new InputState(name));
  const stores = newStores();
  const slabs = new FirstBytesSlabs();
  const pool: Pool = new Pool({
    naming: { stores, protocols: SNIFFERS.map((_, index) => applicationOf(index)), inputName: (input) => states[input]?.name ?? '' },
    judge: (book) => ({ judge: (joined, ends) => judge(joined, ends, book), says, isProven: isProvenByLines }),
    window: micros(SKEW),
    onCopy: (input) => states[input]?.skip('duplicate', 1),
    isStale: (flow) => ledger.isStale(flow),
  });
  const configuration = new Configuration();
  const metrics = new MetricTable();
  const graphs = new GraphTable();
  const asked = { pool, stores, states, configuration, skew: micros(SKEW), metrics, graphs, readAt: () => null };
  const ledger: Ledger = new Ledger(coverageOf(asked));
  const findings: Finding[] = [];
  const command = parseArguments(['flows', '-']);
  if (command.kind !== 'view') throw new Error('no view');
  const session = new Session({
    command,
    ledger,
    strict: strictTable(asked, []),
    sinks: [],
    rules: NO_RULES,
    before: new ToldBefore(),
    speaks: () => false,
    say: () => {},
    reference: () => micros(0),
    report: { tell: (told) => void findings.push(...told.filter((one) => one.type === 'finding')), close: async () => {} },
  });
  const sources: Source[] = names.map(() => ({ chunks: [], wake: () => {}, asked: () => {}, isOver: false }));
  const lanes = names.map((name, number) => {
    const input = { name, live, size: null, open: () => bytesOf(sources[number]) };
    return laneOf({ input, named: true }, number, states[number] ?? new InputState(name), {
      stores,
      learn: (fact, input) => configuration.learn(fact, input),
      slabs,
      days: new Days(),
      metrics,
      graphs,
      before: new ToldBefore(),
      now: () => wall,
      advance: () => {},
      broke: (_, error) => {
        throw error;
      },
    }).lane;
  });
  const conductor = new Conductor(lanes, pool);
  const told: ToldFlow[] = [];
  let rowsMost = 0;
  const look = (): void => {
    conductor.look(wall);
    for (let flows = pool.decide(); flows.length > 0 || pool.isBusy; flows = pool.decide()) {
      void session.tell(flows);
      told.push(...flows.map((flow) => ({ at: wall, flow })));
    }
    rowsMost = Math.max(rowsMost, stores.lines.count + stores.wires.count);
  };
  const readers = lanes.map(async (lane) => {
    for await (const batch of lane.open(new AbortController().signal)) {
      conductor.read(lane, batch);
      look();
    }
    conductor.end(lane);
    look();
  });
  const pass = (to: number): void => {
    for (let time = wall + TICK_MS; time < to; time += TICK_MS) {
      wall = time;
      look();
    }
    wall = Math.max(wall, to);
  };
  await new Promise((resolve) => setImmediate(resolve));
  for (const { lane, bytes, at } of pieces) {
    pass(at);
    await given(sources[lane], bytes);
  }
  pass(wall + until);
  for (const [lane, source] of sources.entries()) {
    source.isOver = true;
    source.wake();
    await readers[lane];
  }
  look();
  const summary = await session.close({
    late: pool.late,
    evicted: 0,
    inputs: states.map((state) => state.status()),
    isShortOfNames: false,
    tunnels: pool.tunnels,
    exitCode: () => 0,
  });
  return { told, summary, findings, rowsLeft: stores.lines.count + stores.wires.count, rowsMost };
}

async function* bytesOf(source: Source | undefined): AsyncGenerator<Uint8Array, void, undefined> {
  while (source !== undefined) {
    const next = source.chunks.shift();
    if (next !== undefined) {
      yield next;
      continue;
    }
    source.asked();
    if (source.isOver) return;
    await new Promise<void>((resolve) => {
      source.wake = resolve;
    });
  }
}

/** Resolves when all of it has been read and reduced: the lane asks for more. */
function given(source: Source | undefined, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    if (source === undefined) throw new Error('no such lane');
    source.asked = resolve;
    source.chunks.push(bytes);
    source.wake();
  });
}

/** What stands at the end: the last revisions that nothing superseded, by id, without their numbers. */
export function lastWords(told: readonly ToldFlow[]): ReadonlyMap<string, unknown> {
  const last = new Map(told.map(({ flow }) => [flow.id, flow]));
  return new Map(
    [...last]
      .filter(([, { supersededBy }]) => supersededBy === null)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, flow]) => [id, { ...JSON.parse(toJson(flow)), revision: 0, findings: [...flow.findings] }]),
  );
}

/** Lines of a log, at the times of their own stamps. Lines without one come with the line before. */
export function linesOf(path: string, lane: number): Piece[] {
  let at = 0;
  return readFileSync(path, 'latin1')
    .split(/(?<=\n)/)
    .map((line) => {
      at = Math.max(at, Date.parse(/\d{4}-\d\d-\d\dT[\d:.]+Z/.exec(line)?.[0] ?? '') || 0);
      return { lane, bytes: new Uint8Array(Buffer.from(line, 'latin1')), at };
    });
}

/** Packets of a little-endian pcap in µs, its header with the first, at the times they were captured. */
export function packetsOf(path: string, lane: number): Piece[] {
  const file = readFileSync(path);
  const pieces: Piece[] = [];
  let start = 0;
  for (let at = 24; at + 16 <= file.byteLength; ) {
    const end = at + 16 + file.readUInt32LE(at + 8);
    const time = file.readUInt32LE(at) * 1000 + Math.floor(file.readUInt32LE(at + 4) / 1000);
    pieces.push({ lane, bytes: new Uint8Array(file.subarray(start, end)), at: Math.max(time, pieces.at(-1)?.at ?? 0) });
    start = end;
    at = end;
  }
  return pieces;
}

export const inTime = (pieces: readonly Piece[]): Piece[] => [...pieces].sort((a, b) => a.at - b.at);
