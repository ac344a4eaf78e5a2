/**
 * What the reducer keeps of an open connection in the private words of its row (`W.state` …), and how to read it.
 *
 * Everything here is kept by end, A or B, and never by role: without a SYN the roles are a guess that a later packet may
 * turn round. `publish.ts` translates to client and server when somebody asks.
 *
 * Words: `cursor` the next sequence number to be looked at in order · `slab` the number of the slab that holds first bytes
 * (low half) and of the one that holds segments come early (high half) · `private` where the next TLS record begins, or the
 * bytes already counted as exposed while first bytes are awaited, or tries left · `need` see tls-records.ts.
 */
import { i32At } from '../model/column.ts';
import { Seen, W, WIRE_WORDS } from '../model/wire-rows.ts';

/** What is still to be learnt from the payload of one end. */
export const Phase = {
  /** Nothing came yet. */
  fresh: 0,
  /** First bytes are being gathered: no answer yet. */
  collect: 1,
  /** Readable, and may yet turn into TLS: segment starts are looked at. */
  watch: 2,
  /** TLS records are followed, header by header. */
  records: 3,
  /** It is TLS, but the place of the next record was lost: segment starts are looked at. */
  resync: 4,
  /** Begun in the middle and not known: segment starts are looked at. */
  search: 5,
  /** Nothing more to learn; every byte counts as exposed. */
  plain: 6,
  /** Nothing more to learn; no byte counts. */
  dark: 7,
} as const;
export type Phase = (typeof Phase)[keyof typeof Phase];

/** End A's bits are the lowest 11 of `W.state`, end B's the next 11. */
const END_BITS = 11;
export const End = {
  /** Three bits: bytes there of a record header cut by a segment's end; `TENTATIVE` where the first header has no second yet. */
  partial: 3,
  /** Where the stream begins is known: its SYN was seen, or what came before was understood. */
  begun: 0x40,
  /** A packet of this end was seen. */
  here: 0x80,
  fin: 0x100,
  rst: 0x200,
  /** Readable payload was seen. */
  readable: 0x400,
} as const;
export const TENTATIVE = 7;

/** Bits of both ends together. */
export const State = {
  /** Acknowledgements teach nothing more. */
  quiet: 0x400000,
  /** `W.need` holds the end of the client's first application record. */
  needKnown: 0x800000,
  /** `W.need` holds the highest acknowledgement of a long server record, until the client's is seen. */
  serverAck: 0x1000000,
  /** The header now being gathered began in a segment that acknowledged enough. */
  headerAck: 0x2000000,
  /** TLS 1.2: the server's ChangeCipherSpec, and its Finished. */
  cipherChanged: 0x4000000,
  finished: 0x8000000,
  /** The server ended it within 1 s of its SYN-ACK; and before the client did. */
  endedSoon: 0x10000000,
  endedFirst: 0x20000000,
  told: 0x40000000,
  /** TLS from the middle, roles unsure: one of two proofs is there. */
  halfProven: 0x80000000,
} as const;

/** In place of the state of a row that was handed over: it may be somebody else's by now. */
export const GONE = -1;

export const stateOf = (words: Int32Array, at: number): number => i32At(words, at + W.state);
export const seenOf = (words: Int32Array, at: number): number => i32At(words, at + W.seen);
export const baseOf = (row: number): number => row * WIRE_WORDS;

export const phaseOf = (state: number, x: number): number => (state >>> (x * END_BITS)) & 7;
export const endHas = (state: number, x: number, bit: number): boolean => ((state >>> (x * END_BITS)) & bit) !== 0;
export const partialOf = (state: number, x: number): number => (state >>> (x * END_BITS + End.partial)) & 7;

export function setPhase(words: Int32Array, at: number, x: number, phase: Phase): void {
  const shift = x * END_BITS;
  // Whatever was half read belongs to the old phase.
  words[at + W.state] = (i32At(words, at + W.state) & ~(0x3f << shift)) | (phase << shift);
}

export function setPartial(words: Int32Array, at: number, x: number, count: number): void {
  const shift = x * END_BITS + End.partial;
  words[at + W.state] = (i32At(words, at + W.state) & ~(7 << shift)) | (count << shift);
}

export function markEnd(words: Int32Array, at: number, x: number, bit: number): void {
  words[at + W.state] = i32At(words, at + W.state) | (bit << (x * END_BITS));
}

export function unmarkEnd(words: Int32Array, at: number, x: number, bit: number): void {
  words[at + W.state] = i32At(words, at + W.state) & ~(bit << (x * END_BITS));
}

export function markState(words: Int32Array, at: number, bits: number): void {
  words[at + W.state] = i32At(words, at + W.state) | bits;
}

export function markSeen(words: Int32Array, at: number, bits: number): void {
  words[at + W.seen] = i32At(words, at + W.seen) | bits;
}

const RST_EITHER = End.rst | (End.rst << END_BITS);
const FIN_BOTH = End.fin | (End.fin << END_BITS);
const HERE_BOTH = End.here | (End.here << END_BITS);
const ENDED = RST_EITHER | FIN_BOTH;

/**
 * Both ends said goodbye, or one hung up. On loopback nothing is missed: who is alone there says goodbye for both, the other
 * one being heard under another address (the halves of a redirected connection).
 */
export function isClosed(words: Int32Array, at: number): boolean {
  const state = stateOf(words, at);
  if ((state & RST_EITHER) !== 0 || (state & FIN_BOTH) === FIN_BOTH) return true;
  return (state & FIN_BOTH) !== 0 && (seenOf(words, at) & Seen.loopback) !== 0 && (state & HERE_BOTH) !== HERE_BOTH;
}
/** One end said goodbye at least. */
export const isEnding = (state: number): boolean => (state & ENDED) !== 0;

/** Which end is the client: 0 for A. A guess without `Seen.roles`. */
export const clientOf = (words: Int32Array, at: number): number => ((i32At(words, at + W.seen) & Seen.clientIsA) !== 0 ? 0 : 1);

export function setClient(words: Int32Array, at: number, x: number): void {
  const seen = i32At(words, at + W.seen);
  words[at + W.seen] = x === 0 ? seen | Seen.clientIsA : seen & ~Seen.clientIsA;
}

/** Whether `W.firstSeq…` of this end is that of its SYN or SYN-ACK. */
export function hasIsn(words: Int32Array, at: number, x: number): boolean {
  return (i32At(words, at + W.seen) & (clientOf(words, at) === x ? Seen.syn : Seen.synAck)) !== 0;
}

/** `to` − `from` in TCP's arithmetic: negative when `to` is before `from` (RFC 9293 §3.4). */
export const after = (to: number, from: number): number => (to - from) | 0;
