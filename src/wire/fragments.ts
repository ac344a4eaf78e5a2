/**
 * Datagrams that were cut up on their way, put together again: RFC 791 §3.2, RFC 8200 §4.5, as RFC 5722 would have it of
 * overlaps. Rare, so nothing here is on the way of whole packets. What is kept is bounded, oldest out first.
 */

/** Linux' `ipfrag_time`: identifications are used again. */
const LIFETIME_MICROS = 30_000_000;
/** All that is kept, and how many datagrams. */
const MAX_BYTES = 4 * 1024 * 1024;
const MAX_DATAGRAMS = 2048;
/** Of one datagram: tiny pieces are an attack (a datagram of 64 KiB in pieces of 256 bytes has so many). */
const MAX_PIECES = 256;
/** The longest that offsets reach, RFC 791. */
const MAX_DATAGRAM_BYTES = 65_535;
const LEAST_BYTES = 2048;

/** One fragment's part of its datagram: `length` bytes from `offset`, of which `captured` lie at `at`. */
export type Piece = {
  readonly at: number;
  readonly captured: number;
  readonly offset: number;
  readonly length: number;
  readonly isLast: boolean;
  /** What the datagram holds, as this fragment says: that of the first counts. */
  readonly protocol: number;
};

type Datagram = {
  readonly begun: number;
  bytes: Uint8Array<ArrayBuffer>;
  /** Covered so far: pairs of from and to, in order, never touching. */
  covered: number[];
  pieces: number;
  /** -1 before its last fragment. */
  length: number;
  /** Bytes beyond it are not there: cut by the snapshot length. */
  captured: number;
  protocol: number;
  /** Fragments contradict each other: nobody can say what the receiver read. */
  spoilt: boolean;
};

/** Why fragments could not be used, for the account of an input. */
export type FragmentCounts = { readonly budget: number; readonly overlap: number };

export class Fragments {
  /** The datagram that was completed last, from 0, until the next one is. */
  view: DataView = new DataView(new ArrayBuffer(0));
  length = 0;
  captured = 0;
  protocol = 0;
  /** Fragments of the datagrams that the packet at hand completed, its own included. */
  pieces = 0;
  /** `Outcome` of what was in it. */
  outcome = 0;
  readonly #now: () => number;
  readonly #waiting = new Map<string, Datagram>();
  #bytes = 0;
  #budget = 0;
  #overlap = 0;

  /** `now`: the packet's time, µs. */
  constructor(now: () => number = () => 0) {
    this.#now = now;
  }

  /** Fragments so far that were given up for want of room, and that contradicted others. */
  get counts(): FragmentCounts {
    return { budget: this.#budget, overlap: this.#overlap };
  }

  /** Takes a fragment of the datagram `key`; true when that is now complete. Copies what it keeps. */
  add(key: string, bytes: DataView, piece: Piece): boolean {
    const end = piece.offset + piece.length;
    if (end > MAX_DATAGRAM_BYTES) return false;
    const datagram = this.#datagram(key);
    datagram.pieces++;
    if (datagram.spoilt) this.#overlap++;
    else this.#place(datagram, bytes, piece);
    if (this.#isOver(datagram)) this.#giveUp(key, datagram);
    const [from, to] = datagram.covered;
    if (datagram.spoilt || from !== 0 || to !== datagram.length) return false;
    this.#complete(key, datagram);
    return true;
  }

  #datagram(key: string): Datagram {
    const known = this.#waiting.get(key);
    const now = this.#now();
    if (known !== undefined && Math.abs(now - known.begun) <= LIFETIME_MICROS) return known;
    if (known !== undefined) this.#drop(key, known);
    const datagram: Datagram = {
      begun: now,
      bytes: new Uint8Array(LEAST_BYTES),
      covered: [],
      pieces: 0,
      length: -1,
      captured: MAX_DATAGRAM_BYTES,
      protocol: -1,
      spoilt: false,
    };
    this.#waiting.set(key, datagram);
    this.#bytes += LEAST_BYTES;
    return datagram;
  }

  #place(datagram: Datagram, bytes: DataView, { at, captured, offset, length, isLast, protocol }: Piece): void {
    const end = offset + length;
    const known = datagram.length;
    if (known >= 0 && (end > known || (isLast && end !== known))) {
      this.#spoil(datagram);
      return;
    }
    if (isLast) datagram.length = end;
    if (offset === 0) datagram.protocol = protocol;
    if (captured < length) datagram.captured = Math.min(datagram.captured, offset + captured);
    this.#grow(datagram, end);
    const part = new Uint8Array(bytes.buffer, bytes.byteOffset + at, Math.min(captured, length));
    const isAgreed = agrees(datagram, part, offset);
    datagram.bytes.set(part, offset);
    cover(datagram.covered, offset, end);
    const reaches = datagram.covered.at(-1) ?? 0;
    if (!isAgreed || (datagram.length >= 0 && reaches > datagram.length)) this.#spoil(datagram);
  }

