/** The loop that all capture formats share: chunks in, batches out, as soon as a chunk completes them. */
import type { Batch, Fact } from '../model/batch.ts';

/** A capture format at work on one input. */
export type CaptureReader = {
  feed(chunk: Uint8Array): void;
  /** The next batch that can be made of what has arrived; undefined when more is needed. */
  next(): Batch | undefined;
  /** True when nothing more of the input can be understood. */
  readonly stopped: boolean;
  /** What is to be said at the end; throws `PlainsightError` where nothing at all could be read. */
  end(): readonly Fact[];
};

/** An input that breaks down has still told what it told: its facts come before its error. */
export async function* decodeCapture(chunks: AsyncIterable<Uint8Array>, reader: CaptureReader): AsyncGenerator<Batch, void, undefined> {
  const broken = yield* decodeChunks(chunks, reader);
  const facts = factsAtEnd(reader, broken);
  if (facts.length > 0) yield { kind: 'facts', facts };
  if (broken !== undefined) throw broken.error;
}

type Broken = { readonly error: unknown };

async function* decodeChunks(chunks: AsyncIterable<Uint8Array>, reader: CaptureReader): AsyncGenerator<Batch, Broken | undefined, undefined> {
  try {
    for await (const chunk of chunks) {
      reader.feed(chunk);
      for (let batch = reader.next(); batch !== undefined; batch = reader.next()) yield batch;
      if (reader.stopped) break;
    }
    return undefined;
  } catch (error) {
    return { error };
  }
}

/** Where the input itself broke down, that is what there is to say. */
function factsAtEnd(reader: CaptureReader, broken: Broken | undefined): readonly Fact[] {
  try {
    return reader.end();
  } catch (error) {
    throw broken === undefined ? error : broken.error;
  }
}
