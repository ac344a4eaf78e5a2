/** SHA-256 of what was read, for reports that have to say what they stand on. */
import { createHash } from 'node:crypto';
import type { Input } from '../model/input.ts';
import type { Watch } from './index.ts';

/** `done`: called with 64 hex digits when an input has been read to its end; not for what was given up before. */
export const hashing = (done: (input: string, sha256: string) => void): Watch => {
  return (input: Input) => ({
    ...input,
    open: (signal) => hashed(input, signal, done),
  });
};

async function* hashed(
  input: Input,
  signal: AbortSignal,
  done: (input: string, sha256: string) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  const hash = createHash('sha256');
  for await (const chunk of input.open(signal)) {
    // Before it is given away: whoever has it may reuse the buffer.
    hash.update(chunk);
    yield chunk;
  }
  if (!signal.aborted) done(input.name, hash.digest('hex'));
}
