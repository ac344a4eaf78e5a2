/** A list in YAML as a team keeps it in its repository: entries with known keys, each value with the line it stands on. */
import { readFile } from 'node:fs/promises';
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml';
import { ExitCode, PlainsightError } from '../../model/error.ts';
import { visible } from '../../report/text/visible.ts';
import { nearest } from '../suggest.ts';
import { ValueError } from '../values.ts';

export type Entry = {
  /** `expect.yaml:3`. */
  readonly place: string;
  /** Nothing where the key is missing. */
  texts(key: string): readonly string[];
  /** Runs a parser of the value; what it does not like is said with file and line. */
  parsed<T>(key: string, parse: (text: string) => T): readonly T[];
  /** A message about the whole entry, or about one key, with file and line. */
  wrong(message: string, key?: string): PlainsightError;
};

export type ListFile = { readonly flag: string; readonly path: string; readonly keys: readonly string[] };

/** Thousands of entries have room; more is no list that people keep. */
const MAX_BYTES = 4 * 1024 * 1024;

export async function readEntries(file: ListFile): Promise<readonly Entry[]> {
  return parseEntries(await textOf(file), file);
}

async function textOf({ flag, path }: ListFile): Promise<string> {
  try {
    const bytes = await readFile(path);
    if (bytes.byteLength > MAX_BYTES) throw new Error('more than 4 MiB');
    return bytes.toString('utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unknown error';
    throw new PlainsightError(ExitCode.unreadable, `${flag} ${visible(path)} cannot be read: ${visible(why)}`, { cause: error });
  }
}

export function parseEntries(text: string, { path, keys }: ListFile): readonly Entry[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true, logLevel: 'silent' });
  const placeAt = (offset: number): string => `${visible(path)}:${lines.linePos(offset).line}`;
  const wrong = (offset: number, message: string): PlainsightError =>
    new PlainsightError(ExitCode.usage, `${placeAt(offset)}: ${message}\nplainsight verify --help shows such a file.`);
  const [broken] = document.errors;
  if (broken !== undefined) throw wrong(broken.pos[0], `no YAML: ${visible(broken.message)}`);
  const { contents } = document;
  if (contents === null || (isScalar(contents) && contents.value === null)) return [];
  if (!isSeq(contents)) throw wrong(contents.range[0], 'wants a list: begin each entry with "- "');
  return contents.items.map((item): Entry => {
    if (!isMap(item)) throw wrong(startOf(item), `each entry wants keys and values, as "- ${keys[0]}: …"`);
    return entryOf(item, { keys, placeAt, wrong });
  });
}

type Reading = {
  readonly keys: readonly string[];
  placeAt(offset: number): string;
  wrong(offset: number, message: string): PlainsightError;
};

function entryOf(map: YAMLMap, { keys, placeAt, wrong }: Reading): Entry {
  const values = new Map<string, { readonly at: number; readonly texts: readonly string[] }>();
  for (const { key, value } of map.items) {
    const name = isScalar(key) ? String(key.value) : '?';
    const at = startOf(key);
    if (!keys.includes(name)) {
      const near = nearest(name, keys);
      throw wrong(at, `unknown key '${visible(name)}'${near === undefined ? '' : `; did you mean ${near}?`} Known: ${keys.join(', ')}`);
    }
    const texts = (isSeq(value) ? value.items : [value]).map((node) => {
      if (!isScalar(node) || node.value === null) throw wrong(at, `'${name}' wants a word, or a list of words`);
      return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
    });
    values.set(name, { at, texts });
  }
  const whole = startOf(map);
  const texts = (key: string): readonly string[] => values.get(key)?.texts ?? [];
  const blame = (message: string, key?: string): PlainsightError => wrong(values.get(key ?? '')?.at ?? whole, message);
  return {
    place: placeAt(whole),
    texts,
    wrong: blame,
    parsed: (key, parse) =>
      texts(key).map((text) => {
        try {
          return parse(text);
        } catch (error) {
          if (error instanceof ValueError) throw blame(`${key} '${visible(text)}': ${error.message}`, key);
          throw error;
        }
      }),
  };
}

const startOf = (node: unknown): number => (node as Partial<Node> | null)?.range?.[0] ?? 0;
