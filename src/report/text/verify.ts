import type { Expectation } from '../../model/reporter.ts';
import type { Finding, Summary } from '../../model/summary.ts';
import { findingLines, heading } from './findings.ts';
import { totalOf } from './headline.ts';
import { inputLines } from './inputs.ts';
import type { Look } from './look.ts';
import type { Color } from './paint.ts';
import { visible } from './visible.ts';
import { wrap } from './width.ts';
import { counted, grouped } from './words.ts';

export type Verified = { readonly expectations: readonly Expectation[]; readonly findings: readonly Finding[]; readonly summary: Summary };

/** One line a failed expectation, then PASS, FAIL or UNDECIDED and why. */
export function renderVerify({ expectations, findings, summary }: Verified, look: Look): string {
  const failed = expectations.filter(({ outcome }) => outcome === 'failed');
  const undecided = expectations.filter(({ outcome }) => outcome === 'undecided');
  let text = '';
  for (const { message } of failed) text += sentence('✗', message, 'alarm', look);
  for (const { message } of undecided) text += sentence('?', message, 'magenta', look);
  const excused = expectations.filter(({ outcome }) => outcome === 'excused');
  for (const { message, known } of excused) text += sentence('·', `${message}${known === null ? '' : ` Known: ${known}.`}`, 'dim', look);
  const said = new Set(expectations.map(({ message }) => message));
  const others = findings.filter(({ id, message }) => !said.has(`${id}: ${message}`));
  if (others.length > 0) text += (text === '' ? heading('ALSO FOUND', look).slice(1) : heading('ALSO FOUND', look)) + findingLines(others, look);
  if (text !== '') text += '\n';
  return text + lastWord({ failed: failed.length, undecided: undecided.length, excused: excused.length }, summary, look);
}

function sentence(mark: string, message: string, color: Color, { columns, paint }: Look): string {
  const [first = '', ...rest] = wrap(visible(message), columns - 2);
  return `${paint(mark, color)} ${first}\n${rest.map((line) => `  ${line}\n`).join('')}`;
}

type Counts = { readonly failed: number; readonly undecided: number; readonly excused: number };

function lastWord({ failed, undecided, excused }: Counts, summary: Summary, look: Look): string {
  const { paint } = look;
  const total = totalOf(summary.flows);
  const seen = `${grouped(summary.flows.hbone)} of ${counted(total, 'connection')} proven encrypted (HBONE)`;
  if (failed > 0) return `${paint('FAIL', 'alarm')}  ${counted(failed, 'expectation')} failed; ${seen}\n`;
  if (undecided > 0) return `${paint('UNDECIDED', 'magenta')}  the evidence does not decide; ${seen}\n${inputLines(summary, look)}`;
  // Never all clear where something was not looked at.
  if (summary.exitCode === 65) return `${paint('UNDECIDED', 'magenta')}  an input could not be read; ${seen}\n${inputLines(summary, look)}`;
  if (summary.exitCode === 130) return `${paint('UNDECIDED', 'magenta')}  interrupted; so far ${seen}\n`;
  return `${paint('PASS', 'green')}  ${seen}, ${excused === 0 ? 'every expectation met' : counted(excused, 'known exception')}\n`;
}
