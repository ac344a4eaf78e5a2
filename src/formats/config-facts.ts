/** Pieces of documents → batches of facts; what is of no use is counted, what could not be read is said. */
import type { Batch, Fact } from '../model/batch.ts';
import { ExitCode, PlainsightError } from '../model/error.ts';
import type { Addresses, Tables } from '../model/tables.ts';
import type { Pieces } from './config-json.ts';
import type { Piece } from './json-pieces.ts';

/** What one piece says; null for what nobody asked for, `record` is its number. */
export type ReadPiece = (piece: Piece, record: number, addresses: Addresses) => readonly Fact[] | null;

const BATCH = 4096;

export async function* factsOf(pieces: Pieces, read: ReadPiece, { addresses }: Tables): AsyncGenerator<Batch, void, undefined> {
  let facts: Fact[] = [];
  let record = 0;
  let known = 0;
  let next = await pieces.next();
  for (; next.done !== true; next = await pieces.next()) {
    for (const piece of next.value) {
      record++;
      const said = read(piece, record, addresses);
      if (said === null) facts.push({ kind: 'skipped', why: 'not-configuration', records: 1, firstRecord: record });
      else {
        known++;
        facts.push(...said);
      }
      if (facts.length < BATCH) continue;
      yield { kind: 'facts', facts };
      facts = [];
    }
  }
  if (!next.value && known === 0)
    throw new PlainsightError(ExitCode.unreadable, 'nothing of it can be read: it breaks off, or is no JSON or YAML; write it again');
  if (!next.value) facts.push({ kind: 'lost', what: 'unreadable-rest', records: 1, since: null });
  yield { kind: 'facts', facts };
}
