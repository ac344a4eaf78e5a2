/** What must hold of any bytes: formats and reducers never throw, account for every record, and never care how the bytes were cut. */
import assert from 'node:assert/strict';
import { lineReducer } from '../../dist/evidence/lines.js';
import { packetReducer } from '../../dist/evidence/packets.js';
import { recognise } from '../../dist/formats/recognise.js';
import { AddressTable } from '../../dist/model/addresses.js';
import { LineRows } from '../../dist/model/line-rows.js';
import { NameTable } from '../../dist/model/names.js';
import { PointTable } from '../../dist/model/points.js';
import { ShapeTable } from '../../dist/model/shapes.js';
import { WireRows } from '../../dist/model/wire-rows.js';

const HEAD = 65_536;
/** CPU time for one input: generous for what is at most a few megabytes, on a machine that does other things as well. */
const MOST_MS = 5_000;

async function* cut(bytes, sizes) {
  const buffer = Buffer.alloc(Math.max(...sizes));
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const part = bytes.subarray(at, at + sizes[turn % sizes.length]);
    buffer.fill(0xee);
    part.copy(buffer);
    yield new Uint8Array(buffer.buffer, buffer.byteOffset, part.length);
    at += part.length;
  }
}

/** `sizes`: of chunks. Nothing, where no format knows the bytes. */
export async function judge(bytes, sizes) {
  const format = recognise(new Uint8Array(bytes.subarray(0, HEAD)));
  if (format === null) return;
  const before = process.cpuUsage();
  const whole = await accountOf(format, bytes, [1 << 20]);
  const { user } = process.cpuUsage(before);
  assert.ok(user / 1000 < MOST_MS + bytes.length / 1000, `${format.name} took ${Math.round(user / 1000)} ms for ${bytes.length} bytes`);
  assert.deepEqual(await accountOf(format, bytes, sizes), whole, `${format.name} answers another way when its bytes come in chunks of ${sizes}`);
}

/** Reads it all, and says what became of it. */
async function accountOf(format, bytes, sizes) {
  const tables = { names: new NameTable(), addresses: new AddressTable(), shapes: new ShapeTable(), points: new PointTable() };
  const [wires, lines] = [new WireRows(512), new LineRows(4096)];
  const sink = { wire: (row) => wires.free(row), line: (row) => lines.free(row), standing: () => {} };
  const packets = packetReducer({ rows: wires, tables, input: 0 });
  const texts = lineReducer({ rows: lines, input: 0, onFull: () => {} });
  const account = { format: format.name, packets: 0, lines: 0, skipped: {}, facts: 0, error: null };
  try {
    for await (const batch of format.decode(cut(bytes, sizes), tables)) {
      note(account, batch);
      if (batch.kind !== 'packets') texts.read(batch, sink);
      if (batch.kind !== 'access') packets.read(batch, sink);
    }
  } catch (error) {
    if (error?.name !== 'PlainsightError') throw error;
    account.error = error.message;
  }
  packets.end(sink);
  texts.end(sink);
  const counts = packets.counts();
  const skipped = [...counts.skipped.values()].reduce((sum, records) => sum + records, 0);
  const unread = Object.values(account.skipped).reduce((sum, records) => sum + records, 0);
  assert.ok(
    counts.read >= 0 && [...counts.skipped.values()].every((records) => records >= 0),
    `negative counts: ${JSON.stringify([...counts.skipped])}`,
  );
  assert.equal(counts.read + skipped, account.packets + unread, `${format.name}: records are lost from the account`);
  account.reduced = [counts.read, [...counts.skipped].sort(), counts.sawHbone, counts.sawReadable, counts.first, counts.last];
  return account;
}

function note(account, batch) {
  if (batch.kind === 'packets') {
    account.packets += batch.count;
    for (let index = 0; index < batch.count; index++) {
      assert.ok(batch.offset[index] + batch.captured[index] <= batch.bytes.byteLength, 'a packet lies outside its batch');
      assert.ok(batch.original[index] >= batch.captured[index], 'a packet is shorter than what was captured of it');
    }
  } else if (batch.kind === 'access') account.lines += batch.count;
  else {
    for (const fact of batch.facts) {
      if (fact.kind === 'skipped') account.skipped[fact.why] = (account.skipped[fact.why] ?? 0) + fact.records;
      else account.facts++;
    }
  }
}
