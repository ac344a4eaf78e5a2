import type { Names } from './tables.ts';

const MAX_NAMES = 500_000;
const MAX_CHARACTERS = 32 * 1024 * 1024;
const MAX_LENGTH = 4096;
export const TOO_MANY = '(too many names)';

/** Strings numbered in the order they came, within a budget that hostile input cannot pass. */
export class NameTable implements Names {
  readonly #texts: string[] = [TOO_MANY];
  readonly #numbers = new Map<string, number>([[TOO_MANY, 0]]);
  #characters = 0;
  isOverfull = false;

  intern(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    if (text.length > MAX_LENGTH) return this.intern(`${text.slice(0, MAX_LENGTH - 1)}…`);
    if (this.#texts.length >= MAX_NAMES || this.#characters + text.length > MAX_CHARACTERS) {
      this.isOverfull = true;
      return 0;
    }
    this.#characters += text.length;
    this.#numbers.set(text, this.#texts.length);
    return this.#texts.push(text) - 1;
  }

  text(id: number): string {
    return this.#texts[id] ?? TOO_MANY;
  }
}
