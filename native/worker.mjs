/**
 * The read loop of one capture, in a thread of its own: here a read may wait, on libuv's pool it would hold up every `fs` call.
 *
 * The main thread opens the device (so that it can give up its privileges afterwards), then sends the capture's number and a few
 * ArrayBuffers. Each is filled and sent back, and comes again when the consumer has done with it: a slow consumer leaves this
 * thread without a buffer, and the kernel's ring fills and counts what it drops. Memory never grows.
 *
 * `ending` (shared memory) set to 1 ends it as its duration does: what the kernel has by then is still handed over.
 *
 * Plain JavaScript beside the addon, because a Worker is started from a file: sources and dist/ start this same one, on a Node
 * that cannot run TypeScript too. Its messages are typed in src/inputs/interface-libpcap.ts.
 */
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';

const STATISTICS_MS = 1000;
/** A block of the ring is handed over when full, or after 20 ms: past this, nothing more of before the end is coming. */
const DRAIN_WAIT_MS = 30;
const WAIT_MS = 100;

const binding = createRequire(import.meta.url)(workerData.addon);
let capture = { id: 0, count: 0 };
let deadline = Number.POSITIVE_INFINITY;
let nextStatistics = 0;
/** After the deadline: how many packets had come by then. */
let target = Number.POSITIVE_INFINITY;

function start({ id, count, durationMs }) {
  capture = { id, count };
  deadline = durationMs === 0 ? deadline : performance.now() + durationMs;
  nextStatistics = performance.now() + STATISTICS_MS;
}

/** How many packets may still be handed over. */
function limit() {
  const most = Math.min(target, capture.count === 0 ? Number.POSITIVE_INFINITY : capture.count);
  return most === Number.POSITIVE_INFINITY ? most : Math.max(0, most - binding.counts(capture.id).delivered);
}

function read(buffer) {
  if (deadline === Number.POSITIVE_INFINITY && Atomics.load(workerData.ending, 0) === 1) deadline = performance.now();
  const left = deadline - performance.now();
  if (left <= 0 && target === Number.POSITIVE_INFINITY) {
    const counts = binding.counts(capture.id);
    target = counts.received - counts.droppedByKernel;
  }
  const most = limit();
  if (most === 0) return { bytes: 0, ended: true };
  const waitMs = left <= 0 ? DRAIN_WAIT_MS : Math.min(WAIT_MS, Math.ceil(left));
  const bytes = binding.read(capture.id, buffer, waitMs, most === Number.POSITIVE_INFINITY ? 0 : most);
  return { bytes, ended: left <= 0 && bytes === 0 };
}

function fill(buffer) {
  try {
    for (;;) {
      const { bytes, ended } = read(buffer);
      const isDue = performance.now() >= nextStatistics;
      if (bytes === 0 && !ended && !isDue) continue;
      if (isDue) nextStatistics = performance.now() + STATISTICS_MS;
      return { buffer, bytes, ended, counts: isDue ? binding.counts(capture.id) : null, failure: null };
    }
  } catch (error) {
    return { buffer, bytes: 0, ended: true, counts: null, failure: { kind: error.code ?? 'other', message: error.message } };
  }
}

parentPort.on('message', (message) => {
  if (message instanceof ArrayBuffer) parentPort.postMessage(fill(message), [message]);
  else start(message);
});
parentPort.postMessage(null);
