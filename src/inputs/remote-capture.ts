/**
 * A capture through `kubectl exec` as a live input: pcapng out, like that of an interface. A connection that breaks is made again; what passed
 * in between is not known, and the input says so: as one lost record, since nobody can count what nobody saw.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { chunksOf } from './child-stream.ts';
import { podStatus, type Target } from './debug-container.ts';
import { type CaptureFailure, captureError } from './interface-errors.ts';
import type { CaptureOptions } from './interface-options.ts';
import { pcapToBlocks } from './interface-pcap.ts';
import { interfaceStatistics, sectionStart } from './interface-pcapng.ts';
import type { Kubectl } from './kubectl.ts';
import { unavailable } from './kubectl-errors.ts';
import type { LiveInput } from './live-input.ts';
import { type RemoteRun, startRemote, tcpdumpWords } from './remote-tcpdump.ts';
import { HELD_BACK_MS, TCPDUMP } from './tcpdump-words.ts';

export type RemoteCapture = {
  readonly kubectl: Kubectl;
  readonly target: Target;
  readonly options: CaptureOptions;
  /** Of `options`, with what must be left out where it runs. */
  readonly filter: string;
  say(line: string): void;
  /** Takes away what was made for the capture. */
  cleanUp(): Promise<void>;
};

/** How long a broken connection is tried again: a node's reboot is longer, an API server's restart is not. */
const AGAIN_MS = 60_000;
const PAUSE_MS = 500;
const LAST_WORDS_MS = 1000;

type State = {
  readonly capture: RemoteCapture;
  run: RemoteRun;
  /** Aborted by `stop` and `close`: no new connection any more. */
  readonly ending: AbortController;
  readonly totals: { received: number; droppedByKernel: number; droppedByInterface: number; delivered: number };
};

/** `first` captures already. */
export function remoteInput(capture: RemoteCapture, first: RemoteRun): LiveInput {
  const state: State = {
    capture,
    run: first,
    ending: new AbortController(),
    totals: { received: 0, droppedByKernel: 0, droppedByInterface: 0, delivered: 0 },
  };
  const stop = (): void => {
    if (state.ending.signal.aborted) return;
    state.ending.abort();
    // With all that has come by now.
    void sleep(HELD_BACK_MS).then(() => state.run.end());
  };
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closed ??= closeAll(state);
    return closed;
  };
  let isTaken = false;
  return {
    name: capture.target.input,
    live: true,
    size: null,
    open: (signal) => {
      if (isTaken) throw new Error(`${capture.target.input}: a capture can be read once`);
      isTaken = true;
      return read(state, { signal, stop, close });
    },
    stop,
    close,
  };
}

async function closeAll({ capture, run, ending }: State): Promise<void> {
  ending.abort();
  // What nobody reads any more would keep the child from closing.
  if (run.child.stdout.listenerCount('data') === 0) run.child.stdout.resume();
  try {
    await run.end();
  } finally {
    await capture.cleanUp();
  }
}

type Reading = { readonly signal: AbortSignal; stop(): void; close(): Promise<void> };

async function* read(state: State, { signal, stop, close }: Reading): AsyncGenerator<Uint8Array, void, undefined> {
  const { capture, totals } = state;
  const { durationMs } = capture.options;
  const startMs = state.run.startMs;
  const timer = durationMs === 0 ? undefined : setTimeout(stop, Math.max(0, startMs + durationMs - Date.now()));
  const statistics = (): Uint8Array => interfaceStatistics(totals, startMs, Date.now());
  try {
    for (let isFirst = true, isGap = false; ; isFirst = false, isGap = true) {
      for await (const { blocks, isHead } of blocksOf(state, signal)) {
        if (isFirst || !isHead) yield blocks;
        // After its first packets, so that the loss is known to reach from the last packet before it to them.
        if (isGap && !isHead) yield statistics();
        if (!isHead) isGap = false;
      }
      if (signal.aborted || state.ending.signal.aborted || state.run.hasFinished()) break;
      yield statistics();
      const next = await again(state, signal);
      totals.droppedByInterface++;
      if (next === undefined) break;
      state.run = next;
    }
    yield statistics();
  } finally {
    clearTimeout(timer);
    await close();
  }
}

