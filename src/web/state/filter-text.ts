/** What is typed into the filter box: the command line's words, as `--verdict plaintext`, `verdict:plaintext` or `verdict=plaintext`. */
import { FILTER_KEYS, type FilterKey, type Filters } from './query.ts';

export type Parsed = { readonly filters: Filters } | { readonly error: string };

const SHORT: Readonly<Record<string, FilterKey>> = { ns: 'namespace', src: 'from', source: 'from', dst: 'to', destination: 'to' };
const ADDRESS = /^!?(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f:]+)$/i;
const NETWORK = /^!?[0-9a-f.:]+\/\d{1,3}$/i;

/** Adds what `text` says to `filters`. A bare word is part of a workload's name; a bare address is `ip`, a network `cidr`. */
export function parseFilter(text: string, filters: Filters): Parsed {
  const words = text.trim().split(/\s+/).filter(Boolean);
  let result = filters;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    const found = named(word, words[at + 1]);
    if ('error' in found) return found;
    if (found.usesNext) at++;
    result = withFilter(result, found.key, found.value);
  }
  return { filters: result };
}

type Named = { readonly key: FilterKey; readonly value: string; readonly usesNext: boolean };

function named(word: string, next: string | undefined): Named | { readonly error: string } {
  const flag = /^(--)?([a-z]+)[:=](.+)$/i.exec(word);
  if (word.startsWith('--') && flag === null) {
    const key = keyOf(word.slice(2));
    if (key === undefined) return unknown(word);
    return next === undefined ? { error: `${word} needs a value: ${word} VALUE` } : { key, value: next, usesNext: true };
  }
  if (NETWORK.test(word)) return { key: 'cidr', value: word, usesNext: false };
  if (ADDRESS.test(word)) return { key: 'ip', value: word, usesNext: false };
  if (flag === null) return { key: 'workload', value: /[*!/]/.test(word) ? word : `*${word}*`, usesNext: false };
  const key = keyOf(flag[2] ?? '');
  return key === undefined ? unknown(flag[2] ?? '') : { key, value: flag[3] ?? '', usesNext: false };
}

const keyOf = (word: string): FilterKey | undefined => FILTER_KEYS.find((key) => key === word.toLowerCase()) ?? SHORT[word.toLowerCase()];
const unknown = (word: string): { readonly error: string } => ({ error: `“${word}” is no filter. Filters are ${FILTER_KEYS.join(', ')}.` });

/** `since` and `until` have one value, the others alternatives. */
export function withFilter(filters: Filters, key: FilterKey, value: string): Filters {
  if (key === 'since' || key === 'until') return { ...filters, [key]: [value] };
  const values = filters[key] ?? [];
  return values.includes(value) ? filters : { ...filters, [key]: [...values, value] };
}

export function withoutFilter(filters: Filters, key: FilterKey, value?: string): Filters {
  const rest = value === undefined ? [] : (filters[key] ?? []).filter((other) => other !== value);
  const { [key]: _, ...others } = filters;
  return rest.length === 0 ? others : { ...others, [key]: rest };
}
