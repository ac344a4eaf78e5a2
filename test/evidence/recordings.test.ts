/** Real captures, against what tshark and shared/tools/expected.py make of them. They lie beside the repository; without them, or without the programs, nothing is tested. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { PCAP } from '../../src/formats/pcap.ts';
import { PCAPNG } from '../../src/formats/pcapng.ts';
import type { Batch } from '../../src/model/batch.ts';
import { newTables, type Outcome, type Row, reduceBatches } from './scene.ts';

const SHARED = fileURLToPath(new URL('../../../shared/', import.meta.url));
const CAPTURES = [
  'netns-text/node1-eth0.pcap',
  'netns-text/node1-eth0-midstream-snap128.pcap',
  'netns-text/node2-any-nano.pcap',
  'netns-text/pod-legacy-eth0.pcap',
  'netns-text/pod-reviews-eth0.pcap',
  'netns-text/pod-productpage-eth0-lo.pcapng',
  'kubernetes-strict/legacy-client-eth0.pcap',
  'kubernetes-prometheus-kiali/pcap/node1-eth0.pcap',
];
const isThere = (program: string): boolean => {
  try {
    return execFileSync(program, ['--version']).length > 0;
  } catch {
    return false;
  }
};
const canCompare = existsSync(SHARED) && isThere('tshark') && isThere('python3');
if (!canCompare) console.log('test/evidence/recordings: no recordings beside the repository, no tshark or no python3: nothing compared');

async function read(path: string, chunkBytes = 1 << 20): Promise<Outcome> {
  const bytes = new Uint8Array(readFileSync(`${SHARED}recordings/${path}`));
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
  }
  const kept: Batch[] = [];
  for await (const batch of (path.endsWith('ng') ? PCAPNG : PCAP).decode(chunks(), newTables())) kept.push(copyOf(batch));
  return reduceBatches(kept, { capacity: 4096 });
}

/** A format reuses its buffers. */
function copyOf(batch: Batch): Batch {
  if (batch.kind !== 'packets') return batch;
  const { bytes, offset, captured, original, time, point, points } = batch;
  const copied = new DataView(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  return {
    ...batch,
    bytes: copied,
    offset: offset.slice(),
    captured: captured.slice(),
    original: original.slice(),
    time: time.slice(),
    point: point.slice(),
    points: [...points],
  };
}

const tuple = (a: string, b: string): string => [a, b].sort().join(' ');
const tcpOf = (outcome: Outcome): readonly Row[] => outcome.rows.filter(({ protocol }) => protocol === 6);

function groups<T>(rows: readonly T[], key: (row: T) => string): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const row of rows) found.set(key(row), [...(found.get(key(row)) ?? []), row]);
  return found;
}

type Stream = { readonly frames: number; readonly bytes: number; readonly tuple: string };

