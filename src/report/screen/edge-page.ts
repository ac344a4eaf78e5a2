/** An edge, opened: how it went, who is at its ends and how that is known, what each witness says, findings, and its connections. */
import type { ApiEdgeDetails, ApiIdentity, ApiNode } from '../../model/api.ts';
import type { ApiFlow } from '../../model/api-rows.ts';
import { VERDICTS } from '../../model/flow.ts';
import { type Cell, cell } from '../text/layout.ts';
import { SEVERITY_COLOR, VERDICT_COLOR, VERDICT_MARK } from '../text/paint.ts';
import { visible } from '../text/visible.ts';
import { byteText, counted, grouped, REASON_WORDS } from '../text/words.ts';
import { BLANK, type Body, bodyOf, type Line, labelled, sentence, title } from './body.ts';
import type { Trend } from './scene.ts';
import { fixed, fixedEnd, GAP } from './spans.ts';
import { bytesOf, STATES } from './states.ts';
import { rateOf, rateText, sparkCells } from './trend.ts';

const SHOWN_IDENTITIES = 3;

export function edgePage({ edge, ...details }: ApiEdgeDetails, trend: Trend, width: number): Body {
  const sign = STATES[edge.state];
  const lines: Line[] = [
    { cells: [cell(`${sign.mark} ${sign.word}`, sign.color), cell(`  ${sign.long}`)] },
    BLANK,
    ...countLines(edge.flows, edge.exempt, width),
    ...labelled('lately', `${rateText(rateOf(trend)).replace('·', 'nothing')}`, width),
    { cells: [cell('last minute'.padEnd(12), 'dim'), ...sparkCells(trend, Math.min(60, width - 12), sign.color)] },
    ...labelled('bytes', `${byteText(edge.bytes.sent)} sent, ${byteText(edge.bytes.received)} received`, width),
    ...labelled('readable', readableText(edge.exposedBytes), width, (edge.exposedBytes ?? 0) > 0 ? 'alarm' : null),
    ...endLines('from', details.source, details.identities.source, width),
    ...endLines('to', details.destination, details.identities.destination, width),
    ...details.reasons.flatMap(({ verdict, reason, flows }, at) =>
      labelled(at === 0 ? 'why' : '', `${grouped(flows)} ${verdict}: ${REASON_WORDS[reason]}`, width),
    ),
    ...voiceLines(details, width),
    ...(details.findings.length === 0 ? [] : [BLANK, title('FINDINGS')]),
    ...details.findings.flatMap(({ severity, id, message }): Line[] => [
      { cells: [cell(visible(id), SEVERITY_COLOR[severity])] },
      ...sentence(visible(message), width, { indent: '  ' }),
    ]),
    BLANK,
    title(`CONNECTIONS${details.flows.length < sumOf(edge.flows) + edge.exempt ? ', the worst and latest' : ''}`),
    ...details.flows.map((flow): Line => ({ cells: flowCells(flow, width), item: `flow ${flow.id}` })),
  ];
  return bodyOf(lines);
}

const sumOf = (flows: ApiEdgeDetails['edge']['flows']): number => VERDICTS.reduce((sum, verdict) => sum + flows[verdict], 0);
const readableText = (bytes: number | null): string =>
  bytes === null ? 'no capture saw it' : bytes === 0 ? 'nothing' : `${byteText(bytes)} on the network`;

function countLines(flows: ApiEdgeDetails['edge']['flows'], exempt: number, width: number): Line[] {
  const cells: Cell[] = [];
  for (const verdict of VERDICTS)
    if (flows[verdict] > 0) cells.push(cell(`${VERDICT_MARK[verdict]} ${grouped(flows[verdict])} ${verdict}`, VERDICT_COLOR[verdict]), GAP);
  if (exempt > 0) cells.push(cell(`· ${grouped(exempt)} exempt`, 'dim'));
  return width < 1 ? [] : [{ cells: [cell('connections '.padEnd(12), 'dim'), ...cells] }];
}

const PROVENANCE: { readonly [from in NonNullable<ApiIdentity['from']>]: string } = {
  certificate: 'read from its certificate',
  expected: "expected by the client's ztunnel",
  configured: 'from configuration',
  metric: 'from metrics',
};

function endLines(label: string, node: ApiNode, identities: ApiEdgeDetails['identities']['source'], width: number): Line[] {
  const enrolled = node.enrolled === null ? 'nobody says whether it is in the mesh' : node.enrolled ? 'in the mesh' : 'not in the mesh';
  const shown = identities.slice(0, SHOWN_IDENTITIES).flatMap(({ identity, from }) => {
    const how = from === null ? '' : `, ${PROVENANCE[from]}`;
    return labelled('', `${visible(identity)}${how}`, width);
  });
  return [
    ...labelled(label, enrolled, width, node.enrolled === false ? 'yellow' : null),
    ...(identities.length === 0 ? labelled('', 'no identity seen', width, 'dim') : shown),
    ...(identities.length > SHOWN_IDENTITIES ? labelled('', `and ${counted(identities.length - SHOWN_IDENTITIES, 'other')}`, width, 'dim') : []),
  ];
}

function voiceLines({ voices, agreement }: Pick<ApiEdgeDetails, 'voices' | 'agreement'>, width: number): Line[] {
  if (voices.length === 0) return [];
  const disagree = agreement === 'disagree' ? [cell('  they disagree', 'alarm')] : agreement === 'agree' ? [cell('  they agree', 'dim')] : [];
  return [
    BLANK,
    { cells: [cell('WITNESSES', 'bold'), ...disagree] },
    ...voices.flatMap(({ witness, says, text }) =>
      labelled(witness, visible(text), width, says === 'plaintext' || says === 'mixed' ? 'alarm' : null),
    ),
  ];
}

/** `08:19:01.202  plaintext  why  1.5 kB  9f3c6a1b`: exactly `width` cells. */
function flowCells(flow: ApiFlow, width: number): readonly Cell[] {
  const { verdict, reason, exempt, start, id } = flow;
  const color = exempt === null ? VERDICT_COLOR[verdict] : 'dim';
  const why = exempt === null ? REASON_WORDS[reason] : `exempt: ${exempt}`;
  const bytes = width >= 60 ? [cell(' '), fixed(cell(byteText(bytesOf(flow))), 8, true)] : [];
  const ids = width >= 76 ? [GAP, fixed(cell(id, 'dim'), 16)] : [];
  const used = 12 + 2 + 11 + 2 + (bytes.length > 0 ? 9 : 0) + (ids.length > 0 ? 18 : 0);
  return [
    cell(start.slice(11, 23)),
    GAP,
    fixed(cell(`${VERDICT_MARK[verdict]} ${verdict}`, color), 11),
    GAP,
    fixedEnd(cell(why), Math.max(0, width - used)),
    ...bytes,
    ...ids,
  ];
}
