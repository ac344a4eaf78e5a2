/** gzip's framing. RFC 1952 §2.3. */
const FIXED_BYTES = 10;
const FHCRC = 2;
const FEXTRA = 4;
const FNAME = 8;
const FCOMMENT = 16;
/** Names and comments longer than this are no gzip of anyone's. */
const MAX_HEADER_BYTES = 128 * 1024;

/** CRC-32 and length of what was compressed. */
export const TRAILER_BYTES = 8;

export const isGzip = (bytes: Uint8Array): boolean => bytes.byteLength >= 3 && bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8;

/** Bytes of the member's header at the start of `bytes`; -1 when it goes on beyond them, -2 where it is none. */
export function headerBytes(bytes: Uint8Array): number {
  if (bytes.byteLength < FIXED_BYTES) return -1;
  const flags = bytes[3] ?? 0;
  if (!isGzip(bytes) || (flags & 0xe0) !== 0) return -2;
  let at = FIXED_BYTES;
  if ((flags & FEXTRA) !== 0) at += 2 + (bytes[at] ?? 0) + (bytes[at + 1] ?? 0) * 256;
  for (const flag of [FNAME, FCOMMENT]) {
    if ((flags & flag) === 0) continue;
    const zero = bytes.indexOf(0, at);
    if (zero < 0) return bytes.byteLength > MAX_HEADER_BYTES ? -2 : -1;
    at = zero + 1;
  }
  if ((flags & FHCRC) !== 0) at += 2;
  return at <= bytes.byteLength ? at : -1;
}
