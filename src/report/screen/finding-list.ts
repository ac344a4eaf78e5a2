/** Findings as they appear: worst first, a line each; opened, with their evidence and their edges. */
import type { Severity } from '../../model/summary.ts';
import { type Cell, cell } from '../text/layout.ts';
import { SEVERITY_COLOR } from '../text/paint.ts';
import { visible } from '../text/visible.ts';
import { counted, durationText } from '../text/words.ts';
import { BLANK, type Body, bodyOf, type Line, labelled, sentence, title } from './body.ts';
import { inputName } from './input-list.ts';
import type { FindingRow, Scene } from './scene.ts';
import { fixed, fixedEnd, GAP } from './spans.ts';
import { edgeName } from './states.ts';

const MARK: { readonly [severity in Severity]: string } = { error: '✗', warning: '!', note: '·' };
/** Just come: it stands out. */
const NEW_MS = 15_000;
const ID = 23;
const AGE = 6;

/** Exactly `width` cells. */
export function findingCells({ finding, ageMs }: FindingRow, width: number): readonly Cell[] {
  const { severity, id, message } = finding;
  const color = SEVERITY_COLOR[severity];
  const idWidth = width >= 80 ? ID : 0;
  const isNew = ageMs < NEW_MS;
  const age = isNew ? 'new' : ageText(ageMs);
  return [
    cell(`${MARK[severity]} `, color),
    ...(idWidth > 0 ? [fixed(cell(visible(id), color), idWidth), GAP] : []),
    fixedEnd(cell(visible(message)), Math.max(8, width - 2 - (idWidth > 0 ? idWidth + 2 : 0) - AGE - 1)),
    cell(' '),
    fixed(cell(age, isNew ? 'bold' : 'dim'), AGE, true),
  ];
}

/** `12 s`, `4 min`, `3 h`: one unit. */
const ageText = (ms: number): string => durationText(Math.floor(ms / 1000) * 1e6).replace(/^(\d+ \S+) .*/, '$1');

export const findingList = ({ findings }: Scene, width: number): Body => ({
  head: null,
  count: findings.length,
  line: (index) => (findings[index] === undefined ? [] : findingCells(findings[index], width)),
  item: (index) => findings[index]?.finding.key ?? null,
});

const SHOWN_EVIDENCE = 50;

/** One finding, opened: its edges can be opened from there. */
export function findingPage({ finding, ageMs }: FindingRow, { edges }: Scene, width: number): Body {
  const { severity, id, message, evidence } = finding;
  const about = edges.filter(({ edge }) => finding.edges.includes(edge.id));
  const lines: Line[] = [
    {
      cells: [
        cell(`${MARK[severity]} ${severity}`, SEVERITY_COLOR[severity]),
        GAP,
        cell(visible(id), 'bold'),
        cell(`  for ${ageText(ageMs)}`, 'dim'),
      ],
    },
    BLANK,
    ...sentence(visible(message), width),
    ...(about.length === 0 ? [] : [BLANK, title(counted(about.length, 'EDGE', 'EDGES'))]),
    ...about.map(
      ({ edge, source, destination }): Line => ({ cells: [fixed(cell(edgeName(source, destination, edge)), width)], item: `edge ${edge.id}` }),
    ),
    ...(evidence.length === 0 ? [] : [BLANK, title('EVIDENCE')]),
    ...evidence
      .slice(0, SHOWN_EVIDENCE)
      .flatMap(({ witness, input, record, says }) =>
        labelled(witness, `${inputName({ input })}, ${witness === 'wire' ? 'frame' : 'record'} ${record}: ${visible(says)}`, width),
      ),
    ...(evidence.length > SHOWN_EVIDENCE ? sentence(`… and ${evidence.length - SHOWN_EVIDENCE} more`, width, { color: 'dim' }) : []),
    BLANK,
    ...labelled('key', visible(finding.key), width, 'dim'),
  ];
  return bodyOf(lines);
}
