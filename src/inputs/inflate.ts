/** One deflate stream through zlib, piece by piece. RFC 1951. */
import { constants, createInflateRaw, type InflateRaw } from 'node:zlib';
import { bytesOf } from './pipe.ts';

/** Where the input is corrupt, zlib drops what it was making: never more than this. */
const OUTPUT_BYTES = 16 * 1024;

export class Inflater {
  /** True when the stream's last block has been seen. */
  isDone = false;
  readonly #zlib: InflateRaw = createInflateRaw({ chunkSize: OUTPUT_BYTES, flush: constants.Z_SYNC_FLUSH });
  #failure: Error | undefined;
  #wake: () => void = () => undefined;

  constructor() {
    this.#zlib.on('readable', () => this.#wake());
    this.#zlib.once('end', () => {
      this.isDone = true;
      this.#wake();
    });
    this.#zlib.once('error', (error) => {
      this.#failure = error;
      this.#wake();
    });
  }

  /** Bytes of input used up so far. */
  get used(): number {
    return this.#zlib.bytesWritten;
  }

  /** What `piece` decompresses to; `piece` is free again at the end. Throws zlib's error when all that was made is handed on. */
  async *feed(piece: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
    let isTaken = false;
    this.#zlib.write(piece, () => {
      isTaken = true;
      this.#wake();
    });
    while (true) {
      const output: unknown = this.#zlib.read();
      if (output instanceof Uint8Array) yield bytesOf(output);
      else if (this.#failure !== undefined) throw this.#failure;
      else if (isTaken || this.isDone) return;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }

  close(): void {
    this.#zlib.destroy();
  }
}
