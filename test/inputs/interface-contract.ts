/**
 * What every way of capturing must do, whatever does the work. Run by interface-libpcap.test.ts, -tcpdump and -dumpcap.
 * Mostly waiting, so at the same time where nothing is timed; each test has a port of its own.
 */
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { CaptureOptions } from '../../src/inputs/interface-options.ts';
import type { LiveInput } from '../../src/inputs/live-input.ts';
import { ExitCode, type PlainsightError } from '../../src/model/error.ts';
import { createLink, type Link, sendDatagrams } from '../native/netns.ts';

export type Way = {
  readonly name: string;
  /** How long after a packet it may take to come out. */
  readonly delayMs: number;
  /** Whether it says which word of a filter is wrong. */
  readonly placesFilters: boolean;
  open(device: string, options: Partial<CaptureOptions>): Promise<LiveInput>;
};

const run = promisify(execFile);
const NEVER = new AbortController().signal;

/** All that an input yields. */
export async function collect(input: LiveInput, signal: AbortSignal = NEVER): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of input.open(signal)) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

export type Statistics = {
  readonly received: number;
  readonly droppedByInterface: number;
  readonly droppedByKernel: number;
  readonly delivered: number;
};

/** Packets and last statistics, by a reading of the blocks that knows nothing of the writer. */
export function blocksOf(bytes: Buffer): {
  readonly types: readonly number[];
  readonly packets: number;
  readonly statistics: Statistics | undefined;
} {
  const types: number[] = [];
  let statistics: Statistics | undefined;
  for (let at = 0; at < bytes.length; at += bytes.readUInt32LE(at + 4)) {
    const length = bytes.readUInt32LE(at + 4);
    expect(bytes.readUInt32LE(at + length - 4)).toBe(length);
    types.push(bytes.readUInt32LE(at));
    if (bytes.readUInt32LE(at) === 5) statistics = statisticsOf(bytes.subarray(at + 20, at + length - 4));
  }
  return { types, packets: types.filter((type) => type === 6).length, statistics };
}

function statisticsOf(options: Buffer): Statistics {
  const values = new Map<number, number>();
  for (let at = 0; at + 4 <= options.length; at += 4 + ((options.readUInt16LE(at + 2) + 3) & ~3)) {
    if (options.readUInt16LE(at + 2) === 8) values.set(options.readUInt16LE(at), Number(options.readBigUInt64LE(at + 4)));
  }
  const value = (code: number): number => values.get(code) ?? -1;
  return { received: value(4), droppedByInterface: value(5), droppedByKernel: value(7), delivered: value(8) };
}

