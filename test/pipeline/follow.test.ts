/** The law of following (design.md §4, "Told"): the last unsuperseded revisions are the offline answer. */
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inTime, lastWords, linesOf, type Piece, type Played, packetsOf, play, type ToldFlow } from './live.ts';

const sample = (name: string): string => fileURLToPath(new URL(`../../samples/${name}`, import.meta.url));

const BOOKINFO = ['node1-eth0.pcap', 'ztunnel-n1.log', 'ztunnel-n2.log'];
const bookinfo = (): Piece[] =>
  inTime([
    ...packetsOf(sample('bookinfo/node1-eth0.pcap'), 0),
    ...linesOf(sample('bookinfo/ztunnel-n1.log'), 1),
    ...linesOf(sample('bookinfo/ztunnel-n2.log'), 2),
  ]);
const DEBUG = ['ztunnel-n1.log', 'ztunnel-n2.log'];
const debug = (): Piece[] => inTime([...linesOf(sample('json-debug/ztunnel-n1.log'), 0), ...linesOf(sample('json-debug/ztunnel-n2.log'), 1)]);

const text = (piece: Piece, change: (text: string) => string): Piece => ({
  ...piece,
  bytes: new Uint8Array(Buffer.from(change(Buffer.from(piece.bytes).toString('latin1')), 'latin1')),
});

function expectSame(followed: Played, offline: Played): void {
  expect(followed.summary.late).toBe(0);
  expect(Object.fromEntries(lastWords(followed.told))).toEqual(Object.fromEntries(lastWords(offline.told)));
  const { late: _, ...sums } = offline.summary;
  expect(followed.summary).toMatchObject(sums);
  expect(followed.findings.map(({ key, message }) => [key, message])).toEqual(offline.findings.map(({ key, message }) => [key, message]));
}

/** Each lane late by something of its own from piece to piece, never before the last. */
function delayed(pieces: readonly Piece[], delays: readonly number[]): Piece[] {
  const last: number[] = [];
  let next = 0;
  return inTime(
    pieces.map((piece) => {
      const at = Math.max(last[piece.lane] ?? 0, piece.at + (delays[next++ % delays.length] ?? 0));
      last[piece.lane] = at;
      return { ...piece, at };
    }),
  );
}

test.for([
  ['logs of both nodes and a capture', BOOKINFO, bookinfo],
  ['logs with opened lines', DEBUG, debug],
] as const)('%s, followed with any delay below a second, come to the offline answer', async ([, names, pieces]) => {
  const offline = await play(names, pieces(), { live: false });
  expect(offline.told.length).toBeGreaterThan(40);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 1, maxLength: 40 }), async (delays) => {
      expectSame(await play(names, delayed(pieces(), delays)), offline);
    }),
    { numRuns: 8 },
  );
});

test('old records written one by one come to the offline answer', async () => {
  const offline = await play(BOOKINFO, bookinfo(), { live: false });
  const now = Date.parse('2031-01-01T00:00:00Z');
  expectSame(
    await play(
      BOOKINFO,
      bookinfo().map((piece, index) => ({ ...piece, at: now + index * 10 })),
    ),
    offline,
  );
});

test('history of one pod after the other in one pipe, then what happens now, comes to the offline answer', async () => {
  const prefixed = (pod: string) => (piece: Piece) => ({ ...text(piece, (line) => `[pod/${pod}/istio-proxy] ${line}`), lane: 0 });
  const one = linesOf(sample('bookinfo/ztunnel-n1.log'), 0).map(prefixed('ztunnel-n1'));
  const other = linesOf(sample('bookinfo/ztunnel-n2.log'), 0).map(prefixed('ztunnel-n2'));
  const now = Math.max(...one.map(({ at }) => at)) - 400;
  const history = [
    ...one.filter(({ at }) => at < now).map((piece) => ({ ...piece, at: now })),
    ...other.filter(({ at }) => at < now).map((piece) => ({ ...piece, at: now + 700 })),
  ];
  const fresh = inTime([...one, ...other].filter(({ at }) => at >= now)).map((piece) => ({ ...piece, at: piece.at + 700 }));
  // Hours old, as far as the wall clock goes: only what is fresh is of now.
  const aged = history.map((piece) => text(piece, (line) => line));
  const offline = await play(['-'], [...aged, ...fresh], { live: false });
  expectSame(await play(['-'], [...aged, ...fresh]), offline);
});

