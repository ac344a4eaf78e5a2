/**
 * A document that breaks off, or is no JSON from some place on, read by stream-json as far as it goes: what a half-written dump
 * holds, and what a pipe that never ends its document has brought by the end.
 */
import { jsonParser, type Token } from 'stream-json/parser.js';
import { isFields } from './config-values.ts';
import type { Piece } from './json-pieces.ts';

/** What stands before a mistake in the same slice is lost with it. */
const SLICE = 1 << 10;

/** All things that are whole in `text`. */
export function wholePieces(text: string): readonly Piece[] {
  const parse = jsonParser({ packValues: true, streamValues: false, jsonStreaming: true });
  const assembler = new PieceAssembler();
  const pieces: Piece[] = [];
  for (let start = 0; start < text.length; start += SLICE) {
    try {
      const tokens: unknown = parse(text.slice(start, start + SLICE), undefined);
      if (isFields(tokens) && Array.isArray(tokens['values'])) for (const token of tokens['values']) assembler.token(token);
    } catch {
      start = text.length;
    }
    pieces.push(...assembler.take());
  }
  return pieces;
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
