/** For the tests of capture formats: captures made by hand, and what comes out of them. */

import { AddressTable } from '../../src/model/addresses.ts';
import type { Batch, Fact } from '../../src/model/batch.ts';
import type { Format } from '../../src/model/format.ts';
import { NameTable } from '../../src/model/names.ts';
import { PointTable } from '../../src/model/points.ts';
import { ShapeTable } from '../../src/model/shapes.ts';

export type SeenPacket = {
  readonly record: number;
  readonly time: number;
  readonly original: number;
  readonly point: string;
  readonly linkType: number;
  readonly bytes: string;
};
export type Seen = { readonly packets: readonly SeenPacket[]; readonly facts: readonly Fact[]; readonly error: string | null };

/** Chunks of at most `size` bytes (or of the given sizes by turns) in ONE buffer that is overwritten with each: whoever keeps a chunk is found out. */
export async function* cut(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(Math.max(1, ...sizes));
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = Math.max(1, sizes[turn % sizes.length] ?? 1);
    const part = bytes.subarray(at, at + size);
    buffer.fill(0xee);
    buffer.set(part);
    yield buffer.subarray(0, part.length);
    at += part.length;
  }
}

export async function decode(format: Format, bytes: Uint8Array, sizes: readonly number[] = [1 << 22]): Promise<Seen> {
  const packets: SeenPacket[] = [];
  const facts: Fact[] = [];
  let error: string | null = null;
  const tables = { names: new NameTable(), addresses: new AddressTable(), shapes: new ShapeTable(), points: new PointTable() };
  try {
    for await (const batch of format.decode(cut(bytes, sizes), tables)) {
      if (batch.kind === 'facts') facts.push(...batch.facts);
      else if (batch.kind === 'packets') packets.push(...packetsOf(batch));
    }
  } catch (caught) {
    error = caught instanceof Error ? `${caught.name}: ${caught.message}` : 'no error';
  }
  return { packets, facts, error };
}

function packetsOf(batch: Extract<Batch, { kind: 'packets' }>): SeenPacket[] {
  return Array.from({ length: batch.count }, (_, index) => {
    const point = batch.points[batch.point[index] ?? -1];
    const bytes = Buffer.from(batch.bytes.buffer, batch.bytes.byteOffset + (batch.offset[index] ?? 0), batch.captured[index]);
    return {
      record: batch.firstRecord + index,
      time: batch.time[index] ?? Number.NaN,
      original: batch.original[index] ?? 0,
      point: point?.name ?? 'none',
      linkType: point?.linkType ?? -1,
      bytes: bytes.toString('latin1'),
    };
  });
}

export class Writer {
  readonly #parts: Buffer[] = [];
  readonly little: boolean;

  constructor(little = true) {
    this.little = little;
  }

  u16(...values: readonly number[]): this {
    for (const value of values) this.#put(2, (part) => (this.little ? part.writeUInt16LE(value) : part.writeUInt16BE(value)));
    return this;
  }

  u32(...values: readonly number[]): this {
    for (const value of values) this.#put(4, (part) => (this.little ? part.writeUInt32LE(value) : part.writeUInt32BE(value)));
    return this;
  }

  u64(value: bigint): this {
    this.#put(8, (part) => (this.little ? part.writeBigUInt64LE(value) : part.writeBigUInt64BE(value)));
    return this;
  }

  raw(bytes: Uint8Array | string): this {
    this.#parts.push(Buffer.from(bytes));
    return this;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }

  #put(size: number, write: (part: Buffer) => void): void {
    const part = Buffer.alloc(size);
    write(part);
    this.#parts.push(part);
  }
}

export const MICROS = 0xa1b2c3d4;
export const NANOS = 0xa1b23c4d;
export const KUZNETZOV = 0xa1b2cd34;

export const pcapHeader = ({ little = true, magic = MICROS, major = 2, snap = 262_144, linkType = 1 } = {}): Buffer =>
  new Writer(little).u32(magic).u16(major, 4).u32(0, 0, snap, linkType).bytes;

export const pcapRecord = (
  text: string,
  { little = true, seconds = 1, ticks = 0, captured = text.length, original = text.length, extra = '' } = {},
): Buffer => new Writer(little).u32(seconds, ticks, captured, original).raw(extra).raw(text).bytes;

/** A pcapng block around `body`, which is padded. */
export function block(type: number, body: Uint8Array, little = true): Buffer {
  const padding = Buffer.alloc(-body.length & 3);
  const length = 12 + body.length + padding.length;
  return new Writer(little).u32(type, length).raw(body).raw(padding).u32(length).bytes;
}

export const option = (code: number, value: Uint8Array, little = true): Buffer =>
  new Writer(little)
    .u16(code, value.length)
    .raw(value)
    .raw(Buffer.alloc(-value.length & 3)).bytes;

const NO_OPTIONS: Uint8Array = Buffer.alloc(0);

export const section = (little = true, major = 1): Buffer =>
  block(0x0a0d0d0a, new Writer(little).u32(0x1a2b3c4d).u16(major, 0).u32(0xffffffff, 0xffffffff).bytes, little);

export const describeInterface = ({ little = true, linkType = 1, snap = 0, options = NO_OPTIONS } = {}): Buffer =>
  block(1, new Writer(little).u16(linkType, 0).u32(snap).raw(options).bytes, little);

export const enhancedPacket = (
  text: string,
  { little = true, id = 0, ticks = 0n, captured = text.length, original = text.length, options = NO_OPTIONS } = {},
): Buffer => {
  const data = Buffer.concat([Buffer.from(text), Buffer.alloc(-text.length & 3)]);
  return block(
    6,
    new Writer(little)
      .u32(id, Number(ticks >> 32n), Number(ticks & 0xffffffffn), captured, original)
      .raw(data)
      .raw(options).bytes,
    little,
  );
};

/** A whole pcap of `linkType`; times in µs. */
export const pcapOf = (packets: readonly { readonly time: number; readonly bytes: Uint8Array }[], linkType = 1): Buffer =>
  Buffer.concat([
    pcapHeader({ linkType }),
    ...packets.map(({ time, bytes }) => new Writer().u32(Math.floor(time / 1e6), time % 1e6, bytes.length, bytes.length).raw(bytes).bytes),
  ]);
