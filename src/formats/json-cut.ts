/**
 * A long JSON text cut into the things its lists hold, each parsed alone: a tree of the whole would take several times the
 * memory, and its text, and what is made of it, are there as well. Where the text breaks, what came before it was given out.
 */
import { isFields } from './config-values.ts';

export type CutPiece = { readonly section: string; readonly value: unknown };

const BATCH = 1024;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Elements of a root array (section ''), or of the lists and maps that a root object holds under names. Returns where the
 * document ends; -1 where it breaks off or is none.
 */
export function* cutPieces(text: string, from: number): Generator<readonly CutPiece[], number, undefined> {
  const cutter = new Cutter(text, from);
  try {
    yield* cutter.root();
    return cutter.at;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    yield cutter.take();
    return -1;
  }
}

class Cutter {
  readonly #text: string;
  #pieces: CutPiece[] = [];
  at: number;

  constructor(text: string, from: number) {
    this.#text = text;
    this.at = from;
  }

  take(): readonly CutPiece[] {
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces;
  }

  *root(): Generator<readonly CutPiece[], void, undefined> {
    const opening = this.#next();
    if (opening === '[') yield* this.#elements('');
    else if (opening !== '{') throw new SyntaxError('no document');
    else {
      for (let mark = this.#next(); mark !== '}'; mark = this.#next()) {
        if (mark === ',') continue;
        if (mark !== '"') throw new SyntaxError('no name');
        yield* this.#member(this.#name());
      }
    }
    yield this.take();
  }

  *#member(section: string): Generator<readonly CutPiece[], void, undefined> {
    if (this.#next() !== ':') throw new SyntaxError('no value');
    const opening = this.#next();
    if (opening === '[') yield* this.#elements(section);
    else {
      const value = this.#value();
      if (isFields(value)) for (const held of Object.values(value)) this.#pieces.push({ section, value: held });
    }
  }

  *#elements(section: string): Generator<readonly CutPiece[], void, undefined> {
    for (let mark = this.#next(); mark !== ']'; mark = this.#next()) {
      if (mark === ',') continue;
      this.#pieces.push({ section, value: this.#value() });
      if (this.#pieces.length >= BATCH) yield this.take();
    }
  }

  /** The next letter that is not blank; `at` stands behind it. */
  #next(): string {
    const text = this.#text;
    while (this.at < text.length && text.charCodeAt(this.at) <= 0x20) this.at++;
    const letter = text[this.at++];
    if (letter === undefined) throw new SyntaxError('it breaks off');
    return letter;
  }

  /** Behind its opening quote. */
  #name(): string {
    const start = this.at - 1;
    this.at = stringEnd(this.#text, this.at);
    return String(JSON.parse(this.#text.slice(start, this.at)));
  }

  /** The value whose first letter stands before `at`. */
  #value(): unknown {
    const start = this.at - 1;
    this.at = valueEnd(this.#text, start);
    return JSON.parse(this.#text.slice(start, this.at));
  }
}

function stringEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at++;
    else if (code === QUOTE) return at + 1;
  }
  throw new SyntaxError('it breaks off in a text');
}

/** Brackets are counted, not matched: parsing the piece tells whether they fit. */
function valueEnd(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = stringEnd(text, at + 1) - 1;
      if (depth === 0) return at + 1;
    } else if (code === 0x7b || code === 0x5b) depth++;
    else if (code === 0x7d || code === 0x5d) {
      if (depth === 0) return at;
      if (--depth === 0) return at + 1;
    } else if (depth === 0 && (code === 0x2c || code <= 0x20)) return at;
  }
  throw new SyntaxError('it breaks off');
}
