/**
 * pcapng: captures of several interfaces, as dumpcap and plainsight's own live capture write them. draft-ietf-opsawg-pcapng.
 * Packets are taken in one tight scan; any other block ends the scan and is dealt with apart.
 */
import type { Batch, Fact } from '../model/batch.ts';
import { f64At } from '../model/column.ts';
import { ExitCode, PlainsightError } from '../model/error.ts';
import type { Format } from '../model/format.ts';
import { type Micros, micros } from '../model/time.ts';
import { type CaptureReader, decodeCapture } from './capture-decode.ts';
import { CaptureFacts } from './capture-facts.ts';
import { type CaptureInterface, CapturePoints, checkVersion, eachOption, microsOf, tellDrops } from './capture-interfaces.ts';
import { BATCH_PACKETS, newPacketColumns } from './capture-packets.ts';
import { CaptureWindow } from './capture-window.ts';

const Block = { section: 0x0a0d0d0a, interface: 1, obsoletePacket: 2, simplePacket: 3, names: 4, statistics: 5, packet: 6 } as const;
/** Blocks that hold no packet, by what they are skipped as. `frame`: tshark gives it a frame number. */
const SKIPPED: ReadonlyMap<number, { readonly why: string; readonly frame: boolean }> = new Map([
  [Block.names, { why: 'name-resolution', frame: false }],
  [0x00000009, { why: 'systemd-journal', frame: true }],
  [0x0000000a, { why: 'decryption-secrets', frame: false }],
  [0x00000bad, { why: 'custom-block', frame: true }],
  [0x40000bad, { why: 'custom-block', frame: true }],
]);
const UNKNOWN = { why: 'unknown-block', frame: false };

const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const BYTE_ORDER_SWAPPED = 0x4d3c2b1a;
const BLOCK_BYTES = 12;
/** Type, length, interface, time stamp, two lengths: of enhanced and obsolete packet blocks alike. */
const PACKET_HEADER_BYTES = 28;
const PACKET_BYTES = PACKET_HEADER_BYTES + 4;
const SIMPLE_HEADER_BYTES = 12;
/** The longest packet believed, and its options. */
const MAX_PACKET_BLOCK = 17 * 1024 * 1024;
const MAX_BLOCK = 256 * 1024 * 1024;
/** Of a description or statistics block that is longer, the first part is read. */
const METADATA_BYTES = 64 * 1024;
/** The smallest section header, description and statistics block. */
const SECTION_BYTES = 28;
const METADATA_LEAST_BYTES = 20;
const MAX_INTERFACES = 65_536;
const UNKNOWN_DROPS = 0xffff;
const EPB_DROPCOUNT = 4;
const ISB_IFDROP = 5;
const ISB_OSDROP = 7;

/** Why a packet block could not be used; null where it could. */
type Unfit = 'unknown-interface' | 'malformed' | null;

class PcapngReader implements CaptureReader {
  stopped = false;
  readonly #window = new CaptureWindow();
  readonly #batch = newPacketColumns();
  readonly #points = new CapturePoints(this.#batch.points);
  #interfaces: CaptureInterface[] = [];
  readonly #facts = new CaptureFacts();
  #little = true;
  #inSection = false;
  #hasDrops = false;
  #nextRecord = 1;
  #lastTime: Micros | null = null;

  feed(chunk: Uint8Array): void {
    this.#window.feed(chunk);
  }

