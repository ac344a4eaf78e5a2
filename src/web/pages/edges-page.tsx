import type { JSX } from 'preact';
import type { ApiEdge } from '../../model/api.ts';
import { type Column, Grid } from '../grid/grid.tsx';
import { TablePage } from '../grid/table-page.tsx';
import { EdgeBadges } from '../parts/badge.tsx';
import { Loading } from '../parts/empty.tsx';
import { NoTraffic } from '../parts/no-traffic.tsx';
import { VerdictBar } from '../parts/verdict-bar.tsx';
import { graph, link, revision } from '../state/live.ts';
import { place } from '../state/place.ts';
import { attentionOf, bytesOf, byteText, counted, countText, fullName, secondText, totalOf } from '../words.ts';

const UNKNOWN = { workload: null, namespace: null, ip: null };
const nameOf = (id: string): string => fullName(graph.nodes.get(id) ?? UNKNOWN);

const COLUMNS: readonly Column<ApiEdge>[] = [
  { title: 'State', sort: 'attention', width: 'var(--state-width, 232px)', cell: (edge) => <EdgeBadges edge={edge} /> },
  { title: 'Source', sort: 'source', width: 'minmax(150px, 1.4fr)', cell: (edge) => <span title={nameOf(edge.source)}>{nameOf(edge.source)}</span> },
  {
    title: 'Destination',
    sort: 'destination',
    width: 'minmax(150px, 1.4fr)',
    cell: (edge) => <span title={nameOf(edge.destination)}>{nameOf(edge.destination)}</span>,
  },
  { title: 'Port', sort: 'port', width: '78px', isNumber: true, cell: (edge) => edge.port ?? '–' },
  { title: 'Verdicts', width: '110px', cell: (edge) => <VerdictBar flows={edge.flows} small /> },
  { title: 'Connections', sort: 'flows', width: '112px', isNumber: true, cell: (edge) => countText(totalOf(edge.flows) + edge.exempt) },
  { title: 'Bytes', sort: 'bytes', width: '90px', isNumber: true, cell: (edge) => byteText(bytesOf(edge)) },
  { title: 'Readable', sort: 'exposed', width: '90px', isNumber: true, cell: (edge) => byteText(edge.exposedBytes) },
  { title: 'Why', width: 'minmax(150px, 1.6fr)', cell: (edge) => <span class="dim">{edge.reason === null ? '' : REASON_WORDS[edge.reason]}</span> },
  { title: 'Last (UTC)', sort: 'last', width: '178px', cell: (edge) => <span class="dim">{secondText(edge.last)}</span> },
];

const BY: Readonly<Record<string, (a: ApiEdge, b: ApiEdge) => number>> = {
  attention: (a, b) => attentionOf(b) - attentionOf(a) || totalOf(a.flows) - totalOf(b.flows),
  source: (a, b) => nameOf(b.source).localeCompare(nameOf(a.source)),
  destination: (a, b) => nameOf(b.destination).localeCompare(nameOf(a.destination)),
  port: (a, b) => (a.port ?? 0) - (b.port ?? 0),
  flows: (a, b) => totalOf(a.flows) - totalOf(b.flows),
  bytes: (a, b) => bytesOf(a) - bytesOf(b),
  exposed: (a, b) => (a.exposedBytes ?? -1) - (b.exposedBytes ?? -1),
  last: (a, b) => (a.last ?? '').localeCompare(b.last ?? ''),
};

export function EdgesPage(): JSX.Element {
  revision.value;
  const { sort, order } = place.value;
  const by = BY[sort ?? 'attention'] ?? BY['attention'];
  const edges = [...graph.edges.values()].sort((a, b) => (order === 'asc' ? 1 : -1) * (by?.(a, b) ?? 0));
  if (link.value === 'loading') return <Loading rows={10} />;
  if (edges.length === 0) return <NoTraffic />;
  return (
    <TablePage said={`${counted(edges.length, 'edge')} between ${counted(graph.nodes.size, 'workload')}`}>
      <Grid
        label="Edges"
        columns={COLUMNS}
        least={1300}
        count={edges.length}
        rowAt={(index) => edges[index]}
        keyOf={({ id }) => id}
        selectionOf={({ id }) => `edge:${id}`}
        sort={sort ?? 'attention'}
        order={order}
      />
    </TablePage>
  );
}
