import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packetReducer } from '../../src/evidence/packets.ts';
import { WireRows } from '../../src/model/wire-rows.ts';
import { ACK, batches, CLIENT, FIN, type Frame, frame, HBONE, newTables, RST, reduce, reduceBatches, SERVER, SYN, Talk } from './scene.ts';
import { clientHello, record, serverHello } from './tls.ts';

const GET = 'GET / HTTP/1.1\r\nHost: reviews\r\n\r\n';

function mixture(): Frame[] {
  const talks = Array.from({ length: 20 }, (_, index) => {
    const talk = new Talk({
      client: { ip: CLIENT.ip, port: 40_000 + (index % 7) },
      server: index % 2 === 0 ? SERVER : HBONE,
      isns: [index * 9999, index * 777],
      at: index * 700_000,
      step: 90_000,
    }).handshake();
    if (index % 2 === 0) return talk.client(GET).server('HTTP/1.1 200 OK\r\n\r\n').close();
    return talk
      .client(clientHello().slice(0, 40))
      .client(clientHello().slice(40))
      .server(serverHello())
      .client(record(23, 60))
      .server(record(23, 60))
      .close();
  });
  return talks.flatMap(({ frames }) => frames).sort((a, b) => a.time - b.time);
}

test('how packets are cut into batches changes nothing, not even the order of rows', () => {
  const frames = mixture();
  const whole = reduceBatches(batches(frames));
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 }), (sizes) => {
      const cut = reduceBatches(batches(frames, sizes));
      expect(cut.rows).toEqual(whole.rows);
      expect(cut.told).toEqual(whole.told);
      expect(cut.reducer.counts()).toEqual(whole.reducer.counts());
    }),
    { numRuns: 40 },
  );
});

const anyPacket = fc.record({
  x: fc.boolean(),
  port: fc.integer({ min: 0, max: 3 }),
  flags: fc.integer({ min: 0, max: 31 }),
  seq: fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 0xffff_ffff })),
  ack: fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 0xffff_ffff })),
  payload: fc.oneof(
    fc.uint8Array({ maxLength: 80 }),
    fc.constantFrom(clientHello(), serverHello(), record(23, 40), record(23, 19), clientHello().slice(0, 30), record(23, 4000)),
  ),
  snap: fc.oneof(fc.constant(65535), fc.integer({ min: 0, max: 120 })),
  at: fc.oneof(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: -100_000_000, max: 100_000_000 })),
  protocol: fc.constantFrom(6, 6, 6, 17),
});

test('random packets never throw, every packet is accounted for, and all slabs come back', () => {
  fc.assert(
    fc.property(fc.array(anyPacket, { maxLength: 120 }), fc.constantFrom(0, 4096, 20_000, 1 << 20), (packets, slabBytes) => {
      const frames = packets.map(({ x, port, ...rest }) => {
        const client = { ip: CLIENT.ip, port: 40_000 + port };
        const server = port === 1 ? HBONE : SERVER;
        return frame({ ...rest, from: x ? client : server, to: x ? server : client });
      });
      const { rows, reducer, slabs, told } = reduceBatches(batches(frames, [7]), { slabBytes });
      const counts = reducer.counts();
      const skipped = [...counts.skipped.values()].reduce((sum, count) => sum + count, 0);
      expect(counts.read + skipped).toBe(frames.length);
      expect(rows.reduce((sum, row) => sum + row.packets, 0) + counts.strays).toBe(counts.read);
      expect(slabs.count).toBe(0);
      expect(new Set(rows.map(({ row }) => row)).size).toBe(rows.length);
      for (const row of [...rows, ...told])
        expect([row.start <= row.end, row.exposed <= row.sent + row.received, Number.isFinite(row.sent)]).toEqual([true, true, true]);
    }),
    { numRuns: 300 },
  );
});

test('random bytes as packets of any link type never throw', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 20 }),
      fc.constantFrom(0, 1, 12, 101, 108, 113, 228, 276, 9999),
      (packets, linkType) => {
        const frames = packets.map((bytes) => ({ bytes, original: bytes.length, time: 5, point: 0 }));
        for (const batch of batches(frames)) reduceBatches([{ ...batch, points: [{ name: '', linkType }] }]);
      },
    ),
  );
});

