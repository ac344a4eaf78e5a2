/** `from`, `to`, `port`, `verdict` of an entry: the filters' own words. */
import type { Flow, Verdict } from '../../model/flow.ts';
import { VERDICTS } from '../../model/flow.ts';
import { micros } from '../../model/time.ts';
import { compileFilter, NO_FILTERS } from '../filters.ts';
import { parseName, parsePort, parseVerdict } from '../values.ts';
import type { Entry } from './entries.ts';

export const EDGE_KEYS = ['from', 'to', 'port', 'verdict'] as const;

export type EdgePattern = {
  /** `default/* → bookinfo/reviews-v1:9080`. */
  readonly name: string;
  /** By its ends alone. */
  isOf(flow: Flow): boolean;
  /** Those that `verdict` names; all without it. */
  readonly verdicts: readonly Verdict[];
  /** As it stands in the file. */
  readonly written: { readonly [key: string]: string | readonly string[] };
};

export function edgePattern(entry: Entry): EdgePattern {
  const [from, to, port] = [entry.parsed('from', parseName), entry.parsed('to', parseName), entry.parsed('port', parsePort)];
  const asked = entry.parsed('verdict', parseVerdict);
  const of = compileFilter({ ...NO_FILTERS, from, to, port }, NO_TIME);
  const isVerdict = compileFilter({ ...NO_FILTERS, verdict: asked }, NO_TIME);
  return {
    name: `${alternatives(from)} → ${alternatives(to)}${port.length === 0 ? '' : `:${port.join('|')}`}`,
    isOf: of,
    // A filter looks at nothing but the verdict here.
    verdicts: VERDICTS.filter((verdict) => isVerdict({ verdict } as Flow)),
    written: Object.fromEntries(
      EDGE_KEYS.flatMap((key) => {
        const texts = entry.texts(key);
        return texts.length === 0 ? [] : [[key, texts.length === 1 ? (texts[0] ?? '') : texts]];
      }),
    ),
  };
}

const NO_TIME = { reference: micros(0) };
const alternatives = (words: readonly string[]): string => (words.length === 0 ? '*' : words.join('|'));
