import type { Change } from '../../model/change.ts';
import { pairName } from './ends.ts';
import { paragraph } from './findings.ts';
import type { Look } from './look.ts';
import type { Color } from './paint.ts';
import { visible } from './visible.ts';
import { cutMiddle } from './width.ts';
import { counted, REASON_WORDS, VERDICT_WORDS } from './words.ts';

const MARKS: { readonly [change in Change['change']]: readonly [string, Color, string] } = {
  'became-plaintext': ['✗', 'alarm', 'became plaintext'],
  'became-encrypted': ['✓', 'green', 'became encrypted'],
  new: ['+', 'cyan', 'new'],
  gone: ['-', 'dim', 'gone'],
  'finding-came': ['!', 'yellow', 'finding came'],
  'finding-gone': ['✓', 'green', 'finding gone'],
};

/** A line a change and, where there is more to be said, a sentence; then what it comes to. */
export function renderDiff(changes: readonly Change[], isWorse: (change: Change) => boolean, look: Look): string {
  const worse = changes.filter(isWorse).length;
  const lines = changes.map((change) => changeLines(change, isWorse(change), look)).join('');
  if (changes.length === 0) return 'Nothing changed: the same edges, as encrypted as before, and the same findings.\n';
  const last = worse > 0 ? look.paint('WORSE', 'alarm') : look.paint('NOT WORSE', 'green');
  return `${lines}\n${last}  ${counted(changes.length, 'change')}${worse > 0 ? `, ${worse} for the worse` : ', none for the worse'}\n`;
}

function changeLines(change: Change, worse: boolean, look: Look): string {
  const [mark, color, words] = MARKS[change.change];
  const painted = look.paint(`${mark} ${words}`, worse ? 'alarm' : color);
  const room = look.columns - words.length - 4;
  if ('finding' in change) return `${painted}  ${visible(change.finding.id)}\n${paragraph(visible(change.finding.message), look, '    ')}`;
  const { edge } = change;
  const counts = Object.entries(VERDICT_WORDS).flatMap(([verdict, text]) => {
    const count = Object.entries(edge.flows).find(([name]) => name === verdict)?.[1] ?? 0;
    return count > 0 ? [`${count} ${text}`] : [];
  });
  const why = edge.reason === null || edge.secured === 'yes' ? '' : `: ${REASON_WORDS[edge.reason]}`;
  return `${painted}  ${cutMiddle(pairName(edge.source, edge.destination), room)}\n${paragraph(`${counts.join(', ') || 'exempt'}${why}`, look, '    ')}`;
}
