/**
 * `--write FILE`: what live captures yield, kept as one pcapng file while it is analysed. Several captures share the file: one
 * section, their interfaces numbered in the order they were added.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { ExitCode, PlainsightError } from '../model/error.ts';
import type { Input } from '../model/input.ts';
import { messageOf } from './interface-binding.ts';
import { BlockType, LITTLE_ENDIAN } from './interface-pcapng.ts';

export type CaptureFile = {
  /** The same input, whose bytes are in the file before the next chunk is given. For inputs of interface.ts: pcapng, whole blocks in each chunk. */
  tee(input: Input): Input;
  /** After all inputs have ended. */
  close(): Promise<void>;
};

/** Creates the file at once, so that a bad path fails before anything is captured: unavailable. */
export async function captureTo(path: string): Promise<CaptureFile> {
  const file = await attempt(path, () => open(path, 'w'));
  let interfaces = 0;
  const append = appender(path, file);
  return {
    tee: (input) => ({
      ...input,
      open: (signal) =>
        teed(
          input.open(signal),
          (chunk, number) => append(numbered(chunk, number)),
          () => interfaces++,
        ),
    }),
    close: () => attempt(path, () => file.close()),
  };
}

/** One write after another, whoever calls. */
function appender(path: string, file: FileHandle): (bytes: Uint8Array) => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return (bytes) => {
    last = last.then(() => attempt(path, () => file.writeFile(bytes)));
    return last;
  };
}

/** The chunk is read by its consumer and written at the same time; its buffer comes free when both are done. */
async function* teed(
  chunks: AsyncIterable<Uint8Array>,
  write: (chunk: Uint8Array, number: number) => Promise<void>,
  nextNumber: () => number,
): AsyncGenerator<Uint8Array> {
  let number: number | undefined;
  let written: Promise<void> = Promise.resolve();
  try {
    for await (const chunk of chunks) {
      number ??= nextNumber();
      written = write(chunk, number);
      // Looked at below; without this, one that fails while the consumer works would count as unhandled.
      written.catch(() => {});
      yield chunk;
      await written;
    }
  } finally {
    await written;
  }
}

/** Blocks of interface 0 as those of interface `number`. The first capture's are right as they are, so one alone is never copied. */
function numbered(chunk: Uint8Array, number: number): Uint8Array {
  if (number === 0) return chunk;
  const copy = chunk.slice();
  const view = new DataView(copy.buffer);
  let start = 0;
  for (let at = 0; at + 12 <= copy.length; at += view.getUint32(at + 4, LITTLE_ENDIAN)) {
    const type = view.getUint32(at, LITTLE_ENDIAN);
    if (type === BlockType.packet || type === BlockType.interfaceStatistics) view.setUint32(at + 8, number, LITTLE_ENDIAN);
    // A section header would begin the numbers anew; only the first capture's is kept.
    if (type === BlockType.sectionHeader) start = at + view.getUint32(at + 4, LITTLE_ENDIAN);
  }
  return copy.subarray(start);
}

async function attempt<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new PlainsightError(ExitCode.unavailable, `--write ${path}: ${messageOf(error)}`, { cause: error });
  }
}
