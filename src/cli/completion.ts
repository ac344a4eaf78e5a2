/**
 * What a shell offers behind a TAB: lines of `value TAB description`, then `:` and cobra's directive. Answers come from the same lists as
 * help and validation.
 */
import { networkInterfaces } from 'node:os';
import { FINDING_IDS } from '../model/finding-kinds.ts';
import { EXEMPTIONS, REASONS, VERDICTS } from '../model/flow.ts';
import { VIEWS, type View } from '../model/reporter.ts';
import { fieldsOf } from '../report/contract/fields.ts';
import { ROW_TYPES } from '../report/contract/views.ts';
import { REPORTERS } from '../report/index.ts';
import { SHELLS } from './command.ts';
import { FLAGS, type Flag, type FlagName, HELPED_VIEWS, SYSTEM_WORDS, VIEW_SUMMARIES } from './help.ts';

/** cobra's ShellCompDirectives: file names where nothing is offered, or never. */
const Directive = { files: 0, noSpace: 2, noFiles: 4 } as const;
type Offer = { readonly value: string; readonly about: string };
type Answer = { readonly offers: readonly Offer[]; readonly directive: number };

const plain = (values: readonly string[]): readonly Offer[] => values.map((value) => ({ value, about: '' }));

/** Flags whose values are known; those of some depend on the view. */
const VALUES: { readonly [flag in FlagName]?: (view: View) => readonly Offer[] } = {
  output: () => REPORTERS.map(({ name, summary }) => ({ value: name, about: summary })),
  color: () => plain(['auto', 'always', 'never']),
  verdict: () => plain(VERDICTS),
  reason: () => plain(REASONS),
  exempt: () => plain(EXEMPTIONS),
  failOn: () => plain(['exposed', ...VERDICTS, ...REASONS, ...FINDING_IDS]),
  columns: (view) => plain(fieldsOf(ROW_TYPES[view]).map(({ path }) => path)),
  interface: () => plain(['any', ...Object.keys(networkInterfaces())]),
};
/** Flags that take several of their values, separated by commas. */
const LISTS: ReadonlySet<FlagName> = new Set<FlagName>(['failOn', 'columns']);

/** The answer to `words`, the last of which is being typed (empty where nothing is yet). */
export function completionText(words: readonly string[]): string {
  const { offers, directive } = answer(words.slice(0, -1), words.at(-1) ?? '');
  return [...offers.map(({ value, about }) => `${value}\t${about}`), `:${directive}\n`].join('\n');
}

function answer(before: readonly string[], word: string): Answer {
  const operands = before.filter((one, index) => !one.startsWith('-') && !takesValue(flagOf(before[index - 1] ?? '')));
  const view = VIEWS.find((one) => one === operands[0]) ?? 'report';
  const flag = flagOf(before.at(-1) ?? '');
  if (flag !== undefined && takesValue(flag)) return valuesOf(flag, { view, typed: word, prefix: '' });
  const assigned = /^(--[^=]+)=(.*)$/.exec(word);
  const named = flagOf(assigned?.[1] ?? '');
  if (assigned !== null && named !== undefined) return valuesOf(named, { view, typed: assigned[2] ?? '', prefix: `${assigned[1]}=` });
  if (word.startsWith('-')) return { offers: FLAGS.flatMap(spellings).filter(({ value }) => value.startsWith(word)), directive: Directive.noFiles };
  if (operands[0] === 'completion') return { offers: matching(plain(SHELLS), word), directive: Directive.noFiles };
  if (operands.length > 0) return { offers: [], directive: Directive.files };
  const views = HELPED_VIEWS.map((view) => ({ value: view, about: VIEW_SUMMARIES[view] }));
  return { offers: matching([...views, ...SYSTEM_WORDS], word), directive: Directive.files };
}

/** `typed`: of the value, behind `prefix` in the same word. */
type Typing = { readonly view: View; readonly typed: string; readonly prefix: string };

function valuesOf(flag: Flag, { view, typed, prefix }: Typing): Answer {
  const values = VALUES[flag.name]?.(view);
  if (values === undefined) return { offers: [], directive: /<file>|<path>/.test(flag.flags) ? Directive.files : Directive.noFiles };
  const last = LISTS.has(flag.name) ? typed.slice(typed.lastIndexOf(',') + 1) : typed;
  const negated = last.startsWith('!') ? '!' : '';
  const kept = prefix + typed.slice(0, typed.length - last.length) + negated;
  const offers = matching(values, last.slice(negated.length)).map(({ value, about }) => ({ value: kept + value, about }));
  return { offers, directive: Directive.noFiles + (LISTS.has(flag.name) ? Directive.noSpace : 0) };
}

const matching = (offers: readonly Offer[], begun: string): readonly Offer[] => offers.filter(({ value }) => value.startsWith(begun));
const takesValue = (flag: Flag | undefined): boolean => flag?.flags.includes('<') ?? false;
const spellings = ({ flags, summary }: Flag): readonly Offer[] => names(flags).map((value) => ({ value, about: summary }));
const names = (flags: string): readonly string[] => flags.replace(/ [<[].*$/, '').split(', ');
const flagOf = (word: string): Flag | undefined => (word.startsWith('-') ? FLAGS.find(({ flags }) => names(flags).includes(word)) : undefined);
