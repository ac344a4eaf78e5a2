/**
 * The second way: tcpdump, or dumpcap, as a child whose pcap stream is read. Same Input, half a second behind (they wake up
 * once a second, and `--immediate-mode` loses packets), and drops are known only when it ends.
 */
import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { chunksOf, hearLines } from './child-stream.ts';
import { captureError, failureFromText } from './interface-errors.ts';
import { filterWithPlace } from './interface-filter.ts';
import type { CaptureOptions } from './interface-options.ts';
import { pcapToBlocks } from './interface-pcap.ts';
import { type CaptureCounts, interfaceStatistics, sectionStart } from './interface-pcapng.ts';
import { invoker } from './interface-privileges.ts';
import type { LiveInput } from './live-input.ts';
import { HELD_BACK_MS, TCPDUMP } from './tcpdump-words.ts';

export type CaptureProgram = {
  readonly name: string;
  /** Writes pcap on stdout until SIGINT. */
  arguments(device: string, options: CaptureOptions): readonly string[];
  /** The line on stderr that says: from now on packets are captured. */
  readonly listening: RegExp;
  /** Lines of stderr with counts, in their first group. dumpcap's drops are kernel and interface in one. */
  readonly received: RegExp;
  readonly droppedByKernel: RegExp;
  readonly droppedByInterface: RegExp;
  /** Whether what it calls received has the dropped ones in it, as libpcap's own count on Linux. */
  readonly receivedHasDropped: boolean;
  /** Arguments that only compile a filter; null where the program cannot. */
  compile(filter: string): readonly string[] | null;
};

const tcpdump: CaptureProgram = {
  name: 'tcpdump',
  arguments: (device, options) => [
    ...['-i', device, '-U', '-w', '-', '-s', String(options.snaplen), '-B', String(options.bufferMiB * 1024)],
    ...(options.promiscuous ? [] : ['-p']),
    ...(options.count === 0 ? [] : ['-c', String(options.count)]),
    // Without this, Debian's tcpdump becomes the user `tcpdump`, which we could not stop after becoming SUDO_USER ourselves.
    ...dropTo(),
    ...(options.filter === '' ? [] : ['--', options.filter]),
  ],
  ...TCPDUMP,
  receivedHasDropped: true,
  compile: (filter) => ['-y', 'EN10MB', '-d', '--', filter],
};

const dumpcap: CaptureProgram = {
  name: 'dumpcap',
  arguments: (device, options) => [
    ...['-i', device, '-q', '-P', '-w', '-', '-s', String(options.snaplen), '-B', String(options.bufferMiB)],
    ...(options.promiscuous ? [] : ['-p']),
    ...(options.count === 0 ? [] : ['-c', String(options.count)]),
    ...(options.filter === '' ? [] : ['-f', options.filter]),
  ],
  // "Capturing on" is said before the device is opened.
  listening: /^File: /,
  received: /^Packets received\/dropped on interface .*: (\d+)\//,
  droppedByKernel: /^Packets received\/dropped on interface .*: \d+\/(\d+)/,
  droppedByInterface: /ps_ifdrop:(\d+)/,
  receivedHasDropped: false,
  compile: () => null,
};

export const CAPTURE_PROGRAMS: readonly CaptureProgram[] = [tcpdump, dumpcap];

function dropTo(): readonly string[] {
  const user = invoker()?.user;
  return user === undefined ? [] : ['-Z', user];
}

/** Where the superuser's programs are, which an ordinary PATH leaves out. */
const MORE_FOLDERS = ['/usr/sbin', '/sbin', '/usr/local/sbin', '/opt/homebrew/bin'];

/** Full path of a program, or null. */
export function findProgram(name: string): string | null {
  for (const folder of [...(process.env['PATH'] ?? '').split(delimiter), ...MORE_FOLDERS]) {
    const path = join(folder === '' ? '.' : folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // The next folder may have it.
    }
  }
  return null;
}

const START_MS = 10_000;
/** Time to write its counts after SIGINT; an abort has to be over within 200 ms. */
const FAREWELL_MS = 120;
const LAST_WORDS_MS = 1000;

type Child = ChildProcessByStdio<null, Readable, Readable>;
type Running = {
  readonly child: Child;
  readonly program: CaptureProgram;
  /** What it said on stderr; the last lines of it. */
  readonly said: string[];
  readonly closed: Promise<unknown>;
  readonly startMs: number;
};

