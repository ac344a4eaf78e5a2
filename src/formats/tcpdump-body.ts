/**
 * Where the text of one packet under `-A` ends. Payload is printed raw, newlines and all, and may hold lines that look like
 * packets (somebody sends tcpdump's own output): only a line that stands where the packet's length says it may end is
 * believed. CRs that were not printed leave some play, so more than one may fit; then the last one is taken, what lies
 * between is not read, and the payload is certain up to the first.
 */
import { LONGEST_PACKET } from './tcpdump-hex.ts';

/** Frames of Ethernet are filled up to this (IEEE 802.3 §3.2.8): what is printed may be longer than the packet. */
const PADDED_BYTES = 46;
/** The longest link-layer header that the snapshot length counts and `-A` does not print. */
const LINK_BYTES = 24;

/** How many bytes the packet has, from its IP header on: what its line says, and what a snapshot length leaves of it. */
export type Bounds = {
  readonly least: number;
  readonly most: number /** Captured in part. */;
  readonly isCut: boolean /** False: the first line that looks like a packet is one. */;
  readonly isKnown: boolean;
};

export const UNKNOWN_BOUNDS: Bounds = { least: 0, most: LONGEST_PACKET, isCut: false, isKnown: false };

export function boundsOf(least: number, most: number, snapshot: number): Bounds {
  const limit = snapshot > 0 ? snapshot : LONGEST_PACKET;
  const isCut = snapshot > 0 && most > snapshot - LINK_BYTES;
  return { least: Math.min(least, limit - LINK_BYTES), most: Math.max(PADDED_BYTES, Math.min(most, limit)), isCut, isKnown: true };
}

export type Line = { readonly text: string /** It looks like the beginning of something else. */; readonly isHead: boolean };
export type Settled = {
  /** The packet's text, as far as it is certain. */
  readonly text: string;
  /** The text fits the packet's length. */
  readonly fits: boolean;
  /** Lines that could be packets or payload. */
  readonly ambiguous: number;
  /** Lines that belong to what follows. */
  readonly rest: readonly Line[];
};

type Place = { readonly index: number; readonly characters: number; readonly newlines: number };

export class AsciiBody {
  readonly bounds: Bounds;
  readonly #lines: Line[] = [];
  readonly #places: Place[] = [];
  /** Characters of all lines, each with its newline. */
  #characters = 0;

  constructor(bounds: Bounds) {
    this.bounds = bounds;
  }

  /** Takes the next line; true when no later one can end the packet. */
  take(line: Line): boolean {
    const before = this.#lines[this.#lines.length - 1];
    if (line.isHead && before !== undefined) this.#mayEnd(before);
    this.#lines.push(line);
    this.#characters += line.text.length + 1;
    return this.#places.length > 0 && (!this.bounds.isKnown || this.#characters - 1 > this.bounds.most);
  }

  /** True when the lines are longer than the packet and nothing has begun in them: foreign text. */
  get isOverrun(): boolean {
    return this.#places.length === 0 && this.#characters - 1 > this.bounds.most + LINK_BYTES;
  }

  #mayEnd(before: Line): void {
    const index = this.#lines.length;
    const place = { index, characters: this.#characters - 1, newlines: index - 1 };
    // What tcpdump says at its end stands behind an empty line.
    const isBlank = before.text === '' && index > 1 && !this.#fits(place);
    this.#places.push(isBlank ? { index, characters: place.characters - 1, newlines: index - 2 } : place);
  }

  #fits({ characters, newlines }: Place): boolean {
    return characters <= this.bounds.most && characters + newlines + 1 >= this.bounds.least;
  }

  /** `isEnd`: the text is over, and may have been cut anywhere. */
  settle(isEnd: boolean): Settled {
    const last = this.#lines[this.#lines.length - 1];
    if (isEnd && last !== undefined) this.#mayEnd(last);
    const fitting = this.#places.filter((place) => this.#fits(place));
    const [first, end] = [fitting[0], fitting[fitting.length - 1]];
    if (first !== undefined && end !== undefined) return this.#settled(first, end.index, true);
    // The packet is longer than what is there: the text is cut at its end, unless packets are known to be cut.
    const place = isEnd && !this.bounds.isCut ? this.#places[this.#places.length - 1] : this.#places[0];
    return this.#settled(place ?? { index: this.#lines.length, characters: 0, newlines: 0 }, place?.index ?? this.#lines.length, false);
  }

  #settled({ index, characters }: Place, end: number, fits: boolean): Settled {
    const text = this.#lines
      .slice(0, index)
      .map((line) => line.text)
      .join('\n');
    const between = this.#lines.slice(fits ? index : 1, end).filter((line) => line.isHead).length;
    return { text: text.slice(0, characters), fits, ambiguous: between, rest: this.#lines.slice(end) };
  }
}
