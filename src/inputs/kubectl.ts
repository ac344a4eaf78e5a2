/**
 * The user's kubectl, with the user's kubeconfig and context. Words go to it as they are, never through a shell; each child has a session of
 * its own, so that a Ctrl-C at the terminal reaches us alone and what runs in the cluster can be ended in order.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { ExitCode, PlainsightError } from '../model/error.ts';
import { hearLines } from './child-stream.ts';
import { findProgram } from './interface-program.ts';

export type KubectlOptions = { readonly context: string | null; readonly kubeconfig: string | null };
export type KubectlChild = ChildProcessByStdio<null, Readable, Readable>;

/** `code` is null when it was ended by us: no answer in time, or an abort. */
export type Answer = { readonly code: number | null; readonly stdout: string; readonly stderr: readonly string[] };

export type Kubectl = {
  readonly path: string;
  /** The words that follow `kubectl`: the command, our flags, the rest. */
  words(command: string, ...rest: readonly string[]): readonly string[];
  /** Runs to its end. Never rejects. */
  ask(command: string, rest: readonly string[], until?: Until): Promise<Answer>;
  /** Starts it; its streams are the caller's. */
  start(command: string, rest: readonly string[]): KubectlChild;
};
export type Until = { readonly signal?: AbortSignal; readonly timeoutMs?: number };

const TIMEOUT_MS = 30_000;
/** The longest object that is read: a pod with its status is some ten KiB. */
const MAX_ANSWER = 64 * 1024 * 1024;

/** The words before and after which `rest` stands; the command comes first, as people write it. */
export function kubectlWords({ context, kubeconfig }: KubectlOptions, command: string, rest: readonly string[]): readonly string[] {
  return [command, ...(context === null ? [] : [`--context=${context}`]), ...(kubeconfig === null ? [] : [`--kubeconfig=${kubeconfig}`]), ...rest];
}

/** Throws `PlainsightError` (unavailable) where there is no kubectl. */
export function kubectl(options: KubectlOptions): Kubectl {
  const path = findProgram('kubectl');
  if (path === null) {
    throw new PlainsightError(
      ExitCode.unavailable,
      'kubectl was not found on PATH: --pod and --node need it\n"plainsight doctor" says how to install it; --print-commands prints what to run elsewhere',
    );
  }
  const words = (command: string, ...rest: readonly string[]): readonly string[] => kubectlWords(options, command, rest);
  const start = (command: string, rest: readonly string[]): KubectlChild =>
    spawn(path, words(command, ...rest), { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  return { path, words, start, ask: (command, rest, until = {}) => answerOf(start(command, rest), until) };
}

/** The same, held to the context that is current now: a user who switches meanwhile must not send the end of a capture to another cluster. */
export async function pinned(current: Kubectl, options: KubectlOptions): Promise<Kubectl> {
  if (options.context !== null) return current;
  const { code, stdout } = await current.ask('config', ['current-context']);
  const context = stdout.trim();
  // In a pod there is none, and nothing to be switched.
  return code === 0 && /^[^\s]+$/.test(context) ? kubectl({ ...options, context }) : current;
}

function answerOf(child: KubectlChild, { signal, timeoutMs = TIMEOUT_MS }: Until): Promise<Answer> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let length = 0;
    const stderr = hearLines(child.stderr, () => false);
    child.stdout.on('data', (part: Buffer) => {
      length += part.length;
      if (length <= MAX_ANSWER) parts.push(part);
    });
    const end = (): boolean => child.kill('SIGKILL');
    const timer = setTimeout(() => {
      stderr.push(`kubectl gave no answer within ${timeoutMs / 1000} s`);
      end();
    }, timeoutMs);
    signal?.addEventListener('abort', end, { once: true });
    if (signal?.aborted === true) end();
    child.once('error', (error) => stderr.push(error.message));
    child.once('close', (code) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve({ code, stdout: Buffer.concat(parts).toString('utf8'), stderr });
    });
  });
}
