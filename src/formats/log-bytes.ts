/** Small things on bytes that all log readers share. */
import { i32At } from '../model/column.ts';
import type { Names } from '../model/tables.ts';

const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** UTF-8 from `start` up to `end`; broken sequences become U+FFFD. */
export function textOf(view: DataView, start: number, end: number): string {
  return UTF8.decode(new Uint8Array(view.buffer, view.byteOffset + start, end - start));
}

/** One character a byte, so that positions in the text are positions in the bytes; only its ASCII means anything. */
export function asciiOf(view: DataView, start: number, end: number): string {
  return Buffer.from(view.buffer, view.byteOffset + start, end - start).toString('latin1');
}

export const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;

/** Whether `text` (ASCII) stands at `at`, wholly before `limit`. */
export function startsWith(view: DataView, at: number, limit: number, text: string): boolean {
  if (at + text.length > limit) return false;
  for (let index = 0; index < text.length; index++) if (view.getUint8(at + index) !== text.charCodeAt(index)) return false;
  return true;
}

/** Without the colours of stern or grep: ECMA-48 §5.4 control sequences, and the `ESC ( B` of terminfo's sgr0. */
export function withoutColours(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ESC is what begins a control sequence
  return text.replaceAll(/\x1b(?:\[[0-?]*[ -/]*[@-~]|\(B)?/g, '');
}

/** Bytes that grow up to what is asked for, with a view on them: for lines that no chunk holds whole. */
export class Scratch {
  view: DataView = new DataView(new ArrayBuffer(4096));
  length = 0;

  append(source: DataView, start: number, end: number): void {
    const bytes = this.reserve(this.length + end - start);
    bytes.set(new Uint8Array(source.buffer, source.byteOffset + start, end - start), this.length);
    this.length += end - start;
  }

  appendText(text: string): void {
    const bytes = this.reserve(this.length + text.length * 3);
    this.length += new TextEncoder().encodeInto(text, bytes.subarray(this.length)).written;
  }

  appendNewline(): void {
    this.reserve(this.length + 1)[this.length++] = 0x0a;
  }

  reserve(capacity: number): Uint8Array {
    const old = new Uint8Array(this.view.buffer);
    if (capacity <= old.length) return old;
    const grown = new Uint8Array(Math.max(capacity, old.length * 2));
    grown.set(old);
    this.view = new DataView(grown.buffer);
    return grown;
  }
}

const KNOWN = 256;
const LONGEST = 64 * 1024;

/** Interns names straight from bytes: the texts last seen are recognised without making a string. */
export class ByteNames {
  readonly #names: Pick<Names, 'intern'>;
  /** Per hash: offset in the store, length, number. A newcomer takes the place of who had the hash before. */
  readonly #slots = new Int32Array(KNOWN * 3);
  #store = new Uint8Array(LONGEST);
  #used = 0;

  constructor(names: Pick<Names, 'intern'>) {
    this.#names = names;
  }

  intern(view: DataView, start: number, end: number): number {
    let hash = end - start;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ view.getUint8(at), 0x01000193);
    const slot = ((hash ^ (hash >>> 15)) & (KNOWN - 1)) * 3;
    return this.#holds(slot, view, start, end) ? i32At(this.#slots, slot + 2) : this.#learn(slot, view, start, end);
  }

  #holds(slot: number, view: DataView, start: number, end: number): boolean {
    if (i32At(this.#slots, slot + 1) !== end - start) return false;
    const offset = i32At(this.#slots, slot) - start;
    for (let at = start; at < end; at++) if (this.#store[offset + at] !== view.getUint8(at)) return false;
    return true;
  }

  #learn(slot: number, view: DataView, start: number, end: number): number {
    if (this.#used + end - start > LONGEST) {
      this.#slots.fill(0);
      this.#used = 0;
    }
    const number = this.#names.intern(textOf(view, start, end));
    this.#store.set(new Uint8Array(view.buffer, view.byteOffset + start, end - start), this.#used);
    this.#slots.set([this.#used, end - start, number], slot);
    this.#used += end - start;
    return number;
  }
}
