/**
 * Regular files, read ahead: while one buffer is looked at, the next is being filled. `createReadStream` alone
 * would not keep up with the disk cache (design.md §4).
 */
import { type FileHandle, open } from 'node:fs/promises';
import type { Input } from '../model/input.ts';
import { unreadable } from './unreadable.ts';

const BUFFER_BYTES = 4 * 1024 * 1024;
const LEAST_BUFFER_BYTES = 64 * 1024;

/** The file at `path`, `size` bytes long when it was looked at; what has been added since is read too. */
export function fileInput(name: string, path: string, size: number): Input {
  return { name, live: false, size, open: (signal) => readFile({ name, path, size }, signal) };
}

type File = { readonly name: string; readonly path: string; readonly size: number };

async function* readFile({ name, path, size }: File, signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    const file = await open(path, 'r');
    try {
      yield* readAhead((buffer) => readSome(file, buffer), size, signal);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw unreadable(name, error);
  }
}

const readSome = async (file: FileHandle, buffer: Uint8Array): Promise<number> => (await file.read(buffer, 0, buffer.byteLength, null)).bytesRead;

/** Chunks in two buffers by turns: each is the consumer's until it pulls the next one but the read into the other may be under way. */
export async function* readAhead(
  read: (buffer: Uint8Array) => Promise<number>,
  size: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  // One byte more than the file, so that a small one comes whole; hundreds of small files open at once must not take 8 MiB each.
  const bufferBytes = Math.min(BUFFER_BYTES, Math.max(LEAST_BUFFER_BYTES, size + 1));
  let filling = new Uint8Array(bufferBytes);
  let spare = new Uint8Array(bufferBytes);
  let reading = read(filling);
  try {
    for (let bytes = await reading; bytes > 0 && !signal.aborted; bytes = await reading) {
      const filled = filling;
      filling = spare;
      spare = filled;
      reading = read(filling);
      // Its error is met by the next turn's await, and until then it is nobody's.
      reading.catch(() => undefined);
      yield bytes === filled.byteLength ? filled : filled.subarray(0, bytes);
    }
  } finally {
    // The file may be closed only when nothing is being read from it.
    await reading.catch(() => undefined);
  }
}