/** One line a packet, by tshark. */
function tsharkReads(file: string): readonly string[] {
  const fields = ['frame.len', 'ip.src', 'ip.dst', 'tcp.srcport', 'tcp.dstport', 'tcp.seq_raw', 'tcp.ack_raw', 'tcp.flags', 'udp.length'];
  const words = ['-r', file, '-n', '-T', 'fields', ...fields.flatMap((field) => ['-e', field])];
  return execFileSync('tshark', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    .split('\n')
    .filter((line) => line !== '');
}

/** When `until` is over and what was sent has come out. In many turns: what other tests block, a timer would overtake. */
function abortAfter(until: Promise<unknown>, delayMs: number): AbortSignal {
  const controller = new AbortController();
  void (async () => {
    await until;
    for (let turn = 0; turn < 20; turn++) await sleep(delayMs / 20);
  })().finally(() => controller.abort());
  return controller.signal;
}

async function rejection(promise: Promise<unknown>): Promise<PlainsightError> {
  return promise.then(
    () => expect.fail('it should have failed'),
    (error: PlainsightError) => error,
  );
}

export function captureContract(way: Way): void {
  describe(`capture through ${way.name}`, () => {
    let link: Link;
    let folder: string;
    beforeAll(() => {
      link = createLink();
      folder = mkdtempSync(join(tmpdir(), 'plainsight-interface-'));
    });
    afterAll(() => {
      link.remove();
      rmSync(folder, { recursive: true });
    });

    it.concurrent('gives every packet that was sent, in blocks that tshark reads', async () => {
      const input = await way.open(link.device, { filter: 'udp port 9991' });
      expect(input).toMatchObject({ name: link.device, live: true, size: null });
      const bytes = await collect(input, abortAfter(sendDatagrams(link, 700, { port: 9991 }), way.delayMs));
      const { packets, types, statistics } = blocksOf(bytes);
      expect(types.slice(0, 2)).toEqual([0x0a0d0d0a, 1]);
      expect(packets).toBe(700);
      expect(statistics).toEqual({ received: 700, droppedByInterface: 0, droppedByKernel: 0, delivered: 700 });
      const file = join(folder, 'datagrams.pcapng');
      writeFileSync(file, bytes);
      expect(tsharkReads(file)).toHaveLength(700);
    });

    it.concurrent('sees real HTTP, Redis and TLS as tcpdump does', async () => {
      await realServers(link, folder);
      const beside = join(folder, 'beside.pcap');
      const tcpdump = spawn('tcpdump', ['-i', link.device, '-p', '-U', '-w', beside, '-Z', 'root', 'tcp'], { stdio: ['ignore', 'ignore', 'pipe'] });
      await once(tcpdump.stderr, 'data');
      const input = await way.open(link.device, { filter: 'tcp' });
      const bytes = await collect(input, abortAfter(realTraffic(link), Math.max(way.delayMs, 1200)));
      tcpdump.kill('SIGINT');
      await once(tcpdump, 'exit');
      const file = join(folder, 'real.pcapng');
      writeFileSync(file, bytes);
      const seen = tsharkReads(file);
      expect(seen.length).toBeGreaterThan(25);
      // Without their times: each socket stamps for itself, a microsecond apart.
      expect(seen).toEqual(tsharkReads(beside));
    });

    it.concurrent('cuts packets at the snapshot length and keeps their real length', async () => {
      const input = await way.open(link.device, { filter: 'udp port 9992', snaplen: 60, count: 3 });
      const [bytes] = await Promise.all([collect(input), sendDatagrams(link, 3, { port: 9992, size: 501 })]);
      const section = bytes.readUInt32LE(4);
      const first = section + bytes.readUInt32LE(section + 4);
      expect([bytes.readUInt32LE(first + 20), bytes.readUInt32LE(first + 24)]).toEqual([60, 543]);
    });

    it.concurrent('ends after so many packets, and not one more', async () => {
      const input = await way.open(link.device, { filter: 'udp port 9993', count: 5 });
      const [bytes] = await Promise.all([collect(input), sendDatagrams(link, 50, { port: 9993 })]);
      expect(blocksOf(bytes).packets).toBe(5);
    });

    it.concurrent('ends at once when it was aborted before it was opened', async () => {
      const input = await way.open(link.device, {});
      expect(blocksOf(await collect(input, AbortSignal.abort())).packets).toBe(0);
    });

    it.concurrent('gives everything back when its reader stops early, and can be closed unread', async () => {
      const input = await way.open(link.device, { filter: 'udp port 9996' });
      const sent = sendDatagrams(link, 3, { port: 9996 });
      for await (const chunk of input.open(NEVER)) {
        expect(chunk.length).toBeGreaterThan(0);
        break;
      }
      await sent;
      const unread = await way.open(link.device, {});
      await unread.close();
      expect(execFileSync('ip', ['-d', 'link', 'show', link.device], { encoding: 'utf8' })).toContain('promiscuity 0');
    });

    it.concurrent('says what libpcap says of a bad filter, and where', async () => {
      const error = await rejection(way.open(link.device, { filter: 'tcp port 80 nad port 81' }));
      expect(error.code).toBe(ExitCode.usage);
      expect(error.message).toMatch(/^--filter: .*syntax error/s);
      if (way.placesFilters) expect(error.message).toContain('tcp port 80 nad port 81\n            ^ here');
    });

    it.concurrent('says that there is no such interface', async () => {
      const error = await rejection(way.open('nosuch0', {}));
      expect(error.code).toBe(ExitCode.unavailable);
      expect(error.message).toMatch(/^nosuch0: .*No such device exists.*plainsight interfaces/s);
    });

    it.concurrent('ends with an error when its interface vanishes, after the packets it got, and others go on', async () => {
      const other = createLink();
      const doomed = await way.open(other.device, { filter: 'udp' });
      const steady = await way.open(link.device, { filter: 'udp port 9997', count: 20 });
      const steadyBytes = collect(steady);
      const chunks: Buffer[] = [];
      const reading = (async () => {
        for await (const chunk of doomed.open(NEVER)) chunks.push(Buffer.from(chunk));
      })();
      const failed = rejection(reading);
      await sendDatagrams(other, 4);
      await sleep(way.delayMs);
      other.unplug();
      const error = await failed;
      other.remove();
      await sendDatagrams(link, 20, { port: 9997 });
      expect(error.code).toBe(ExitCode.unavailable);
      expect(error.message).toMatch(new RegExp(`^${other.device}: `));
      expect(blocksOf(Buffer.concat(chunks)).packets).toBe(4);
      expect(blocksOf(await steadyBytes).packets).toBe(20);
    });

    it('ends after so long, idle or not', async () => {
      const input = await way.open(link.device, { filter: 'udp port 9994', durationMs: 600 });
      const start = performance.now();
      const { packets, statistics } = blocksOf(await collect(input));
      expect(performance.now() - start).toBeGreaterThan(500);
      expect(performance.now() - start).toBeLessThan(1200 + way.delayMs);
      expect([packets, statistics?.delivered]).toEqual([0, 0]);
    });

    it('ends within 200 ms of an abort while nothing comes', async () => {
      const controller = new AbortController();
      const input = await way.open(link.device, { filter: 'udp port 9' });
      const collected = collect(input, controller.signal);
      await sleep(300);
      const start = performance.now();
      controller.abort();
      await collected;
      expect(performance.now() - start).toBeLessThan(200);
    });

    it('drops in the kernel and counts it when its reader is slow, with no more memory', async () => {
      const input = await way.open(link.device, { filter: 'udp port 9995', bufferMiB: 1 });
      const controller = new AbortController();
      const chunks: Buffer[] = [];
      const before = residentMiB();
      let isSlow = true;
      const reading = (async () => {
        for await (const chunk of input.open(controller.signal)) {
          chunks.push(Buffer.from(chunk));
          while (isSlow) await sleep(20);
        }
      })();
      await sendDatagrams(link, 12_000, { port: 9995, size: 1400 });
      const grown = residentMiB() - before;
      isSlow = false;
      await sleep(400 + way.delayMs);
      controller.abort();
      await reading;
      const { packets, statistics } = blocksOf(Buffer.concat(chunks));
      expect(statistics?.received).toBe(12_000);
      expect(statistics?.droppedByKernel).toBeGreaterThan(0);
      expect(statistics?.delivered).toBe(packets);
      expect(packets + (statistics?.droppedByKernel ?? 0)).toBe(12_000);
      expect(grown).toBeLessThan(50);
    });
  });
}

async function realServers(link: Link, folder: string): Promise<void> {
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  if (!existsSync(key)) {
    await run('openssl', [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout',
      key,
      '-out',
      certificate,
      '-subj',
      '/CN=test',
      '-days',
      '1',
    ]);
  }
  await link.serve(9080, 'python3', '-m', 'http.server', '9080', '--directory', folder);
  await link.serve(6379, 'redis-server', '--port', '6379', '--protected-mode', 'no', '--save', '', '--dir', folder);
  await link.serve(8443, 'openssl', 's_server', '-accept', '8443', '-key', key, '-cert', certificate, '-www', '-quiet');
}

async function realTraffic(link: Link): Promise<void> {
  await run('curl', ['-s', '--noproxy', '*', `http://${link.peerAddress}:9080/`]);
  await run('redis-cli', ['-h', link.peerAddress, 'SET', 'greeting', 'hello']);
  await run('curl', ['-s', '-k', '--noproxy', '*', `https://${link.peerAddress}:8443/`]);
}

/** The resident memory of this process, in MiB. */
const residentMiB = (): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) / 1024;
