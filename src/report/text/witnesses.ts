/** The table of witnesses: per edge what each of them says by itself, a mark each; where they disagree, in words. */
import { WITNESSES, type Witness } from '../../model/flow.ts';
import type { Agreement, Says, Statement } from '../../model/stand.ts';
import type { Edge } from '../../model/summary.ts';
import { byAttention } from './edge-columns.ts';
import { endName, pairName, withPort } from './ends.ts';
import { heading, paragraph } from './findings.ts';
import { type Cell, type Column, cell, fitWidths, headLine, line } from './layout.ts';
import type { Look } from './look.ts';
import type { Color } from './paint.ts';
import { visible } from './visible.ts';
import { cutMiddle, widthOf } from './width.ts';
import { counted, grouped } from './words.ts';

const SHOWN_EDGES = 10;
const INDENT = '  ';

export const SAYS_MARK: { readonly [says in Says]: readonly [string, Color, string] } = {
  encrypted: ['✓', 'green', 'encrypted by the mesh'],
  plaintext: ['✗', 'alarm', 'plaintext'],
  tls: ['~', 'cyan', "the application's TLS"],
  mixed: ['±', 'alarm', 'some of each'],
  blocked: ['-', 'blue', 'turned away or failed'],
  silent: ['?', 'dim', 'cannot say'],
};
const AGREEMENT: { readonly [agreement in Agreement]: readonly [string, Color | null] } = {
  agree: ['=', 'dim'],
  disagree: ['≠', 'alarm'],
  alone: [' ', null],
};

/** Compact where there are only log and wire: then the flows have said it all. `wide`: every edge, in words. */
export function witnessLines(edges: readonly Edge[], look: Look, wide: boolean): string {
  const { told, voiced } = heardEdges(edges);
  if (told.length === 0) return '';
  const isCompact = !wide && voiced.every((witness) => witness === 'log' || witness === 'wire');
  if (isCompact)
    return (
      heading('WITNESSES', look) +
      paragraph(compared(told), look) +
      told
        .filter(isDisagreed)
        .slice(0, SHOWN_EDGES)
        .map((edge) => inWords(edge, voiced, look))
        .join('')
    );
  return heading('WITNESSES', look) + (wide ? wordTable : markTable)(told, voiced, look);
}

/** Those of which somebody saw traffic, contradictions first, and the witnesses that say anything of any. */
export function heardEdges(edges: readonly Edge[]): { readonly told: readonly Edge[]; readonly voiced: readonly Witness[] } {
  const told = edges.filter(({ stand: { statements } }) => statements.log !== null || statements.wire !== null).sort(byWitnesses);
  return { told, voiced: WITNESSES.filter((witness) => told.some(({ stand }) => stand.statements[witness] !== null)) };
}

const isDisagreed = ({ stand }: Edge): boolean => stand.agreement === 'disagree';
const byWitnesses = (a: Edge, b: Edge): number => Number(isDisagreed(b)) - Number(isDisagreed(a)) || byAttention(a, b);

/** In a sentence, where only log and wire speak: `Log and wire both speak of 14 edges, and agree. Only the log speaks of 5, only the wire of 2.` */
export function compared(edges: readonly Edge[]): string {
  const speaks =
    (witness: Witness) =>
    (edge: Edge): boolean =>
      edge.stand.statements[witness] !== null;
  const [log, wire] = [edges.filter(speaks('log')), edges.filter(speaks('wire')).length];
  const both = log.filter(speaks('wire')).length;
  if (log.length === 0 || wire === 0)
    return `Only ${wire === 0 ? 'the log speaks' : 'packets speak'}: nothing else was read to hold ${counted(edges.length, 'edge')} against.`;
  const disagreed = edges.filter(isDisagreed).length;
  const together =
    both === 0
      ? 'Log and wire speak of no edge together.'
      : `Log and wire both speak of ${counted(both, 'edge')}, and ${disagreed === 0 ? 'agree' : `disagree on ${grouped(disagreed)}`}.`;
  const alone = [
    [log.length - both, 'the log'],
    [wire - both, 'the wire'],
  ] as const;
  const [first, ...others] = alone.filter(([count]) => count > 0);
  if (first === undefined) return together;
  return `${together} Only ${first[1]} speaks of ${grouped(first[0])}${others.map(([count, who]) => `, only ${who} of ${grouped(count)}`).join('')}.`;
}

