/** Inputs that are compressed appear as what they hold: told by their first bytes, whatever their name. */
import { ExitCode, inLine, PlainsightError } from '../model/error.ts';
import type { Input } from '../model/input.ts';
import { gunzip, isGzip } from './gunzip.ts';
import { peek } from './peek.ts';
import { isZstd, unzstd } from './zstd.ts';

/** One kind of compression. A new one is one more entry. */
type Decompressor = {
  readonly name: string;
  readonly recognise: (head: Uint8Array) => boolean;
  /** Throws at a broken place, after all that came before it was handed on. */
  readonly open: (chunks: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;
};

const DECOMPRESSORS: readonly Decompressor[] = [
  { name: 'gzip', recognise: isGzip, open: gunzip },
  { name: 'zstd', recognise: isZstd, open: unzstd },
];
/** What is opened on the way. */
export const COMPRESSIONS: readonly string[] = DECOMPRESSORS.map(({ name }) => name);
/** Of a first byte that begins no magic number, no more need be seen. */
const MAGIC_BYTES = 4;

/** The same input, whose chunks are decompressed where they were compressed. Compressed twice is taken as it is. */
export const decompressed = (input: Input): Input => ({ ...input, open: (signal) => openDecompressed(input, signal) });

async function* openDecompressed(input: Input, signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  const { head, chunks } = await peek(input.open(signal), (bytes) => bytes.byteLength >= MAGIC_BYTES);
  const decompressor = DECOMPRESSORS.find(({ recognise }) => recognise(head));
  if (decompressor === undefined) return yield* chunks;
  try {
    yield* decompressor.open(chunks);
  } catch (error) {
    if (signal.aborted) return;
    if (error instanceof PlainsightError) throw error;
    const why = error instanceof Error ? error.message : decompressor.name;
    throw new PlainsightError(ExitCode.unreadable, `cannot read all of ${inLine(input.name)}: ${why}; what came before was read; copy it again`, {
      cause: error,
    });
  }
}
