/** Files of a directory and of all below it. */
import type { Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ExitCode, inLine, PlainsightError } from '../model/error.ts';
import { unreadable } from './unreadable.ts';

const MAX_DEPTH = 32;
const MAX_FILES = 100_000;

export type Found =
  /** `name` as the contract has it: the folder as given, then the path below it. */
  | { readonly kind: 'file'; readonly name: string; readonly path: string; readonly stats: Stats }
  | { readonly kind: 'problem'; readonly name: string; readonly error: PlainsightError };

/** Which files were met already, so that none is read twice and circles of symbolic links end. */
export type Met = Set<string>;

/** Whether the file is met for the first time; notes it. */
export function isFirstMeeting(met: Met, stats: Stats): boolean {
  const key = `${stats.dev}:${stats.ino}`;
  if (met.has(key)) return false;
  met.add(key);
  return true;
}

/**
 * Regular files below the directory `path`, sorted by name within each directory (by code unit: the same everywhere).
 * Links are followed. FIFOs and devices are left out: waiting for one that was not asked for would be a surprise.
 * What cannot be read is a problem, and the walk goes on.
 */
export async function* walk(path: string, met: Met = new Set()): AsyncGenerator<Found, void, undefined> {
  const name = path.length > 1 ? path.replace(/\/+$/, '') || '/' : path;
  let files = 0;
  for await (const found of walkDirectory({ name, path, depth: 0 }, met)) {
    if (found.kind === 'file' && ++files > MAX_FILES) {
      yield problem(name, `more than ${MAX_FILES} files lie below it: name a smaller directory`);
      return;
    }
    yield found;
  }
}

type Directory = { readonly name: string; readonly path: string; readonly depth: number };

async function* walkDirectory({ name, path, depth }: Directory, met: Met): AsyncGenerator<Found, void, undefined> {
  if (depth > MAX_DEPTH) return yield problem(name, `it lies more than ${MAX_DEPTH} directories deep: name it itself`);
  let entries: readonly string[];
  try {
    entries = (await readdir(path)).sort(byCodeUnit);
  } catch (error) {
    return yield { kind: 'problem', name, error: unreadable(name, error) };
  }
  for (const entry of entries) {
    yield* meet({ name: name.endsWith('/') ? `${name}${entry}` : `${name}/${entry}`, path: join(path, entry), depth: depth + 1 }, met);
  }
}

async function* meet(entry: Directory, met: Met): AsyncGenerator<Found, void, undefined> {
  const { name, path } = entry;
  let stats: Stats;
  try {
    stats = await stat(path);
  } catch (error) {
    return yield { kind: 'problem', name, error: unreadable(name, error) };
  }
  if ((!stats.isFile() && !stats.isDirectory()) || !isFirstMeeting(met, stats)) return;
  if (stats.isDirectory()) yield* walkDirectory(entry, met);
  else yield { kind: 'file', name, path, stats };
}

const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const problem = (name: string, why: string): Found => ({
  kind: 'problem',
  name,
  error: new PlainsightError(ExitCode.unreadable, `cannot read all of ${inLine(name)}: ${why}`),
});
