/** Words of the command line → inputs: files, directories, FIFOs and devices, addresses, and `-`. */
import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { ExitCode, PlainsightError } from '../model/error.ts';
import type { Input } from '../model/input.ts';
import { decompressed } from './decompress.ts';
import { fileInput } from './file.ts';
import { followedInput } from './followed.ts';
import type { FoundInput, FoundInputs, MissingInput } from './found-input.ts';
import { pipeInput, stdinInput } from './stdin.ts';
import { unreadable } from './unreadable.ts';
import { isUrl, urlInput } from './url.ts';
import { isFirstMeeting, type Met, walk } from './walk.ts';

/**
 * The inputs that `words` name, none opened yet; gzip is decompressed on the way. What cannot be read is `missing`, with
 * the reason. A file that several words come to is one input, named as the first word that says so itself has it; one of
 * `followed` is read on as it grows. `watched` may look at the bytes as they are stored.
 */
export async function findInputs(
  words: readonly string[],
  followed: readonly string[] = [],
  watched: Watch = (input) => input,
): Promise<FoundInputs> {
  const inputs: FoundInput[] = [];
  const missing: MissingInput[] = [];
  const directories: string[] = [];
  const met: Met = new Set();
  for (const word of new Set(followed)) {
    try {
      const stats = await stat(word);
      if (!stats.isFile()) missing.push({ name: word, named: true, error: notAFile(word) });
      else if (isFirstMeeting(met, stats)) inputs.push(followedInput(word));
    } catch (error) {
      missing.push({ name: word, named: true, error: unreadable(word, error) });
    }
  }
  for (const word of new Set(words)) {
    if (word === '-') inputs.push({ input: decompressed(watched(stdinInput())), named: true });
    else {
      try {
        if (isUrl(word)) {
          inputs.push({ input: decompressed(urlInput(word)), named: true, isNow: true });
          continue;
        }
        const stats = await stat(word);
        if (stats.isDirectory()) directories.push(word);
        else if (isFirstMeeting(met, stats)) inputs.push({ input: decompressed(watched(inputOf(word, stats))), named: true });
      } catch (error) {
        missing.push({ name: word, named: true, error: unreadable(word, error) });
      }
    }
  }
  for (const directory of directories) {
    for await (const found of walk(directory, met)) {
      if (found.kind === 'file') inputs.push({ input: decompressed(watched(fileInput(found.name, found.path, found.stats.size))), named: false });
      else missing.push({ name: found.name, named: found.name === directory, error: found.error });
    }
  }
  return { inputs, missing };
}

/** The same input, looked at while it is read. */
export type Watch = (input: Input) => Input;

const inputOf = (word: string, stats: Stats): Input => (stats.isFile() ? fileInput(word, word, stats.size) : pipeInput(word, word));

const notAFile = (word: string): PlainsightError =>
  new PlainsightError(
    ExitCode.unreadable,
    `cannot follow ${word}: it is no regular file; name each file with a --follow of its own, and pipes as INPUT`,
  );

/** Evidence names its input: no two may have one name. */
export function distinct(inputs: readonly FoundInput[]): readonly FoundInput[] {
  const times = new Map<string, number>();
  return inputs.map((found) => {
    const { name } = found.input;
    const time = (times.get(name) ?? 0) + 1;
    times.set(name, time);
    return time === 1 ? found : { ...found, input: { ...found.input, name: `${name} (${time})` } };
  });
}
