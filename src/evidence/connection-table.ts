/**
 * The connections of one input, while they are open: finds the row of a packet, begins and ends rows.
 *
 * What ends a connection is decided by record times and packets alone; sweeping only makes room. A row leaves when its
 * addresses are used anew, when it was silent longer than its kind may be, when rows are short, or with the input.
 */
import { f64At, i32At, u32At } from '../model/column.ts';
import type { Micros } from '../model/time.ts';
import { F, Seen, W, WIRE_WORDS } from '../model/wire-rows.ts';
import { O } from '../wire/opened.ts';
import { ClosedTuples } from './closed-tuples.ts';
import { ConnectionIndex, hashKey } from './connection-index.ts';
import { baseOf, End, endHas, GONE, hasIsn, isClosed, markSeen, markState, State, seenOf, stateOf } from './connection-state.ts';
import { Deadlines, NOBODY } from './deadlines.ts';
import { K, type Lane, P, T } from './lane.ts';
import { isOver, isUnanswered, LINGER_MICROS, protocolOf, UDP, UDP_IDLE_MICROS } from './lifetime.ts';
import type { Losses } from './losses.ts';
import { publish, SILENCE_MICROS } from './publish.ts';
import { finishFirstBytes } from './segments.ts';
import { Flag, isOpening } from './tcp-flags.ts';

/** Instead of a row: a late packet of a connection handed over before; a packet for which there is no room. */
export const STRAY = -1;
export const NO_ROOM = -2;
/** One in so many open connections goes when there is no room: those silent longest. */
const EVICTED_SHARE = 16;
/** Share of rows that are kept free between batches. */
const SPARE_SHARE = 32;
/** Rows that a batch or two may want. */
const LEAST_SPARE = 8192;

export class ConnectionTable {
  evicted = 0;
  readonly #lane: Lane;
  readonly #losses: Losses;
  readonly #onFull: () => void;
  readonly #index = new ConnectionIndex();
  readonly #closed = new ClosedTuples();
  readonly #idle = new Deadlines(UDP_IDLE_MICROS);
  readonly #lingering = new Deadlines(LINGER_MICROS);
  readonly #unanswered = new Deadlines(SILENCE_MICROS);
  /** Rows taken when some were last handed over for want of room; none has been freed while it is so many. */
  #shortAt = -1;

  /** `onFull`: rows are short; whoever holds those handed over may free some. */
  constructor(lane: Lane, losses: Losses, onFull: () => void) {
    this.#lane = lane;
    this.#losses = losses;
    this.#onFull = onFull;
  }

