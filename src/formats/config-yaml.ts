/** YAML documents as the things worth reading in them. An alias stands for what it names a bounded number of times: ten lines of aliases of aliases can mean gigabytes. */
import { TextDecoder } from 'node:util';
import { isMap, parseAllDocuments } from 'yaml';
import { ExitCode, PlainsightError } from '../model/error.ts';
import type { Pieces } from './config-json.ts';
import { type Piece, piecesOf } from './json-pieces.ts';
import { type YamlPart, yamlParts } from './yaml-cut.ts';
import { plainYaml } from './yaml-plain.ts';

/** The text is held whole. */
const MAX_BYTES = 64 * 1024 * 1024;
const MAX_ALIASES = 100;

export async function* readYaml(chunks: AsyncIterable<Uint8Array>): Pieces {
  const text = await gathered(chunks);
  let isWhole = true;
  for (const part of yamlParts(text)) {
    const { pieces, isWell } = read(part);
    isWhole &&= isWell;
    if (pieces.length > 0) yield pieces;
  }
  return isWhole;
}

function read({ section, text }: YamlPart): { readonly pieces: readonly Piece[]; readonly isWell: boolean } {
  const plain = section === null ? undefined : plainYaml(text);
  if (Array.isArray(plain)) return { pieces: plain.map((value: unknown) => ({ section: section ?? '', value })), isWell: true };
  const pieces: Piece[] = [];
  let isWell = true;
  for (const document of parseAllDocuments(text, { logLevel: 'silent', prettyErrors: false, uniqueKeys: false, stringKeys: true })) {
    if (!('contents' in document)) continue;
    if (document.errors.length > 0) isWell = false;
    // What was read before an error is as good as without it, but for maps that were to be something else.
    if (document.errors.length > 0 && !isMap(document.contents) && document.contents === null) continue;
    try {
      const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
      if (section === null) pieces.push(...piecesOf(value));
      else if (Array.isArray(value)) for (const one of value) pieces.push({ section, value: one });
    } catch {
      isWell = false;
    }
  }
  return { pieces, isWell };
}

async function gathered(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  const parts: string[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    parts.push(decoder.decode(chunk, { stream: true }));
    bytes += chunk.byteLength;
    if (bytes > MAX_BYTES)
      throw new PlainsightError(ExitCode.unreadable, 'YAML of more than 64 MiB is not read: write it as JSON (-o json), which may be of any size');
  }
  return parts.join('') + decoder.decode();
}
