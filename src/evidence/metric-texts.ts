/**
 * `/metrics` texts have no time and no name of who was scraped. Two texts of one ztunnel must not be summed as two: they are
 * of one when they have most series in common and every common counter moved the same way (a process only counts upwards).
 */
import type { SeriesRow } from './metric-row.ts';

type Text = ReadonlyMap<string, SeriesRow>;

/** Fewer in common prove nothing. */
const LEAST_COMMON = 3;

/** One row a series and replica: its values in the order they were counted. */
export function textSeries(texts: readonly Text[]): readonly SeriesRow[] {
  const rows: SeriesRow[] = [];
  for (const chain of chains(texts)) {
    const keys = new Set(chain.flatMap((text) => [...text.keys()].map(withoutOwner)));
    const byKey = chain.map((text) => new Map([...text].map(([key, row]) => [withoutOwner(key), row])));
    for (const key of keys) {
      const last = byKey.map((text) => text.get(key)).findLast((row) => row !== undefined);
      if (last === undefined) continue;
      // What an earlier text of the same process lacks, it had not counted yet.
      const values = byKey.map((text) => text.get(key)?.values[0] ?? 0);
      rows.push({ ...last, values, times: values.map((_, index) => index) });
    }
  }
  return rows;
}

const withoutOwner = (key: string): string => key.slice(key.indexOf('\n') + 1);

function chains(texts: readonly Text[]): readonly (readonly Text[])[] {
  const chained: Text[][] = [];
  for (const text of [...texts].sort((a, b) => total(a) - total(b))) {
    const chain = chained.find((known) => {
      const before = known.at(-1);
      return before !== undefined && isLater(text, before);
    });
    if (chain === undefined) chained.push([text]);
    else chain.push(text);
  }
  return chained;
}

const total = (text: Text): number => [...text.values()].reduce((sum, { values }) => sum + (values[0] ?? 0), 0);

function isLater(text: Text, before: Text): boolean {
  const values = new Map([...text].map(([key, { values: found }]) => [withoutOwner(key), found[0] ?? 0]));
  let common = 0;
  for (const [key, { values: found }] of before) {
    const value = values.get(withoutOwner(key));
    if (value === undefined) continue;
    if (value < (found[0] ?? 0)) return false;
    common++;
  }
  // A process forgets no counter: what the earlier had, the later has.
  return common >= LEAST_COMMON && common === before.size;
}
