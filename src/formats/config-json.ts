/** JSON documents of any size, one after the other, as the things worth reading in them: cut as they come, and what breaks off read as far as it goes. */
import { TextDecoder } from 'node:util';
import { PieceCutter } from './json-cut.ts';
import type { Piece } from './json-pieces.ts';
import { wholePieces } from './json-stream.ts';

/** Yields pieces; returns whether all of it could be read. */
export type Pieces = AsyncGenerator<readonly Piece[], boolean, undefined>;

export async function* readJson(chunks: AsyncIterable<Uint8Array>): Pieces {
  const decoder = new TextDecoder();
  const cutter = new PieceCutter();
  for await (const chunk of chunks) {
    yield cutter.feed(decoder.decode(chunk, { stream: true }));
    if (cutter.isBroken) break;
  }
  if (!cutter.isBroken) yield cutter.feed(decoder.decode());
  if (!cutter.isWithin) return !cutter.isBroken;
  if (cutter.begun !== null) yield wholePieces(cutter.begun);
  return false;
}
