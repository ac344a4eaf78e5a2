/**
 * What all parts of the packet reducer share: the stores, and registers for the packet at hand. Numbers above 2³¹ and
 * fractions live in typed arrays, since V8 boxes them in object fields.
 *
 * `at` in the functions around is always the first word of a row: its number × WIRE_WORDS.
 */
import type { FragmentSink } from '../model/reducer.ts';
import type { Tables } from '../model/tables.ts';
import type { WireRows } from '../model/wire-rows.ts';
import type { Opened } from '../wire/opened.ts';
import type { FirstBytesSlabs } from './first-bytes-slabs.ts';

/** Offsets into `Lane.key`: who the packet is between. The first four are the first four words of its row. */
export const K = { ipA: 0, ipB: 1, ports: 2, meta: 3, hash: 4 } as const;
/** Offsets into `Lane.times`, in µs: of this packet, the highest so far, the lowest so far, and when rows have to be looked at again. */
export const T = { now: 0, clock: 1, first: 2, due: 3 } as const;
/** Offsets into `Lane.packet`: its frame number, its length on the wire, and which end sent it (0 is A). */
export const P = { record: 0, original: 1, from: 2 } as const;
/** Offsets into `Lane.segment`: the stretch of a stream being looked at, in `Lane.bytes`; `length` is what was sent, `captured` what is there. */
export const S = { offset: 0, captured: 1, length: 2, sequence: 3, acknowledgement: 4 } as const;
/** Offsets into `Lane.record`: the TLS record whose header was read last. `end`: sequence number behind it; `isSplit`: its first byte came in an earlier segment. */
export const R = { type: 0, length: 1, end: 2, isSplit: 3 } as const;

export type Lane = {
  readonly rows: WireRows;
  /** The rows' own words, as signed: V8 keeps those unboxed. */
  readonly words: Int32Array;
  readonly floats: Float64Array;
  readonly tables: Tables;
  readonly input: number;
  readonly slabs: FirstBytesSlabs;
  readonly opened: Opened;
  readonly key: Int32Array;
  readonly times: Float64Array;
  readonly packet: Uint32Array;
  readonly segment: Int32Array;
  readonly record: Int32Array;
  /** The batch's bytes. */
  packets: DataView;
  /** Where the segment's bytes are: the batch, or the slabs. */
  bytes: DataView;
  sink: FragmentSink;
  sawHbone: boolean;
  sawReadable: boolean;
};
