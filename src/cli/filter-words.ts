/** The words that make filters, on the command line and in the dashboard's addresses alike: one parser for both. */
import type { Bound, FilterOptions } from './filters.ts';
import * as values from './values.ts';

type Mutable = { -readonly [word in keyof FilterOptions]: FilterOptions[word] extends readonly string[] ? string[] : Bound | null };

export type FilterWord = keyof FilterOptions;

/** `takes` throw `ValueError`. */
export function filterWords(): { readonly takes: { readonly [word in FilterWord]: (value: string) => void }; readonly options: FilterOptions } {
  const options: Mutable = {
    from: [],
    to: [],
    namespace: [],
    workload: [],
    identity: [],
    verdict: [],
    reason: [],
    exempt: [],
    port: [],
    ip: [],
    cidr: [],
    since: null,
    until: null,
  };
  const list =
    (word: Exclude<FilterWord, 'since' | 'until'>, parse: (value: string) => string) =>
    (value: string): unknown =>
      options[word].push(parse(value));
  const takes = {
    from: list('from', values.parseName),
    to: list('to', values.parseName),
    namespace: list('namespace', values.parseName),
    workload: list('workload', values.parseName),
    identity: list('identity', values.parseName),
    verdict: list('verdict', values.parseVerdict),
    reason: list('reason', values.parseReason),
    exempt: list('exempt', values.parseExempt),
    port: list('port', values.parsePort),
    ip: list('ip', values.parseIp),
    cidr: list('cidr', values.parseCidr),
    since: (value: string) => {
      options.since = values.parseBound(value);
    },
    until: (value: string) => {
      options.until = values.parseBound(value);
    },
  };
  return { takes, options };
}
