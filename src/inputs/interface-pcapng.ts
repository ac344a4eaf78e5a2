/**
 * The pcapng blocks that stand round the packets of a live capture. draft-ietf-opsawg-pcapng-03 §4.1 (section header),
 * §4.2 (interface description), §4.6 (interface statistics). In the machine's own byte order, as the native binding writes
 * its packets.
 */
import { endianness } from 'node:os';

export const LITTLE_ENDIAN: boolean = endianness() === 'LE';
export const BlockType = { sectionHeader: 0x0a0d0d0a, interfaceDescription: 1, interfaceStatistics: 5, packet: 6 } as const;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;

export type CaptureCounts = {
  /** Packets that passed the filter, dropped ones included. */
  readonly received: number;
  readonly droppedByKernel: number;
  readonly droppedByInterface: number;
  /** Packets handed over. */
  readonly delivered: number;
};

export type InterfaceDescription = {
  readonly name: string;
  /** LINKTYPE_ number. */
  readonly linkType: number;
  readonly snaplen: number;
  readonly filter: string;
};

/** Section header and one interface, number 0, whose times are in µs. */
export function sectionStart(described: InterfaceDescription): Uint8Array {
  return concatenated([
    block(BlockType.sectionHeader, [u32(BYTE_ORDER_MAGIC), u16(1), u16(0), u32(0xffff_ffff), u32(0xffff_ffff), option(4, text('plainsight')), END]),
    block(BlockType.interfaceDescription, [
      u16(described.linkType),
      u16(0),
      u32(described.snaplen),
      option(2, text(described.name)),
      // if_tsresol: 10⁻⁶ s; the default, said all the same, so that nobody need know it.
      option(9, new Uint8Array([6])),
      ...(described.filter === '' ? [] : [option(11, concatenated([new Uint8Array([0]), text(described.filter)]))]),
      END,
    ]),
  ]);
}

/** Counts of interface 0 from `startMs` to `nowMs` (ms since 1970). */
export function interfaceStatistics(counts: CaptureCounts, startMs: number, nowMs: number): Uint8Array {
  return block(BlockType.interfaceStatistics, [
    u32(0),
    stamp(nowMs),
    option(2, stamp(startMs)),
    option(3, stamp(nowMs)),
    option(4, u64(counts.received)),
    option(5, u64(counts.droppedByInterface)),
    option(7, u64(counts.droppedByKernel)),
    option(8, u64(counts.delivered)),
    END,
  ]);
}

function block(type: number, parts: readonly Uint8Array[]): Uint8Array {
  const body = concatenated(parts);
  return concatenated([u32(type), u32(body.length + 12), body, u32(body.length + 12)]);
}

function option(code: number, value: Uint8Array): Uint8Array {
  return concatenated([u16(code), u16(value.length), value, new Uint8Array(-value.length & 3)]);
}
const END = new Uint8Array(4);

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const u16 = (value: number): Uint8Array => written(2, (view) => view.setUint16(0, value, LITTLE_ENDIAN));
const u32 = (value: number): Uint8Array => written(4, (view) => view.setUint32(0, value, LITTLE_ENDIAN));
const u64 = (value: number): Uint8Array => written(8, (view) => view.setBigUint64(0, BigInt(value), LITTLE_ENDIAN));

/** Two words of µs since 1970, the upper first in either byte order. */
function stamp(ms: number): Uint8Array {
  const micros = Math.trunc(ms) * 1000;
  return concatenated([u32(Math.floor(micros / 2 ** 32)), u32(micros % 2 ** 32)]);
}

function written(length: number, write: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(length);
  write(new DataView(bytes.buffer));
  return bytes;
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