type Blocks = { readonly blocks: Uint8Array; readonly isHead: boolean };

/** What one run gives, and adds its counts to the totals. */
async function* blocksOf({ capture, run, totals }: State, signal: AbortSignal): AsyncGenerator<Blocks, void, undefined> {
  const converter = pcapToBlocks();
  let isDescribed = false;
  for await (const chunk of chunksOf(run.child.stdout, signal)) {
    const blocks = converter.push(chunk);
    const header = converter.header();
    if (header !== null && !isDescribed) {
      isDescribed = true;
      const { linkType, snaplen } = header;
      yield { isHead: true, blocks: sectionStart({ name: capture.target.input, linkType, snaplen, filter: capture.filter }) };
    }
    if (blocks.length > 0) yield { isHead: false, blocks };
  }
  // stdout ends before the last line of stderr has come.
  if (!signal.aborted) await Promise.race([run.closed, sleep(LAST_WORDS_MS, undefined, { ref: false })]);
  add(totals, run.said, converter.count());
}

function add(totals: State['totals'], said: readonly string[], delivered: number): void {
  const count = (pattern: RegExp): number => Number(said.map((line) => pattern.exec(line)?.[1]).find((group) => group !== undefined) ?? 0);
  totals.delivered += delivered;
  totals.received += Math.max(delivered, count(TCPDUMP.received));
  totals.droppedByKernel += count(TCPDUMP.droppedByKernel);
  totals.droppedByInterface += count(TCPDUMP.droppedByInterface);
}

/** The next run after a broken connection. Rejects with `PlainsightError` when there is none to be had; undefined when `stop` came first. */
async function again({ capture, run, ending, totals }: State, signal: AbortSignal): Promise<RemoteRun | undefined> {
  const { kubectl, target, options, filter, say } = capture;
  const since = Date.now();
  const either = AbortSignal.any([signal, ending.signal]);
  say(`${target.input}: the connection to tcpdump broke; capturing again`);
  // The old one may still be running, and would for ever where nothing passes.
  await run.end();
  let last: CaptureFailure = { kind: 'other', message: 'no connection' };
  for (let pause = PAUSE_MS; Date.now() - since < AGAIN_MS && !either.aborted; pause = Math.min(pause * 2, 8000)) {
    const words = tcpdumpWords({ ...options, count: options.count === 0 ? 0 : Math.max(1, options.count - totals.delivered) }, filter);
    const next = await startRemote(kubectl, target, words, either);
    if ('child' in next) {
      say(
        `${target.input}: capturing again after ${((next.startMs - since) / 1000).toFixed(1)} s; what passed meanwhile is not known, and counted as lost`,
      );
      return next;
    }
    last = next.failure;
    if (!either.aborted) await checkStillThere(capture, either);
    await sleep(pause, undefined, { signal: either }).catch(() => undefined);
  }
  if (either.aborted) return undefined;
  throw captureError(target.input, { kind: last.kind, message: `the connection broke and could not be made again: ${last.message}` });
}

/** A pod that is gone, or whose container has ended, does not come back under its name. */
async function checkStillThere({ kubectl, target }: RemoteCapture, signal: AbortSignal): Promise<void> {
  const pod = await podStatus(kubectl, target, signal).catch((error: unknown) => {
    if (String(error).includes('not found')) throw unavailable(`${target.input}: the pod is gone; the capture on it has ended`);
    return undefined;
  });
  const container = pod?.containers.find(({ name }) => name === target.container);
  if (pod !== undefined && container !== undefined && container.state.kind === 'terminated') {
    throw unavailable(`${target.input}: the container ${target.container} has ended (${container.state.reason}), and the capture in it`);
  }
}
