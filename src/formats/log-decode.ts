/** Cuts chunks into lines. A chunk's whole lines are told before the next chunk is asked for; the line it cuts waits for its end. */
import type { Batch } from '../model/batch.ts';
import type { Tables } from '../model/tables.ts';
import { Scratch } from './log-bytes.ts';
import { type LineOptions, LONGEST_LINE, LogLines } from './log-lines.ts';

const NEWLINE = 0x0a;

/** `Format.decode` of ztunnel's logs, text and JSON alike and mixed: each line is read as what its bytes say. */
export async function* decodeLog(
  chunks: AsyncIterable<Uint8Array>,
  tables: Tables,
  options: LineOptions = { fast: true },
): AsyncGenerator<Batch, void, undefined> {
  const lines = new LogLines(tables, options);
  const cut = new Scratch();
  for await (const chunk of chunks) {
    yield* readChunk(lines, cut, chunk);
    yield* rest(lines);
  }
  if (cut.length > 0) lines.take(cut.view, 0, cut.length);
  lines.end();
  yield* rest(lines);
}

function* readChunk(lines: LogLines, cut: Scratch, chunk: Uint8Array): Generator<Batch, void, undefined> {
  // A plain array even where the chunk is a Buffer, so that indexOf is one function.
  const bytes = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  let at = cut.length > 0 ? endCut(lines, cut, bytes, view) : 0;
  while (at < bytes.length) {
    at = lines.takeKnown(view, at, bytes.length);
    if (lines.columns.full) yield* told(lines);
    if (at === bytes.length) return;
    const newline = bytes.indexOf(NEWLINE, at);
    if (newline < 0) return keep(cut, view, at, bytes.length);
    lines.take(view, at, newline + 1);
    if (lines.columns.full) yield* told(lines);
    at = newline + 1;
  }
}

/** Ends the line that the chunk before cut; where the next one begins. */
function endCut(lines: LogLines, cut: Scratch, bytes: Uint8Array, view: DataView): number {
  const newline = bytes.indexOf(NEWLINE);
  const end = newline < 0 ? bytes.length : newline + 1;
  keep(cut, view, 0, end);
  if (newline < 0) return end;
  lines.take(cut.view, 0, cut.length);
  cut.length = 0;
  return end;
}

/** Keeps the beginning of a line, but of an endless one no more than shows that it is too long. */
function keep(cut: Scratch, view: DataView, start: number, end: number): void {
  cut.append(view, start, Math.min(end, start + LONGEST_LINE + 1 - cut.length));
}

function* rest(lines: LogLines): Generator<Batch, void, undefined> {
  if (lines.columns.count > 0) yield* told(lines);
  const facts = lines.takeFacts();
  if (facts !== null) yield facts;
}

function* told(lines: LogLines): Generator<Batch, void, undefined> {
  yield lines.columns;
  lines.columns.count = 0;
}
