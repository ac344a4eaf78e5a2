import { type Flow, VERDICTS } from '../../model/flow.ts';
import { type Edge, type Finding, SEVERITIES, type StrictRow, type Summary } from '../../model/summary.ts';
import { byAttention, bytesOf, type Concern, concernOf } from '../text/edge-columns.ts';
import { endNameOf, withPortOf } from '../text/ends.ts';
import { readText, sawTexts } from '../text/inputs.ts';
import { whatHappened, whyText, worstOf } from '../text/page.ts';
import { VERDICT_MARK } from '../text/paint.ts';
import { heardEdges } from '../text/witnesses.ts';
import { byteText, counted, grouped, REASON_WORDS } from '../text/words.ts';
import { codeText, markdownTable, sentenceText } from './escape.ts';

/** So many rows of each kind: with the longest names it is still one comment (GitHub: 65,536 characters). */
const SHOWN = 20;

const CONCERNS: readonly { readonly concern: Concern; readonly title: string; readonly flags: string; readonly folded: boolean }[] = [
  { concern: 'open', title: 'Not encrypted by the mesh', flags: '--verdict plaintext --verdict tls', folded: false },
  { concern: 'undecided', title: 'Could not be decided', flags: '--verdict unknown', folded: false },
  { concern: 'turned-away', title: 'Turned away, or failed', flags: '--verdict denied --verdict failed', folded: true },
  { concern: 'proven', title: 'Proven encrypted', flags: '--verdict hbone', folded: true },
];

export function edgeSections(edges: readonly Edge[]): readonly string[] {
  const sorted = [...edges].sort(byAttention);
  return CONCERNS.map(({ concern, title, flags, folded }) => {
    const rows = sorted.filter((edge) => concernOf(edge) === concern);
    const table = markdownTable(['', 'From', 'To', 'What happened', 'Bytes'], rows.slice(0, SHOWN).map(edgeCells), [4]);
    return section(title, rows.length, folded, table + more(rows.length, `plainsight edges ${flags} INPUT…`));
  });
}

function edgeCells(edge: Edge): readonly string[] {
  const { source, destination } = edge;
  return [
    VERDICT_MARK[worstOf(edge)],
    codeText(endNameOf(source)),
    codeText(withPortOf(destination)),
    whatHappened(edge, sentenceText(whyText(edge))),
    byteText(bytesOf(edge)),
  ];
}

export function flowSection(flows: readonly Flow[], total: number): string {
  const rank = ({ verdict, exempt }: Flow): number => (exempt === null ? WORST_FIRST.indexOf(verdict) : WORST_FIRST.length);
  const rows = [...flows].sort((a, b) => rank(a) - rank(b)).slice(0, SHOWN * 4);
  const cells = rows.map((flow) => [
    `${VERDICT_MARK[flow.verdict]} ${flow.verdict}${flow.exempt === null ? '' : `, exempt: ${flow.exempt}`}`,
    codeText(withPortOf({ ...flow.source, port: flow.source.workload === null ? flow.source.port : null })),
    codeText(withPortOf(flow.destination)),
    REASON_WORDS[flow.reason],
    `\`${flow.id}\``,
  ]);
  const hidden = total - rows.length;
  return section(
    'Connections',
    total,
    false,
    markdownTable(['Verdict', 'From', 'To', 'Why', 'Flow'], cells) + more(hidden + SHOWN, 'plainsight flows INPUT…'),
  );
}
const WORST_FIRST: readonly string[] = ['plaintext', 'tls', 'unknown', 'denied', 'failed', 'hbone'];

export function strictSection(rows: readonly StrictRow[]): string {
  const order = ['would break', 'no traffic seen', 'ready', 'already strict'];
  const sorted = [...rows].sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  const cells = sorted.slice(0, SHOWN).map((row) => [
    codeText(withPortOf({ workload: row.workload, namespace: row.namespace, ip: null, port: row.port })),
    row.state,
    `${row.mode}${row.modeFrom === null ? ', no policy' : ` by ${codeText(row.modeFrom)}`}`,
    VERDICTS.filter((verdict) => row.flows[verdict] > 0)
      .map((verdict) => `${grouped(row.flows[verdict])} ${verdict}`)
      .join(', ') || '–',
    clients(row),
  ]);
  const table = markdownTable(['Workload', 'Under STRICT', 'Mode now', 'Connections', 'Would be turned away'], cells);
  return section('Workloads and ports', rows.length, false, table + more(rows.length, 'plainsight strict INPUT…'));
}

