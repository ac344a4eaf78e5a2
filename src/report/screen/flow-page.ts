/** A connection, opened: what `explain` says of it, with the records behind the verdict. */
import type { ApiEnd, ApiFlowDetails } from '../../model/api-rows.ts';
import { socketName } from '../text/ends.ts';
import { cell } from '../text/layout.ts';
import { VERDICT_COLOR, VERDICT_MARK } from '../text/paint.ts';
import { visible } from '../text/visible.ts';
import { byteText, REASON_WORDS } from '../text/words.ts';
import { BLANK, type Body, bodyOf, type Line, labelled, sentence, title } from './body.ts';
import { inputName } from './input-list.ts';
import { nodeName } from './states.ts';

export function flowPage({ flow, tls, underlay, carrier, records, explain }: ApiFlowDetails, width: number): Body {
  const { verdict, reason, exempt, bytes, exposedBytes } = flow;
  const what = [flow.kind, flow.transport, flow.application, tls === null ? null : `tls ${tls.version ?? ''}`.trim(), underlay && `in ${underlay}`];
  const lines: Line[] = [
    {
      cells: [
        cell(`${VERDICT_MARK[verdict]} ${verdict}`, VERDICT_COLOR[verdict]),
        cell(`  ${REASON_WORDS[reason]}${exempt === null ? '' : `; exempt: ${exempt}`}`),
      ],
    },
    BLANK,
    ...labelled('from', whoText(flow.source), width),
    ...labelled('', proofText(flow.source), width, 'dim'),
    ...labelled('to', whoText(flow.destination), width),
    ...labelled('', proofText(flow.destination), width, 'dim'),
    ...(flow.destination.service === null ? [] : labelled('service', visible(flow.destination.service), width)),
    ...labelled('when', `${flow.start.replace('T', ' ').replace('Z', ' UTC')}${flow.open ? ', still open' : ''}`, width),
    ...labelled('what', what.flatMap((word) => (word === null ? [] : visible(word))).join(' '), width),
    ...(tls?.sni == null ? [] : labelled('SNI', visible(tls.sni), width)),
    ...labelled('bytes', `${byteText(bytes.sent)} sent, ${byteText(bytes.received)} received`, width),
    ...labelled('readable', exposedBytes === null ? 'no capture saw it' : byteText(exposedBytes), width, (exposedBytes ?? 0) > 0 ? 'alarm' : null),
    ...(carrier === null ? [] : labelled('carried by', `${socketName(carrier.source)} → ${socketName(carrier.destination)}`, width)),
    ...(flow.findings.length === 0 ? [] : labelled('findings', flow.findings.map(visible).join(', '), width, 'yellow')),
    BLANK,
    title('RECORDS'),
    ...records.flatMap(({ witness, input, record, says, text }): Line[] => [
      {
        cells: [
          cell(`${witness}  ${inputName({ input })}, ${witness === 'wire' ? 'frame' : 'line'} ${record}`, 'bold'),
          cell(`  says ${visible(says)}`),
        ],
      },
      ...(text === ''
        ? sentence('a pipe cannot be read a second time', width, { color: 'dim', indent: '  ' })
        : sentence(visible(text.replaceAll('\t', '  ')), width, { indent: '  ' })),
    ]),
    BLANK,
    ...labelled('again', visible(explain), width, 'dim'),
  ];
  return bodyOf(lines);
}

function whoText(end: ApiEnd): string {
  const pod = end.pod === null || end.pod === end.workload ? '' : `, pod ${visible(end.pod)}`;
  return end.workload === null ? socketName(end) : `${nodeName({ ...end, id: end.node, enrolled: null })} at ${socketName(end)}${pod}`;
}

const proofText = ({ identity, identityFrom }: ApiEnd): string =>
  identity === null ? 'no identity' : `${visible(identity)}${identityFrom === null ? '' : ` (${identityFrom})`}`;
