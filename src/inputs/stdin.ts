/** Standard input, and whatever is no regular file: each kind of descriptor is read in the way that suits it. */
import { close, constants, fstat, fstatSync, open, read, type Stats } from 'node:fs';
import { isatty } from 'node:tty';
import { promisify } from 'node:util';
import type { Input } from '../model/input.ts';
import { readAhead } from './file.ts';
import { readPipe, readTerminal } from './pipe.ts';
import { unreadable } from './unreadable.ts';

const STDIN = 0;
// Descriptors, not FileHandles: a socket closes its own.
const openDescriptor = promisify(open);
const statDescriptor = promisify(fstat);
const readDescriptor = promisify(read);
const closeDescriptor = promisify(close);

/** `-`. Looked at here, read only when opened. A file redirected into it is not live. */
export function stdinInput(): Input {
  const file = fileStats();
  return { name: '-', live: file === undefined, size: file?.size ?? null, open: (signal) => saying('-', readDescriptorOf(STDIN, signal)) };
}

/** The FIFO, socket or device at `path`. */
export function pipeInput(name: string, path: string): Input {
  return { name, live: true, size: null, open: (signal) => saying(name, readPath(path, signal)) };
}

async function* readPath(path: string, signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  // Without O_NONBLOCK, opening a FIFO that nobody writes to yet would wait in libuv's pool. Its end is seen only after a writer has come (fifo(7)).
  yield* readDescriptorOf(await openDescriptor(path, constants.O_RDONLY | constants.O_NONBLOCK), signal);
}

/** Closes the descriptor at the end. */
async function* readDescriptorOf(fd: number, signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  const stats = await statDescriptor(fd);
  if (stats.isFIFO() || stats.isSocket()) return yield* readPipe(fd, signal);
  if (isatty(fd)) return yield* readTerminal(fd, signal);
  try {
    // Position null: from where the descriptor stands, as `(head -1; plainsight) < file` expects.
    yield* readAhead(async (buffer) => (await readDescriptor(fd, buffer, 0, buffer.byteLength, null)).bytesRead, stats.size, signal);
  } finally {
    await closeDescriptor(fd);
  }
}

async function* saying(name: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* chunks;
  } catch (error) {
    throw unreadable(name, error);
  }
}

function fileStats(): Stats | undefined {
  try {
    const stats = fstatSync(STDIN);
    return stats.isFile() ? stats : undefined;
  } catch {
    // Closed (`plainsight <&-`): opening it will say so.
    return undefined;
  }
}
