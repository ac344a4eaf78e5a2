/** Packets made for one test: a client and a server on Ethernet, put through a packet reducer; what comes out as plain objects. */

import { FirstBytesSlabs } from '../../src/evidence/first-bytes-slabs.ts';
import { type PacketReducer, packetReducer } from '../../src/evidence/packets.ts';
import { AddressTable } from '../../src/model/addresses.ts';
import type { Batch, PacketBatch } from '../../src/model/batch.ts';
import { NameTable } from '../../src/model/names.ts';
import { PointTable } from '../../src/model/points.ts';
import { ShapeTable } from '../../src/model/shapes.ts';
import type { Tables } from '../../src/model/tables.ts';
import { F, Seen, W, WireRows } from '../../src/model/wire-rows.ts';
import { SNIFFERS } from '../../src/wire/sniff/index.ts';

export const FIN = 1;
export const SYN = 2;
export const RST = 4;
export const ACK = 16;

export type Socket = { readonly ip: number; readonly port: number };
export const CLIENT: Socket = { ip: 0x0a0a010b, port: 40000 };
export const SERVER: Socket = { ip: 0x0a0a020b, port: 8080 };
export const HBONE: Socket = { ip: 0x0a0a020b, port: 15008 };

export type Frame = { readonly bytes: Uint8Array; readonly original: number; readonly time: number; readonly point: number };
export type Packet = {
  readonly from: Socket;
  readonly to: Socket;
  readonly flags?: number;
  readonly seq?: number;
  readonly ack?: number;
  readonly payload?: Uint8Array;
  /** µs after the scene's start. */
  readonly at?: number;
  readonly snap?: number;
  readonly point?: number;
  readonly macs?: number;
  readonly ipId?: number;
  readonly protocol?: number;
};

export const START = 1_700_000_000_000_000;
const LINKTYPE_ETHERNET = 1;

export function frame({
  from,
  to,
  flags = ACK,
  seq = 0,
  ack = 0,
  payload = new Uint8Array(0),
  at = 0,
  snap = 65535,
  point = 0,
  macs = 2,
  ipId = 0,
  protocol = 6,
}: Packet): Frame {
  const header = protocol === 6 ? 20 : 8;
  const bytes = new Uint8Array(34 + header + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, macs);
  view.setUint8(6, macs);
  view.setUint16(12, 0x0800);
  view.setUint8(14, 0x45);
  view.setUint16(16, bytes.length - 14);
  view.setUint16(18, ipId);
  view.setUint8(22, 64);
  view.setUint8(23, protocol);
  view.setUint32(26, from.ip);
  view.setUint32(30, to.ip);
  view.setUint16(34, from.port);
  view.setUint16(36, to.port);
  if (protocol === 6) {
    view.setUint32(38, seq);
    view.setUint32(42, ack);
    view.setUint8(46, 0x50);
    view.setUint8(47, flags);
  } else view.setUint16(38, 8 + payload.length);
  bytes.set(payload, 34 + header);
  return { bytes: bytes.slice(0, snap), original: bytes.length, time: START + at, point };
}

/** An ICMP error from `router` about `about`. */
export function unreachable(about: Packet, type: number, code: number, at: number): Frame {
  const quoted = frame(about).bytes.subarray(14, 42);
  const bytes = new Uint8Array(42 + quoted.length);
  const view = new DataView(bytes.buffer);
  bytes.set([2, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 8, 0, 0x45]);
  view.setUint16(16, bytes.length - 14);
  view.setUint8(23, 1);
  view.setUint32(26, 0x0a0a0101);
  view.setUint32(30, about.from.ip);
  view.setUint8(34, type);
  view.setUint8(35, code);
  bytes.set(quoted, 42);
  return { bytes, original: bytes.length, time: START + at, point: 0 };
}

export function batches(
  frames: readonly Frame[],
  sizes: readonly number[] = [1000],
  names: readonly string[] = ['eth0', 'lo', 'eth1'],
): PacketBatch[] {
  const made: PacketBatch[] = [];
  for (let at = 0, turn = 0; at < frames.length; turn++) {
    const part = frames.slice(at, at + Math.max(1, sizes[turn % sizes.length] ?? 1));
    const offset = new Uint32Array(part.length);
    const bytes = new Uint8Array(part.reduce((sum, { bytes: one }) => sum + one.length, 3));
    let end = 3;
    for (const [index, one] of part.entries()) {
      offset[index] = end;
      bytes.set(one.bytes, end);
      end += one.bytes.length;
    }
    made.push({
      kind: 'packets',
      bytes: new DataView(bytes.buffer),
      count: part.length,
      offset,
      captured: Uint32Array.from(part, (one) => one.bytes.length),
      original: Uint32Array.from(part, (one) => one.original),
      time: Float64Array.from(part, (one) => one.time),
      point: Uint16Array.from(part, (one) => one.point),
      points: names.map((name) => ({ name, linkType: LINKTYPE_ETHERNET })),
      firstRecord: at + 1,
    });
    at += part.length;
  }
  return made;
}

export type Row = {
  readonly client: string;
  readonly server: string;
  readonly seen: readonly string[];
  readonly sent: number;
  readonly received: number;
  readonly exposed: number;
  readonly packets: number;
  readonly frameBytes: number;
  readonly application: string | null;
  readonly tlsVersion: number;
  readonly sni: string | null;
  readonly alpn: string | null;
  readonly start: number;
  readonly end: number;
  readonly record: number;
  readonly protocol: number;
  readonly point: number;
  readonly row: number;
};

