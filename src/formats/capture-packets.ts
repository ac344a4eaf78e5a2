/** The columns that captures fill: one batch object for the whole input, refilled. */
import type { CapturePoint, PacketBatch } from '../model/batch.ts';

/** Few enough for the columns to stay in the CPU's second-level cache until the packets have been opened, many enough for a batch to cost nothing. */
export const BATCH_PACKETS = 4096;

/** A `PacketBatch` from the inside. */
export type PacketColumns = { -readonly [key in keyof PacketBatch]: PacketBatch[key] } & { readonly points: CapturePoint[] };

export const newPacketColumns = (): PacketColumns => ({
  kind: 'packets',
  bytes: new DataView(new ArrayBuffer(0)),
  count: 0,
  offset: new Uint32Array(BATCH_PACKETS),
  captured: new Uint32Array(BATCH_PACKETS),
  original: new Uint32Array(BATCH_PACKETS),
  time: new Float64Array(BATCH_PACKETS),
  point: new Uint16Array(BATCH_PACKETS),
  points: [],
  firstRecord: 1,
});

/**
 * The longest packet believed. libpcap captures at most 256 KiB (MAXIMUM_SNAPLEN, libpcap pcap-int.h) unless the
 * capture itself says more; a claim beyond 16 MiB (usbmon's largest is far below) is a broken header.
 */
export const packetLimit = (snapshotBytes: number): number => Math.max(256 * 1024, Math.min(snapshotBytes, 16 * 1024 * 1024));