  next(): Batch | undefined {
    while (!this.stopped) {
      if (this.#scan() > 0) return this.#filled();
      if (!this.#block()) break;
      if (this.#batch.count > 0) return this.#filled();
    }
    if (this.stopped) return undefined;
    const facts = this.#takeFacts();
    return facts.length > 0 ? { kind: 'facts', facts } : undefined;
  }

  end(): readonly Fact[] {
    if (!this.#inSection) {
      throw new PlainsightError(
        ExitCode.unreadable,
        'this pcapng has no whole section header at its start: nothing of it can be read; capture again, or copy it whole',
      );
    }
    if (!this.stopped && this.#window.isPartial) this.#lost('truncated', 1);
    return this.#takeFacts();
  }

  /** Fills the batch with the packets that lie whole in the window, up to the first block that is none; says how many. */
  #scan(): number {
    const window = this.#window;
    const little = this.#little;
    const { view, end } = window;
    const { offset, captured, original, time, point } = this.#batch;
    let at = window.at;
    let count = 0;
    while (count < BATCH_PACKETS && end - at >= PACKET_BYTES && view.getUint32(at, little) === Block.packet) {
      const blockBytes = view.getUint32(at + 4, little);
      if (blockBytes > end - at || blockBytes < PACKET_BYTES || (blockBytes & 3) !== 0) break;
      const bytes = view.getUint32(at + 20, little);
      const source = this.#interfaces[view.getUint32(at + 8, little)];
      // Anything odd is left to `#packet`, which has the time to say what.
      if (source === undefined || source.point < 0 || bytes > source.limit || bytes > blockBytes - PACKET_BYTES) break;
      if (view.getUint32(at + blockBytes - 4, little) !== blockBytes) break;
      if (blockBytes - PACKET_BYTES - bytes >= 4) this.#packetOptions(source, at + PACKET_HEADER_BYTES + ((bytes + 3) & ~3), at + blockBytes - 4);
      const onWire = view.getUint32(at + 24, little);
      time[count] = microsOf(source, view.getUint32(at + 12, little), view.getUint32(at + 16, little));
      offset[count] = at + PACKET_HEADER_BYTES;
      captured[count] = bytes;
      original[count] = onWire > bytes ? onWire : bytes;
      point[count] = source.point;
      at += blockBytes;
      count++;
    }
    window.at = at;
    this.#batch.count = count;
    return count;
  }

  /** The block at hand, which the scan would not take: may put one packet into the batch. False when more bytes are needed or all is over. */
  #block(): boolean {
    const window = this.#window;
    if (!window.need(BLOCK_BYTES)) return false;
    const type = window.view.getUint32(window.at, this.#little);
    if (type === Block.section) {
      const magic = window.view.getUint32(window.at + 8, true);
      this.#little = magic === BYTE_ORDER_MAGIC;
      if (magic !== BYTE_ORDER_MAGIC && magic !== BYTE_ORDER_SWAPPED) return this.#malformed();
    } else if (!this.#inSection) return this.#malformed();
    const length = window.view.getUint32(window.at + 4, this.#little);
    if (length < BLOCK_BYTES || (length & 3) !== 0 || length > MAX_BLOCK) return this.#malformed();
    if (type === Block.packet || type === Block.simplePacket || type === Block.obsoletePacket) return this.#packetBlock(type, length);
    if (type === Block.section || type === Block.interface || type === Block.statistics) return this.#metadata(type, length);
    const { why, frame } = SKIPPED.get(type) ?? UNKNOWN;
    this.#skip(why, frame);
    window.skip(length);
    return true;
  }

  #packetBlock(type: number, length: number): boolean {
    const window = this.#window;
    if (length > MAX_PACKET_BLOCK) return this.#malformed();
    if (!window.need(length)) return false;
    const { view, at } = window;
    if (view.getUint32(at + length - 4, this.#little) !== length) return this.#malformed();
    const unfit = type === Block.simplePacket ? this.#simplePacket(at, length) : this.#packet(type, at, length);
    if (unfit !== null) this.#skip(unfit, true);
    window.skip(length);
    return true;
  }

  /** Enhanced and obsolete packet blocks: the same but for the width of the interface's number. §4.3, appendix A. */
  #packet(type: number, at: number, length: number): Unfit {
    if (length < PACKET_BYTES) return 'malformed';
    const little = this.#little;
    const { view } = this.#window;
    const source = this.#interfaces[type === Block.packet ? view.getUint32(at + 8, little) : view.getUint16(at + 8, little)];
    if (source === undefined || source.point < 0) return 'unknown-interface';
    const bytes = view.getUint32(at + 20, little);
    if (bytes > source.limit || bytes > length - PACKET_BYTES) return 'malformed';
    if (type === Block.packet) this.#packetOptions(source, at + PACKET_HEADER_BYTES + ((bytes + 3) & ~3), at + length - 4);
    else this.#dropped(source, view.getUint16(at + 10, little));
    this.#put(source, at + PACKET_HEADER_BYTES, bytes, view.getUint32(at + 24, little));
    this.#batch.time[0] = microsOf(source, view.getUint32(at + 12, little), view.getUint32(at + 16, little));
    return null;
  }

  /** Of the section's first interface, and without a time: the last packet's stands in for it, so that order and clocks hold. §4.4 */
  #simplePacket(at: number, length: number): Unfit {
    const source = this.#interfaces[0];
    if (source === undefined || source.point < 0) return 'unknown-interface';
    if (length < SIMPLE_HEADER_BYTES + 4) return 'malformed';
    const original = this.#window.view.getUint32(at + 8, this.#little);
    const snapshotBytes = source.snapshotBytes === 0 ? original : source.snapshotBytes;
    const bytes = Math.min(original, snapshotBytes, length - SIMPLE_HEADER_BYTES - 4);
    if (bytes > source.limit) return 'malformed';
    this.#put(source, at + SIMPLE_HEADER_BYTES, bytes, original);
    this.#batch.time[0] = this.#lastTime ?? 0;
    return null;
  }

  /** A batch of one packet, but for its time. */
  #put(source: CaptureInterface, offset: number, bytes: number, original: number): void {
    const batch = this.#batch;
    batch.count = 1;
    batch.offset[0] = offset;
    batch.captured[0] = bytes;
    batch.original[0] = Math.max(original, bytes);
    batch.point[0] = source.point;
  }

  #packetOptions(source: CaptureInterface, at: number, end: number): void {
    const { view } = this.#window;
    if (end - at < 4) return;
    eachOption(view, { at, end, little: this.#little }, (code, value, length) => {
      if (code === EPB_DROPCOUNT && length >= 8) this.#dropped(source, Number(view.getBigUint64(value, this.#little)));
    });
  }

  #dropped(source: CaptureInterface, packets: number): void {
    if (packets === 0 || packets === UNKNOWN_DROPS) return;
    source.drops.byPacket += packets;
    this.#hasDrops = true;
  }

  #metadata(type: number, length: number): boolean {
    const window = this.#window;
    const known = Math.min(length, METADATA_BYTES);
    if (!window.need(known)) return false;
    const { view, at } = window;
    if (known === length && view.getUint32(at + length - 4, this.#little) !== length) return this.#malformed();
    const end = known === length ? at + length - 4 : at + known;
    const least = type === Block.section ? SECTION_BYTES : METADATA_LEAST_BYTES;
    if (length < least) return this.#malformed();
    if (type === Block.section) {
      if (!this.#section(view, at)) return this.#malformed();
    } else if (type === Block.interface) {
      if (this.#interfaces.length < MAX_INTERFACES) {
        this.#interfaces.push(this.#points.describe(view, { at: at + 8, end, little: this.#little }, this.#interfaces.length));
      }
    } else this.#statistics(view, at, end);
    window.skip(length);
    return true;
  }

  /** §4.1. False where a later section is of a version that cannot be read. */
  #section(view: DataView, at: number): boolean {
    const major = view.getUint16(at + 12, this.#little);
    const minor = view.getUint16(at + 14, this.#little);
    if (!this.#inSection) checkVersion(major, minor);
    else if (major !== 1) return false;
    this.#tellDrops();
    this.#interfaces = [];
    this.#inSection = true;
    return true;
  }

  /** Totals since the capture began: what is more than in the last ones was dropped at any time since those. §4.6 */
  #statistics(view: DataView, at: number, end: number): void {
    const source = this.#interfaces[view.getUint32(at + 8, this.#little)];
    if (source === undefined) return;
    eachOption(view, { at: at + 20, end, little: this.#little }, (code, value, length) => {
      if (length < 8) return;
      if (code === ISB_IFDROP) source.drops.byInterface = Number(view.getBigUint64(value, this.#little));
      else if (code === ISB_OSDROP) source.drops.byKernel = Number(view.getBigUint64(value, this.#little));
    });
    tellDrops(source.drops, (what, records) => this.#facts.lost(what, records, source.drops.countedAt));
    source.drops.countedAt = this.#lastTime;
  }

  #tellDrops(): void {
    if (!this.#hasDrops) return;
    this.#hasDrops = false;
    for (const { drops } of this.#interfaces) tellDrops(drops, (what, records) => this.#lost(what, records));
  }

  /** Without sense, and without a way to tell where the next block begins: what follows is as good as lost. */
  #malformed(): false {
    this.stopped = true;
    this.#skip('malformed', true);
    this.#lost('unreadable-rest', 1);
    return false;
  }

  #lost(what: string, records: number): void {
    this.#facts.lost(what, records, this.#lastTime);
  }

  #skip(why: string, frame: boolean): void {
    this.#facts.skipped(why, this.#nextRecord);
    if (frame) this.#nextRecord++;
  }

  #takeFacts(): readonly Fact[] {
    this.#tellDrops();
    return this.#facts.take();
  }

  #filled(): Batch {
    const batch = this.#batch;
    batch.bytes = this.#window.view;
    batch.firstRecord = this.#nextRecord;
    this.#nextRecord += batch.count;
    this.#lastTime = micros(f64At(batch.time, batch.count - 1));
    return batch;
  }
}

const isSection = (head: DataView): boolean =>
  head.byteLength >= 12 && head.getUint32(0) === Block.section && [BYTE_ORDER_MAGIC, BYTE_ORDER_SWAPPED].includes(head.getUint32(8, true));

export const PCAPNG: Format = {
  name: 'pcapng',
  witness: 'wire',
  summary: 'packets of one or more interfaces, as dumpcap and Wireshark write them',
  recognise: (head) => (isSection(new DataView(head.buffer, head.byteOffset, head.byteLength)) ? 1 : 0),
  decode: (chunks) => decodeCapture(chunks, new PcapngReader()),
};