  #spoil(datagram: Datagram): void {
    datagram.spoilt = true;
    this.#overlap += datagram.pieces;
  }

  #grow(datagram: Datagram, end: number): void {
    if (end <= datagram.bytes.length) return;
    const larger = new Uint8Array(Math.min(MAX_DATAGRAM_BYTES + 1, Math.max(end, datagram.bytes.length * 2)));
    larger.set(datagram.bytes);
    this.#bytes += larger.length - datagram.bytes.length;
    datagram.bytes = larger;
  }

  #isOver({ pieces, spoilt }: Datagram): boolean {
    return this.#bytes > MAX_BYTES || this.#waiting.size > MAX_DATAGRAMS || (pieces > MAX_PIECES && !spoilt);
  }

  /** The oldest, until there is room again; and one that has too many pieces. */
  #giveUp(key: string, datagram: Datagram): void {
    if (datagram.pieces > MAX_PIECES) this.#surrender(key, datagram);
    for (const [oldest, waiting] of this.#waiting) {
      if (this.#bytes <= MAX_BYTES && this.#waiting.size <= MAX_DATAGRAMS) return;
      if (waiting !== datagram) this.#surrender(oldest, waiting);
    }
  }

  #surrender(key: string, datagram: Datagram): void {
    if (!datagram.spoilt) this.#budget += datagram.pieces;
    this.#drop(key, datagram);
  }

  #drop(key: string, datagram: Datagram): void {
    this.#waiting.delete(key);
    this.#bytes -= datagram.bytes.length;
  }

  #complete(key: string, datagram: Datagram): void {
    this.#drop(key, datagram);
    this.view = new DataView(datagram.bytes.buffer);
    this.length = datagram.length;
    this.captured = Math.min(datagram.captured, datagram.length);
    this.protocol = datagram.protocol;
    this.pieces = datagram.pieces;
  }
}

/** Whether `part` says the same as what is known from `offset` on. */
function agrees({ bytes, covered, captured }: Datagram, part: Uint8Array, offset: number): boolean {
  for (let index = 0; index < covered.length; index += 2) {
    const from = Math.max(covered[index] ?? 0, offset);
    const to = Math.min(covered[index + 1] ?? 0, offset + part.length, captured);
    for (let at = from; at < to; at++) if (bytes[at] !== part[at - offset]) return false;
  }
  return true;
}

/** Adds from…to to the stretches. */
function cover(covered: number[], from: number, to: number): void {
  const merged: number[] = [];
  let [start, end] = [from, to];
  for (let index = 0; index < covered.length; index += 2) {
    const [low = 0, high = 0] = [covered[index], covered[index + 1]];
    if (high < start || low > end) merged.push(low, high);
    else [start, end] = [Math.min(start, low), Math.max(end, high)];
  }
  merged.push(start, end);
  covered.splice(0, covered.length, ...pairsInOrder(merged));
}

function pairsInOrder(pairs: readonly number[]): number[] {
  const starts = pairs.filter((_, index) => index % 2 === 0).map((start, index) => [start, pairs[index * 2 + 1] ?? 0] as const);
  return starts.sort(([a], [b]) => a - b).flat();
}
