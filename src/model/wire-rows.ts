/**
 * Wire connections in columns: one row of 152 bytes each, from the first packet until its flow has been decided.
 * The connection table of `evidence/` fills rows while they are open; handing one over is passing its number (no copy);
 * the pool of `flows/` frees it. Two views on one buffer, so that a packet touches two or three cache lines.
 *
 * The capacity is reserved once: pages never touched cost no memory, and nothing has to grow in the hot path.
 *
 * The two ends of a connection are called A and B: A is the smaller of (address word, port), so both directions meet in one row.
 */
import { type Ip, ipFrom } from './address.ts';
import { f64At, u32At } from './column.ts';
import { RowSlots } from './row-slots.ts';
import type { Micros } from './time.ts';

export const WIRE_WORDS = 38;
const WIRE_FLOATS = 19;

/** Word offsets into `words`. Fields marked (private) belong to the reducer alone. */
export const W = {
  ipA: 0,
  ipB: 1,
  /** port A << 16 | port B. */
  ports: 2,
  /** IP protocol (8 bits) | IPv6 << 8 | point << 9. */
  meta: 3,
  /** Frame number of the first packet. */
  firstRecord: 16,
  /** (private) Beside what nearly every packet touches. */
  state: 17,
  packets: 18,
  /** `Seen` bits. */
  seen: 19,
  /** First sequence number of each end: its ISN when its SYN was seen, else the first one in view. */
  firstSeqA: 20,
  firstSeqB: 21,
  /** (private) One past the highest sequence number sent. */
  nextSeqA: 22,
  nextSeqB: 23,
  /** Highest acknowledgement number each end sent. */
  ackA: 24,
  ackB: 25,
  /** Protocol number (index into SNIFFERS + 1, 0 none) | TLS version (low byte: 0 unknown, 3 = 1.2, 4 = 1.3) << 8 | underlay << 16. */
  application: 26,
  /** Numbers in `names` + 1, 0 for none. ALPN is a comma-separated list in the client's order. */
  sni: 27,
  alpn: 28,
  /** (private) */
  need: 29,
  cursorA: 30,
  cursorB: 31,
  slabA: 32,
  slabB: 33,
  /** µs from start to the SYN-ACK, capped. */
  synAckDelay: 34,
  /** Number of the input. */
  input: 35,
  privateA: 36,
  privateB: 37,
} as const;

/** Float offsets into `floats`. */
export const F = {
  /** Times of first and last packet. */
  start: 2,
  end: 3,
  /** Payload bytes that each end sent, retransmissions once. */
  payloadA: 4,
  payloadB: 5,
  /** Readable payload bytes, both directions, retransmissions once. 0 on loopback. */
  exposed: 6,
  /** Bytes of all frames as captured on the wire (original lengths), for agreement with tshark. */
  frameBytes: 7,
} as const;

/** What was seen of a connection. Facts, not verdicts. */
export const Seen = {
  syn: 0x1,
  synAck: 0x2,
  /** Which end is the client; meaningless without `roles`. */
  clientIsA: 0x4,
  /** The client is known for certain (SYN or SYN-ACK, a hello, a request); else guessed by ports. */
  roles: 0x8,
  clientEnded: 0x10,
  serverEnded: 0x20,
  clientReset: 0x40,
  serverReset: 0x80,
  /** The server answered the SYN with a RST. */
  refused: 0x100,
  /** An ICMP error quoted this connection's SYN. */
  unreachable: 0x200,
  /** Nothing came back for 5 s of lossless capture after the last packet (SYN unanswered, hello unanswered). */
  unanswered: 0x400,
  /** The server ended it within 1 s of its SYN-ACK, without payload, and before any FIN of the client or by RST (rules.md §3). */
  turnedAway: 0x800,
  /** A ClientHello was seen at the start of TLS. */
  clientHello: 0x1000,
  /** … with ALPN exactly `h2`, no SNI, and nothing below TLS 1.2 offered. */
  hboneShape: 0x2000,
  serverHello: 0x4000,
  /** Rules.md §2: the server answered application data with more than an alert. */
  established: 0x8000,
  /** TLS records were recognised, with or without a handshake. */
  tls: 0x10000,
  /** Another encrypted protocol was recognised (SSH, QUIC): `application` says which. */
  encrypted: 0x20000,
  /** Readable payload was seen from that end: a known readable protocol, printable text, or bytes ruled out for every encrypted one. */
  clientReadable: 0x40000,
  serverReadable: 0x80000,
  /** Readable bytes of the client were acknowledged by the server. */
  acknowledged: 0x100000,
  /** The first packet in view was not the SYN. */
  midStream: 0x200000,
  /** Something needed for the answer was missing: slabs full, snapshot length, lost segments. */
  cutShort: 0x400000,
  /** Only one end's packets were captured although the other must have sent some. */
  oneSided: 0x800000,
  /** TLS began after a readable prelude (STARTTLS, SSLRequest, CONNECT, PROXY). */
  upgraded: 0x1000000,
  /** ALPN names Istio's sidecar (`istio`, `istio-peer-exchange`, `istio-http/…`). */
  sidecarAlpn: 0x2000000,
  /** Seen on a loopback device. */
  loopback: 0x4000000,
  /** Ended (FIN or RST of either side), or UDP gone idle: not open any more. */
  ended: 0x8000000,
  /** Evicted while open: the table was full. */
  evicted: 0x10000000,
  /** 5 s of lossless capture followed the last packet. */
  settled: 0x20000000,
  /** The first packet in view came from end A. */
  firstFromA: 0x40000000,
} as const;

