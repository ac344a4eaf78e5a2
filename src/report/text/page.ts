/** The default view: headline, then what needs a person, then what is proven, then how far the evidence reaches. */

import type { Reason, Verdict } from '../../model/flow.ts';
import type { Edge, Finding, Summary } from '../../model/summary.ts';
import { byAttention, bytesOf, type Concern, concernOf, flowsOf } from './edge-columns.ts';
import { pairName } from './ends.ts';
import { findingLines, heading, paragraph } from './findings.ts';
import { headline, titleLine, totalOf } from './headline.ts';
import { inputLines } from './inputs.ts';
import { type Cell, type Column, cell, fitWidths, line } from './layout.ts';
import type { Look } from './look.ts';
import { VERDICT_COLOR, VERDICT_MARK } from './paint.ts';
import { visible } from './visible.ts';
import { cutMiddle } from './width.ts';
import { witnessLines } from './witnesses.ts';
import { byteText, counted, grouped, REASON_WORDS, VERDICT_WORDS } from './words.ts';

export type Page = { readonly edges: readonly Edge[]; readonly findings: readonly Finding[]; readonly summary: Summary };

const SHOWN_EDGES = 10;
const NEXT = 'Next: plainsight flows INPUT… lists the connections, plainsight explain FLOW INPUT… tells why.';

/** Pure. */
export function renderPage({ edges, findings, summary }: Page, look: Look, wide = false): string {
  const sorted = [...edges].sort(byAttention);
  const of = (concern: Concern): Edge[] => sorted.filter((edge) => concernOf(edge) === concern);
  return [
    titleLine(summary, look),
    '\n',
    headline(summary, look),
    explained('NOT ENCRYPTED BY THE MESH', of('open'), look, '--verdict plaintext --verdict tls'),
    explained('COULD NOT BE DECIDED', of('undecided'), look, '--verdict unknown'),
    explained('TURNED AWAY, OR FAILED', of('turned-away'), look, '--verdict denied --verdict failed'),
    findings.length === 0 ? '' : heading('FINDINGS', look) + findingLines(findings, look),
    proven(of('proven'), look),
    exempted(of('exempt'), summary, look),
    witnessLines(edges, look, wide),
    inputLines(summary, look),
    totalOf(summary.flows) === 0 ? '' : `\n${look.paint(paragraph(NEXT, look, '').trimEnd(), 'dim')}\n`,
  ].join('');
}

/** Two lines an edge: between whom, and how many and why. */
function explained(title: string, edges: readonly Edge[], look: Look, flags: string): string {
  if (edges.length === 0) return '';
  let text = heading(title, look);
  for (const edge of edges.slice(0, SHOWN_EDGES)) {
    const worst = worstOf(edge);
    text += `  ${look.paint(VERDICT_MARK[worst], VERDICT_COLOR[worst])} ${cutMiddle(pairName(edge.source, edge.destination), look.columns - 4)}\n`;
    text += paragraph(whatHappened(edge), look, '    ');
  }
  return text + hiddenLine(edges.length - SHOWN_EDGES, `plainsight edges ${flags} INPUT…`, look);
}

const WORST_FIRST: readonly Verdict[] = ['plaintext', 'tls', 'unknown', 'denied', 'failed', 'hbone'];
export const worstOf = ({ flows }: Edge): Verdict => WORST_FIRST.find((verdict) => flows[verdict] > 0) ?? 'unknown';

/** Why the worst of it came to be; names in it as they are. */
export const whyText = ({ reason, deniedBy }: Edge): string =>
  reason === null ? 'no reason known' : ((DENIALS.has(reason) ? deniedBy : null) ?? REASON_WORDS[reason]);
const DENIALS: ReadonlySet<Reason> = new Set(['strict-policy', 'authorization-policy']);

/** The verdict's own words have said as much. */
const SAID: ReadonlySet<Reason> = new Set(['hbone', 'application-tls']);

/** `4 of 6 in plaintext, 2 denied; 1.2 kB readable: the client is not in the mesh`. `why`: the last part. */
export function whatHappened(edge: Edge, why: string = visible(whyText(edge))): string {
  const total = flowsOf(edge);
  const [worst, ...others] = WORST_FIRST.filter((verdict) => edge.flows[verdict] > 0);
  if (worst === undefined) return '';
  const first = edge.flows[worst] === total ? allOf(total) : `${grouped(edge.flows[worst])} of ${grouped(total)}`;
  const rest = others.map((verdict) => `, ${grouped(edge.flows[verdict])} ${VERDICT_WORDS[verdict]}`).join('');
  const exposed = (edge.exposedBytes ?? 0) > 0 ? `; ${byteText(edge.exposedBytes)} readable` : '';
  return `${first} ${VERDICT_WORDS[worst]}${rest}${exposed}${edge.reason !== null && SAID.has(edge.reason) ? '' : `: ${why}`}`;
}

const allOf = (total: number): string => (total === 1 ? 'one connection' : total === 2 ? 'both' : `all ${grouped(total)}`);

const LISTED_COLUMNS: readonly Column[] = [{ title: '', min: 20 }, { title: '', right: true }, { title: '', right: true }, { title: '' }];

function proven(edges: readonly Edge[], look: Look): string {
  if (edges.length === 0) return '';
  const rest = (edge: Edge): readonly Cell[] => [cell(bytesOf(edge) === null ? '' : byteText(bytesOf(edge))), cell(turnedAway(edge))];
  return heading('PROVEN ENCRYPTED', look) + listed(edges, { mark: look.paint('✓', 'green'), count: ({ flows }) => flows.hbone, rest }, look);
}

type Listing = { readonly mark: string; count(edge: Edge): number; rest(edge: Edge): readonly Cell[] };

/** One line an edge. */
function listed(edges: readonly Edge[], { mark, count, rest }: Listing, look: Look): string {
  const rows = edges
    .slice(0, SHOWN_EDGES)
    .map((edge): readonly Cell[] => [cell(pairName(edge.source, edge.destination)), cell(counted(count(edge), 'connection')), ...rest(edge)]);
  const widths = fitWidths(LISTED_COLUMNS, rows, look.columns - 4);
  const lines = rows.map((row) => `  ${mark} ${line(LISTED_COLUMNS, row, widths, look.paint)}`);
  return lines.join('') + hiddenLine(edges.length - SHOWN_EDGES, 'plainsight edges INPUT…', look);
}

function turnedAway({ flows }: Edge): string {
  return (['denied', 'failed'] as const)
    .filter((verdict) => flows[verdict] > 0)
    .map((verdict) => `${grouped(flows[verdict])} ${verdict}`)
    .join(', ');
}

function hiddenLine(count: number, command: string, { paint }: Look): string {
  return count > 0 ? paint(`  … and ${counted(count, 'more edge')}: ${command}\n`, 'dim') : '';
}

/** Counted; and where there is nothing else to look at, as in a capture of `lo`, listed. */
function exempted(edges: readonly Edge[], { exempt, flows }: Summary, look: Look): string {
  if (exempt === 0) return '';
  const what = `${counted(exempt, 'connection is', 'connections are')} exempt by design, and not counted: kubelet probes, DNS, control plane, legs inside a pod.`;
  const rest = (): readonly Cell[] => [cell(''), cell('')];
  const list =
    totalOf(flows) > 0 || edges.length === 0 ? '' : listed(edges, { mark: look.paint('·', 'dim'), count: (edge) => edge.exempt, rest }, look);
  return heading('EXEMPT', look) + list + paragraph(what, look);
}
