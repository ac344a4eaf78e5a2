/**
 * Live capture through the native binding: device opened here, read by a Worker (native/worker.mjs), buffers sent round.
 * The kernel's ring is the only queue between the network and the consumer.
 */
import { Worker } from 'node:worker_threads';
import { type LoadedBinding, type OpenedCapture, WORKER } from './interface-binding.ts';
import { type CaptureFailure, captureError, failureOf } from './interface-errors.ts';
import { filterWithPlaceHere } from './interface-filter.ts';
import { type Mailbox, mailbox } from './interface-mailbox.ts';
import type { CaptureOptions } from './interface-options.ts';
import { type CaptureCounts, interfaceStatistics, sectionStart } from './interface-pcapng.ts';
import type { LiveInput } from './live-input.ts';

/** From native/worker.mjs: null once, when it listens. */
type Filled = {
  readonly buffer: ArrayBuffer;
  readonly bytes: number;
  /** Nothing more will come. */
  readonly ended: boolean;
  /** Once a second. */
  readonly counts: CaptureCounts | null;
  readonly failure: CaptureFailure | null;
};

/** How long the kernel may hold back a block that is not full. */
const TIMEOUT_MS = 20;
/** One being filled, one on its way, one being read, one in hand. */
const LEAST_BUFFERS = 4;
const BUFFER_BYTES = 1 << 20;
/**
 * Half as much again as the kernel's ring: the worker, which does little, empties the ring while a busy machine keeps the main thread waiting.
 * With four buffers, a million packets a second on two cores with a load of seven lost 0.1 %.
 */
const buffersFor = ({ bufferMiB }: CaptureOptions): number => Math.max(LEAST_BUFFERS, bufferMiB >> 1);

type Running = {
  readonly loaded: LoadedBinding;
  readonly capture: OpenedCapture;
  readonly worker: Worker;
  readonly filled: Mailbox<Filled>;
  readonly startMs: number;
};

/** Resolves once packets are being captured. `say` hears what libpcap warns of. Rejects with `PlainsightError`. */
export async function libpcapInput(
  loaded: LoadedBinding,
  name: string,
  options: CaptureOptions,
  say: (line: string) => void = () => {},
): Promise<LiveInput> {
  // Set to 1, it ends the capture: a worker that waits for packets hears no message.
  const ending = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(WORKER, { workerData: { addon: loaded.path, ending }, execArgv: [] });
  await new Promise<void>((resolve, reject) => {
    worker.once('message', () => resolve());
    worker.once('error', reject);
  });
  const running = await started(loaded, name, options, worker);
  if (running.capture.warning !== '') say(`${name}: ${running.capture.warning}`);
  let isTaken = false;
  return {
    name,
    live: true,
    size: null,
    open: (signal) => {
      if (isTaken) throw new Error(`${name}: a capture can be read once`);
      isTaken = true;
      return read(running, name, options.filter, signal);
    },
    stop: () => Atomics.store(ending, 0, 1),
    close: () => ended(running),
  };
}

async function started(loaded: LoadedBinding, name: string, options: CaptureOptions, worker: Worker): Promise<Running> {
  const capture = opened(loaded, name, options);
  if ('kind' in capture) {
    await worker.terminate();
    throw captureError(name, capture);
  }
  const filled = mailbox<Filled>();
  worker.on('message', filled.put);
  worker.on('error', filled.fail);
  worker.postMessage({ id: capture.id, count: options.count, durationMs: options.durationMs });
  const size = Math.max(BUFFER_BYTES, 2 * capture.largestBlock);
  for (let index = 0; index < buffersFor(options); index++) give(worker, new ArrayBuffer(size));
  return { loaded, capture, worker, filled, startMs: Date.now() };
}

function opened(loaded: LoadedBinding, name: string, options: CaptureOptions): OpenedCapture | CaptureFailure {
  try {
    return loaded.binding.open(name, options.filter, options.snaplen, options.promiscuous ? 1 : 0, options.bufferMiB << 20, TIMEOUT_MS);
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind !== 'bad-filter') return failure;
    return { kind: failure.kind, message: `${failure.message}\n${filterWithPlaceHere(options.filter, loaded) ?? ''}` };
  }
}

const give = (worker: Worker, buffer: ArrayBuffer): void => worker.postMessage(buffer, [buffer]);

async function* read(running: Running, name: string, filter: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const { capture, worker, filled, startMs } = running;
  let failure: CaptureFailure | null = null;
  try {
    yield sectionStart({ name, linkType: capture.linkType, snaplen: capture.snaplen, filter });
    for (;;) {
      const batch = await filled.take(signal);
      if (batch === undefined) break;
      if (batch.bytes > 0) yield new Uint8Array(batch.buffer, 0, batch.bytes);
      if (batch.counts !== null) yield interfaceStatistics(batch.counts, startMs, Date.now());
      failure = batch.failure;
      if (batch.ended) break;
      give(worker, batch.buffer);
    }
    running.loaded.binding.stop(capture.id);
    yield interfaceStatistics(running.loaded.binding.counts(capture.id), startMs, Date.now());
  } finally {
    await ended(running);
  }
  if (failure !== null) throw captureError(name, failure);
}

/** Closing first ends a read under way, so that the worker can be ended at once. */
async function ended({ loaded, capture, worker }: Running): Promise<void> {
  loaded.binding.close(capture.id);
  await worker.terminate();
}
