/**
 * Connections that were handed over after their end, remembered so that what still comes of them - late ACKs, RSTs of a
 * closed socket, retransmissions - becomes no flow of its own. (tshark counts such packets to the old conversation: a new
 * one begins only at a SYN with another sequence number.) A ring: the oldest are forgotten first.
 */
import { f64At, i32At, u32At } from '../model/column.ts';
import { W } from '../model/wire-rows.ts';
import { O } from '../wire/opened.ts';
import { type Lane, P } from './lane.ts';
import { isOpening } from './tcp-flags.ts';

/** 44 bytes each. */
const MAX_CLOSED = 1 << 17;
const FIRST_CLOSED = 1024;
const WORDS = 9;
/** Twice the maximum segment lifetime, as Linux has it and twice over (RFC 9293 §3.4.2; TCP_TIMEWAIT_LEN is 60 s). */
const REMEMBERED_MICROS = 120 * 1_000_000;

/** Offsets: the key, its hash, and sequence numbers as in `W`. */
const C = { hash: 4, firstSeqA: 5, nextSeqA: 7 } as const;

export class ClosedTuples {
  #words = new Int32Array(FIRST_CLOSED * WORDS);
  #until = new Float64Array(FIRST_CLOSED);
  #remembered = 0;

  /** The place that the next tuple will get, and the hash of the one there that has to be forgotten for it. */
  next(): { readonly place: number; readonly hash: number | undefined } {
    const place = this.#remembered % MAX_CLOSED;
    return { place, hash: f64At(this.#until, place) > 0 ? this.#word(place, C.hash) : undefined };
  }

  /** Remembers the tuple of the row at `at`, whose last packet came at `end` (µs). */
  remember(words: Int32Array, at: number, hash: number, end: number): void {
    const place = this.#remembered++ % MAX_CLOSED;
    if (place >= this.#until.length) this.#grow();
    const to = place * WORDS;
    for (let word = 0; word < 4; word++) this.#words[to + word] = i32At(words, at + word);
    this.#words[to + C.hash] = hash;
    for (let x = 0; x < 2; x++) {
      this.#words[to + C.firstSeqA + x] = i32At(words, at + W.firstSeqA + x);
      this.#words[to + C.nextSeqA + x] = i32At(words, at + W.nextSeqA + x);
    }
    this.#until[place] = end + REMEMBERED_MICROS;
  }

  forget(place: number): void {
    this.#until[place] = 0;
  }

  isOf(place: number, key: Int32Array): boolean {
    for (let word = 0; word < 4; word++) if (this.#word(place, word) !== i32At(key, word)) return false;
    return true;
  }

  isOver(place: number, now: number): boolean {
    return now > f64At(this.#until, place);
  }

  /** Whether the packet at hand brings nothing that the connection had not: no other SYN, no new byte. */
  isStray(place: number, { opened, packet }: Lane): boolean {
    const from = u32At(packet, P.from);
    const sequence = u32At(opened, O.sequence);
    if (isOpening(u32At(opened, O.flags))) return ((sequence - this.#word(place, C.firstSeqA + from)) | 0) === 0;
    const length = u32At(opened, O.payloadLength);
    // New bytes after the end: it lives on (that RST was forged), or another began unseen.
    return length === 0 || ((sequence + length - this.#word(place, C.nextSeqA + from)) | 0) <= 0;
  }

  #word(place: number, offset: number): number {
    return i32At(this.#words, place * WORDS + offset);
  }

  #grow(): void {
    const words = new Int32Array(this.#words.length * 2);
    const until = new Float64Array(this.#until.length * 2);
    words.set(this.#words);
    until.set(this.#until);
    this.#words = words;
    this.#until = until;
  }
}
