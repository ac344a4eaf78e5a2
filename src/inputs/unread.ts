/** The unread bytes of a stream of chunks, with a way to ask for a few more than one chunk holds. */
import { joined } from './joined.ts';
export class Unread {
  bytes: Uint8Array = new Uint8Array(0);
  readonly #chunks: AsyncIterator<Uint8Array>;
  #isOver = false;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** Whether `length` bytes are there, after waiting for them. Copies only where they lie across chunks. */
  async need(length: number): Promise<boolean> {
    while (this.bytes.byteLength < length && !this.#isOver) {
      const rest = this.bytes.slice();
      const next = await this.#chunks.next();
      if (next.done === true) this.#isOver = true;
      this.bytes = next.done === true ? rest : rest.byteLength === 0 ? next.value : joined(rest, next.value);
    }
    return this.bytes.byteLength >= length;
  }

  take(length: number): void {
    this.bytes = this.bytes.subarray(length);
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}
