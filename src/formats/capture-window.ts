/**
 * The bytes from which a capture format cuts its records. They are read where they lie, in the input's own buffer; only
 * the one record that lies across two chunks is put together in a small joint buffer. Allocates no more than twice
 * what has really arrived, whatever lengths the records claim.
 */
const VIEWS_KEPT = 4;
const JOINT_BYTES = 64 * 1024;

export class CaptureWindow {
  /** The bytes at hand: `view` from `at` up to `end`. */
  view: DataView = new DataView(new ArrayBuffer(0));
  at = 0;
  end = 0;
  /** Bytes of the input before the current window's position, for messages. */
  #chunk: DataView = this.view;
  #chunkAt = 0;
  #joint: DataView<ArrayBuffer> = new DataView(new ArrayBuffer(JOINT_BYTES));
  #isJoint = false;
  #skip = 0;
  readonly #views: DataView[] = [];

  /** The next chunk of the input. What was left of the one before has been taken by `need`, so its buffer may be reused. */
  feed(chunk: Uint8Array): void {
    this.#chunk = this.#viewOf(chunk);
    const skipped = Math.min(this.#skip, chunk.byteLength);
    this.#skip -= skipped;
    this.#chunkAt = skipped;
    if (!this.#isJoint) this.#showChunk();
  }

  /**
   * Whether `length` bytes are there at `at`. If not, the next chunk is needed: everything left of this one has then
   * been put aside. May exchange `view`, `at` and `end`, so nothing may be held in them across a call.
   */
  need(length: number): boolean {
    if (this.#isJoint && this.at === this.end) this.#leaveJoint();
    if (this.end - this.at >= length) return true;
    if (!this.#isJoint) this.#enterJoint();
    const more = Math.min(length - (this.end - this.at), this.#chunk.byteLength - this.#chunkAt);
    if (more > 0) this.#append(more);
    return this.end - this.at >= length;
  }

  /** Passes over `length` bytes, which need not have arrived. */
  skip(length: number): void {
    const here = Math.min(length, this.end - this.at);
    this.at += here;
    if (!this.#isJoint) {
      this.#skip = length - here;
      return;
    }
    if (here === length) return;
    this.#leaveJoint();
    this.skip(length - here);
  }

  /** Whether the input ended inside a record. */
  get isPartial(): boolean {
    return this.#skip > 0 || this.end > this.at;
  }

  #showChunk(): void {
    this.view = this.#chunk;
    this.at = this.#chunkAt;
    this.end = this.#chunk.byteLength;
  }

  #leaveJoint(): void {
    this.#isJoint = false;
    this.#showChunk();
  }

  #enterJoint(): void {
    this.#chunkAt = this.at;
    this.#isJoint = true;
    this.view = this.#joint;
    this.at = 0;
    this.end = 0;
  }

  #append(length: number): void {
    if (this.end + length > this.#joint.byteLength) this.#growJoint(this.end + length);
    bytesOf(this.#joint, this.end, length).set(bytesOf(this.#chunk, this.#chunkAt, length));
    this.#chunkAt += length;
    this.end += length;
  }

  #growJoint(length: number): void {
    const larger = new DataView(new ArrayBuffer(length * 2));
    bytesOf(larger, 0, this.end).set(bytesOf(this.#joint, 0, this.end));
    this.#joint = larger;
    this.view = larger;
  }

  /** One DataView for each distinct buffer that the input goes round in. */
  #viewOf(chunk: Uint8Array): DataView {
    const isOf = (view: DataView): boolean =>
      view.buffer === chunk.buffer && view.byteOffset === chunk.byteOffset && view.byteLength === chunk.byteLength;
    const known = this.#views.find(isOf);
    if (known !== undefined) return known;
    const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (this.#views.push(view) > VIEWS_KEPT) this.#views.shift();
    return view;
  }
}

const bytesOf = (view: DataView, at: number, length: number): Uint8Array => new Uint8Array(view.buffer, view.byteOffset + at, length);
