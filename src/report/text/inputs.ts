import { WITNESSES, type Witness } from '../../model/flow.ts';
import type { InputStatus, Summary } from '../../model/summary.ts';
import { isDated } from '../../model/time.ts';
import { heading, paragraph } from './findings.ts';
import type { Look } from './look.ts';
import { visible } from './visible.ts';
import { cutMiddle } from './width.ts';
import { clockSpanText, counted, grouped } from './words.ts';

const SHOWN_INPUTS = 12;
const SHOWN_SKIPS = 4;
const SHOWN_UNRECOGNISED = 3;

/** What each input could see: an answer reaches no further than its witnesses. */
export function inputLines({ inputs, late, evicted }: Summary, look: Look): string {
  if (inputs.length === 0) return '';
  // Those that lack something first: they are what a reader must know of.
  const sorted = inputs.filter(({ format }) => format !== null).sort((a, b) => trouble(b) - trouble(a) || rankOf(a) - rankOf(b));
  let text = heading('INPUTS', look);
  for (const input of sorted.slice(0, SHOWN_INPUTS)) text += inputText(input, look);
  if (sorted.length > SHOWN_INPUTS)
    text += look.paint(`  … and ${counted(sorted.length - SHOWN_INPUTS, 'more input')}: plainsight -o json INPUT… has them all\n`, 'dim');
  text += unrecognised(
    inputs.filter(({ format }) => format === null),
    look,
  );
  if (late > 0)
    text += look.paint(
      paragraph(`! ${counted(late, 'record')} came too late to be joined: the order of the inputs may have mattered.`, look),
      'yellow',
    );
  if (evicted > 0)
    text += look.paint(
      paragraph(`! ${counted(evicted, 'connection')} had to be given up before the end: there were too many at once.`, look),
      'yellow',
    );
  return text;
}

/** Found by walking, and nothing that can be read: together, or they would hide the others. */
function unrecognised(inputs: readonly InputStatus[], look: Look): string {
  if (inputs.length === 0) return '';
  const names = inputs.slice(0, SHOWN_UNRECOGNISED).map(({ input }) => `${visible(input)}\n`);
  const rest = inputs.length > SHOWN_UNRECOGNISED ? [`and ${grouped(inputs.length - SHOWN_UNRECOGNISED)} more\n`] : [];
  const shown = [...names, ...rest].map((name) => `    ${cutMiddle(name.trimEnd(), look.columns - 4)}\n`);
  return `  ${look.paint('!', 'yellow')} ${counted(inputs.length, 'input')} not recognised, so not read:\n${shown.join('')}`;
}

function inputText(input: InputStatus, look: Look): string {
  const mark = trouble(input) > 1 ? look.paint('!', 'yellow') : ' ';
  const span =
    input.first === null || input.last === null
      ? ''
      : `, ${clockSpanText(input.first, input.last)}${isDated(input.first) ? '' : ' (time of day only)'}`;
  return [
    `  ${mark} ${cutMiddle(visible(input.input), look.columns - 4)}\n`,
    paragraph(`${visible(input.format ?? '')}, ${readText(input)}${span}`, look, '    '),
    paragraph(`${sightText(input)}, lost: ${lostText(input)}`, look, '    '),
  ].join('');
}

/** What it could see, and what never. */
function sightText(input: InputStatus): string {
  const { witness, sawHbone, sawReadable, records } = input;
  if (isRepetition(input)) return 'repeats what other inputs say';
  if (witness !== null && !sawHbone && !sawReadable && SIGHT[witness] !== null)
    return records === 0 ? 'has no entry, and says nothing' : SIGHT[witness];
  return `saw HBONE: ${yesNo(sawHbone)}, saw readable traffic: ${yesNo(sawReadable)}`;
}

/** Both, as a table has them: `–` for an input that sees no traffic. */
export function sawTexts({ witness, sawHbone, sawReadable }: InputStatus): readonly [hbone: string, readable: string] {
  const isBlindByNature = witness !== null && SIGHT[witness] !== null && !sawHbone && !sawReadable;
  return isBlindByNature ? ['–', '–'] : [yesNo(sawHbone), yesNo(sawReadable)];
}

/** All that is in it was known already. */
const isRepetition = ({ records, skipped }: InputStatus): boolean => records > 0 && skipped['duplicate'] === records;
const SIGHT: { readonly [witness in Witness]: string | null } = {
  log: null,
  wire: null,
  config: 'says what should be, and sees no traffic',
  policy: 'says what is allowed, and sees no traffic',
  metric: 'counts connections, and sees none of them',
  graph: 'shows what Kiali made of the metrics, and sees no traffic',
};

/** `2,540 of 2,543 records read (skipped 3 arp)`; escaped. */
export function readText({ records, read, skipped }: InputStatus): string {
  if (read === records) return `${counted(records, 'record')}, all read`;
  const reasons = Object.entries(skipped).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const shown = reasons.slice(0, SHOWN_SKIPS).map(([why, count]) => `${grouped(count)} ${visible(why)}`);
  if (reasons.length > SHOWN_SKIPS) shown.push('…');
  return `${grouped(read)} of ${counted(records, 'record')} read (skipped ${shown.join(', ')})`;
}

const yesNo = (answer: boolean): string => (answer ? 'yes' : 'no');
const lostText = ({ lost }: InputStatus): string => (lost === 0 ? 'nothing' : counted(lost, 'record'));

/** 2: empty or with losses. 1: it could have seen traffic, and saw neither encrypted nor readable. */
function trouble(input: InputStatus): number {
  const { witness, records, read, lost, sawHbone, sawReadable } = input;
  if (lost > 0) return 2;
  // A list of what is, that is empty, and a copy are in order.
  const isInOrder = isRepetition(input) || (records === 0 && (witness === 'config' || witness === 'policy'));
  if (read === 0) return isInOrder ? 0 : 2;
  return (witness === 'log' || witness === 'wire') && !sawHbone && !sawReadable ? 1 : 0;
}

/** Those that see traffic before those that speak of it. */
const rankOf = ({ witness }: InputStatus): number => (witness === null ? 0 : WITNESSES.indexOf(witness));
