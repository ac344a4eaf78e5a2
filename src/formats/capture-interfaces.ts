/** pcapng's interfaces: what their description blocks say, and how their time stamps become µs. draft-ietf-opsawg-pcapng §4.2. */
import type { CapturePoint } from '../model/batch.ts';
import { ExitCode, PlainsightError } from '../model/error.ts';
import { MICROS_PER_SECOND, type Micros } from '../model/time.ts';
import { packetLimit } from './capture-packets.ts';

const MAX_POINTS = 65_535;
const MAX_NAME_BYTES = 255;
const TWO_32 = 0x1_0000_0000;

export type CaptureInterface = {
  /** Index into the batch's `points`; -1 when there are too many. */
  readonly point: number;
  /** 0: unlimited. */
  readonly snapshotBytes: number;
  /** The longest packet believed. */
  readonly limit: number;
  /** Ticks in a µs (1, 10 … 10⁶), or 0 where `resolution` must do. */
  readonly ticksPerMicro: number;
  /** Ticks in a second. */
  readonly resolution: bigint;
  readonly offsetMicros: number;
  readonly drops: Drops;
};

/** Packets lost on one interface: as counted on packets (one by one), as its statistics blocks have it (totals), and as told so far. */
export type Drops = {
  byPacket: number;
  byInterface: number;
  byKernel: number;
  toldInterface: number;
  toldKernel: number;
  /** Time of the last packet before the last statistics block. */
  countedAt: Micros | null;
};

/** Tells what is lost beyond what was told before. */
export function tellDrops(drops: Drops, tell: (what: string, records: number) => void): void {
  // Drops noted on packets are, as far as anyone knows, those that the statistics count again.
  const byInterface = Math.max(drops.byInterface, drops.byPacket - drops.byKernel);
  if (byInterface > drops.toldInterface) tell('interface-drops', byInterface - drops.toldInterface);
  if (drops.byKernel > drops.toldKernel) tell('kernel-drops', drops.byKernel - drops.toldKernel);
  drops.toldInterface = Math.max(drops.toldInterface, byInterface);
  drops.toldKernel = Math.max(drops.toldKernel, drops.byKernel);
}

/** Calls `visit` for each option in `view` from `at` up to `end`: code, where its value begins, its length. Stops at a broken one. */
export function eachOption(
  view: DataView,
  span: { readonly at: number; readonly end: number; readonly little: boolean },
  visit: (code: number, at: number, length: number) => void,
): void {
  const { end, little } = span;
  let at = span.at;
  while (end - at >= 4) {
    const code = view.getUint16(at, little);
    const length = view.getUint16(at + 2, little);
    if (code === 0 || length > end - at - 4) return;
    visit(code, at + 4, length);
    at += 4 + ((length + 3) & ~3);
  }
}

const IF_NAME = 2;
const IF_TSRESOL = 9;
const IF_TSOFFSET = 14;

/** The capture points of one input. The n-th interface of a later section is the same point again when it has the same name and link type: parts of one capture. */
export class CapturePoints {
  readonly #points: CapturePoint[];
  readonly #numbers = new Map<string, number>();

  constructor(points: CapturePoint[]) {
    this.#points = points;
  }

  /** An interface description block, from its link type at `at`. `id` is its number in its section. */
  describe(view: DataView, span: { readonly at: number; readonly end: number; readonly little: boolean }, id: number): CaptureInterface {
    const { at, end, little } = span;
    let name = '';
    let exponent = 6;
    let offsetSeconds = 0;
    eachOption(view, { at: at + 8, end, little }, (code, value, length) => {
      if (code === IF_NAME) name = textOf(view, value, length);
      else if (code === IF_TSRESOL && length >= 1) exponent = view.getUint8(value);
      else if (code === IF_TSOFFSET && length >= 8) offsetSeconds = Number(view.getBigInt64(value, little));
    });
    const snapshotBytes = view.getUint32(at + 4, little);
    return {
      point: this.#pointOf(id, { name, linkType: view.getUint16(at, little) }),
      snapshotBytes,
      limit: packetLimit(snapshotBytes),
      ticksPerMicro: exponent >= 6 && exponent <= 12 ? 10 ** (exponent - 6) : 0,
      // The highest bit says that the rest is a power of two.
      resolution: exponent < 128 ? 10n ** BigInt(exponent) : 2n ** BigInt(exponent - 128),
      offsetMicros: offsetSeconds * MICROS_PER_SECOND,
      drops: { byPacket: 0, byInterface: 0, byKernel: 0, toldInterface: 0, toldKernel: 0, countedAt: null },
    };
  }

  #pointOf(id: number, point: CapturePoint): number {
    const key = `${id} ${point.linkType} ${point.name}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    if (this.#points.length >= MAX_POINTS) return -1;
    this.#numbers.set(key, this.#points.length);
    return this.#points.push(point) - 1;
  }
}

/** Whole µs of a time stamp's two words; exact, as a float64 could not hold ns. */
export function microsOf({ ticksPerMicro, resolution, offsetMicros }: CaptureInterface, high: number, low: number): number {
  if (ticksPerMicro === 1) return offsetMicros + high * TWO_32 + low;
  if (ticksPerMicro === 0) return offsetMicros + Number(((BigInt(high) * BigInt(TWO_32) + BigInt(low)) * BigInt(MICROS_PER_SECOND)) / resolution);
  // Long division, so that no step passes 2⁵³: high = quotient × ticksPerMicro + rest.
  const rest = high % ticksPerMicro;
  return offsetMicros + ((high - rest) / ticksPerMicro) * TWO_32 + Math.trunc((rest * TWO_32 + low) / ticksPerMicro);
}

function textOf(view: DataView, at: number, length: number): string {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + at, Math.min(length, MAX_NAME_BYTES));
  const text = new TextDecoder().decode(bytes);
  const zero = text.indexOf('\0');
  return zero < 0 ? text : text.slice(0, zero);
}

/** Throws where a section's version is none that can be read (only 1.0 exists; 1.2 was written by mistake and is the same). */
export function checkVersion(major: number, minor: number): void {
  if (major === 1 && (minor === 0 || minor === 2)) return;
  throw new PlainsightError(ExitCode.unreadable, `this pcapng is of version ${major}.${minor}; only version 1.0 can be read`);
}
