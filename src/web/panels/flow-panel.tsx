import type { JSX } from 'preact';
import type { ApiEnd, ApiFlow, ApiFlowDetails } from '../../model/api-rows.ts';
import { Badge, VerdictBadge } from '../parts/badge.tsx';
import { Command } from '../parts/command.tsx';
import { Loading, Trouble } from '../parts/empty.tsx';
import { followLink } from '../parts/link.ts';
import { hrefOf } from '../state/place.ts';
import { apiPath } from '../state/request.ts';
import { useResource } from '../state/resource.ts';
import { byteText, durationMs, durationText, fullName, PROVENANCE, secondText, WITNESS_WORDS } from '../words.ts';
import { Panel, Section } from './panel.tsx';

export function FlowPanel({ id }: { readonly id: string }): JSX.Element {
  const { data, error } = useResource<ApiFlowDetails>(apiPath(`flows/${encodeURIComponent(id)}`, {}));
  if (data === null) return error === null ? <Loading rows={8} /> : <Trouble error={error} />;
  const { flow } = data;
  const toEdge = { selected: `edge:${flow.edge}` };
  return (
    <Panel
      above={
        <>
          <VerdictBadge verdict={flow.verdict} />
          {flow.exempt !== null && <Badge tone="exempt" shape="exempt" text={flow.exempt} />}
        </>
      }
      title={`${fullName(flow.source)} → ${fullName(flow.destination)}${flow.destination.port === null ? '' : `:${flow.destination.port}`}`}
      below={`${REASON_WORDS[flow.reason]}.`}
    >
      <Facts flow={flow} details={data} />
      <Section title="Records behind it">
        <ul class="list">
          {data.records.map(({ witness, input, record, text, says }) => (
            <li key={`${input} ${record}`} class="record">
              <span>
                <b>{WITNESS_WORDS[witness]}</b> says {says}
              </span>
              <span class="where">
                {input}, record {record}
              </span>
              {text !== '' && <pre>{text}</pre>}
            </li>
          ))}
        </ul>
      </Section>
      <Section title="The proof, in a terminal">
        <Command text={data.explain} />
      </Section>
      <p>
        <a href={hrefOf(toEdge)} onClick={followLink(toEdge)}>
          Its edge, with everything between these two
        </a>
      </p>
    </Panel>
  );
}

function Facts({ flow, details }: { readonly flow: ApiFlow; readonly details: ApiFlowDetails }): JSX.Element {
  const { carrier, tls } = details;
  return (
    <dl class="facts">
      <dt>When</dt>
      <dd>
        {secondText(flow.start)} UTC, {durationText(durationMs(flow.start, flow.end))}
      </dd>
      <dt>Source</dt>
      <End end={flow.source} />
      <dt>Destination</dt>
      <End end={flow.destination} />
      <dt>Bytes</dt>
      <dd>
        {byteText(flow.bytes.sent)} sent, {byteText(flow.bytes.received)} received
        {flow.exposedBytes !== null && <small>{byteText(flow.exposedBytes)} seen readable</small>}
      </dd>
      {flow.application !== null && <dt>Application</dt>}
      {flow.application !== null && <dd>{flow.application}</dd>}
      {tls !== null && <dt>TLS</dt>}
      {tls !== null && <dd>{[tls.version, tls.alpn.join(' '), tls.sni].filter(Boolean).join(', ')}</dd>}
      {carrier !== null && <dt>Tunnel</dt>}
      {carrier !== null && (
        <dd>
          <code>
            {carrier.source.ip}:{carrier.source.port} → {carrier.destination.ip}:{carrier.destination.port}
          </code>
        </dd>
      )}
      <dt>Flow</dt>
      <dd>
        <code>{flow.id}</code>
        {flow.revision > 1 && <small>told {flow.revision} times: later evidence changed it</small>}
      </dd>
    </dl>
  );
}

const End = ({ end }: { readonly end: ApiEnd }): JSX.Element => (
  <dd>
    <code>
      {end.ip}
      {end.port === null ? '' : `:${end.port}`}
    </code>
    {end.pod !== null && <small>pod {end.pod}</small>}
    {end.service !== null && <small>service {end.service}</small>}
    {end.identity !== null && (
      <small>
        {end.identity}
        {end.identityFrom !== null && `, ${PROVENANCE[end.identityFrom]}`}
      </small>
    )}
  </dd>
);