export class WireRows {
  readonly words: Uint32Array;
  readonly floats: Float64Array;
  readonly #slots: RowSlots;

  constructor(capacity: number) {
    const buffer = new ArrayBuffer(capacity * WIRE_WORDS * 4);
    this.words = new Uint32Array(buffer);
    this.floats = new Float64Array(buffer);
    this.#slots = new RowSlots(capacity);
  }

  get capacity(): number {
    return this.#slots.capacity;
  }

  /** Rows in use. */
  get count(): number {
    return this.#slots.count;
  }

  /** A row of zeros, or -1 when all are taken. */
  allocate(): number {
    const row = this.#slots.take();
    if (row >= 0) this.words.fill(0, row * WIRE_WORDS, (row + 1) * WIRE_WORDS);
    return row;
  }

  free(row: number): void {
    this.#slots.free(row);
  }

  seen(row: number): number {
    return u32At(this.words, row * WIRE_WORDS + W.seen);
  }

  word(row: number, offset: number): number {
    return u32At(this.words, row * WIRE_WORDS + offset);
  }

  float(row: number, offset: number): number {
    return f64At(this.floats, row * WIRE_FLOATS + offset);
  }

  start(row: number): Micros {
    return this.float(row, F.start) as Micros;
  }

  end(row: number): Micros {
    return this.float(row, F.end) as Micros;
  }

  point(row: number): number {
    return this.word(row, W.meta) >>> 9;
  }

  protocol(row: number): number {
    return this.word(row, W.meta) & 0xff;
  }

  clientIsA(row: number): boolean {
    return (this.seen(row) & Seen.clientIsA) !== 0;
  }

  clientIp(row: number): Ip {
    return this.#ip(row, this.clientIsA(row) ? W.ipA : W.ipB);
  }

  serverIp(row: number): Ip {
    return this.#ip(row, this.clientIsA(row) ? W.ipB : W.ipA);
  }

  clientPort(row: number): number {
    const ports = this.word(row, W.ports);
    return this.clientIsA(row) ? ports >>> 16 : ports & 0xffff;
  }

  serverPort(row: number): number {
    const ports = this.word(row, W.ports);
    return this.clientIsA(row) ? ports & 0xffff : ports >>> 16;
  }

  /** Payload bytes client → server, retransmissions once. */
  sent(row: number): number {
    return this.float(row, this.clientIsA(row) ? F.payloadA : F.payloadB);
  }

  received(row: number): number {
    return this.float(row, this.clientIsA(row) ? F.payloadB : F.payloadA);
  }

  clientFirstSeq(row: number): number {
    return this.word(row, this.clientIsA(row) ? W.firstSeqA : W.firstSeqB);
  }

  serverFirstSeq(row: number): number {
    return this.word(row, this.clientIsA(row) ? W.firstSeqB : W.firstSeqA);
  }

  #ip(row: number, offset: number): Ip {
    return ipFrom(this.word(row, offset), (this.word(row, W.meta) & 0x100) !== 0);
  }
}
