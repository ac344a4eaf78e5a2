/** Access lines in columns: one row of 80 bytes each, from reading until its flow has been decided. Same life as `WireRows`. */
import { IPV6, type Ip, ipFrom, NO_IP } from './address.ts';
import { f64At, u32At } from './column.ts';
import { type Direction, LineEvent } from './line-event.ts';
import { RowSlots } from './row-slots.ts';
import type { Micros } from './time.ts';

export const LINE_WORDS = 20;
export const LINE_FLOATS = 10;

export const L = {
  sourceIp: 0,
  destinationIp: 1,
  hboneIp: 2,
  /** source port << 16 | destination port. */
  ports: 3,
  /** hbone port | `LineBit`s. */
  bits: 4,
  shape: 5,
  /** Numbers in `names` + 1, 0 for none. */
  error: 6,
  hboneHost: 7,
  extra: 8,
  prefix: 9,
  input: 10,
  record: 11,
} as const;

export const LF = { time: 6, duration: 7, sent: 8, received: 9 } as const;

/** Above the 16 bits of the hbone port. */
export const LineBit = {
  sourceV6: 0x10000,
  destinationV6: 0x20000,
  hboneV6: 0x40000,
  hasHboneIp: 0x80000,
  hasSource: 0x100000,
  hasDestination: 0x200000,
  /** Two bits: `LineEvent`. */
  event: 22,
  inbound: 0x1000000,
  hasBytes: 0x2000000,
  hasDuration: 0x4000000,
  /** Of an open connection in a list without a time: it was open at some time. */
  undated: 0x8000000,
  /** Of an open connection: its protocol is HBONE. */
  hbone: 0x10000000,
} as const;

export class LineRows {
  readonly words: Uint32Array;
  readonly floats: Float64Array;
  readonly #slots: RowSlots;

  constructor(capacity: number) {
    const buffer = new ArrayBuffer(capacity * LINE_WORDS * 4);
    this.words = new Uint32Array(buffer);
    this.floats = new Float64Array(buffer);
    this.#slots = new RowSlots(capacity);
  }

  get capacity(): number {
    return this.#slots.capacity;
  }

  get count(): number {
    return this.#slots.count;
  }

  /** A row to be overwritten whole, or -1 when all are taken. */
  allocate(): number {
    return this.#slots.take();
  }

  free(row: number): void {
    this.#slots.free(row);
  }

  word(row: number, offset: number): number {
    return u32At(this.words, row * LINE_WORDS + offset);
  }

  float(row: number, offset: number): number {
    return f64At(this.floats, row * LINE_FLOATS + offset);
  }

  has(row: number, bit: number): boolean {
    return (this.word(row, L.bits) & bit) !== 0;
  }

  event(row: number): LineEvent {
    // Two bits, written from a LineEvent only: all four are one.
    return ((this.word(row, L.bits) >>> LineBit.event) & 3) as LineEvent;
  }

  direction(row: number): Direction {
    return this.has(row, LineBit.inbound) ? 1 : 0;
  }

  time(row: number): Micros {
    return this.float(row, LF.time) as Micros;
  }

  /** ztunnel judged it mutual TLS: it printed an identity, or lists it as HBONE. `isMutual`: by the line's shape. */
  isTunnelled(row: number, isMutual: (shape: number) => boolean): boolean {
    return this.event(row) === LineEvent.open ? this.has(row, LineBit.hbone) : isMutual(this.word(row, L.shape));
  }

  /** Time − duration where there is one, else the time. */
  start(row: number): Micros {
    const time = this.float(row, LF.time);
    return (this.has(row, LineBit.hasDuration) ? time - this.float(row, LF.duration) : time) as Micros;
  }

  sourceIp(row: number): Ip {
    return this.has(row, LineBit.hasSource) ? ipFrom(this.word(row, L.sourceIp), this.has(row, LineBit.sourceV6)) : NO_IP;
  }

  sourcePort(row: number): number {
    return this.word(row, L.ports) >>> 16;
  }

  destinationIp(row: number): Ip {
    return this.has(row, LineBit.hasDestination) ? ipFrom(this.word(row, L.destinationIp), this.has(row, LineBit.destinationV6)) : NO_IP;
  }

  destinationPort(row: number): number {
    return this.word(row, L.ports) & 0xffff;
  }

  hboneIp(row: number): Ip {
    return this.has(row, LineBit.hasHboneIp) ? ipFrom(this.word(row, L.hboneIp), this.has(row, LineBit.hboneV6)) : NO_IP;
  }

  hbonePort(row: number): number {
    return this.word(row, L.bits) & 0xffff;
  }

  /** Client → server bytes: what an outbound line sent, what an inbound one received. -1 without counts. */
  sent(row: number): number {
    if (!this.has(row, LineBit.hasBytes)) return -1;
    return this.float(row, this.has(row, LineBit.inbound) ? LF.received : LF.sent);
  }

  /** Server → client bytes. */
  received(row: number): number {
    if (!this.has(row, LineBit.hasBytes)) return -1;
    return this.float(row, this.has(row, LineBit.inbound) ? LF.sent : LF.received);
  }

  /** Bit for the family of an address that goes into a word. */
  static family(ip: number, bit: number): number {
    return ip >= IPV6 ? bit : 0;
  }
}
