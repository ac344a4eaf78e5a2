/** One line of a text, read again to be quoted. */
const MAX_BYTES = 8192;
const NEWLINE = 10;

/** Line `number` (from 1) as text, cut at 8 KiB; empty when there is none. */
export async function lineAt(chunks: AsyncIterable<Uint8Array>, number: number): Promise<string> {
  let line = 1;
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) {
    let from = 0;
    while (from < chunk.byteLength && line < number) {
      const end = chunk.indexOf(NEWLINE, from);
      if (end < 0) break;
      line++;
      from = end + 1;
    }
    if (line < number) continue;
    const end = chunk.indexOf(NEWLINE, from);
    parts.push(chunk.slice(from, Math.min(end < 0 ? chunk.byteLength : end, from + MAX_BYTES)));
    if (end >= 0) break;
  }
  return new TextDecoder().decode(Buffer.concat(parts).subarray(0, MAX_BYTES));
}
