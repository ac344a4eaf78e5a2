/**
 * gzip, as gzip itself reads it: members one after another are one text, and what follows the last is ignored. RFC 1952.
 * The framing is read here and only the deflate streams by zlib: its own gunzip drops what it has decompressed when a
 * checksum fails or the file is cut, and what came before must not be lost.
 */
import { crc32 } from 'node:zlib';
import { Inflater } from './inflate.ts';
import { Unread } from './unread.ts';

const FIXED_BYTES = 10;
/** CRC-32 and length of what was compressed. */
const TRAILER_BYTES = 8;
/** Names and comments longer than this are no gzip of anyone's. */
const MAX_HEADER_BYTES = 128 * 1024;
const FHCRC = 2;
const FEXTRA = 4;
const FNAME = 8;
const FCOMMENT = 16;
const RESERVED_FLAGS = 0xe0;

export const isGzip = (bytes: Uint8Array): boolean => bytes.byteLength >= 3 && bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8;

/** The decompressed bytes, in memory that stays bounded whatever they come to. Throws at a cut or corrupt place, after all that came before was handed on. */
export async function* gunzip(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const input = new Unread(chunks);
  try {
    for (let member = 0; await input.need(1); member++) {
      const header = await memberHeader(input);
      if (header === 'none' && member > 0) return;
      if (header === 'none') throw new Error('its gzip header is broken');
      input.take(header);
      yield* inflateMember(input);
    }
  } finally {
    await input.close();
  }
}

/** Bytes of the header that begins here. */
async function memberHeader(input: Unread): Promise<number | 'none'> {
  while (true) {
    const known = input.bytes.byteLength;
    const header = headerBytes(input.bytes);
    if (header !== 'more') return header;
    if (await input.need(known + 1)) continue;
    if (isGzip(input.bytes)) throw tooEarly();
    return 'none';
  }
}

/** RFC 1952 §2.3. */
function headerBytes(bytes: Uint8Array): number | 'more' | 'none' {
  if (bytes.byteLength < FIXED_BYTES) return 'more';
  const flags = bytes[3] ?? 0;
  if (!isGzip(bytes) || (flags & RESERVED_FLAGS) !== 0) return 'none';
  let at = FIXED_BYTES;
  if ((flags & FEXTRA) !== 0) at += 2 + (bytes[at] ?? 0) + (bytes[at + 1] ?? 0) * 256;
  for (const flag of [FNAME, FCOMMENT]) {
    if ((flags & flag) === 0) continue;
    const zero = bytes.indexOf(0, at);
    if (zero < 0) return bytes.byteLength > MAX_HEADER_BYTES ? 'none' : 'more';
    at = zero + 1;
  }
  if ((flags & FHCRC) !== 0) at += 2;
  return at <= bytes.byteLength ? at : 'more';
}

async function* inflateMember(input: Unread): AsyncGenerator<Uint8Array, void, undefined> {
  const inflater = new Inflater();
  let checksum = 0;
  let length = 0;
  try {
    while (!inflater.isDone) {
      if (!(await input.need(1))) throw tooEarly();
      const used = inflater.used;
      for await (const output of inflater.feed(input.bytes)) {
        checksum = crc32(output, checksum);
        length = (length + output.byteLength) >>> 0;
        yield output;
      }
      input.take(inflater.used - used);
    }
  } finally {
    inflater.close();
  }
  if (!(await input.need(TRAILER_BYTES))) throw tooEarly();
  const trailer = new DataView(input.bytes.buffer, input.bytes.byteOffset, TRAILER_BYTES);
  if (trailer.getUint32(0, true) !== checksum || trailer.getUint32(4, true) !== length) throw new Error('its gzip checksum does not fit');
  input.take(TRAILER_BYTES);
}

const tooEarly = (): Error => new Error('its gzip data end too early');
