import { describe, expect, it } from 'vitest';
import { lineReducer } from '../../src/evidence/lines.ts';
import { decodeLog } from '../../src/formats/log-decode.ts';
import { L, LineBit, LineRows } from '../../src/model/line-rows.ts';
import { cut, FAILED, INBOUND, newTables, OUTBOUND, REFUSED } from '../formats/log-reading.ts';

async function reduce(lines: readonly string[], rows: LineRows, onFull: () => void = () => {}) {
  const tables = newTables();
  const reducer = lineReducer({ rows, input: 7, onFull });
  const told: number[] = [];
  const sink = { line: (row: number) => void told.push(row), wire: () => {}, standing: () => {} };
  for await (const batch of decodeLog(cut(new TextEncoder().encode(`${lines.join('\n')}\n`), []), tables)) reducer.read(batch, sink);
  reducer.end(sink);
  return { told, tables, evicted: reducer.evicted };
}

describe('the line reducer', () => {
  it('keeps everything that a line told', async () => {
    const rows = new LineRows(10);
    const { told, tables } = await reduce([OUTBOUND, `[pod/a/b] ${INBOUND}`, REFUSED, FAILED], rows);
    expect(told).toEqual([0, 1, 2, 3]);
    const address = (ip: Parameters<typeof tables.addresses.format>[0]) => tables.addresses.format(ip);
    expect([address(rows.sourceIp(0)), rows.sourcePort(0), address(rows.destinationIp(0)), rows.destinationPort(0)]).toEqual([
      '10.10.1.11',
      55728,
      '10.10.2.11',
      15008,
    ]);
    expect([address(rows.hboneIp(0)), rows.hbonePort(0), rows.event(0), rows.direction(0)]).toEqual(['10.10.2.11', 9080, 1, 0]);
    expect([rows.sent(0), rows.received(0), rows.time(0) - rows.start(0)]).toEqual([78, 1467, 10_000]);
    expect([rows.word(0, L.error), rows.word(0, L.prefix), rows.word(0, L.input), rows.word(0, L.record)]).toEqual([0, 0, 7, 1]);
    expect(tables.shapes.shape(rows.word(0, L.shape)).destination.namespace).toBe('bookinfo');
    // Client to server, whichever end wrote the line.
    expect([rows.direction(1), rows.sent(1), rows.received(1), tables.names.text(rows.word(1, L.prefix) - 1)]).toEqual([1, 78, 1467, 'pod/a/b']);
    expect(tables.names.text(rows.word(2, L.error) - 1)).toBe('http status: 503 Service Unavailable');
    expect([address(rows.sourceIp(3)), address(rows.destinationIp(3)), rows.hboneIp(3)]).toEqual(['fd00:10:1::14', 'fd00:10:2::b', -1]);
    expect([rows.event(3), rows.sent(3), rows.has(3, LineBit.hasDuration), rows.start(3) === rows.time(3)]).toEqual([2, -1, false, true]);
  });

  it('asks for room once when all rows are taken, and counts the line that finds none', async () => {
    const rows = new LineRows(2);
    let asked = 0;
    const { told, evicted } = await reduce([OUTBOUND, OUTBOUND, OUTBOUND, OUTBOUND], rows, () => {
      if (asked++ === 0) rows.free(0);
    });
    expect([told, asked, evicted]).toEqual([[0, 1, 0], 2, 1]);
  });
});
