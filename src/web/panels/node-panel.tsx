import type { JSX } from 'preact';
import type { ApiEdge, ApiNode } from '../../model/api.ts';
import type { ApiStrict } from '../../model/api-rows.ts';
import { Empty } from '../parts/empty.tsx';
import { StrictBadge } from '../parts/strict-badge.tsx';
import { graph, revision } from '../state/live.ts';
import { useResource } from '../state/resource.ts';
import { attentionOf, counted, fullName, PROVENANCE, shortName } from '../words.ts';
import { EdgeRow } from './edge-row.tsx';
import { Panel, Section } from './panel.tsx';

const ENROLLED = { true: 'in the mesh', false: 'not in the mesh', null: 'nobody says' } as const;

export function NodePanel({ id }: { readonly id: string }): JSX.Element {
  revision.value;
  const strict = useResource<ApiStrict>('api/strict');
  const node = graph.nodes.get(id);
  if (node === undefined) return <Empty title="This workload is not among what the filters let through" />;
  const edges = [...graph.edges.values()].sort((a, b) => attentionOf(a) - attentionOf(b));
  const rows = strict.data?.rows.filter((row) => row.node === id) ?? [];
  return (
    <Panel
      above={<span class="sub">{node.workload === null ? 'Address' : 'Workload'}</span>}
      title={shortName(node)}
      below={node.namespace === null ? undefined : `namespace ${node.namespace}`}
    >
      <Who node={node} />
      {rows.length > 0 && (
        <Section title="Under STRICT">
          <ul class="list">
            {rows.map((row) => (
              <li key={row.port}>
                <StrictBadge state={row.state} /> {row.port === null ? 'any port' : `port ${row.port}`}{' '}
                {row.modeFrom !== null && (
                  <span class="sub">
                    {row.mode} now, by {row.modeFrom}
                  </span>
                )}
                {row.wouldBreak.map((client) => (
                  <p key={fullName(client)} class="sub">
                    {fullName(client)}: {counted(client.flows, 'connection')}, {REASON_WORDS[client.reason]}
                  </p>
                ))}
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Edges title="Called by" edges={edges.filter(({ destination }) => destination === id)} />
      <Edges title="Calls" edges={edges.filter(({ source }) => source === id)} />
    </Panel>
  );
}

const Who = ({ node }: { readonly node: ApiNode }): JSX.Element => (
  <dl class="facts">
    <dt>Ambient</dt>
    <dd>{ENROLLED[`${node.enrolled}`]}</dd>
    {node.cluster !== null && <dt>Cluster</dt>}
    {node.cluster !== null && <dd>{node.cluster}</dd>}
    <dt>Identity</dt>
    <dd>
      {node.identity === null ? 'none seen' : <code>{node.identity}</code>}
      {node.identityFrom !== null && <small>{PROVENANCE[node.identityFrom]}</small>}
    </dd>
  </dl>
);

const SHOWN = 30;
const Edges = ({ title, edges }: { readonly title: string; readonly edges: readonly ApiEdge[] }): JSX.Element | null =>
  edges.length === 0 ? null : (
    <Section title={`${title} (${edges.length})`}>
      <ul class="list">
        {edges.slice(0, SHOWN).map((edge) => (
          <EdgeRow key={edge.id} edge={edge} />
        ))}
      </ul>
      {edges.length > SHOWN && <p class="sub">and {counted(edges.length - SHOWN, 'more', 'more')}: see Edges</p>}
    </Section>
  );
