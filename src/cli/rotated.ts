/** Rotated files among the inputs, read as one each: oldest first, by their names, or by what they hold where names go round. */
import type { FoundInput, FoundInputs } from '../inputs/found-input.ts';
import { rotatedInput, rotatedSets } from '../inputs/rotated.ts';
import { f64At } from '../model/column.ts';
import { decodedInput, SILENT } from './decoding.ts';
import { newStores } from './stores.ts';

export async function withRotated(found: FoundInputs, say: (line: string) => void): Promise<FoundInputs> {
  const { sets, others } = rotatedSets(found.inputs);
  if (sets.length === 0) return found;
  const inputs = [...others];
  for (const { name, files, isRing } of sets) {
    const ordered = isRing ? await byFirstTime(files) : files;
    say(`${name}: ${files.length} rotated files are read as one, oldest first: ${ordered.map(({ input }) => input.name).join(', ')}`);
    inputs.push(rotatedInput(name, ordered));
  }
  return { ...found, inputs };
}

async function byFirstTime(files: readonly FoundInput[]): Promise<readonly FoundInput[]> {
  const timed = await Promise.all(files.map(async (file) => ({ file, time: await firstTime(file) })));
  return timed.sort((a, b) => a.time - b.time).map(({ file }) => file);
}

/** Of the first record, µs; 0 where nothing can be read. */
async function firstTime(found: FoundInput): Promise<number> {
  const abort = new AbortController();
  const { signal } = abort;
  try {
    const { tables } = newStores();
    const batches = decodedInput({ found, tables, signal, open: (input) => input.open(signal), ...SILENT });
    for await (const batch of batches) if (batch.kind !== 'facts' && batch.count > 0) return f64At(batch.time, 0);
  } catch {
    // Reading it for good will say what is wrong.
  } finally {
    abort.abort();
  }
  return 0;
}
