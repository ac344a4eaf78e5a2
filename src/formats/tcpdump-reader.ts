/**
 * tcpdump's text, line by line. A packet is its line, the lines that `-v` adds, and what `-x`, `-X` or `-A` print under it;
 * it is made when the next one begins. Which of the three it is, is settled once in a capture, by its first packets: so
 * that payload which looks like a dump, or like packets, is never taken for one.
 */
import type { Fact } from '../model/batch.ts';
import type { Addresses } from '../model/tables.ts';
import { CaptureFacts } from './capture-facts.ts';
import { headerBytes } from './tcpdump-ascii.ts';
import { Assembler, type Printed } from './tcpdump-assemble.ts';
import { AsciiBody, type Bounds, boundsOf, type Line, UNKNOWN_BOUNDS } from './tcpdump-body.ts';
import { type Deltas, TextClock } from './tcpdump-clock.ts';
import { type Header, parseHeader } from './tcpdump-header.ts';
import { HexDump } from './tcpdump-hex.ts';
import { Sequences } from './tcpdump-sequences.ts';
import { type Notice, noticeOf, type Shape, shapeOf } from './tcpdump-shape.ts';

/** What is printed under packets; `open` before the first packet that tells. */
type Under = 'open' | 'nothing' | 'hex' | 'ascii';
type Begun = { readonly shape: Shape; readonly lines: string[]; body: AsciiBody | null; header: Header | null };

/** More lines of headers are not looked at. */
const MOST_LINES = 8;
/** Texts that do not fit their packets' lengths: after so many the lengths are not asked any more, nor is any payload believed. */
const MOST_UNFIT = 64;

export class TcpdumpReader {
  readonly made: Assembler;
  /** Of the packet just made. */
  time = 0;
  interface = '';
  /** Packets so far, those that could not be made included. */
  record = 0;
  deltas: Deltas = 'previous';
  readonly #addresses: Addresses;
  readonly #facts = new CaptureFacts();
  readonly #clock = new TextClock();
  readonly #dump = new HexDump();
  #sequences = new Sequences();
  #under: Under = 'open';
  #style: Shape | null = null;
  #begun: Begun | null = null;
  #listening = '';
  #snapshot = -1;
  #unfit = 0;

  constructor(addresses: Addresses) {
    this.#addresses = addresses;
    this.made = new Assembler(addresses);
  }

  /** Takes a line; true when it ended a packet, which is then in `made`. `again` gets lines that are to be taken once more. */
  take(text: string, again: string[]): boolean {
    const begun = this.#begun;
    if (begun?.body != null) return this.#takeBody(begun, begun.body, text, again);
    const shape = shapeOf(text);
    if (begun === null) return this.#outside(text, shape);
    if (shape !== undefined && this.#continues(shape)) return this.#next(begun, shape, text);
    if ((this.#under === 'open' || this.#under === 'hex') && this.#dump.take(text)) {
      this.#under = 'hex';
      return false;
    }
    // Indented lines are more of the headers; a packet's line without a stamp among stamped ones is what is inside a tunnel.
    if (/^[\t ]/.test(text) || shape?.stamp === 'none') {
      if (begun.lines.length < MOST_LINES) begun.lines.push(text);
      return false;
    }
    if (this.#under === 'ascii' || (this.#under === 'open' && text !== '' && noticeOf(text) === undefined && shape === undefined)) {
      if (noticeOf(text) === undefined) return this.#beginBody(begun, text, again);
    }
    return this.#interrupted(begun, text, again);
  }

  /** The input is over; true when that ended a packet. May have to be asked again after the lines in `again`. */
  end(again: string[]): boolean {
    const begun = this.#begun;
    if (begun === null) return false;
    return begun.body === null ? this.#finish(begun, null) : this.#settle(begun, begun.body, again, true);
  }

  facts(): readonly Fact[] {
    return this.#facts.take();
  }

  #continues({ stamp, isNumbered }: Shape): boolean {
    return this.#style?.stamp === stamp && this.#style.isNumbered === isNumbered;
  }

  #outside(text: string, shape: Shape | undefined): boolean {
    if (shape !== undefined) {
      if (this.#style !== null && !this.#continues(shape)) this.#anew();
      this.#begin(shape, text);
      return false;
    }
    const notice = noticeOf(text);
    if (notice !== undefined) this.#note(notice);
    else if (text.trim() !== '') this.#facts.skipped('not-a-packet', this.record + 1);
    return false;
  }

  #next(begun: Begun, shape: Shape, text: string): boolean {
    const isMade = this.#finish(begun, null);
    this.#begin(shape, text);
    return isMade;
  }