/** TCP conversations as tshark counts them, whatever the interface. */
function streamsOf(path: string): readonly Stream[] {
  const fields = ['tcp.stream', 'frame.len', 'ip.src', 'ipv6.src', 'tcp.srcport', 'ip.dst', 'ipv6.dst', 'tcp.dstport'];
  const out = execFileSync(
    'tshark',
    ['-r', `${SHARED}recordings/${path}`, '-Y', 'tcp && !icmp && !icmpv6', '-T', 'fields', ...fields.flatMap((field) => ['-e', field])],
    { encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  const lines = out
    .trim()
    .split('\n')
    .map((line) => line.split('\t'));
  return [...groups(lines, ([stream = '']) => stream).values()].map((packets) => {
    const [, , ip4 = '', ip6 = '', port = '', toIp4 = '', toIp6 = '', toPort = ''] = packets[0] ?? [];
    return {
      frames: packets.length,
      bytes: packets.reduce((sum, [, length]) => sum + Number(length), 0),
      tuple: tuple(`${ip4 || ip6}:${port}`, `${toIp4 || toIp6}:${toPort}`),
    };
  });
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

test.for(canCompare ? CAPTURES : [])('%s: conversations, frames and bytes agree with tshark', async (path) => {
  const outcome = await read(path);
  const ours = groups(tcpOf(outcome), ({ client, server }) => tuple(client, server));
  const theirs = groups(streamsOf(path), (stream) => stream.tuple);
  expect([...ours.keys()].sort()).toEqual([...theirs.keys()].sort());
  for (const [key, streams] of theirs) {
    const rows = ours.get(key) ?? [];
    // tshark knows no interfaces: what is one conversation to it was seen at each.
    const perPoint = [...groups(rows, ({ point }) => `${point}`).values()].map((at) => at.length);
    expect([key, Math.max(...perPoint)]).toEqual([key, streams.length]);
    expect([key, sum(rows.map(({ packets }) => packets)), sum(rows.map(({ frameBytes }) => frameBytes))]).toEqual([
      key,
      sum(streams.map(({ frames }) => frames)),
      sum(streams.map(({ bytes }) => bytes)),
    ]);
  }
  expect(outcome.reducer.counts().strays).toBe(0);
});

type Expected = { readonly client: string; readonly server: string; readonly verdicts: readonly string[] };

const expectedOf = (path: string): readonly Expected[] =>
  execFileSync('python3', [`${SHARED}tools/expected.py`, 'wire', `${SHARED}recordings/${path}`], { encoding: 'utf8' })
    .trim()
    .split('\n')
    // What the tool itself prints.
    .map((line) => JSON.parse(line) as Expected);

/** rules.md §1.3, §1.5 and §3, as plainly as they can be said of one row. */
function judge({ seen, server, sent, received }: Row): string {
  const has = (...bits: readonly string[]): boolean => bits.some((bit) => seen.includes(bit));
  const isOver = has('ended', 'settled');
  const isReadable = has('clientReadable', 'serverReadable');
  if (has('refused')) return 'failed';
  if (!has('synAck', 'midStream') && received === 0 && has('unanswered', 'unreachable') && !has('oneSided')) return 'failed';
  const isHandshakeFailed = has('clientHello') && isOver && !has('oneSided', 'cutShort');
  if (server.endsWith(':15008')) {
    if (has('established')) return has('clientHello') && !has('hboneShape') ? 'tls' : 'hbone';
    if (isReadable) return has('serverReadable') && !has('clientHello') ? 'plaintext' : 'failed';
    return isHandshakeFailed ? 'failed' : 'unknown';
  }
  if (has('turnedAway') && sent > 0) return 'failed';
  if (has('clientHello') && has('serverReadable') && !has('upgraded')) return 'failed';
  if (has('encrypted')) return 'tls';
  if (has('tls')) return has('established') ? 'tls' : isHandshakeFailed ? 'failed' : 'unknown';
  return isReadable && has('serverReadable', 'acknowledged') ? 'plaintext' : 'unknown';
}

test.for(canCompare ? CAPTURES : [])('%s: every conversation means what it should', async (path) => {
  const ours = groups(
    (await read(path)).rows.filter(({ protocol, seen }) => protocol === 6 && !seen.includes('loopback')),
    ({ client, server, point }) => `${tuple(client, server)} ${point}`,
  );
  const theirs = groups(expectedOf(path), ({ client, server }) => tuple(client, server));
  for (const [key, rows] of ours) {
    const expected = theirs.get(key.split(' ').slice(0, 2).join(' ')) ?? [];
    if (expected.length !== rows.length) continue;
    for (const [index, row] of rows.entries()) {
      // Seen one way only at this interface of several.
      if (row.seen.includes('oneSided')) continue;
      expect([row.client, row.server]).toEqual([expected[index]?.client, expected[index]?.server]);
      expect([key, row.seen, expected[index]?.verdicts.includes(judge(row)) === true ? 'right' : judge(row)]).toEqual([key, row.seen, 'right']);
    }
  }
});

test.for(canCompare ? ['netns-text/node2-any-nano.pcap', 'netns-text/node1-eth0-midstream-snap128.pcap'] : [])(
  '%s: rows do not depend on how the file was read',
  async (path) => {
    expect((await read(path, 4099)).rows).toEqual((await read(path)).rows);
  },
);

test.for(canCompare ? ['netns-text/pod-reviews-lo.pcap'] : [])('%s: what is seen on lo is exposed to nobody', async (path) => {
  const { rows, reducer } = await read(path);
  expect(rows.filter(({ seen, exposed }) => !seen.includes('loopback') || exposed > 0)).toEqual([]);
  expect(rows.some(({ seen }) => seen.includes('clientReadable'))).toBe(true);
  expect([reducer.counts().sawHbone, reducer.counts().sawReadable]).toEqual([false, false]);
});

test.for(canCompare ? ['netns-text/node1-eth0-midstream-snap128.pcap'] : [])('%s: the tunnel in it is known from the middle', async (path) => {
  const tunnels = (await read(path)).rows.filter(({ seen }) => seen.includes('established'));
  expect(tunnels.length).toBe(1);
  expect(tunnels[0]?.seen).toEqual(expect.arrayContaining(['midStream', 'tls']));
  expect(tunnels[0]?.seen).not.toContain('clientHello');
});
