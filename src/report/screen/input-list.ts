/** Inputs, a line each: how fast, how far behind, what was lost, and what each could see. */
import type { ApiInput } from '../../model/api.ts';
import { type Cell, cell } from '../text/layout.ts';
import { visible } from '../text/visible.ts';
import { durationText, grouped } from '../text/words.ts';
import { BLANK, type Body, bodyOf, type Line, labelled, sentence } from './body.ts';
import type { Scene } from './scene.ts';
import { fixed, GAP } from './spans.ts';
import { compact } from './trend.ts';

/** Nothing came for so long. */
const SILENT_S = 3;

export const inputName = ({ input }: Pick<ApiInput, 'input'>): string => (input === '-' ? 'stdin' : visible(input));

/** In a word or two; what is wrong with it, if anything is, in its colour. */
function fareCell(input: ApiInput): Cell {
  if (input.error !== null) return cell('broke', 'alarm');
  if (input.lost > 0) return cell(`lost ${compact(input.lost)}`, 'alarm');
  if (input.blind) return cell('blind', 'yellow');
  if (input.ended) return cell('ended', 'dim');
  if (input.records === 0) return cell('nothing yet', 'yellow');
  if (input.silentSeconds >= SILENT_S) return cell(`silent ${durationText(input.silentSeconds * 1e6)}`, 'yellow');
  return cell('reading', 'green');
}

const lagText = ({ lagSeconds, ended }: ApiInput): string =>
  ended ? '' : lagSeconds === null ? 'not of now' : `${durationText(Math.round(lagSeconds * 1e6))} behind`;

/** Records a second. */
const speedText = ({ recordsPerSecond, ended }: ApiInput): string => (ended ? '–' : `${compact(Math.round(recordsPerSecond))}/s`);

/** Those that lack something first: they are what may be missing elsewhere on the screen; then those that go on. */
export const byTrouble = (inputs: readonly ApiInput[]): readonly ApiInput[] =>
  [...inputs].sort((a, b) => troubleOf(b) - troubleOf(a) || Number(a.ended) - Number(b.ended) || b.silentSeconds - a.silentSeconds);
const troubleOf = ({ error, lost, blind }: ApiInput): number => (error !== null ? 3 : lost > 0 ? 2 : blind ? 1 : 0);

/** A line in the box beside the verdicts: exactly `width` cells. */
export function inputCells(input: ApiInput, width: number): readonly Cell[] {
  const fare = fareCell(input);
  const speed = 7;
  const state = 11;
  return [fixed(cell(inputName(input)), width - speed - state - 3), cell(' '), fixed(cell(speedText(input)), speed, true), GAP, fixed(fare, state)];
}

const RECORDS = 9;
const SPEED = 8;
const LAG = 16;
const LOST = 7;
const FARE = 14;

export function inputList({ inputs }: Scene, width: number): Body {
  const sorted = byTrouble(inputs);
  const hasLag = width >= 72;
  const hasRecords = width >= 54;
  const hasLost = width >= 84;
  const name = Math.max(8, width - FARE - SPEED - 4 - (hasLag ? LAG + 2 : 0) - (hasRecords ? RECORDS + 2 : 0) - (hasLost ? LOST + 2 : 0));
  const columns = (texts: readonly [Cell, Cell, Cell, Cell, Cell, Cell]): readonly Cell[] => [
    fixed(texts[0], FARE),
    GAP,
    fixed(texts[1], name),
    ...(hasRecords ? [GAP, fixed(texts[2], RECORDS, true)] : []),
    GAP,
    fixed(texts[3], SPEED, true),
    ...(hasLost ? [GAP, fixed(texts[4], LOST, true)] : []),
    ...(hasLag ? [GAP, fixed(texts[5], LAG, true)] : []),
  ];
  const dim = (text: string): Cell => cell(text, 'dim');
  return {
    head: columns([dim('STATE'), dim('INPUT'), dim('RECORDS'), dim('SPEED'), dim('LOST'), dim('LAG')]),
    count: sorted.length,
    line(index) {
      const input = sorted[index];
      return input === undefined
        ? []
        : columns([
            fareCell(input),
            cell(inputName(input)),
            cell(compact(input.records)),
            cell(speedText(input)),
            input.lost > 0 ? cell(compact(input.lost), 'alarm') : dim('–'),
            cell(lagText(input), 'dim'),
          ]);
    },
    item: (index) => sorted[index]?.input ?? null,
  };
}

/** One input, opened. */
export function inputPage(input: ApiInput, width: number): Body {
  const { records, read, skipped, lost, first, last, sawHbone, sawReadable, error, live } = input;
  const fare = fareCell(input);
  const reasons = Object.entries(skipped).sort(([, a], [, b]) => b - a);
  const lines: Line[] = [
    ...labelled('state', fare.text, width, fare.color),
    ...(error === null ? [] : labelled('', visible(error), width, 'alarm')),
    ...labelled('format', `${input.format === null ? 'not recognised yet' : visible(input.format)}${live ? ', live' : ''}`, width),
    ...labelled('records', `${grouped(records)}, ${grouped(read)} read, ${speedText(input)}`, width),
    ...reasons.flatMap(([why, count]) => labelled('', `${grouped(count)} skipped: ${visible(why)}`, width, 'dim')),
    ...labelled('lost', lost === 0 ? 'nothing' : `${grouped(lost)}: what was in them is not judged`, width, lost === 0 ? null : 'alarm'),
    ...(first === null || last === null ? [] : labelled('from', first.slice(0, 23).replace('T', ' '), width)),
    ...(first === null || last === null
      ? []
      : labelled('to', `${last.slice(0, 23).replace('T', ' ')} UTC, ${lagText(input)}`.replace(/, $/, ''), width)),
    ...labelled('saw', `${sawHbone ? 'HBONE' : 'no HBONE'}, ${sawReadable ? 'readable traffic' : 'no readable traffic'}`, width),
    ...(input.blind
      ? [BLANK, ...sentence('It could not have seen the traffic that it is asked about: the findings say why.', width, { color: 'yellow' })]
      : []),
  ];
  return bodyOf(lines);
}
