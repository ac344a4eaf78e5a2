/** For the tests of formats that yield nothing but facts. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Fact } from '../../src/model/batch.ts';
import type { Format } from '../../src/model/format.ts';
import { cut } from './captures.ts';
import { newTables } from './log-reading.ts';

export type FactReading = { readonly facts: readonly Fact[]; readonly skipped: Readonly<Record<string, number>>; readonly error: string | null };

export async function readFacts(format: Format, text: string | Uint8Array, sizes: readonly number[] = [1 << 16]): Promise<FactReading> {
  const facts: Fact[] = [];
  const skipped: Record<string, number> = {};
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  try {
    for await (const batch of format.decode(cut(bytes, sizes), newTables())) {
      if (batch.kind !== 'facts') throw new Error(`${format.name} yields ${batch.kind}`);
      for (const fact of batch.facts) {
        if (fact.kind === 'skipped') skipped[fact.why] = (skipped[fact.why] ?? 0) + fact.records;
        else facts.push(fact);
      }
    }
  } catch (caught) {
    return { facts, skipped, error: caught instanceof Error ? caught.message : 'no error' };
  }
  return { facts, skipped, error: null };
}

const SHARED = fileURLToPath(new URL('../../../shared/', import.meta.url));

/** A file of the recordings or corpora, or null, with one line saying so. */
export function shared(path: string): Uint8Array | null {
  if (existsSync(SHARED + path)) return readFileSync(SHARED + path);
  console.log(`${path}: not there: nothing compared`);
  return null;
}

/** All files under a folder beside the repository. */
export function sharedFiles(under: string): readonly string[] {
  if (!existsSync(SHARED + under)) {
    console.log(`${under}: not there: nothing compared`);
    return [];
  }
  return readdirSync(SHARED + under, { recursive: true, encoding: 'utf8' })
    .map((path) => `${under}/${path}`)
    .filter((path) => statSync(SHARED + path).isFile())
    .sort();
}
