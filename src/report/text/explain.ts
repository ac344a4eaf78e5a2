/** The records behind a verdict. */
import type { Flow, FlowEnd, Witness } from '../../model/flow.ts';
import type { RecordQuote } from '../../model/summary.ts';
import { isDated } from '../../model/time.ts';
import { endName, socketName } from './ends.ts';
import { heading, paragraph } from './findings.ts';
import { identityText, protocolText, verdictCell } from './flow-columns.ts';
import type { Look } from './look.ts';
import { visible } from './visible.ts';
import { byteText, dayAndSecond, durationText, milliText, REASON_WORDS } from './words.ts';

export function renderFlow(flow: Flow, look: Look): string {
  const verdict = verdictCell(flow);
  const lines = [
    `${look.paint(verdict.text, verdict.color)}  ${REASON_WORDS[flow.reason]} (${flow.reason})${flow.exempt === null ? '' : `; exempt: ${flow.exempt}`}`,
    '',
    `  from      ${whoText(flow.source)}`,
    `  to        ${whoText(flow.destination)}`,
    ...(flow.destination.service === null ? [] : [`  service   ${visible(flow.destination.service)}`]),
    `  when      ${dayAndSecond(flow.start)}${milliText(flow.start).slice(8)} ${isDated(flow.start) ? 'UTC' : '(time of day only)'}, ${flow.end === null ? 'still open' : durationText(flow.end - flow.start)}`,
    `  what      ${flow.kind}, ${protocolText(flow)}${namesText(flow)}`,
    `  bytes     ${byteText(flow.bytes.sent)} sent, ${byteText(flow.bytes.received)} received, ${exposedText(flow)}`,
    ...(flow.carrier === null ? [] : [`  carried   ${socketName(flow.carrier.source)} → ${socketName(flow.carrier.destination)}`]),
    `  ${isContradicted(flow) ? 'claims' : 'proves'}    from ${identityText(flow.source)}`,
    `            to   ${identityText(flow.destination)}`,
    ...(flow.findings.length === 0 ? [] : [`  findings  ${flow.findings.map(visible).join(', ')}`]),
    `  flow      ${flow.id}, revision ${flow.revision}${flow.supersededBy === null ? '' : `, withdrawn: now ${flow.supersededBy}`}`,
  ];
  return `${lines.join('\n')}\n${flow.evidence.length === 0 ? '' : heading('EVIDENCE', look)}`;
}

/** A line prints identities of what it holds to be a tunnel; packets in clear prove nobody's. */
const isContradicted = ({ verdict, source, destination }: Flow): boolean =>
  verdict === 'plaintext' && [source, destination].some(({ identityFrom }) => identityFrom === 'certificate' || identityFrom === 'expected');

/** What a record of an input is called. */
export const PLACE: { readonly [witness in Witness]: string } = {
  log: 'line',
  wire: 'frame',
  config: 'record',
  policy: 'record',
  metric: 'record',
  graph: 'record',
};

/** One record: where to find it, what it says by itself, and its text. */
export function renderRecord(quote: RecordQuote, look: Look): string {
  const place = `${quote.witness}  ${visible(quote.input)}, ${PLACE[quote.witness]} ${quote.record}`;
  return `  ${look.paint(place, 'bold')}  says ${visible(quote.says)}\n${quote.text === '' ? '' : paragraph(visible(quote.text.replaceAll('\t', '  ')), look, '    ')}`;
}

function whoText(end: FlowEnd): string {
  const pod = end.pod === null || end.pod === end.workload ? '' : `, pod ${visible(end.pod)}`;
  return end.workload === null ? socketName(end) : `${endName(end)} at ${socketName(end)}${pod}`;
}

function namesText({ tls }: Flow): string {
  if (tls === null) return '';
  const alpn = tls.alpn.length === 0 ? '' : `, ALPN ${tls.alpn.map(visible).join(' ')}`;
  return `${alpn}${tls.sni === null ? '' : `, SNI ${visible(tls.sni)}`}`;
}

const exposedText = ({ exposedBytes }: Flow): string =>
  exposedBytes === null ? 'no capture saw it' : `${byteText(exposedBytes)} readable on the network`;