  /** Base of the row between these ends as it stands, whatever it is by now; -1 where there is none. The hot path: four numbers of 32 bits, signed. */
  lookUp(ipA: number, ipB: number, ports: number, meta: number): number {
    const words = this.#lane.words;
    const { slots, mask } = this.#index;
    const hash = hashKey(ipA, ipB, ports, meta);
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = i32At(slots, slot * 2 + 1);
      if (entry === 0) return -1;
      if (entry < 0 || i32At(slots, slot * 2) !== hash) continue;
      const at = baseOf(entry - 1);
      if (i32At(words, at) === ipA && i32At(words, at + 1) === ipB && i32At(words, at + 2) === ports && i32At(words, at + 3) === meta) return at;
    }
  }

  /** Base of the row of `lane.key`, made where there is none; or STRAY, or NO_ROOM. */
  rowOf(): number {
    const { words, key } = this.#lane;
    const hash = i32At(key, K.hash);
    for (let slot = this.#index.slot(hash); ; slot = this.#index.next(slot)) {
      const entry = this.#index.entryAt(slot);
      if (entry === 0) return this.#create();
      if (this.#index.hashAt(slot) !== hash) continue;
      if (entry < 0) {
        if (this.#closed.isOf(-entry - 1, key)) return this.#late(slot, -entry - 1);
      } else if (isOf(words, baseOf(entry - 1), key)) return this.current(baseOf(entry - 1));
    }
  }

  /** Base of the row for the packet at hand, whose addresses have the row at `at`: that, unless it is over or the packet begins anew. As `rowOf`. */
  current(at: number): number {
    const { words, opened } = this.#lane;
    const flags = u32At(opened, O.flags);
    if ((stateOf(words, at) & State.quiet) !== 0 && (flags & Flag.syn) === 0) return at;
    const isNew = isOver(this.#lane, at, f64At(this.#lane.times, T.now)) || (isOpening(flags) && this.#isReuse(at));
    if (!isNew) return at;
    this.#handOver(at);
    return this.rowOf();
  }

  /** Base of the open row of `lane.key`, or -1; makes none, ends none. */
  find(): number {
    const { words, key } = this.#lane;
    for (let slot = this.#index.slot(i32At(key, K.hash)); ; slot = this.#index.next(slot)) {
      const entry = this.#index.entryAt(slot);
      if (entry === 0) return -1;
      if (entry > 0 && isOf(words, baseOf(entry - 1), key)) return baseOf(entry - 1);
    }
  }

  /** The connection has just closed: it is handed over when it was silent for a while. */
  linger(at: number): void {
    this.#await(this.#lingering, at, f64At(this.#lane.times, T.now));
  }

  /** The SYN of the row at `at` has just been answered: nobody waits for that any more. */
  answered(at: number): void {
    this.#unanswered.cancel(i32At(this.#lane.words, at + W.need), this.#birth(at));
    this.#lane.words[at + W.need] = 0;
  }

  /**
   * Between batches: hands over those silent longest when rows run short, once until some are freed. In the middle of a batch nobody frees
   * what is handed over, and looking through a million rows for each packet that begins one would take hours.
   */
  makeRoom(): void {
    const { rows } = this.#lane;
    const free = rows.capacity - rows.count;
    if (free >= rows.capacity / SPARE_SHARE || (rows.count >= this.#shortAt && this.#shortAt >= 0 && free >= LEAST_SPARE)) return;
    this.#handOverClosed();
    this.#evict();
    this.#shortAt = rows.count;
  }

  /** Hands over what is over at `now`, and tells of SYNs that nobody answers. Nothing to do before `T.due`. */
  sweep(now: number): void {
    while (this.#lingering.due < now) this.#wake(this.#lingering, now);
    while (this.#idle.due < now) this.#wake(this.#idle, now);
    while (this.#unanswered.due < now) this.#wake(this.#unanswered, now);
    this.#lane.times[T.due] = Math.min(this.#lingering.due, this.#idle.due, this.#unanswered.due);
  }

  /** Hands over everything, in the order it began. */
  end(): void {
    const { rows } = this.#lane;
    const order = Float64Array.from(this.#index.rows(), (row) => this.#birth(baseOf(row)) * rows.capacity + row).sort();
    for (const place of order) {
      this.#finish(baseOf(place % rows.capacity));
      this.#lane.sink.wire(place % rows.capacity);
    }
    this.#index.clear();
    for (const queue of [this.#idle, this.#lingering, this.#unanswered]) queue.clear();
  }

  /** Tells of an open connection, once. */
  tell(at: number): void {
    if ((stateOf(this.#lane.words, at) & State.told) !== 0) return;
    markState(this.#lane.words, at, State.told);
    publish(this.#lane, at, f64At(this.#lane.times, T.now), this.#losses);
    this.#lane.sink.standing(at / WIRE_WORDS);
  }

  /** A SYN with another sequence number than this end began with, as tshark tells conversations apart. */
  #isReuse(at: number): boolean {
    const { words, opened, packet } = this.#lane;
    const from = u32At(packet, P.from);
    if (!endHas(stateOf(words, at), from, End.here)) return isClosed(words, at);
    const first = i32At(words, at + W.firstSeqA + from) - (hasIsn(words, at, from) ? 0 : 1);
    return ((u32At(opened, O.sequence) - first) | 0) !== 0;
  }

  /** A packet on the addresses of a connection that is over: a late one of it, or a new beginning. */
  #late(slot: number, place: number): number {
    if (!this.#closed.isOver(place, f64At(this.#lane.times, T.now)) && this.#closed.isStray(place, this.#lane)) return STRAY;
    this.#closed.forget(place);
    this.#index.remove(slot);
    return this.#create();
  }

  #create(): number {
    const row = this.#allocate();
    if (row < 0) return NO_ROOM;
    const { words, floats, key, times, packet, input } = this.#lane;
    const at = baseOf(row);
    for (let word = 0; word < 4; word++) words[at + word] = i32At(key, word);
    const record = u32At(packet, P.record);
    const now = f64At(times, T.now);
    words[at + W.firstRecord] = record;
    words[at + W.input] = input;
    floats[(at >> 1) + F.start] = now;
    floats[(at >> 1) + F.end] = now;
    this.#index.add(i32At(key, K.hash), row + 1);
    if (protocolOf(words, at) === UDP) this.#await(this.#idle, at, now);
    else if (isOpening(u32At(this.#lane.opened, O.flags))) this.#await(this.#unanswered, at, now);
    return at;
  }

  /** A row, if need be one that the owner of those handed over frees, if need be by handing over more: -1 when all that was in vain. */
  #allocate(): number {
    const { rows } = this.#lane;
    let row = rows.allocate();
    if (row >= 0 || rows.count === this.#shortAt) return row;
    this.#onFull();
    row = rows.allocate();
    if (row < 0) {
      this.#handOverClosed();
      this.#onFull();
      row = rows.allocate();
    }
    if (row < 0) {
      this.#evict();
      this.#onFull();
      row = rows.allocate();
    }
    if (row < 0) this.#shortAt = rows.count;
    return row;
  }

  #handOverClosed(): void {
    while (this.#lingering.due < Infinity) {
      const at = this.#next(this.#lingering);
      if (at >= 0) this.#handOver(at);
    }
  }

  #evict(): void {
    const { words, floats } = this.#lane;
    const rows = this.#index.rows();
    const ends = Float64Array.from(rows, (row) => f64At(floats, (baseOf(row) >> 1) + F.end)).sort();
    const latest = f64At(ends, Math.floor((ends.length - 1) / EVICTED_SHARE));
    const silent = rows.filter((row) => f64At(floats, (baseOf(row) >> 1) + F.end) <= latest);
    for (const row of silent.sort((a, b) => this.#birth(baseOf(a)) - this.#birth(baseOf(b)))) {
      markSeen(words, baseOf(row), Seen.evicted);
      this.evicted++;
      this.#handOver(baseOf(row));
    }
  }

  #wake(queue: Deadlines, now: number): void {
    const at = this.#next(queue);
    if (at < 0) return;
    if (isOver(this.#lane, at, now)) this.#handOver(at);
    else if (queue !== this.#unanswered || this.#isStillUnanswered(at, now)) this.#await(queue, at, now);
  }

  #await(queue: Deadlines, at: number, now: number): void {
    const { times, words } = this.#lane;
    const ticket = queue.push(at / WIRE_WORDS, this.#birth(at), now);
    // Until there is an answer the word is free.
    if (queue === this.#unanswered) words[at + W.need] = ticket;
    if (queue.due < f64At(times, T.due)) times[T.due] = queue.due;
  }

  /** Takes the head off the queue: the base of its row, or -1 where that is not the same connection any more. */
  #next(queue: Deadlines): number {
    const { words, input } = this.#lane;
    const { row, birth } = queue;
    queue.drop();
    if (row === NOBODY) return -1;
    const at = baseOf(row);
    const isSame = this.#birth(at) === birth && stateOf(words, at) !== GONE && i32At(words, at + W.input) === input;
    return isSame ? at : -1;
  }

  #isStillUnanswered(at: number, now: number): boolean {
    const { words } = this.#lane;
    if (isClosed(words, at) || !isUnanswered(words, at)) return false;
    publish(this.#lane, at, now, this.#losses);
    if ((seenOf(words, at) & Seen.unanswered) !== 0 && (stateOf(words, at) & State.told) === 0) {
      markState(words, at, State.told);
      this.#lane.sink.standing(at / WIRE_WORDS);
    }
    return true;
  }

  #birth(at: number): number {
    return i32At(this.#lane.words, at + W.firstRecord) >>> 0;
  }

  #finish(at: number): void {
    finishFirstBytes(this.#lane, at);
    publish(this.#lane, at, f64At(this.#lane.times, T.now), this.#losses);
  }

  #handOver(at: number): void {
    const { words, floats, sink } = this.#lane;
    this.#finish(at);
    const entry = at / WIRE_WORDS + 1;
    const hash = hashOf(words, at);
    if (protocolOf(words, at) !== UDP && isClosed(words, at)) {
      const forgotten = this.#closed.next();
      if (forgotten.hash !== undefined) this.#index.remove(this.#index.find(forgotten.hash, -forgotten.place - 1));
      // A time, only ever compared.
      this.#closed.remember(words, at, hash, f64At(floats, (at >> 1) + F.end) as Micros);
      this.#index.replace(this.#index.find(hash, entry), -forgotten.place - 1);
    } else this.#index.remove(this.#index.find(hash, entry));
    words[at + W.state] = GONE;
    sink.wire(entry - 1);
  }
}

const isOf = (words: Int32Array, at: number, key: Int32Array): boolean =>
  i32At(words, at) === i32At(key, K.ipA) &&
  i32At(words, at + 1) === i32At(key, K.ipB) &&
  i32At(words, at + 2) === i32At(key, K.ports) &&
  i32At(words, at + 3) === i32At(key, K.meta);

const hashOf = (words: Int32Array, at: number): number => hashKey(i32At(words, at), i32At(words, at + 1), i32At(words, at + 2), i32At(words, at + 3));
