import { decompressed } from '../../src/inputs/decompress.ts';

export const TEXT: Buffer = Buffer.from(Array.from({ length: 20_000 }, (_, index) => `line ${index} ${Math.sin(index)}\n`).join(''));

/** Chunks in one buffer that is overwritten with each. */
export async function* cut(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(size);
  for (let at = 0; at < bytes.length; at += size) {
    const part = bytes.subarray(at, at + size);
    buffer.fill(0xee);
    buffer.set(part);
    yield buffer.subarray(0, part.length);
  }
}

/** What could be read, and the error that ended it. */
export async function read(
  bytes: Uint8Array,
  size = 65_536,
  name = 'x.gz',
): Promise<{ readonly text: Buffer; readonly error: string; readonly code: number }> {
  const input = decompressed({ name, live: false, size: null, open: () => cut(bytes, size) });
  const parts: Buffer[] = [];
  let error = '';
  let code = 0;
  try {
    for await (const chunk of input.open(new AbortController().signal)) parts.push(Buffer.from(chunk));
  } catch (caught) {
    error = caught instanceof Error ? caught.message : 'none';
    code = caught instanceof Error && 'code' in caught ? Number(caught.code) : 0;
  }
  return { text: Buffer.concat(parts), error, code };
}
