/** YAML documents as the things worth reading in them. An alias stands for what it names a bounded number of times: ten lines of aliases of aliases can mean gigabytes. */
import { isMap, parseAllDocuments } from 'yaml';
import { ExitCode, PlainsightError } from '../model/error.ts';
import { gather, type Pieces, piecesOf } from './config-json.ts';

/** YAML is read whole, into a tree several times its size. */
const MAX_BYTES = 64 * 1024 * 1024;
const MAX_ALIASES = 100;

export async function* readYaml(chunks: AsyncIterable<Uint8Array>): Pieces {
  const { text, rest } = await gather(chunks, MAX_BYTES);
  if (rest !== null) {
    await rest.return?.();
    throw new PlainsightError(ExitCode.unreadable, 'YAML of more than 64 MiB is not read: write it as JSON (-o json), which may be of any size');
  }
  let isWhole = true;
  for (const document of parseAllDocuments(text, { logLevel: 'silent', prettyErrors: false, uniqueKeys: false, stringKeys: true })) {
    if (!('contents' in document)) continue;
    if (document.errors.length > 0) isWhole = false;
    // What was read before an error is as good as without it, but for maps that were to be something else.
    if (document.errors.length > 0 && !isMap(document.contents) && document.contents === null) continue;
    try {
      yield [...piecesOf(document.toJS({ maxAliasCount: MAX_ALIASES }))];
    } catch {
      isWhole = false;
    }
  }
  return isWhole;
}