/** Resolves once the program captures. Rejects with `PlainsightError`. */
export async function programInput(program: CaptureProgram, path: string, device: string, options: CaptureOptions): Promise<LiveInput> {
  const running = await started(program, path, device, options);
  let isTaken = false;
  return {
    name: device,
    live: true,
    size: null,
    open: (signal) => {
      if (isTaken) throw new Error(`${device}: a capture can be read once`);
      isTaken = true;
      return read(running, device, options, signal);
    },
    stop: () => stopSoon(running),
    close: () => end(running),
  };
}

async function started(program: CaptureProgram, path: string, device: string, options: CaptureOptions): Promise<Running> {
  const child = spawn(path, program.arguments(device, options), { stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = new Promise((resolve) => child.once('close', resolve));
  let hear = (): void => {};
  const said = hearLines(child.stderr, (line) => {
    const isListening = program.listening.test(line);
    if (isListening) hear();
    return isListening;
  });
  const listens = new Promise<boolean>((resolve) => {
    hear = () => resolve(true);
    child.once('error', (error) => said.push(error.message));
    void closed.then(() => resolve(false));
    void sleep(START_MS, undefined, { ref: false }).then(() => resolve(false));
  });
  const running = { child, program, said, closed, startMs: Date.now() };
  if (await listens) return { ...running, startMs: Date.now() };
  await end(running);
  const failure = failureFromText(said);
  const message = failure.message === '' ? `${program.name} did not start to capture` : failure.message;
  throw captureError(device, {
    kind: failure.kind,
    message: failure.kind === 'bad-filter' ? `${message}\n${placed(program, path, options.filter)}` : message,
  });
}

function placed(program: CaptureProgram, path: string, filter: string): string {
  if (program.compile(filter) === null) return filter;
  return filterWithPlace(filter, (beginning) => spawnSync(path, program.compile(beginning) ?? [], { stdio: 'ignore' }).status === 0);
}

async function* read(running: Running, device: string, options: CaptureOptions, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const { child } = running;
  const converter = pcapToBlocks();
  const timer =
    options.durationMs === 0 ? undefined : setTimeout(() => stopSoon(running), Math.max(0, running.startMs + options.durationMs - Date.now()));
  let isDescribed = false;
  try {
    for await (const chunk of chunksOf(child.stdout, signal)) {
      const blocks = converter.push(chunk);
      const header = converter.header();
      if (header !== null && !isDescribed) {
        isDescribed = true;
        yield sectionStart({ name: device, linkType: header.linkType, snaplen: header.snaplen, filter: options.filter });
      }
      if (blocks.length > 0) yield blocks;
    }
    // It closes its output before it says why it ends.
    if (!signal.aborted) await Promise.race([running.closed, sleep(LAST_WORDS_MS, undefined, { ref: false })]);
    const { exitCode, signalCode } = child;
    await end(running);
    if (isDescribed) yield interfaceStatistics(countsOf(running, converter.count()), running.startMs, Date.now());
    const failure = failureFromText(lastWords(running));
    // dumpcap calls it success when the interface has gone.
    if ((exitCode !== null && exitCode !== 0) || failure.kind === 'read') throw captureError(device, failure);
    if (signalCode !== null) throw captureError(device, { kind: 'read', message: `${running.program.name} was ended by ${signalCode}` });
  } finally {
    clearTimeout(timer);
    await end(running);
  }
}

/** With all that has come by now. */
function stopSoon({ child }: Running): void {
  setTimeout(() => child.kill('SIGINT'), HELD_BACK_MS).unref();
}

/** Ends the child, politely first: only then does it say its counts. What it still writes is thrown away. */
async function end({ child, closed }: Running): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGINT');
    child.stdout.resume();
    await Promise.race([closed, sleep(FAREWELL_MS, undefined, { ref: false })]);
    child.kill('SIGKILL');
  }
  child.stdout.destroy();
  await Promise.race([closed, sleep(FAREWELL_MS, undefined, { ref: false })]);
}

function countsOf({ said, program }: Running, delivered: number): CaptureCounts {
  const count = (pattern: RegExp): number => Number(said.map((line) => pattern.exec(line)?.[1]).find((group) => group !== undefined) ?? 0);
  const droppedByKernel = count(program.droppedByKernel);
  const received = count(program.received) + (program.receivedHasDropped ? 0 : droppedByKernel);
  return { received: Math.max(delivered, received), droppedByKernel, droppedByInterface: count(program.droppedByInterface), delivered };
}

/** Its complaint, without the counts that it ends with. */
const lastWords = ({ said }: Running): readonly string[] => said.filter((line) => !/^(\d+ packets?|Packets|Capturing on) /.test(line));
