/**
 * pcap: tcpdump's capture files. draft-ietf-opsawg-pcap; https://www.tcpdump.org/manpages/pcap-savefile.5.html.
 * In µs and ns, either byte order, and Kuznetzov's variant of old Linux tcpdumps, whose record headers are 8 bytes longer.
 */
import type { Batch, Fact } from '../model/batch.ts';
import { f64At } from '../model/column.ts';
import { ExitCode, PlainsightError } from '../model/error.ts';
import type { Format } from '../model/format.ts';
import { MICROS_PER_SECOND, type Micros, micros } from '../model/time.ts';
import { type CaptureReader, decodeCapture } from './capture-decode.ts';
import { CaptureFacts } from './capture-facts.ts';
import { BATCH_PACKETS, newPacketColumns, packetLimit } from './capture-packets.ts';
import { CaptureWindow } from './capture-window.ts';

const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
const KUZNETZOV_HEADER_BYTES = 24;
const MAGIC_MICROS = 0xa1b2c3d4;
const MAGIC_NANOS = 0xa1b23c4d;
const MAGIC_KUZNETZOV = 0xa1b2cd34;

type Layout = { readonly little: boolean; readonly headerBytes: number; readonly ticksPerMicro: number };

/** How the file is written, by its magic number; undefined where it is no pcap. */
function layoutOf(bytes: DataView, at: number): Layout | undefined {
  for (const little of [true, false]) {
    const magic = bytes.getUint32(at, little);
    if (magic === MAGIC_MICROS) return { little, headerBytes: RECORD_HEADER_BYTES, ticksPerMicro: 1 };
    if (magic === MAGIC_NANOS) return { little, headerBytes: RECORD_HEADER_BYTES, ticksPerMicro: 1000 };
    if (magic === MAGIC_KUZNETZOV) return { little, headerBytes: KUZNETZOV_HEADER_BYTES, ticksPerMicro: 1 };
  }
  return undefined;
}

class PcapReader implements CaptureReader {
  stopped = false;
  readonly #window = new CaptureWindow();
  readonly #batch = newPacketColumns();
  readonly #facts = new CaptureFacts();
  #layout: Layout | undefined;
  #limit = 0;
  #nextRecord = 1;
  #lastTime: Micros | null = null;

  feed(chunk: Uint8Array): void {
    this.#window.feed(chunk);
  }

  next(): Batch | undefined {
    if (this.stopped || (this.#layout === undefined && !this.#readFileHeader())) return undefined;
    if (this.#layout === undefined) return undefined;
    if (this.#scan(this.#layout) > 0) return this.#filled();
    return this.#gather(this.#layout) && this.#scan(this.#layout) > 0 ? this.#filled() : undefined;
  }

  end(): readonly Fact[] {
    if (this.#layout === undefined) {
      throw new PlainsightError(
        ExitCode.unreadable,
        'this pcap ends inside its file header: nothing of it can be read; capture again, or copy it whole',
      );
    }
    if (!this.stopped && this.#window.isPartial) this.#facts.lost('truncated', 1, this.#lastTime);
    return this.#facts.take();
  }

  #readFileHeader(): boolean {
    const window = this.#window;
    if (!window.need(FILE_HEADER_BYTES)) return false;
    const { view, at } = window;
    const layout = layoutOf(view, at);
    if (layout === undefined) throw new PlainsightError(ExitCode.unreadable, 'this is no pcap: its magic number is not there');
    const major = view.getUint16(at + 4, layout.little);
    if (major !== 2) {
      throw new PlainsightError(
        ExitCode.unreadable,
        `this pcap is of version ${major}.${view.getUint16(at + 6, layout.little)}; only version 2 can be read`,
      );
    }
    this.#limit = packetLimit(view.getUint32(at + 16, layout.little));
    // The upper half holds the length of the frame check sequence, and reserved bits.
    this.#batch.points.push({ name: '', linkType: view.getUint32(at + 20, layout.little) & 0xffff });
    this.#layout = layout;
    window.skip(FILE_HEADER_BYTES);
    return true;
  }

  /** Fills the batch with the records that lie whole in the window; says how many. */
  #scan({ little, headerBytes, ticksPerMicro }: Layout): number {
    const window = this.#window;
    const { view, end } = window;
    const { offset, captured, original, time } = this.#batch;
    let at = window.at;
    let count = 0;
    while (count < BATCH_PACKETS && end - at >= headerBytes) {
      const bytes = view.getUint32(at + 8, little);
      if (bytes > this.#limit || bytes > end - at - headerBytes) break;
      const onWire = view.getUint32(at + 12, little);
      const ticks = view.getUint32(at + 4, little);
      time[count] = view.getUint32(at, little) * MICROS_PER_SECOND + (ticksPerMicro === 1 ? ticks : Math.trunc(ticks / ticksPerMicro));
      offset[count] = at + headerBytes;
      captured[count] = bytes;
      original[count] = onWire > bytes ? onWire : bytes;
      at += headerBytes + bytes;
      count++;
    }
    window.at = at;
    this.#batch.count = count;
    this.#batch.bytes = view;
    return count;
  }

  /** Makes the window hold the one record that the scan could not take; false when more bytes are needed, or no sense can be made of it. */
  #gather({ little, headerBytes }: Layout): boolean {
    const window = this.#window;
    if (!window.need(headerBytes)) return false;
    const bytes = window.view.getUint32(window.at + 8, little);
    if (bytes <= this.#limit) return window.need(headerBytes + bytes);
    // Nothing marks where the next record begins: what follows is as good as lost.
    this.stopped = true;
    this.#facts.skipped('malformed', this.#nextRecord);
    this.#facts.lost('unreadable-rest', 1, this.#lastTime);
    return false;
  }

  #filled(): Batch {
    const batch = this.#batch;
    batch.firstRecord = this.#nextRecord;
    this.#nextRecord += batch.count;
    this.#lastTime = micros(f64At(batch.time, batch.count - 1));
    return batch;
  }
}

export const PCAP: Format = {
  name: 'pcap',
  witness: 'wire',
  summary: 'packets as tcpdump -w writes them (µs or ns, either byte order)',
  recognise: (head) => (head.byteLength >= 4 && layoutOf(new DataView(head.buffer, head.byteOffset, head.byteLength), 0) !== undefined ? 1 : 0),
  decode: (chunks) => decodeCapture(chunks, new PcapReader()),
};
