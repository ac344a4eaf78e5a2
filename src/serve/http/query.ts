/** What stands behind the question mark, once and strictly: what is wrong is said in a sentence. */
import { PlainsightError } from '../../model/error.ts';
import type { Query } from '../history/select.ts';
import type { Run } from '../run.ts';

/** Told to whoever asked, with its status. */
export class Refusal extends Error {
  readonly status: 400 | 401 | 403 | 404 | 503;
  constructor(status: Refusal['status'], message: string) {
    super(message);
    this.status = status;
  }
}

const MAX_VALUES = 100;
const MAX_VALUE = 512;
const MAX_STARS = 8;

export type Asked = {
  readonly query: Query;
  /** The value of one of the words that the address takes besides filters; null where it was not said. */
  one(word: string): string | null;
};

/** The words that an address takes besides filters; whether it takes those. */
export type Takes = { readonly own: readonly string[]; readonly filtered: boolean };

export function askedOf(url: URL, run: Run, { own, filtered }: Takes): Asked {
  const taken = [...own, ...(filtered ? run.filterWords : [])];
  const words = new Map<string, string[]>();
  let count = 0;
  for (const [word, value] of url.searchParams) {
    if (!taken.includes(word)) throw new Refusal(400, `no such parameter here: ${JSON.stringify(word)}. There are: ${taken.join(', ') || 'none'}.`);
    if (++count > MAX_VALUES || value.length > MAX_VALUE)
      throw new Refusal(400, `too much is asked: at most ${MAX_VALUES} values of ${MAX_VALUE} letters.`);
    if ((value.match(/\*/g) ?? []).length > MAX_STARS) throw new Refusal(400, `${word}: at most ${MAX_STARS} stars in one pattern.`);
    words.set(word, [...(words.get(word) ?? []), value]);
  }
  const one = (word: string): string | null => words.get(word)?.at(-1) ?? null;
  const filters = new Map([...words].filter(([word]) => run.filterWords.includes(word)));
  const text = own.includes('q') ? one('q')?.trim().toLowerCase() || null : null;
  const edge = own.includes('edge') ? one('edge') : null;
  const key = [...filters].sort(([a], [b]) => (a < b ? -1 : 1));
  return { query: { filter: filterOf(run, filters), text, edge, key: JSON.stringify([key, text, edge]) }, one };
}

function filterOf(run: Run, words: ReadonlyMap<string, readonly string[]>): Query['filter'] {
  try {
    return run.filter(words);
  } catch (error) {
    if (error instanceof PlainsightError) throw new Refusal(400, error.message);
    throw error;
  }
}

export function oneOf<T extends string>(word: string, value: string | null, values: readonly T[]): T {
  const [first] = values;
  if (value === null && first !== undefined) return first;
  const known = values.find((one) => one === value);
  if (known === undefined) throw new Refusal(400, `${word}: one of ${values.join(', ')}.`);
  return known;
}

export function wholeOf(
  word: string,
  value: string | null,
  { least = 0, most, otherwise }: { least?: number; most: number; otherwise: number },
): number {
  if (value === null) return otherwise;
  const number = /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= least && number <= most)) throw new Refusal(400, `${word}: a whole number from ${least} to ${most}.`);
  return number;
}
