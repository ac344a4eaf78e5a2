/**
 * The pcap stream of tcpdump or dumpcap as pcapng blocks, so that a capture through them is what the binding gives: packets
 * and counts. draft-ietf-opsawg-pcap §4 (file header), §5 (packet record).
 */
import { MAX_SNAPLEN } from './interface-options.ts';
import { BlockType, LITTLE_ENDIAN } from './interface-pcapng.ts';
import { joined } from './joined.ts';

export type PcapHeader = { readonly linkType: number; readonly snaplen: number };

export type PcapToBlocks = {
  /** Whole blocks of the packets that `chunk` completes; empty when it completes none. Reused by the next call. Throws where the bytes are no pcap. */
  push(chunk: Uint8Array): Uint8Array;
  /** Null until the file header has come. */
  header(): PcapHeader | null;
  /** Packets handed over. */
  count(): number;
};

const FILE_HEADER = 24;
const RECORD_HEADER = 16;
const PACKET_OVERHEAD = 32;
const MAGIC_MICROS = 0xa1b2c3d4;

export function pcapToBlocks(): PcapToBlocks {
  let rest = new Uint8Array(0);
  let blocks = new Uint8Array(1 << 16);
  let header: (PcapHeader & { readonly little: boolean }) | null = null;
  let packets = 0;

  const push = (chunk: Uint8Array): Uint8Array => {
    const bytes = joined(rest, chunk);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    if (header === null && bytes.length >= FILE_HEADER) {
      header = readHeader(view);
      at = FILE_HEADER;
    }
    let used = 0;
    while (header !== null && at + RECORD_HEADER <= bytes.length) {
      const captured = view.getUint32(at + 8, header.little);
      if (captured > MAX_SNAPLEN) throw new Error('the capture stream is broken: a packet longer than any can be');
      const end = at + RECORD_HEADER + captured;
      if (end > bytes.length) break;
      if (used + PACKET_OVERHEAD + captured + 3 > blocks.length) blocks = grown(blocks, captured);
      used = writePacket(blocks, used, bytes.subarray(at, end), header.little);
      packets++;
      at = end;
    }
    rest = bytes.slice(at);
    return blocks.subarray(0, used);
  };
  return { push, header: () => header && { linkType: header.linkType, snaplen: header.snaplen }, count: () => packets };
}

/** tcpdump writes in the byte order of its machine, which on a node of a cluster need not be ours. */
function readHeader(view: DataView): PcapHeader & { readonly little: boolean } {
  const little = view.getUint32(0, true) === MAGIC_MICROS;
  if (!little && view.getUint32(0, false) !== MAGIC_MICROS) throw new Error('the capture stream does not begin with a pcap header');
  return { linkType: view.getUint32(20, little) & 0xffff, snaplen: view.getUint32(16, little), little };
}

/** `record` with its header in the byte order `little`, as an Enhanced Packet Block at `at`; returns where it ends. */
function writePacket(blocks: Uint8Array, at: number, record: Uint8Array, little: boolean): number {
  const from = new DataView(record.buffer, record.byteOffset, record.byteLength);
  const to = new DataView(blocks.buffer, at);
  const captured = record.length - RECORD_HEADER;
  const padded = (captured + 3) & ~3;
  const total = PACKET_OVERHEAD + padded;
  const micros = from.getUint32(0, little) * 1_000_000 + from.getUint32(4, little);
  to.setUint32(0, BlockType.packet, LITTLE_ENDIAN);
  to.setUint32(4, total, LITTLE_ENDIAN);
  to.setUint32(8, 0, LITTLE_ENDIAN);
  to.setUint32(12, Math.floor(micros / 2 ** 32), LITTLE_ENDIAN);
  to.setUint32(16, micros % 2 ** 32, LITTLE_ENDIAN);
  to.setUint32(20, captured, LITTLE_ENDIAN);
  to.setUint32(24, from.getUint32(12, little), LITTLE_ENDIAN);
  blocks.set(record.subarray(RECORD_HEADER), at + 28);
  blocks.fill(0, at + 28 + captured, at + 28 + padded);
  to.setUint32(28 + padded, total, LITTLE_ENDIAN);
  return at + total;
}

function grown(blocks: Uint8Array, captured: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(blocks.length * 2 + PACKET_OVERHEAD + captured + 3);
  larger.set(blocks);
  return larger;
}