/** A mark for each witness, under its name, and then the edge: names take the room they need. */
function markTable(edges: readonly Edge[], voiced: readonly Witness[], look: Look): string {
  const { paint } = look;
  const bars = (count: number): string => '│ '.repeat(count);
  let text = voiced.map((witness, at) => `${INDENT}  ${paint(`${bars(at)}${witness}`, 'dim')}\n`).join('');
  for (const edge of edges.slice(0, SHOWN_EDGES)) {
    const [mark, color] = AGREEMENT[edge.stand.agreement];
    const marks = voiced.map((witness) => paint(...markOf(witness, edge.stand.statements[witness])));
    const room = look.columns - INDENT.length - 3 - voiced.length * 2;
    text += `${INDENT}${[paint(mark, color), ...marks].join(' ')}  ${cutMiddle(pairName(edge.source, edge.destination), room)}\n`;
    if (isDisagreed(edge)) text += paragraph(statementsText(edge, voiced), look, '      ');
  }
  const hidden = edges.length - SHOWN_EDGES;
  if (hidden > 0) text += paint(`${INDENT}… and ${counted(hidden, 'more edge')}: plainsight -o wide INPUT…\n`, 'dim');
  return text + paint(legend(edges.slice(0, SHOWN_EDGES), voiced, look), 'dim');
}

/** Every edge, in words. */
function wordTable(edges: readonly Edge[], voiced: readonly Witness[], { paint }: Look): string {
  const titles = ['', 'SOURCE', 'DESTINATION', ...voiced.map((witness) => witness.toUpperCase())];
  const columns = titles.map((title): Column => ({ title }));
  const rows = edges.map(({ source, destination, stand }): readonly Cell[] => [
    cell(...AGREEMENT[stand.agreement]),
    cell(endName(source)),
    cell(withPort(destination)),
    ...voiced.map((witness) => wordCell(witness, stand.statements[witness])),
  ]);
  const widths = fitWidths(columns, rows, Infinity);
  return [INDENT + headLine(columns, widths, paint), ...rows.map((row) => INDENT + line(columns, row, widths, paint))].join('');
}

function wordCell(witness: Witness, statement: Statement | null): Cell {
  const [mark, color] = markOf(witness, statement);
  return cell(statement === null ? mark : `${witness === 'policy' ? '' : `${mark} `}${visible(statement.text)}`, color);
}

function markOf(witness: Witness, statement: Statement | null): readonly [string, Color] {
  if (statement === null) return ['·', 'dim'];
  // What a policy asks for is no more than that.
  if (witness === 'policy') return statement.says === 'encrypted' ? ['S', 'blue'] : ['P', 'dim'];
  const [mark, color] = SAYS_MARK[statement.says];
  return [mark, color];
}

const statementsText = ({ stand }: Edge, voiced: readonly Witness[]): string =>
  voiced
    .flatMap((witness) => {
      const statement = stand.statements[witness];
      return statement === null ? [] : [`${witness}: ${visible(statement.text)}`];
    })
    .join(' · ');

function inWords(edge: Edge, voiced: readonly Witness[], look: Look): string {
  const [mark, color] = AGREEMENT.disagree;
  const pair = cutMiddle(pairName(edge.source, edge.destination), look.columns - 4);
  return `${INDENT}${look.paint(mark, color)} ${pair}\n${paragraph(statementsText(edge, voiced), look, '    ')}`;
}

/** Only the marks that are there; an entry is not broken over two lines. */
function legend(edges: readonly Edge[], voiced: readonly Witness[], { columns }: Look): string {
  const marks = new Set(edges.flatMap(({ stand }) => voiced.map((witness) => markOf(witness, stand.statements[witness])[0])));
  const agreements = new Set(edges.map(({ stand }) => AGREEMENT[stand.agreement][0]));
  const entries = [
    ...(['≠ they disagree', '= they agree'] as const).filter((entry) => agreements.has(entry.slice(0, 1))),
    ...[...Object.values(SAYS_MARK).map(([mark, , words]) => `${mark} ${words}`), 'S STRICT', 'P PERMISSIVE', '· says nothing'].filter((entry) =>
      marks.has(entry.slice(0, 1)),
    ),
    ...(voiced.includes('config') ? ['config: ✓ both ends enrolled, ✗ one is not'] : []),
  ];
  let text = '';
  let width = Infinity;
  for (const entry of entries) {
    const isBreak = width + 3 + widthOf(entry) > columns;
    text += `${isBreak ? `${text === '' ? '' : '\n'}${INDENT}` : '   '}${entry}`;
    width = (isBreak ? INDENT.length : width + 3) + widthOf(entry);
  }
  return `${text}\n`;
}