test('each revision follows the one before, and replaces just it', async () => {
  const { told } = await play(BOOKINFO, bookinfo());
  expect(told.some(({ flow }) => flow.revision > 1)).toBe(true);
  expect(told.some(({ flow }) => flow.supersededBy !== null)).toBe(true);
  const last = new Map<string, ToldFlow>();
  for (const one of told) {
    const before = last.get(one.flow.id)?.flow;
    expect(one.flow.revision).toBe((before?.revision ?? 0) + 1);
    expect(one.flow.replaces?.revision ?? 0).toBe(before?.revision ?? 0);
    last.set(one.flow.id, one);
  }
});

test('a verdict is told in the moment its line is read, long before its partner', async () => {
  const [first] = linesOf(sample('bookinfo/ztunnel-n1.log'), 1).filter(({ bytes }) => Buffer.from(bytes).includes('connection complete'));
  if (first === undefined) throw new Error('no line');
  const { told } = await play(BOOKINFO, [first], { until: 10_000 });
  expect(told.map(({ at, flow }) => [at, flow.revision])).toEqual([[first.at, 1]]);
});

test('a silent input holds nobody back: flows are joined while it is silent', async () => {
  const logs = inTime([...linesOf(sample('bookinfo/ztunnel-n1.log'), 0), ...linesOf(sample('bookinfo/ztunnel-n2.log'), 1)]);
  const end = Math.max(...logs.map(({ at }) => at));
  const { told } = await play([...DEBUG, 'silent.fifo'], logs, { until: 20_000 });
  const joined = told.filter(({ flow }) => flow.supersededBy === null && flow.evidence.length === 2);
  expect(joined.length).toBeGreaterThan(20);
  expect(Math.max(...joined.map(({ at }) => at))).toBeLessThan(end + 6_000);
});

test('a connection opened for hours is told as open at once, and once more when it is complete', async () => {
  const line = (time: string, rest: string): Piece => ({
    lane: 0,
    at: Date.parse(time),
    bytes: new Uint8Array(Buffer.from(`${time}\tdebug\taccess\t${rest}\n`)),
  });
  const ends =
    'src.addr=10.10.1.11:55728 src.workload="curl-1" src.namespace="default" src.identity="spiffe://cluster.local/ns/default/sa/curl" dst.addr=10.10.2.11:15008 dst.hbone_addr=10.10.2.11:9080 dst.workload="web-1" dst.namespace="default" dst.identity="spiffe://cluster.local/ns/default/sa/web" direction="inbound"';
  const pieces = [
    line('2026-11-21T08:00:00.000000Z', `connection opened\t${ends}`),
    line('2026-11-21T11:00:00.000000Z', `connection complete\t${ends} bytes_sent=10 bytes_recv=20 duration="10800000ms"`),
  ];
  const followed = await play(['-'], pieces, { until: 10_000 });
  expect(followed.told.map(({ flow }) => [flow.verdict, flow.open])).toContainEqual(['hbone', true]);
  expect(followed.told[0]?.at).toBe(pieces[0]?.at);
  expectSame(followed, await play(['-'], pieces, { live: false }));
  expect(lastWords(followed.told).size).toBe(1);
});

test('what has been decided is given back, however long it goes on', async () => {
  const lines = linesOf(sample('bookinfo/ztunnel-n1.log'), 0).filter(({ bytes }) => Buffer.from(bytes).includes('connection complete'));
  const start = Date.parse('2026-11-21T08:00:00.000Z');
  const pieces = Array.from({ length: 20_000 }, (_, index): Piece => {
    const at = start + index * 20;
    const piece = lines[index % lines.length];
    if (piece === undefined) throw new Error('no lines');
    return { ...text(piece, (line) => line.replace(/^\S+/, new Date(at).toISOString())), lane: 0, at };
  });
  const { rowsMost, rowsLeft } = await play(['-'], pieces, { until: 10_000 });
  // Those of the last seconds wait for a partner, and unsettled ones for a name, which are bounded (`Unsettled`).
  expect(rowsMost).toBeLessThan(17_500);
  expect(rowsLeft).toBe(0);
});
