/** Interfaces, pods and nodes of a command line → inputs that capture already, and how they end. */
import { userInfo } from 'node:os';
import type { FoundInput } from '../inputs/found-input.ts';
import { interfaceInput } from '../inputs/interface.ts';
import { captureOptions } from '../inputs/interface-options.ts';
import { dropPrivileges, invoker } from '../inputs/interface-privileges.ts';
import { type CaptureFile, captureTo } from '../inputs/interface-write.ts';
import { kubectl, pinned } from '../inputs/kubectl.ts';
import { interrupted } from '../inputs/kubectl-errors.ts';
import type { LiveInput } from '../inputs/live-input.ts';
import { nodeInput } from '../inputs/node.ts';
import { podInput } from '../inputs/pod.ts';
import type { LiveCommand } from './command.ts';

export type Captures = {
  readonly inputs: readonly FoundInput[];
  /** Gives everything back: devices, containers, the file. Harmless after their end. */
  close(): Promise<void>;
};

export type Attaching = {
  /** The run's: ends the captures in order, so that no loss is under-told, and the waiting for them. */
  readonly signal: AbortSignal;
  say(line: string): void;
};

/** So long an interrupted capture may take for its last packets and counts: one in a cluster has to be asked. */
const GRACE_MS = 10_000;

/**
 * Resolves when all of them capture. Rejects with `PlainsightError` (unavailable, usage, interrupted) as soon as one cannot; the others are
 * given back by then. Afterwards root has become the user who called sudo.
 */
export async function attach(live: LiveCommand, { signal, say }: Attaching): Promise<Captures> {
  const begun: LiveInput[] = [];
  const failed = new AbortController();
  const begin = async (all: readonly (() => Promise<LiveInput>)[]): Promise<void> => {
    const results = await Promise.allSettled(
      all.map(async (one) => {
        begun.push(await one().catch(abandoning(failed)));
      }),
    );
    for (const result of results) if (result.status === 'rejected') throw failed.signal.reason;
    if (signal.aborted) throw interrupted();
  };
  try {
    const interfaces = live.interfaces.map((name) => () => interfaceInput(name, live.capture, say));
    const remote = (): ReturnType<typeof remotes> => remotes(live, { signal: AbortSignal.any([signal, failed.signal]), say });
    // kubectl is the user's, not root's; otherwise a pod that is long in coming must not leave an interface's buffer unread.
    if (invoker() === undefined) await begin(await remote());
    await begin(interfaces);
    if (live.interfaces.length > 0 && dropPrivileges() !== undefined) process.env['HOME'] = userInfo().homedir;
    if (begun.length < live.interfaces.length + live.pods.length + live.nodes.length) await begin(await remote());
    const file = live.write === null ? undefined : await captureTo(live.write);
    say(`capturing on ${begun.map(({ name }) => name).join(', ')}${live.capture.durationMs === undefined ? '; Ctrl-C ends it' : ''}`);
    return ending(begun, file, signal);
  } catch (error) {
    await Promise.allSettled(begun.map((input) => input.close()));
    throw error;
  }
}

/** The first failure ends the waiting for the others, and is the one that is told. */
const abandoning =
  (failed: AbortController) =>
  (error: unknown): never => {
    failed.abort(error);
    throw error;
  };

async function remotes(live: LiveCommand, { signal, say }: Attaching): Promise<readonly (() => Promise<LiveInput>)[]> {
  if (live.pods.length + live.nodes.length === 0) return [];
  const { debugImage, ...options } = live.kubernetes;
  const kubernetes = { kubectl: await pinned(kubectl(options), options), debugImage, options: captureOptions(live.capture), signal, say };
  return [...live.pods.map((pod) => () => podInput(pod, kubernetes)), ...live.nodes.map((node) => () => nodeInput(node, kubernetes))];
}

function ending(begun: readonly LiveInput[], file: CaptureFile | undefined, signal: AbortSignal): Captures {
  const late = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    for (const input of begun) input.stop();
    timer = setTimeout(() => late.abort(), GRACE_MS);
  };
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  return {
    inputs: begun.map((input) => ({ input: file === undefined ? input : file.tee(input), named: true, until: late.signal })),
    close: async () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      await Promise.allSettled(begun.map((input) => input.close()));
      await file?.close();
    },
  };
}