const SHOWN_CLIENTS = 3;
function clients({ wouldBreak }: StrictRow): string {
  const shown = wouldBreak
    .slice(0, SHOWN_CLIENTS)
    .map((client) => `${codeText(endNameOf(client))} (${counted(client.flows, 'connection')}: ${REASON_WORDS[client.reason]})`);
  if (wouldBreak.length > SHOWN_CLIENTS) shown.push(`${grouped(wouldBreak.length - SHOWN_CLIENTS)} more`);
  return shown.join(', ') || '–';
}

/** Only where they contradict each other: what agrees is in the edges. */
export function witnessSection(edges: readonly Edge[]): string {
  const { told, voiced } = heardEdges(edges);
  const disagreed = told.filter(({ stand }) => stand.agreement === 'disagree');
  const cells = disagreed
    .slice(0, SHOWN)
    .map(({ source, destination, stand }) => [
      codeText(endNameOf(source)),
      codeText(withPortOf(destination)),
      ...voiced.map((witness) => sentenceText(stand.statements[witness]?.text ?? '–')),
    ]);
  const table = markdownTable(['From', 'To', ...voiced], cells);
  return section('Where witnesses disagree', disagreed.length, false, table + more(disagreed.length, 'plainsight -o wide INPUT…'));
}

export function findingSection(findings: readonly Finding[]): string {
  const sorted = SEVERITIES.flatMap((severity) => findings.filter((finding) => finding.severity === severity));
  const cells = sorted.slice(0, SHOWN).map(({ severity, id, message }) => [severity, codeText(id), sentenceText(message)]);
  return section(
    'Findings',
    findings.length,
    false,
    markdownTable(['Severity', 'Finding', 'What it is, and what to do'], cells) + more(findings.length, 'plainsight verify -o wide INPUT…'),
  );
}

/** How far the evidence reaches. What was lost stands in the open. */
export function inputSection({ inputs, late, evicted }: Summary): string {
  const cells = inputs
    .slice(0, SHOWN)
    .map((input) => [
      codeText(input.input),
      input.format === null ? 'not recognised' : codeText(input.format),
      input.format === null ? '–' : readText(input).replaceAll('|', ' '),
      grouped(input.lost),
      ...sawTexts(input),
    ]);
  const losses = inputs.reduce((sum, { lost }) => sum + lost, 0);
  const notes = [
    ...(losses > 0 ? [`- ❔ ${counted(losses, 'record')} lost: what was in them is not known`] : []),
    ...(late > 0 ? [`- ❔ ${counted(late, 'record')} came too late to be joined`] : []),
    ...(evicted > 0 ? [`- ❔ ${counted(evicted, 'connection')} given up before the end: there were too many at once`] : []),
  ];
  const table = markdownTable(['Input', 'Format', 'Records', 'Lost', 'Saw HBONE', 'Saw readable traffic'], cells, [3]);
  const body = section('What each input could see', inputs.length, true, table + more(inputs.length, 'plainsight -o json INPUT…'));
  return notes.length === 0 ? body : `${notes.join('\n')}\n\n${body}`;
}

/** Empty for nothing. GitHub wants a blank line between HTML and Markdown. */
function section(title: string, count: number, folded: boolean, body: string): string {
  if (count === 0) return '';
  if (!folded) return `### ${title}\n\n${body}`;
  return `<details><summary>${title} (${grouped(count)})</summary>\n\n${body}\n</details>\n`;
}

const more = (count: number, command: string): string => (count > SHOWN ? `\n… and ${grouped(count - SHOWN)} more: \`${command}\`\n` : '');
