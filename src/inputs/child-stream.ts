/** What a child process writes: bytes one chunk at a time, and lines. */
import type { Readable } from 'node:stream';
import split2 from 'split2';
import { mailbox } from './interface-mailbox.ts';

/** The stream's chunks until it ends or `signal` aborts, idle or not. The next is asked for when one has been dealt with: the pipe fills, then whatever is behind it. */
export async function* chunksOf(stream: Readable, signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  const box = mailbox<Uint8Array | null>();
  const put = (chunk: Uint8Array): void => {
    stream.pause();
    box.put(chunk);
  };
  stream.on('data', put);
  stream.once('close', () => box.put(null));
  stream.once('error', box.fail);
  if (stream.closed) box.put(null);
  try {
    for (;;) {
      const chunk = await box.take(signal);
      if (chunk === undefined || chunk === null) return;
      yield chunk;
      stream.resume();
    }
  } finally {
    stream.off('data', put);
  }
}

/** @types/split2 does not know `skipOverflow`: too long a line is left out, instead of an error. */
const LINES = { maxLength: 4096, skipOverflow: true };
const MOST_LINES = 50;

/** Each line of `stream` to `hear`; those it does not take (false) are kept in the list, the last fifty. */
export function hearLines(stream: Readable, hear: (line: string) => boolean): string[] {
  const kept: string[] = [];
  stream.pipe(split2(LINES)).on('data', (line: string) => {
    if (!hear(line) && kept.push(line) > MOST_LINES) kept.shift();
  });
  return kept;
}
