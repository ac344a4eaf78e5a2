/**
 * JSON documents of any size, one after the other, as the things worth reading in them. Up to 64 MiB `JSON.parse` reads
 * the whole, or the things in it one by one where it is long; what is larger, and what breaks off, is read by stream-json as it comes.
 */
import { TextDecoder } from 'node:util';
import { jsonParser, type Token } from 'stream-json/parser.js';
import { isFields } from './config-values.ts';
import { cutPieces } from './json-cut.ts';

/** One object or element: `section` is the name in the root object under which it stood, '' for a root or an element of a root array. */
export type Piece = { readonly section: string; readonly value: unknown };
/** Yields pieces; returns whether all of it could be read. */
export type Pieces = AsyncGenerator<readonly Piece[], boolean, undefined>;

const WHOLE_BYTES = 64 * 1024 * 1024;
/** An object with these is one thing; without them, or as a list, it holds things. */
const isOneThing = (root: unknown): boolean =>
  isFields(root) && (('kind' in root && !Array.isArray(root['items'])) || 'workloadIps' in root || 'certChain' in root || 'vips' in root);

export function* piecesOf(root: unknown): Generator<Piece, void, undefined> {
  if (Array.isArray(root)) for (const value of root) yield { section: '', value };
  else if (isOneThing(root)) yield { section: '', value: root };
  else if (isFields(root)) {
    for (const [section, held] of Object.entries(root)) {
      const values = Array.isArray(held) ? held : isFields(held) ? Object.values(held) : [];
      for (const value of values) yield { section, value };
    }
  }
}

/** The text of chunks, whole when it ends within `limit`; `rest` goes on where it does not. */
export type Gathered = { readonly text: string; readonly rest: AsyncIterator<Uint8Array> | null; readonly decoder: TextDecoder };

export async function gather(chunks: AsyncIterable<Uint8Array>, limit: number = WHOLE_BYTES): Promise<Gathered> {
  const decoder = new TextDecoder();
  const parts: string[] = [];
  let bytes = 0;
  const iterator = chunks[Symbol.asyncIterator]();
  for (;;) {
    const next = await iterator.next();
    if (next.done === true) break;
    parts.push(decoder.decode(next.value, { stream: true }));
    bytes += next.value.byteLength;
    if (bytes > limit) return { text: parts.join(''), rest: iterator, decoder };
  }
  parts.push(decoder.decode());
  return { text: parts.join(''), rest: null, decoder };
}

export async function* readJson(chunks: AsyncIterable<Uint8Array>, limit: number = WHOLE_BYTES): Pieces {
  const gathered = await gather(chunks, limit);
  if (gathered.rest !== null) return yield* streamed(gathered);
  const { text } = gathered;
  const root = text.length < LONG ? parsed(text) : undefined;
  if (root !== undefined) {
    yield [...piecesOf(root)];
    return true;
  }
  if (text.length >= LONG) return yield* cutDocuments(text);
  let done = 0;
  for (const end of rootEnds(text)) {
    const one = parsed(text.slice(done, end));
    if (one === undefined) break;
    yield [...piecesOf(one)];
    done = end;
  }
  const rest = text.slice(done);
  return rest.trim() === '' ? true : yield* streamed({ ...gathered, text: rest });
}

/** No one thing is as long as this: a text that is holds lists. */
const LONG = 4 << 20;

function* cutDocuments(text: string): Generator<readonly Piece[], boolean, undefined> {
  for (let at = 0; ; ) {
    while (at < text.length && text.charCodeAt(at) <= 0x20) at++;
    if (at === text.length) return true;
    at = yield* cutPieces(text, at);
    if (at < 0) return false;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Cut short, broken, or several documents: read as far as it goes.
    return undefined;
  }
}

/** Where each of several documents in one text ends. */
function* rootEnds(text: string): Generator<number, void, undefined> {
  const marks = /"(?:[^"\\]|\\.)*"|[{}[\]]/gs;
  let depth = 0;
  for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
    if (mark[0] === '{' || mark[0] === '[') depth++;
    else if (mark[0] === '}' || mark[0] === ']') depth--;
    else continue;
    if (depth <= 0) yield marks.lastIndex;
  }
}

