/** Which lines are one connection (rules.md §4): told through the whole program, line by line. */
import { expect, test } from 'vitest';
import { type Line, logOf, shortly, tell } from './story.ts';

const OUT: Line = { at: 1, direction: 'outbound', from: '10.0.0.1:40000', to: '10.0.0.2:15008', hbone: '10.0.0.2:9080' };
const IN: Line = { at: 1.001, direction: 'inbound', from: '10.0.0.1:50000', to: '10.0.0.2:15008', hbone: '10.0.0.2:9080' };
const flows = async (lines: readonly Line[], flags: readonly string[] = []): Promise<readonly string[]> =>
  shortly(await tell({ 'a.log': logOf(lines) }, flags));
const HBONE = 'connection 10.0.0.1:40000 > 10.0.0.2:9080 hbone hbone log';

test('the two lines of one tunnelled connection are one flow, from the application’s own socket', async () => {
  expect(await flows([OUT, IN])).toEqual([`${HBONE} 2`]);
});

test('either alone is a flow; only the client’s knows the client’s socket', async () => {
  expect(await flows([OUT])).toEqual([`${HBONE} 1`]);
  expect(await flows([IN])).toEqual(['connection 10.0.0.1:null > 10.0.0.2:9080 hbone hbone log 1']);
});

test('the two lines may lie apart by the skew of two clocks, and no more', async () => {
  expect(await flows([OUT, { ...IN, at: 2.9 }])).toHaveLength(1);
  expect(await flows([OUT, { ...IN, at: 3.1 }])).toHaveLength(2);
  expect(await flows([OUT, { ...IN, at: 3.1 }], ['--skew', '3s'])).toHaveLength(1);
});

test.for([
  ['other bytes', { sent: 101 }],
  ['another client', { from: '10.0.0.9:50000' }],
  ['another server', { to: '10.0.0.3:15008', hbone: '10.0.0.3:9080' }],
  ['another port of the server', { hbone: '10.0.0.2:9081' }],
] as const)('%s: two connections', async ([, changes]) => {
  expect(await flows([OUT, { ...IN, ...changes }])).toHaveLength(2);
});

test('identical requests are paired k-th with k-th, whatever lines are missing at the ends', async () => {
  const seconds = [0, 1, 2, 3, 4];
  const outbound = seconds.map((at) => ({ ...OUT, at, from: `10.0.0.1:${41_000 + at}` }));
  const inbound = seconds.map((at) => ({ ...IN, at: at + 0.002 }));
  const { flows: told } = await tell({ 'a.log': logOf(outbound), 'b.log': logOf(inbound) });
  expect(told.map(({ source, evidence }) => [source.port, evidence.map(({ record }) => record)])).toEqual(
    seconds.map((at) => [41_000 + at, [at + 1, at + 1]]),
  );
});

test('plaintext lines of both ends are paired by client, server and bytes: both ends are in the mesh, and nothing was tunnelled', async () => {
  const lines: readonly Line[] = [
    { at: 1, direction: 'outbound', from: '10.0.0.1:40000', to: '10.0.0.2:9080' },
    { at: 1.001, direction: 'inbound', from: '10.0.0.1:40000', to: '10.0.0.2:9080' },
  ];
  expect(await flows(lines)).toEqual(['connection 10.0.0.1:40000 > 10.0.0.2:9080 plaintext bypass log 2']);
});

test('lines of ztunnel 1.22 are paired although the client’s lacks hbone_addr and the server’s has the application’s port as dst.addr', async () => {
  const old: readonly Line[] = [
    { at: 1, direction: 'outbound', from: '10.0.0.1:40000', to: '10.0.0.2:15008', identities: true },
    { at: 1.001, direction: 'inbound', from: '10.0.0.1:50000', to: '10.0.0.2:9080', hbone: '10.0.0.2:9080' },
  ];
  expect(await flows(old)).toEqual([`${HBONE} 2`]);
});

test('opened and complete of one connection are one flow, and that begins when it was opened', async () => {
  const opened: Line = { ...OUT, at: 0.99, event: 'connection opened', level: 'debug' };
  const { flows: told } = await tell({ 'a.log': logOf([opened, { ...OUT, durationMs: 9 }]) });
  expect(told.map(({ start, end, open, evidence }) => [start.slice(-10), end?.slice(-10), open, evidence.length])).toEqual([
    ['20.990000Z', '21.000000Z', false, 2],
  ]);
});

test('opened alone: from the server it is an open tunnelled connection, from the client an attempt that proves nothing', async () => {
  const { flows: told } = await tell({ 'a.log': logOf([{ ...IN, event: 'connection opened', level: 'debug' }]) });
  expect(told.map(({ verdict, open, end }) => [verdict, open, end])).toEqual([['hbone', true, null]]);
  expect(await flows([{ ...OUT, event: 'connection opened', level: 'debug' }])).toEqual([
    'connection 10.0.0.1:40000 > 10.0.0.2:9080 unknown attempted log 1',
  ]);
});

test('of several streams opened in one tunnel, the one that begins when the complete line says is it', async () => {
  const opened = [1, 2, 3].map((at): Line => ({ ...IN, at, event: 'connection opened', level: 'debug' }));
  const { flows: told } = await tell({ 'a.log': logOf([...opened, { ...IN, at: 3.5, durationMs: 1500 }]) });
  expect(told.map(({ open, evidence }) => [open, evidence.map(({ record }) => record)])).toEqual([
    [true, [1]],
    [true, [3]],
    [false, [2, 4]],
  ]);
});

test('the same line read twice is one line; the same connection again a microsecond later is another', async () => {
  expect(await flows([OUT, OUT])).toEqual([`${HBONE} 1`]);
  expect(await flows([OUT, { ...OUT, at: 1.000001 }])).toHaveLength(2);
});

test('the server’s own error says more than the 503 its client was told', async () => {
  const out = { ...OUT, sent: 0, received: 0, error: 'http status: 503 Service Unavailable' };
  expect(await flows([out])).toEqual(['connection 10.0.0.1:40000 > 10.0.0.2:9080 failed upstream-unavailable log 1']);
  expect(await flows([out, { ...IN, sent: 0, received: 0, error: 'io error: Connection refused (os error 111)' }])).toEqual([
    'connection 10.0.0.1:40000 > 10.0.0.2:9080 failed refused log 2',
  ]);
});

test('ids depend on neither the names of files nor what else there is', async () => {
  const id = async (files: Parameters<typeof tell>[0]): Promise<string | undefined> =>
    (await tell(files)).flows.find(({ source }) => source.port === 40000)?.id;
  const alone = await id({ 'a.log': logOf([OUT]) });
  expect(alone).toMatch(/^[0-9a-f]{16}$/);
  expect(await id({ 'z.log': logOf([OUT, { ...OUT, at: 5, from: '10.0.0.1:40001' }]) })).toBe(alone);
  expect(await id({ 'z.log': logOf([OUT]), 'b.log': logOf([IN]) })).toBe(alone);
});
