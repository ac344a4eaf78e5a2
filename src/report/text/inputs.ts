import type { InputStatus, Summary } from '../../model/summary.ts';
import { isDated } from '../../model/time.ts';
import { heading, paragraph } from './findings.ts';
import type { Look } from './look.ts';
import { visible } from './visible.ts';
import { cutMiddle } from './width.ts';
import { clockSpanText, counted, grouped } from './words.ts';

const SHOWN_INPUTS = 12;
const SHOWN_SKIPS = 4;

/** What each input could see: an answer reaches no further than its witnesses. */
export function inputLines({ inputs, late, evicted }: Summary, look: Look): string {
  if (inputs.length === 0) return '';
  // Those that lack something first: they are what a reader must know of.
  const sorted = [...inputs].sort((a, b) => trouble(b) - trouble(a));
  let text = heading('INPUTS', look);
  for (const input of sorted.slice(0, SHOWN_INPUTS)) text += inputText(input, look);
  if (sorted.length > SHOWN_INPUTS)
    text += look.paint(`  … and ${counted(sorted.length - SHOWN_INPUTS, 'more input')}: plainsight -o json INPUT… has them all\n`, 'dim');
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

function inputText(input: InputStatus, look: Look): string {
  const mark = trouble(input) > 1 ? look.paint('!', 'yellow') : ' ';
  let text = `  ${mark} ${cutMiddle(visible(input.input), look.columns - 4)}\n`;
  if (input.format === null) return text + paragraph('not recognised, so not read', look, '    ');
  const span =
    input.first === null || input.last === null
      ? ''
      : `, ${clockSpanText(input.first, input.last)}${isDated(input.first) ? '' : ' (time of day only)'}`;
  text += paragraph(`${visible(input.format)}, ${readText(input)}${span}`, look, '    ');
  return (
    text + paragraph(`saw HBONE: ${yesNo(input.sawHbone)}, saw readable traffic: ${yesNo(input.sawReadable)}, lost: ${lostText(input)}`, look, '    ')
  );
}

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

/** 2: not recognised, empty or with losses. 1: it saw neither encrypted nor readable traffic. */
function trouble({ format, read, lost, sawHbone, sawReadable }: InputStatus): number {
  if (format === null || read === 0 || lost > 0) return 2;
  return sawHbone || sawReadable ? 0 : 1;
}