export const newTables = (): Tables => ({
  names: new NameTable(),
  addresses: new AddressTable(),
  shapes: new ShapeTable(),
  points: new PointTable(),
});

export type Outcome = {
  readonly rows: readonly Row[];
  readonly told: readonly Row[];
  readonly reducer: PacketReducer;
  readonly tables: Tables;
  readonly slabs: FirstBytesSlabs;
  readonly store: WireRows;
};

export type Options = { readonly capacity?: number; readonly slabBytes?: number; readonly freeing?: boolean };

/** Everything put through a reducer of its own, to the end. */
export function reduceBatches(input: Iterable<Batch>, { capacity = 1024, slabBytes, freeing = false }: Options = {}): Outcome {
  const store = new WireRows(capacity);
  const tables = newTables();
  const slabs = new FirstBytesSlabs(slabBytes);
  const reducer = packetReducer({ rows: store, tables, slabs, input: 7 });
  const rows: Row[] = [];
  const told: Row[] = [];
  const sink = {
    wire: (row: number): void => {
      rows.push(describeRow(store, tables, row));
      if (freeing) store.free(row);
    },
    line: (): void => {},
    standing: (row: number): void => {
      told.push(describeRow(store, tables, row));
    },
  };
  for (const batch of input) reducer.read(batch, sink);
  reducer.end(sink);
  return { rows, told, reducer, tables, slabs, store };
}

export const reduce = (frames: readonly Frame[], options: Options = {}): readonly Row[] => reduceBatches(batches(frames), options).rows;

function describeRow(store: WireRows, tables: Tables, row: number): Row {
  const socket = (ip: Parameters<Tables['addresses']['format']>[0], port: number): string => `${tables.addresses.format(ip)}:${port}`;
  const seen = store.seen(row);
  const application = store.word(row, W.application);
  const name = (word: number): string | null => (store.word(row, word) === 0 ? null : tables.names.text(store.word(row, word) - 1));
  return {
    client: socket(store.clientIp(row), store.clientPort(row)),
    server: socket(store.serverIp(row), store.serverPort(row)),
    seen: Object.entries(Seen)
      .filter(([, bit]) => (seen & bit) !== 0)
      .map(([key]) => key),
    sent: store.sent(row),
    received: store.received(row),
    exposed: store.float(row, F.exposed),
    packets: store.word(row, W.packets),
    frameBytes: store.float(row, F.frameBytes),
    application: SNIFFERS[(application & 0xff) - 1]?.protocol ?? null,
    tlsVersion: (application >>> 8) & 0xff,
    sni: name(W.sni),
    alpn: name(W.alpn),
    start: store.start(row) - START,
    end: store.end(row) - START,
    record: store.word(row, W.firstRecord),
    protocol: store.protocol(row),
    point: store.point(row),
    row,
  };
}

/** A TCP connection told line by line: `client`, `server` send bytes in order; each line is one packet. */
export class Talk {
  readonly frames: Frame[] = [];
  readonly #next: [number, number];
  readonly #ends: readonly [Socket, Socket];
  #at: number;
  readonly #step: number;

  constructor({
    client = CLIENT,
    server = SERVER,
    isns = [1000, 5000] as const,
    at = 0,
    step = 100,
  }: { client?: Socket; server?: Socket; isns?: readonly [number, number]; at?: number; step?: number } = {}) {
    this.#ends = [client, server];
    this.#next = [isns[0], isns[1]];
    this.#at = at;
    this.#step = step;
  }

  handshake(): this {
    return this.client('', SYN)
      .server('', SYN | ACK)
      .client('', ACK);
  }

  client(payload: string | Uint8Array = '', flags: number = ACK, extra: Partial<Packet> = {}): this {
    return this.#send(0, payload, flags, extra);
  }

  server(payload: string | Uint8Array = '', flags: number = ACK, extra: Partial<Packet> = {}): this {
    return this.#send(1, payload, flags, extra);
  }

  /** Time goes by, in µs. */
  wait(micros: number): this {
    this.#at += micros;
    return this;
  }

  close(): this {
    return this.client('', FIN | ACK)
      .server('', FIN | ACK)
      .client('', ACK);
  }

  #send(x: 0 | 1, payload: string | Uint8Array, flags: number, extra: Partial<Packet>): this {
    const bytes = typeof payload === 'string' ? ascii(payload) : payload;
    const ack = (flags & ACK) !== 0 ? this.#next[x === 0 ? 1 : 0] : 0;
    this.frames.push(
      frame({ from: this.#ends[x], to: this.#ends[x === 0 ? 1 : 0], flags, seq: this.#next[x], ack, payload: bytes, at: this.#at, ...extra }),
    );
    this.#next[x] = (this.#next[x] + bytes.length + ((flags & (SYN | FIN)) !== 0 ? 1 : 0)) >>> 0;
    this.#at += this.#step;
    return this;
  }
}

export const ascii = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
export const joined = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));

/** The one row there is to be. */
export function only(rows: readonly Row[]): Row {
  const [row, ...others] = rows;
  if (row === undefined || others.length > 0) throw new Error(`${rows.length} rows`);
  return row;
}
