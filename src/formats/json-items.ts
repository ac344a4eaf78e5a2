/**
 * JSON documents whose bulk is one or two arrays of objects near the top (`{"data":{"result":[…]}}`, `{"data":[…]}`,
 * `{"elements":{"nodes":[…],"edges":[…]}}`): each of those objects is cut out and parsed alone, what is around them at the
 * document's end. So a document of any size needs the memory of its largest item. Several documents may follow each other.
 */

const BACKSLASH = 0x5c;
const LONGEST_ITEM = 64 << 20;
const LONGEST_REST = 1 << 20;
/** Open brackets around an array of items. */
const AROUND_ITEMS: ReadonlySet<string> = new Set(['{[', '{{[']);

export type JsonItems = {
  /** An object out of one of the arrays. */
  item(value: unknown): void;
  /** The document's end; `rest` is it without its items. */
  document(rest: unknown): void;
  /** `what` could not be used: `malformed`, `too-long`. */
  broken(what: string): void;
};

export class JsonCutter {
  readonly #to: JsonItems;
  readonly #decoder = new TextDecoder();
  /** Brackets open around the place being read. */
  #open = '';
  #text = '';
  #rest = '';
  /** How many brackets were open where the item being read began; -1 between items. */
  #itemDepth = -1;
  #inString = false;
  #escaped = false;
  #isTooLong = false;
  #isAfterItem = false;
  #isStopped = false;

  constructor(to: JsonItems) {
    this.#to = to;
  }

  feed(chunk: Uint8Array): void {
    if (!this.#isStopped) this.#scan(this.#decoder.decode(chunk, { stream: true }));
  }

  /** True where the bytes ended inside a document. */
  end(): boolean {
    const isCut = !this.#isStopped && (this.#open !== '' || this.#inString);
    this.#isStopped = true;
    return isCut;
  }

  /** `from` … `at` is text not yet kept. */
  #scan(text: string): void {
    let from = 0;
    for (let at = 0; at < text.length && !this.#isStopped; at++) {
      if (this.#inString) {
        at = this.#stringEnd(text, at);
        continue;
      }
      const letter = text[at] ?? '';
      if (letter === '"') this.#inString = true;
      else if (letter === '{' || letter === '[') {
        if (letter === '{' && this.#itemDepth < 0 && AROUND_ITEMS.has(this.#open)) {
          this.#keep(text.slice(from, at));
          from = at;
          this.#itemDepth = this.#open.length;
        }
        this.#open += letter;
        if (this.#open.length > 256) this.#stop();
      } else if (letter === '}' || letter === ']') {
        from = this.#close(text, from, at, letter === '}' ? '{' : '[');
      } else if (this.#open === '' && letter.trim() !== '' && letter !== '\ufeff') this.#stop();
    }
    if (!this.#isStopped) this.#keep(text.slice(from));
  }

  /** Where the string goes on to: its closing quote, or the text's end. */
  #stringEnd(text: string, from: number): number {
    for (let start = from; ; ) {
      const quote = text.indexOf('"', start);
      const end = quote < 0 ? text.length : quote;
      let backslashes = 0;
      while (end - backslashes > from && text.charCodeAt(end - backslashes - 1) === BACKSLASH) backslashes++;
      // A string cut right behind a backslash goes on with an escaped letter.
      if (this.#escaped && backslashes === end - from) backslashes++;
      if (quote < 0) {
        this.#escaped = backslashes % 2 === 1;
        return end;
      }
      if (backslashes % 2 === 0) {
        this.#escaped = false;
        this.#inString = false;
        return end;
      }
      start = end + 1;
    }
  }

  #close(text: string, from: number, at: number, opening: string): number {
    if (!this.#open.endsWith(opening)) {
      this.#stop();
      return at;
    }
    this.#open = this.#open.slice(0, -1);
    if (this.#open.length === this.#itemDepth) {
      this.#keep(text.slice(from, at + 1));
      this.#endItem();
      return at + 1;
    }
    if (this.#open !== '') return from;
    this.#keep(text.slice(from, at + 1));
    const rest = this.#rest;
    this.#rest = '';
    this.#told(rest, (value) => this.#to.document(value));
    return at + 1;
  }

  #endItem(): void {
    const item = this.#text;
    this.#text = '';
    this.#itemDepth = -1;
    this.#isAfterItem = true;
    if (this.#isTooLong) this.#to.broken('too-long');
    else this.#told(item, (value) => this.#to.item(value));
    this.#isTooLong = false;
  }

  #told(text: string, tell: (value: unknown) => void): void {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      this.#to.broken('malformed');
      return;
    }
    tell(value);
  }

  #keep(text: string): void {
    if (this.#itemDepth >= 0) {
      if (this.#isTooLong || this.#text.length + text.length > LONGEST_ITEM) {
        this.#isTooLong = true;
        this.#text = '';
      } else this.#text += text;
      return;
    }
    // Commas between items that were cut out would be all that is left of them.
    if (this.#isAfterItem && AROUND_ITEMS.has(this.#open) && /^[\s,]*$/.test(text)) return;
    if (text !== '') this.#isAfterItem = false;
    this.#rest += text;
    if (this.#rest.length > LONGEST_REST) this.#stop();
  }

  #stop(): void {
    this.#isStopped = true;
    this.#to.broken('malformed');
  }
}
