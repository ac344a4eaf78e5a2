/**
 * What tcpdump prints, pasted, piped or saved, as packets: headers made of what the lines say, whole bytes from `-x` and
 * `-X`, and from `-A` such payload as can be told in spite of its dots. What the text cannot tell is left out as if a
 * snapshot length had cut it, so that nobody guesses above.
 */
import type { Batch } from '../model/batch.ts';
import type { Format } from '../model/format.ts';
import type { Tables } from '../model/tables.ts';
import { asciiOf } from './log-bytes.ts';
import { TextBatches } from './tcpdump-batches.ts';
import { isPacketLine, shapeOf } from './tcpdump-shape.ts';

const HEAD = 64 * 1024;
const SURE = 0.9;

/** Packets make it sure. What tcpdump says on stderr alone may belong to a capture that went elsewhere. */
function recognise(head: Uint8Array): number {
  const text = textOf(head);
  if (text.includes('\0')) return 0;
  return text.split('\n').some((line) => isPacketLine(line)) ? SURE : 0;
}

const textOf = (head: Uint8Array): string => asciiOf(new DataView(head.buffer, head.byteOffset, head.byteLength), 0, Math.min(head.byteLength, HEAD));

function timeOfDay(head: Uint8Array): number | null {
  const first = textOf(head)
    .split('\n')
    .find((line) => isPacketLine(line));
  const shape = first === undefined ? undefined : shapeOf(first);
  return shape?.stamp === 'day' ? shape.micros : null;
}

async function* decode(chunks: AsyncIterable<Uint8Array>, { addresses }: Tables): AsyncGenerator<Batch, void, undefined> {
  const batches = new TextBatches(addresses);
  let broken: { readonly error: unknown } | undefined;
  try {
    for await (const chunk of chunks) yield* batches.feed(chunk);
  } catch (error) {
    broken = { error };
  }
  yield* batches.end();
  if (broken !== undefined) throw broken.error;
}

export const tcpdumpText: Format = {
  name: 'tcpdump-text',
  witness: 'wire',
  summary: 'what tcpdump prints (-n, with or without -A -X -v -e and any time stamps), also pasted with its shell session',
  recognise,
  timeOfDay,
  decode,
};
