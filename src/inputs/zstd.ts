/**
 * Zstandard as `zstd -d` reads it: frames one after another are one text, skippable frames are passed over. RFC 8878.
 * The framing is read here, and each block goes by itself to the package, which would take windows of 2 GiB, trust checksums and lose
 * what it was making when the file is cut.
 */
import { Decompress } from 'fzstd';
import type { XXHash } from 'xxhash-wasm';
import { joined } from './joined.ts';
import { Unread } from './unread.ts';

const MAGIC = 0xfd2fb528;
/** 0x184D2A50 to 0x184D2A5F (§3.1.2). */
const SKIPPABLE = 0x184d2a5;
/** Magic, descriptor, window, dictionary, size at their longest (§3.1.1.1). */
const MAX_HEADER_BYTES = 18;
const BLOCK_HEADER_BYTES = 3;
/** §3.1.1.2.4. */
const MAX_BLOCK_BYTES = 128 * 1024;
/** As `zstd -d` without `--memory`. */
const MAX_WINDOW_BYTES = 128 * 1024 * 1024;

export const isZstd = (bytes: Uint8Array): boolean => bytes.byteLength >= 4 && (magicOf(bytes) === MAGIC || isSkippable(magicOf(bytes)));

/** The decompressed bytes. Throws at a cut or corrupt place, after all blocks before it were handed on. */
export async function* unzstd(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const input = new Unread(chunks);
  const { create64 } = await (await import('xxhash-wasm')).default();
  try {
    while (await input.need(1)) {
      await needed(input, 8);
      if (isSkippable(magicOf(input.bytes))) await skip(input);
      else if (magicOf(input.bytes) === MAGIC) yield* frame(input, create64());
      else throw new Error('what follows its zstd data is none');
    }
  } finally {
    await input.close();
  }
}

async function skip(input: Unread): Promise<void> {
  let left = u32(input.bytes, 4);
  input.take(8);
  while (left > 0) {
    await needed(input, 1);
    const some = Math.min(left, input.bytes.byteLength);
    input.take(some);
    left -= some;
  }
}

async function* frame(input: Unread, hash: XXHash<bigint>): AsyncGenerator<Uint8Array, void, undefined> {
  await input.need(MAX_HEADER_BYTES);
  const { length, windowBytes, hasChecksum } = frameHeader(input.bytes);
  if (windowBytes > MAX_WINDOW_BYTES) throw new Error(`its zstd window is ${Math.ceil(windowBytes / 2 ** 20)} MiB; up to 128 MiB are read`);
  let made: Uint8Array[] = [];
  const decompressor = new Decompress((data) => made.push(data));
  await needed(input, length);
  let before = input.bytes.slice(0, length);
  input.take(length);
  for (let isLast = false; !isLast; ) {
    await needed(input, BLOCK_HEADER_BYTES);
    const block = blockHeader(input.bytes);
    await needed(input, BLOCK_HEADER_BYTES + block.length);
    made = [];
    // Its own copy: the package keeps what it was given until the next piece.
    decompressor.push(joined(before, input.bytes.subarray(0, BLOCK_HEADER_BYTES + block.length)));
    before = new Uint8Array(0);
    for (const part of made) {
      hash.update(part);
      yield part;
    }
    input.take(BLOCK_HEADER_BYTES + block.length);
    isLast = block.isLast;
  }
  if (!hasChecksum) return;
  await needed(input, 4);
  if (BigInt(u32(input.bytes, 0)) !== (hash.digest() & 0xffffffffn)) throw new Error('its zstd checksum does not fit');
  input.take(4);
}

type FrameHeader = { readonly length: number; readonly windowBytes: number; readonly hasChecksum: boolean };

/** §3.1.1.1. Of fewer bytes than a header has, it says what is missing is 0: the frame then ends too early. */
function frameHeader(bytes: Uint8Array): FrameHeader {
  const flags = bytes[4] ?? 0;
  if ((flags & 8) !== 0) throw new Error('its zstd header is broken');
  if ((flags & 3) !== 0) throw new Error('its zstd data need a dictionary');
  const isSingle = (flags & 0x20) !== 0;
  const sizeFlag = flags >> 6;
  const sizeBytes = sizeFlag > 0 ? 1 << sizeFlag : isSingle ? 1 : 0;
  const sizeAt = isSingle ? 5 : 6;
  const descriptor = bytes[5] ?? 0;
  const base = 2 ** (10 + (descriptor >> 3));
  let size = sizeFlag === 1 ? 256 : 0;
  for (let index = 0; index < sizeBytes; index++) size += (bytes[sizeAt + index] ?? 0) * 2 ** (8 * index);
  return { length: sizeAt + sizeBytes, windowBytes: isSingle ? size : base + (base / 8) * (descriptor & 7), hasChecksum: (flags & 4) !== 0 };
}

/** §3.1.1.2. */
function blockHeader(bytes: Uint8Array): { readonly isLast: boolean; readonly length: number } {
  const word = (bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8) | ((bytes[2] ?? 0) << 16);
  const type = (word >> 1) & 3;
  const size = word >> 3;
  if (type === 3 || size > MAX_BLOCK_BYTES) throw new Error('its zstd data are corrupt');
  // A repeated byte is one byte, however often.
  return { isLast: (word & 1) === 1, length: type === 1 ? 1 : size };
}

async function needed(input: Unread, length: number): Promise<void> {
  if (!(await input.need(length))) throw new Error('its zstd data end too early');
}

const u32 = (bytes: Uint8Array, at: number): number => new DataView(bytes.buffer, bytes.byteOffset).getUint32(at, true);
const magicOf = (bytes: Uint8Array): number => u32(bytes, 0);
const isSkippable = (magic: number): boolean => magic >>> 4 === SKIPPABLE;