  /** Something else stands behind the packet. */
  #interrupted(begun: Begun, text: string, again: string[]): boolean {
    if (text === '') return false;
    again.push(text);
    return this.#finish(begun, null);
  }

  #begin(shape: Shape, text: string): void {
    this.#style = shape;
    this.#dump.clear();
    this.#begun = { shape, lines: [text.slice(shape.rest)], body: null, header: null };
  }

  #beginBody(begun: Begun, text: string, again: string[]): boolean {
    this.#under = 'ascii';
    begun.header = this.#parse(begun);
    begun.body = new AsciiBody(this.#boundsOf(begun.header));
    return this.#takeBody(begun, begun.body, text, again);
  }

  #boundsOf(header: Header): Bounds {
    const { ipBytes, length, skip, tcp, underlay } = header;
    if (this.#unfit > MOST_UNFIT) return UNKNOWN_BOUNDS;
    if (ipBytes > 0 && underlay === null) return boundsOf(ipBytes, ipBytes, this.#snapshot);
    if (skip !== null || length < 0) return UNKNOWN_BOUNDS;
    const headers = headerBytes(header, this.#addresses)?.length;
    if (headers !== undefined) return boundsOf(headers + length, headers + length, this.#snapshot);
    // Options or tunnels that are not understood.
    return boundsOf((tcp === null ? 28 : 40) + length, 320 + length, this.#snapshot);
  }

  #takeBody(begun: Begun, body: AsciiBody, text: string, again: string[]): boolean {
    const shape = shapeOf(text);
    const isHead = (shape !== undefined && this.#continues(shape)) || noticeOf(text) !== undefined;
    const isOver = body.take({ text, isHead });
    return isOver || body.isOverrun ? this.#settle(begun, body, again, false) : false;
  }

  #settle(begun: Begun, body: AsciiBody, again: string[], isEnd: boolean): boolean {
    const { text, fits, ambiguous, rest } = body.settle(isEnd);
    again.push(...rest.map((line: Line) => line.text));
    const isKnown = body.bounds.isKnown;
    if (isKnown && !fits && !isEnd) this.#learnSnapshot(text);
    for (let line = 0; line < ambiguous; line++) this.#facts.skipped('ambiguous', this.record + 1);
    if (ambiguous > 0) this.#facts.lost('ambiguous', ambiguous, null);
    const isWhole = isKnown && fits && !body.bounds.isCut && ambiguous === 0;
    return this.#finish(begun, { text, isWhole });
  }

  /** The packet ended early: packets are captured in part, probably all up to the same length. */
  #learnSnapshot(text: string): void {
    this.#unfit++;
    this.#snapshot = text.length + text.split('\n').length + MOST_UNSEEN;
  }

  #parse({ lines }: Begun): Header {
    return parseHeader(lines.join('\n'), this.#addresses, this.#listening);
  }

  /** True when a packet was made. */
  #finish(begun: Begun, printed: Printed | null): boolean {
    const header = begun.header ?? this.#parse(begun);
    if (this.#under === 'open' && begun.body === null) this.#under = 'nothing';
    this.#begun = null;
    this.record++;
    this.time = this.#clock.read(begun.shape, this.deltas);
    this.interface = header.interface;
    if (this.#dump.length > 0 && this.made.fromDump(this.#dump, header)) return true;
    if (header.skip === null) this.made.fromText(header, printed, this.#sequences);
    else this.#facts.skipped(header.skip, this.record);
    return header.skip === null;
  }

  #note(notice: Notice): void {
    switch (notice.kind) {
      case 'begins':
        this.#anew();
        this.#listening = notice.interface === 'any' ? '' : notice.interface;
        this.#snapshot = notice.snapshot;
        break;
      case 'prompt':
        this.#anew();
        break;
      case 'dropped':
        if (notice.packets > 0) this.#facts.lost(`${notice.by}-drops`, notice.packets, null);
        break;
      case 'said':
        break;
      default:
        notice satisfies never;
    }
  }

  /** Another run of tcpdump: it numbers anew, and may print otherwise. */
  #anew(): void {
    this.#sequences = new Sequences();
    this.#under = 'open';
    this.#style = null;
    this.#listening = '';
    this.#snapshot = -1;
    this.#unfit = 0;
  }
}

/** How much more than what was printed a snapshot length may count: half a link-layer header. */
const MOST_UNSEEN = 12;
