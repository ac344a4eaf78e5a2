/**
 * One run of tcpdump in a container, through `kubectl exec`: started, listened to, ended. Its pcap comes on the child's stdout; stderr is
 * kubectl's and tcpdump's mixed, with the runtime's in between.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { hearLines } from './child-stream.ts';
import { inNamespace, type Target } from './debug-container.ts';
import { atExit } from './farewell.ts';
import { type CaptureFailure, failureFromText } from './interface-errors.ts';
import { type CaptureOptions, MAX_SNAPLEN } from './interface-options.ts';
import type { Kubectl, KubectlChild } from './kubectl.ts';
import { isNoise } from './kubectl-errors.ts';
import { TCPDUMP } from './tcpdump-words.ts';

export type RemoteRun = {
  readonly child: KubectlChild;
  /** The last lines of stderr, but for those that announce the beginning. */
  readonly said: readonly string[];
  /** When it began to capture, ms since 1970. */
  readonly startMs: number;
  readonly closed: Promise<unknown>;
  /** Whether it ended by itself and said its counts: what the connection's loss looks like is without them. */
  hasFinished(): boolean;
  /** SIGINT to tcpdump where it runs, so that it says its counts; resolves when it has ended or there is no hope of it. Once. */
  end(): Promise<void>;
};
/** Slugs of `captureError`, and `missing`: the container has no tcpdump (or no sh). */
export type RemoteFailure = { readonly run: null; readonly failure: CaptureFailure };

const ANY = 'any';

/** -U: each packet at once. No --immediate-mode: it loses packets (a wake-up each). */
export function tcpdumpWords(options: CaptureOptions, filter: string): readonly string[] {
  return [
    'tcpdump',
    ...['-i', ANY, '-U', '-s', String(options.snaplen === MAX_SNAPLEN ? 0 : options.snaplen), '-B', String(options.bufferMiB * 1024), '-w', '-'],
    ...(options.count === 0 ? [] : ['-c', String(options.count)]),
    ...(filter.startsWith('-') ? ['--'] : []),
    ...(filter === '' ? [] : [filter]),
  ];
}

/** Says its number, under which it can be ended later: `kubectl exec` forwards no signal, and without a terminal leaves the process behind. */
const SAYING_PID = 'echo "plainsight: pid $$" >&2; exec "$0" "$@"';
const PID = /^plainsight: pid (\d+)$/;

const START_MS = 60_000;
const KILL_MS = 5000;
const LAST_WORDS_MS = 3000;

export async function startRemote(
  kubectl: Kubectl,
  target: Target,
  words: readonly string[],
  signal: AbortSignal,
): Promise<RemoteRun | RemoteFailure> {
  const there = [...inNamespace(target.namespace), target.pod, '-c', target.container, '--'];
  const child = kubectl.start('exec', [...there, 'sh', '-c', SAYING_PID, ...words]);
  const closed = new Promise((resolve) => child.once('close', resolve));
  let pid: string | undefined;
  let forget: (() => void) | undefined;
  let hear = (_listens: boolean): void => {};
  const listens = new Promise<boolean>((resolve) => {
    hear = resolve;
  });
  const kill = (): readonly string[] => [...there, 'sh', '-c', 'kill -INT "$0"', pid ?? ''];
  const said = hearLines(child.stderr, (line) => {
    if (pid === undefined) {
      pid = PID.exec(line)?.[1];
      if (pid !== undefined) forget = atExit({ path: kubectl.path, words: kubectl.words('exec', ...kill()) });
      if (pid !== undefined) return true;
    }
    const isListening = TCPDUMP.listening.test(line);
    if (isListening) hear(true);
    return isListening;
  });
  child.once('error', (error) => said.push(error.message));
  void closed.then(() => hear(false));
  const hasFinished = (): boolean => said.some((line) => TCPDUMP.received.test(line));
  const end = async (): Promise<void> => {
    if (pid !== undefined && !hasFinished()) await kubectl.ask('exec', kill(), { timeoutMs: KILL_MS });
    forget?.();
    if (!child.killed && child.exitCode === null) await Promise.race([closed, sleep(LAST_WORDS_MS, undefined, { ref: false })]);
    child.kill('SIGKILL');
  };
  let ended: Promise<void> | undefined;
  const run = { child, said, closed, hasFinished, startMs: 0, end: () => (ended ??= end()) };
  const late = sleep(START_MS, false, { ref: false, signal }).catch(() => false);
  if (await Promise.race([listens, late])) return { ...run, startMs: Date.now() };
  // Unread, it would keep the child from closing.
  child.stdout.resume();
  await run.end();
  return { run: null, failure: failureOf(said, child.exitCode) };
}

function failureOf(said: readonly string[], exitCode: number | null): CaptureFailure {
  const words = said.filter((line) => !isNoise(line) && !/^\d+ packets? /.test(line));
  const own = words.filter((line) => line.startsWith('tcpdump: '));
  const { kind, message } = failureFromText(own.length > 0 ? own : words);
  // sh's 127 and the runtime's own 126 and 127, and its words: "executable file not found in $PATH".
  if (own.length === 0 && (exitCode === 126 || exitCode === 127 || /executable file not found|tcpdump: (command )?not found/.test(message))) {
    return { kind: 'missing', message };
  }
  if (/not found/.test(message) && /tcpdump/.test(message) && own.length > 0) return { kind: 'missing', message };
  return { kind, message: message === '' ? 'tcpdump did not begin to capture' : message };
}
