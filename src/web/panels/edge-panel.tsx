import type { JSX } from 'preact';
import type { ApiEdge, ApiEdgeDetails, ApiNode, ApiVoice } from '../../model/api.ts';
import { EdgeBadges, VerdictBadge } from '../parts/badge.tsx';
import { Command } from '../parts/command.tsx';
import { Loading, Trouble } from '../parts/empty.tsx';
import { followLink } from '../parts/link.ts';
import { TimeChart } from '../parts/time-chart.tsx';
import { VerdictBar, verdictsText } from '../parts/verdict-bar.tsx';
import { hrefOf, place } from '../state/place.ts';
import { apiPath } from '../state/request.ts';
import { useResource } from '../state/resource.ts';
import { byteText, counted, fullName, PROVENANCE, STATE_WORDS, secondText, WITNESS_WORDS } from '../words.ts';
import { EvidenceList } from './evidence.tsx';
import { FindingRow } from './finding-row.tsx';
import { FlowRow } from './flow-row.tsx';
import { Panel, Section } from './panel.tsx';

export function EdgePanel({ id }: { readonly id: string }): JSX.Element {
  const { data, error } = useResource<ApiEdgeDetails>(apiPath(`edges/${encodeURIComponent(id)}`, place.value.filters));
  if (data === null) return error === null ? <Loading rows={8} /> : <Trouble error={error} />;
  const { edge, source, destination } = data;
  return (
    <Panel
      above={<EdgeBadges edge={edge} />}
      title={
        <>
          <NodeLink node={source} /> → <NodeLink node={destination} />
          {edge.port === null ? '' : `:${edge.port}`}
        </>
      }
      below={`${STATE_WORDS[edge.state].long}${edge.state === 'proven' || edge.reason === null ? '' : `: ${REASON_WORDS[edge.reason]}`}.`}
    >
      <Sums edge={edge} />
      {data.history.buckets.length > 1 && (
        <Section title="Verdicts over time (UTC)">
          <TimeChart history={data.history} height={84} />
        </Section>
      )}
      {data.voices.length > 0 && <Voices voices={data.voices} agreement={data.agreement} />}
      <Identities details={data} />
      {data.findings.length > 0 && (
        <Section title="Findings">
          <ul class="list">
            {data.findings.map((finding) => (
              <FindingRow key={finding.key} finding={finding} />
            ))}
          </ul>
        </Section>
      )}
      <Flows details={data} />
    </Panel>
  );
}

function NodeLink({ node }: { readonly node: ApiNode }): JSX.Element {
  const change = { selected: `node:${node.id}` };
  return (
    <a href={hrefOf(change)} onClick={followLink(change)}>
      {fullName(node)}
    </a>
  );
}

const Sums = ({ edge }: { readonly edge: ApiEdge }): JSX.Element => (
  <section aria-label="Sums">
    <VerdictBar flows={edge.flows} />
    <dl class="facts spaced">
      <dt>Connections</dt>
      <dd>
        {verdictsText(edge.flows)}
        {edge.exempt > 0 && `, ${counted(edge.exempt, 'exempt one')}`}
      </dd>
      <dt>Bytes</dt>
      <dd>
        {byteText(edge.bytes.sent)} sent, {byteText(edge.bytes.received)} received
        {edge.exposedBytes !== null && (
          <small>
            {edge.exposedBytes === 0 ? 'none seen readable by the packets' : `${byteText(edge.exposedBytes)} seen readable on the network`}
          </small>
        )}
      </dd>
      <dt>Seen</dt>
      <dd>
        {secondText(edge.first)} – {secondText(edge.last).slice(11)} UTC
      </dd>
    </dl>
  </section>
);

const SAYS_TONE: { readonly [says in ApiVoice['says']]: string } = {
  encrypted: 'proven',
  tls: 'tls',
  plaintext: 'plaintext',
  mixed: 'partly',
  blocked: 'denied',
  silent: 'unproven',
};
const AGREEMENT: { readonly [agreement in ApiEdgeDetails['agreement']]: string } = {
  agree: 'What each witness says: they agree',
  disagree: 'What each witness says: they contradict each other',
  alone: 'What each witness says: one alone',
};

const Voices = ({ voices, agreement }: Pick<ApiEdgeDetails, 'voices' | 'agreement'>): JSX.Element => (
  <Section title={AGREEMENT[agreement]}>
    <ul class="list">
      {voices.map((voice) => (
        <li key={voice.witness}>
          <b>{WITNESS_WORDS[voice.witness]}</b> <span class={`badge plain tone-${SAYS_TONE[voice.says]}`}>{voice.says}</span>
          {voice.text !== '' && <p class="sub">{voice.text}</p>}
          <EvidenceList evidence={voice.evidence.slice(0, 3)} />
        </li>
      ))}
    </ul>
  </Section>
);

function Identities({ details }: { readonly details: ApiEdgeDetails }): JSX.Element {
  const { source, destination } = details.identities;
  const ends = [
    ['Source', source],
    ['Destination', destination],
  ] as const;
  return (
    <Section title="Identities">
      <dl class="facts">
        {ends.map(([name, list]) => (
          <>
            <dt>{name}</dt>
            <dd>
              {list.length === 0
                ? 'none seen'
                : list.map(({ identity, from, flows }) => (
                    <div key={identity}>
                      <code>{identity}</code>
                      <small>
                        {from === null ? 'nobody says how it is known' : PROVENANCE[from]}, {counted(flows, 'connection')}
                      </small>
                    </div>
                  ))}
            </dd>
          </>
        ))}
      </dl>
    </Section>
  );
}

function Flows({ details }: { readonly details: ApiEdgeDetails }): JSX.Element {
  const { edge, source, destination, flows, explain } = details;
  const port = edge.port === null ? {} : { port: [String(edge.port)] };
  const all = {
    view: 'flows',
    selected: null,
    filters: { ...place.value.filters, from: [fullName(source)], to: [fullName(destination)], ...port },
  } as const;
  return (
    <>
      <Section title="Connections and the records behind them">
        <ul class="list">
          {flows.slice(0, 8).map((flow) => (
            <FlowRow key={flow.id} flow={flow} badge={<VerdictBadge verdict={flow.verdict} />} />
          ))}
        </ul>
        <p>
          <a href={hrefOf(all)} onClick={followLink(all)}>
            All its flows
          </a>
        </p>
      </Section>
      {explain !== null && (
        <Section title="The proof, in a terminal">
          <Command text={explain} />
        </Section>
      )}
    </>
  );
}