const SLICE = 1 << 20;

async function* streamed({ text, rest, decoder }: Gathered): Pieces {
  const parse = jsonParser({ packValues: true, streamValues: false, jsonStreaming: true });
  const assembler = new PieceAssembler();
  const feed = (part: string): boolean => {
    try {
      const tokens: unknown = parse(part, undefined);
      if (isFields(tokens) && Array.isArray(tokens['values'])) for (const token of tokens['values']) assembler.token(token);
      return true;
    } catch {
      return false;
    }
  };
  for (let start = 0; start < text.length; start += SLICE) {
    const isWell = feed(text.slice(start, start + SLICE));
    yield assembler.take();
    if (!isWell) return false;
  }
  for (let next = await rest?.next(); next !== undefined && next.done !== true; next = await rest?.next()) {
    const isWell = feed(decoder.decode(next.value, { stream: true }));
    yield assembler.take();
    if (!isWell) return false;
  }
  return assembler.isWhole;
}

type Container = { readonly values: unknown[] | null; readonly fields: Record<string, unknown> | null; key: string };
const MAX_DEPTH = 64;

/** Puts together what lies at the level of things (elements of the root's lists), and lets go of it. */
class PieceAssembler {
  /** `array` or `object` of the root and of the section; the thing's own containers are in `#open`. */
  readonly #outer: ('array' | 'object')[] = [];
  readonly #open: Container[] = [];
  #section = '';
  #key = '';
  #pieces: Piece[] = [];
  #skipped = 0;

  get isWhole(): boolean {
    return this.#outer.length === 0 && this.#open.length === 0;
  }

  take(): readonly Piece[] {
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces;
  }

  token(token: Token): void {
    switch (token.name) {
      case 'startObject':
      case 'startArray':
        this.#start(token.name === 'startArray');
        break;
      case 'endObject':
      case 'endArray':
        this.#end();
        break;
      case 'keyValue':
        this.#name(token.value);
        break;
      case 'stringValue':
      case 'trueValue':
      case 'falseValue':
      case 'nullValue':
        this.#value(token.value);
        break;
      case 'numberValue':
        this.#value(Number(token.value));
        break;
      default:
        break;
    }
  }

  /** A root array holds things, a root object holds sections that hold things; a List's own `metadata` is such a section too. */
  #isAbove(): boolean {
    return this.#open.length === 0 && (this.#outer.length === 0 || (this.#outer.length === 1 && this.#outer[0] === 'object'));
  }

  #start(isArray: boolean): void {
    if (this.#isAbove()) {
      this.#outer.push(isArray ? 'array' : 'object');
      if (this.#outer.length === 2) this.#section = this.#key;
      return;
    }
    if (this.#skipped > 0 || this.#open.length >= MAX_DEPTH) this.#skipped++;
    else this.#open.push(isArray ? { values: [], fields: null, key: '' } : { values: null, fields: {}, key: '' });
  }

  #end(): void {
    if (this.#skipped > 0) {
      this.#skipped--;
      return;
    }
    const done = this.#open.pop();
    if (done !== undefined) {
      this.#value(done.values ?? done.fields);
      return;
    }
    this.#outer.pop();
    this.#section = '';
  }

  #name(key: string): void {
    const inner = this.#open.at(-1);
    if (inner === undefined) this.#key = key;
    else if (this.#skipped === 0) inner.key = key;
  }

  #value(value: unknown): void {
    if (this.#skipped > 0) return;
    const inner = this.#open.at(-1);
    if (inner === undefined) {
      if (isFields(value)) this.#pieces.push({ section: this.#section, value });
    } else if (inner.values !== null) inner.values.push(value);
    // `__proto__` as a key must stay a key.
    else if (inner.fields !== null) Object.defineProperty(inner.fields, inner.key, { value, enumerable: true, configurable: true, writable: true });
  }
}
