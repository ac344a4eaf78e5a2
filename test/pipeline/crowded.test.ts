/** Inputs much larger than the pool: whoever tells more in an hour than another is not read hours behind it. */
import { expect, test } from 'vitest';
import { lineReducer } from '../../src/evidence/lines.ts';
import { Pool } from '../../src/flows/pool.ts';
import { decodeLog } from '../../src/formats/log-decode.ts';
import { AddressTable } from '../../src/model/addresses.ts';
import { LineRows } from '../../src/model/line-rows.ts';
import { NameTable } from '../../src/model/names.ts';
import { PointTable } from '../../src/model/points.ts';
import { ShapeTable } from '../../src/model/shapes.ts';
import { micros } from '../../src/model/time.ts';
import { WireRows } from '../../src/model/wire-rows.ts';
import { InputState } from '../../src/pipeline/input-state.ts';
import { lane } from '../../src/pipeline/lane.ts';
import { run } from '../../src/pipeline/run.ts';
import { isProvenByLines } from '../../src/verdict/common.ts';
import { judge, says } from '../../src/verdict/index.ts';
import { type Line, logOf } from '../flows/story.ts';

const SECONDS = 6_000;
/** A fifth of all lines. */
const CAPACITY = 6_000;
const line = (direction: Line['direction'], at: number, sent: number): Line => ({
  direction,
  at,
  sent,
  from: direction === 'outbound' ? '10.0.0.1:40000' : '10.0.0.1:50000',
  to: '10.0.0.2:15008',
  hbone: '10.0.0.2:9080',
});

/** One connection a second; the client's log has three more lines of others in between. */
function logs(): readonly string[] {
  const seconds = Array.from({ length: SECONDS }, (_, at) => at);
  const client = seconds.flatMap((at) => [
    line('outbound', at, at),
    ...[1, 2, 3].map((more) => line('outbound', at + more / 4, 1e6 + at * 4 + more)),
  ]);
  return [logOf(client), logOf(seconds.map((at) => line('inbound', at + 0.001, at)))];
}

async function* chunksOf(text: string): AsyncGenerator<Uint8Array, void, undefined> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += 65_536) {
    await new Promise((resolve) => setImmediate(resolve));
    yield bytes.subarray(at, at + 65_536);
  }
}

test('the sparse log of one end waits for the dense one of the other: no partner is missed, none comes late', async () => {
  const tables = { names: new NameTable(), addresses: new AddressTable(), shapes: new ShapeTable(), points: new PointTable() };
  const stores = { wires: new WireRows(16), lines: new LineRows(CAPACITY), tables };
  const pool = new Pool({
    naming: { stores, protocols: [], inputName: String },
    judge: (book) => ({ judge: (joined, ends) => judge(joined, ends, book), says, isProven: isProvenByLines }),
    window: micros(2_000_000),
    onCopy: () => {},
  });
  const evicted: { readonly evicted: number }[] = [];
  const lanes = logs().map((text, input) => {
    const reducer = lineReducer({ rows: stores.lines, input, onFull: () => {} });
    evicted.push(reducer);
    const broke = (error: unknown): never => {
      throw error;
    };
    const batches = (): ReturnType<typeof decodeLog> => decodeLog(chunksOf(text), tables);
    const state = new InputState(String(input));
    return lane({ state, reducer, tables, live: false, until: undefined, now: Date.now, batches, tick: () => {}, broke });
  });
  let joined = 0;
  const tell = (flows: ReturnType<Pool['decide']>): undefined => {
    for (const { lines = [] } of flows) if (lines.length === 2) joined++;
  };
  await run({ lanes, pool, tell, now: Date.now }, new AbortController().signal);
  expect([joined, pool.late, ...evicted.map((reducer) => reducer.evicted)]).toEqual([SECONDS, 0, 0, 0]);
});
