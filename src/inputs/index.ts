/** Words of the command line → inputs: files, directories, FIFOs and devices, and `-`. */
import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { PlainsightError } from '../model/error.ts';
import type { Input } from '../model/input.ts';
import { decompressed } from './decompress.ts';
import { fileInput } from './file.ts';
import { pipeInput, stdinInput } from './stdin.ts';
import { unreadable } from './unreadable.ts';
import { isFirstMeeting, type Met, walk } from './walk.ts';

export type FoundInput = {
  readonly input: Input;
  /** Given by the user, rather than found in a directory: then it is an error when nothing can read it. */
  readonly named: boolean;
  /** Of a live capture: it ends by itself when the run is interrupted, and is cut off only by this. */
  readonly until?: AbortSignal;
};
export type MissingInput = { readonly name: string; readonly named: boolean; readonly error: PlainsightError };
export type FoundInputs = { readonly inputs: readonly FoundInput[]; readonly missing: readonly MissingInput[] };

/**
 * The inputs that `words` name, none opened yet; gzip is decompressed on the way. What cannot be read is `missing`, with
 * the reason. A file that several words come to is one input, named as the first word that says so itself has it.
 */
export async function findInputs(words: readonly string[]): Promise<FoundInputs> {
  const inputs: FoundInput[] = [];
  const missing: MissingInput[] = [];
  const directories: string[] = [];
  const met: Met = new Set();
  for (const word of new Set(words)) {
    if (word === '-') inputs.push({ input: decompressed(stdinInput()), named: true });
    else {
      try {
        const stats = await stat(word);
        if (stats.isDirectory()) directories.push(word);
        else if (isFirstMeeting(met, stats)) inputs.push({ input: decompressed(inputOf(word, stats)), named: true });
      } catch (error) {
        missing.push({ name: word, named: true, error: unreadable(word, error) });
      }
    }
  }
  for (const directory of directories) {
    for await (const found of walk(directory, met)) {
      if (found.kind === 'file') inputs.push({ input: decompressed(fileInput(found.name, found.path, found.stats.size)), named: false });
      else missing.push({ name: found.name, named: found.name === directory, error: found.error });
    }
  }
  return { inputs, missing };
}

const inputOf = (word: string, stats: Stats): Input => (stats.isFile() ? fileInput(word, word, stats.size) : pipeInput(word, word));
