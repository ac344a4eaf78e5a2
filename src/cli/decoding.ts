/** An input → its batches: each of its files is recognised by its own first bytes. */
import { FORMATS } from '../formats/index.ts';
import { PartChain } from '../formats/parts.ts';
import { recognise } from '../formats/recognise.ts';
import type { FoundInput } from '../inputs/found-input.ts';
import { PATIENT, peek } from '../inputs/peek.ts';
import type { Batch } from '../model/batch.ts';
import { ExitCode, inLine, PlainsightError } from '../model/error.ts';
import type { Format } from '../model/format.ts';
import type { Input } from '../model/input.ts';
import type { Tables } from '../model/tables.ts';

export type Decoding = {
  readonly found: FoundInput;
  readonly tables: Tables;
  readonly signal: AbortSignal;
  open(input: Input): AsyncIterable<Uint8Array>;
  /** The format that was recognised; null: none was, in a file that nobody named. */
  recognised(format: Format | null): void;
  /** The same records, dated where they have a time of day only (µs since midnight; null: they have a date). */
  dated(batches: AsyncIterable<Batch>, timeOfDay: number | null): AsyncIterable<Batch>;
  /** One of several files could not be read, at all or to its end: the others are. */
  broke(error: unknown): void;
};

/** For a look that says nothing to anybody. */
export const SILENT: Pick<Decoding, 'recognised' | 'dated' | 'broke'> = { recognised: () => {}, dated: (batches) => batches, broke: () => {} };

export async function* decodedInput(decoding: Decoding): AsyncGenerator<Batch, void, undefined> {
  const { found, signal, broke } = decoding;
  if (found.parts === undefined) return yield* decoded(found.input, decoding);
  const chain = new PartChain();
  for await (const { input, lost } of found.parts(signal)) {
    chain.nextPart();
    if (lost !== null) yield { kind: 'facts', facts: [{ kind: 'lost', what: lost, records: 1, since: null }] };
    try {
      for await (const batch of decoded(input, decoding)) yield chain.renumbered(batch);
    } catch (error) {
      broke(error);
    }
  }
}

async function* decoded(input: Input, { found, tables, open, recognised, dated }: Decoding): AsyncGenerator<Batch, void, undefined> {
  const peeked = await peek(open(input), (head) => recognise(head) !== null, found.input.live ? PATIENT : undefined);
  const format = recognise(peeked.head);
  if (found.answers !== undefined && format?.name !== found.answers) {
    await peeked.close();
    throw new PlainsightError(
      ExitCode.unavailable,
      `${input.name}: what it answers is not what its API would: check the address, and that no proxy answers in its place`,
    );
  }
  if (format === null) {
    await peeked.close();
    if (peeked.head.byteLength === 0) return;
    if (!found.named) {
      recognised(null);
      return;
    }
    throw new PlainsightError(
      ExitCode.unreadable,
      `${inLine(input.name)}: none of the known formats (${FORMATS.map(({ name }) => name).join(', ')}); plainsight --help lists what can be read`,
    );
  }
  recognised(format);
  yield* dated(format.decode(peeked.chunks, tables), format.timeOfDay?.(peeked.head) ?? null);
}
