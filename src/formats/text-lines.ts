/** Lines of text however the bytes are cut, each bounded: what is longer is told as null, and none of it is kept. */

const LONGEST_LINE = 1 << 20;

export class TextLines {
  readonly #decoder = new TextDecoder();
  #begun = '';
  #isTooLong = false;

  /** Calls `take` with each line that ends in this chunk. */
  feed(chunk: Uint8Array, take: (line: string | null) => void): void {
    const text = this.#decoder.decode(chunk, { stream: true });
    let start = 0;
    for (let newline = text.indexOf('\n'); newline >= 0; newline = text.indexOf('\n', start)) {
      this.#add(text.slice(start, newline));
      this.end(take);
      start = newline + 1;
    }
    this.#add(text.slice(start));
  }

  /** The last line, where no newline ended it. */
  end(take: (line: string | null) => void): void {
    const line = this.#begun.endsWith('\r') ? this.#begun.slice(0, -1) : this.#begun;
    take(this.#isTooLong ? null : line);
    this.#begun = '';
    this.#isTooLong = false;
  }

  #add(text: string): void {
    if (this.#isTooLong || this.#begun.length + text.length > LONGEST_LINE) {
      this.#isTooLong = true;
      this.#begun = '';
    } else this.#begun += text;
  }
}