test('a truncated packet never makes a tunnel of what was none', () => {
  const frames = new Talk({ server: HBONE })
    .handshake()
    .client(clientHello())
    .server(serverHello())
    .client(record(23, 60))
    .server(record(23, 19))
    .close().frames;
  for (let snap = 0; snap < 300; snap += 3) {
    const cut = frames.map((one) => ({ ...one, bytes: one.bytes.slice(0, snap) }));
    for (const row of reduce(cut)) expect(row.seen).not.toContain('established');
  }
});

test('when rows run out, closed connections go first, then those silent longest, and that is said', () => {
  const open = (index: number, ended: boolean) => {
    const talk = new Talk({ client: { ip: CLIENT.ip, port: 1000 + index }, at: index * 1000, step: 10 }).handshake().client(GET);
    return (ended ? talk.server('', RST | ACK) : talk).frames;
  };
  const crowd = Array.from({ length: 400 }, (_, index) => open(index, index % 2 === 0)).flat();
  const { rows, reducer, store } = reduceBatches(batches(crowd), { capacity: 250, freeing: true });
  expect(rows.length).toBe(400);
  expect(reducer.counts().evicted).toBe(0);
  expect(store.count).toBe(0);
  const packed = reduceBatches(batches(crowd), { capacity: 100, freeing: true });
  expect(packed.rows.length).toBe(400);
  expect(packed.reducer.counts().evicted).toBeGreaterThan(100);
  const evicted = packed.rows.filter(({ seen }) => seen.includes('evicted'));
  expect(evicted.length).toBe(packed.reducer.counts().evicted);
  expect(evicted.every(({ seen }) => !seen.includes('ended'))).toBe(true);
});

test('rows that nobody frees are packets without room, counted', () => {
  const crowd = Array.from({ length: 50 }, (_, index) => frame({ from: { ip: CLIENT.ip, port: 1000 + index }, to: SERVER, flags: SYN, at: index }));
  const { rows, reducer } = reduceBatches(batches(crowd), { capacity: 10 });
  expect(rows.length).toBe(10);
  expect([...reducer.counts().skipped]).toEqual([['table-full', 40]]);
});

test('where rows are freed between batches only, a flood of SYNs finds room all the same', () => {
  const store = new WireRows(3200);
  const waiting: number[] = [];
  const reducer = packetReducer({ rows: store, tables: newTables(), input: 0 });
  const sink = { wire: (row: number) => void waiting.push(row), line: () => {}, standing: () => {} };
  const flood = Array.from({ length: 6000 }, (_, index) => frame({ from: { ip: CLIENT.ip, port: 1000 + index }, to: SERVER, flags: SYN, at: index }));
  let told = 0;
  for (const batch of batches(flood, [40])) {
    reducer.read(batch, sink);
    told += waiting.length;
    for (const row of waiting.splice(0)) store.free(row);
  }
  expect([...reducer.counts().skipped]).toEqual([]);
  expect(reducer.counts().evicted).toBe(told);
  expect(told + store.count).toBe(6000);
});

test('the pool is asked to free rows before anything is evicted', () => {
  const store = new WireRows(4);
  const waiting: number[] = [];
  const onFull = (): void => {
    for (const row of waiting.splice(0)) store.free(row);
  };
  const reducer = packetReducer({ rows: store, tables: newTables(), input: 0, onFull });
  const sink = { wire: (row: number) => void waiting.push(row), line: () => {}, standing: () => {} };
  const ended = (index: number) => new Talk({ client: { ip: CLIENT.ip, port: 1000 + index }, at: index * 3_000_000 }).handshake().close().frames;
  for (const batch of batches(Array.from({ length: 20 }, (_, index) => ended(index)).flat())) reducer.read(batch, sink);
  expect(reducer.counts()).toMatchObject({ evicted: 0, read: 120 });
  expect([...reducer.counts().skipped]).toEqual([]);
});

test('live, time that goes on without packets hands over what has ended', () => {
  const store = new WireRows(16);
  const reducer = packetReducer({ rows: store, tables: newTables(), input: 0 });
  const rows: number[] = [];
  const sink = { wire: (row: number) => void rows.push(row), line: () => {}, standing: () => {} };
  const talk = new Talk()
    .handshake()
    .client(GET)
    .client('', FIN | ACK)
    .server('', FIN | ACK)
    .client('', ACK);
  for (const batch of batches(talk.frames)) reducer.read(batch, sink);
  expect(rows).toEqual([]);
  reducer.tick((reducer.clock() + 5_000_000) as never, sink);
  expect(rows.length).toBe(1);
});
