import { TextDecoder } from 'node:util';

/** A line longer than this is no row of a table: it is cut. */
const MAX_LINE = 64 * 1024;

/** Lines without their ends, a chunk at a time. */
export async function* tableLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<readonly string[], void, undefined> {
  const decoder = new TextDecoder();
  let begun = '';
  for await (const chunk of chunks) {
    const lines = (begun + decoder.decode(chunk, { stream: true })).split('\n');
    begun = (lines.pop() ?? '').slice(0, MAX_LINE);
    yield lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  }
  begun += decoder.decode();
  if (begun !== '') yield [begun];
}
