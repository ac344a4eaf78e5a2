import type { JSX } from 'preact';
import type { ApiEdge, ApiNode } from '../../model/api.ts';
import type { ApiStrict, ApiStrictRow } from '../../model/api-rows.ts';
import type { VerdictCounts } from '../../model/summary.ts';
import { type Column, Grid } from '../grid/grid.tsx';
import { TablePage } from '../grid/table-page.tsx';
import { Loading } from '../parts/empty.tsx';
import { NoTraffic } from '../parts/no-traffic.tsx';
import { StrictBadge } from '../parts/strict-badge.tsx';
import { VerdictBar } from '../parts/verdict-bar.tsx';
import { graph, link, revision } from '../state/live.ts';
import { place } from '../state/place.ts';
import { useResource } from '../state/resource.ts';
import { counted, countText, fullName, shortIdentity, shortName, totalOf, VERDICT_ORDER } from '../words.ts';

type Row = { readonly node: ApiNode; readonly received: VerdictCounts; readonly sent: VerdictCounts; readonly strict: readonly ApiStrictRow[] };

const ENROLLED = { true: 'in the mesh', false: 'not in the mesh', null: '–' } as const;
const READINESS = ['already strict', 'ready', 'no traffic seen', 'would break'] as const;

const COLUMNS: readonly Column<Row>[] = [
  { title: 'Workload', sort: 'workload', width: 'minmax(150px, 1.3fr)', cell: ({ node }) => <span title={fullName(node)}>{shortName(node)}</span> },
  { title: 'Namespace', sort: 'namespace', width: 'minmax(110px, 1fr)', cell: ({ node }) => node.namespace ?? '–' },
  { title: 'Ambient', sort: 'enrolled', width: '124px', cell: ({ node }) => <span class="dim">{ENROLLED[`${node.enrolled}`]}</span> },
  { title: 'Under STRICT', sort: 'strict', width: '240px', cell: ({ strict }) => <Readiness rows={strict} /> },
  { title: 'Received', width: '120px', cell: ({ received }) => <VerdictBar flows={received} small /> },
  { title: 'Connections in', sort: 'in', width: '124px', isNumber: true, cell: ({ received }) => countText(totalOf(received)) },
  { title: 'Connections out', sort: 'out', width: '130px', isNumber: true, cell: ({ sent }) => countText(totalOf(sent)) },
  {
    title: 'In plaintext',
    sort: 'plaintext',
    width: '110px',
    isNumber: true,
    cell: ({ received, sent }) => countText(received.plaintext + sent.plaintext),
  },
  {
    title: 'Identity',
    sort: 'identity',
    width: 'minmax(150px, 1.4fr)',
    cell: ({ node }) => <span title={node.identity ?? ''}>{node.identity === null ? '–' : shortIdentity(node.identity)}</span>,
  },
];

const worst = (rows: readonly ApiStrictRow[]): number => rows.reduce((most, { state }) => Math.max(most, READINESS.indexOf(state)), -1);

function Readiness({ rows }: { readonly rows: readonly ApiStrictRow[] }): JSX.Element {
  const state = READINESS[worst(rows)];
  if (state === undefined) return <span class="dim">–</span>;
  const breaks = rows.flatMap(({ wouldBreak }) => wouldBreak);
  return (
    <>
      <StrictBadge state={state} /> {breaks.length > 0 && <span class="dim">{counted(breaks.length, 'client')}</span>}
    </>
  );
}

const plaintextOf = ({ received, sent }: Row): number => received.plaintext + sent.plaintext;
const BY: Readonly<Record<string, (a: Row, b: Row) => number>> = {
  workload: (a, b) => shortName(b.node).localeCompare(shortName(a.node)),
  namespace: (a, b) => (b.node.namespace ?? '').localeCompare(a.node.namespace ?? ''),
  enrolled: (a, b) => Number(a.node.enrolled ?? -1) - Number(b.node.enrolled ?? -1),
  strict: (a, b) => worst(a.strict) - worst(b.strict) || plaintextOf(a) - plaintextOf(b) || totalOf(a.received) - totalOf(b.received),
  in: (a, b) => totalOf(a.received) - totalOf(b.received),
  out: (a, b) => totalOf(a.sent) - totalOf(b.sent),
  plaintext: (a, b) => plaintextOf(a) - plaintextOf(b),
  identity: (a, b) => (b.node.identity ?? '').localeCompare(a.node.identity ?? ''),
};

export function WorkloadsPage(): JSX.Element {
  revision.value;
  const { sort, order } = place.value;
  const strict = useResource<ApiStrict>('api/strict');
  if (link.value === 'loading') return <Loading rows={10} />;
  if (graph.edges.size === 0) return <NoTraffic />;
  const by = BY[sort ?? 'strict'] ?? BY['strict'];
  const rows = rowsOf(strict.data?.rows ?? []).sort((a, b) => (order === 'asc' ? 1 : -1) * (by?.(a, b) ?? 0));
  const breaking = rows.filter((row) => READINESS[worst(row.strict)] === 'would break').length;
  return (
    <TablePage
      said={`${counted(rows.length, 'workload')}; under STRICT ${breaking === 0 ? 'none is seen to break' : `${counted(breaking, 'workload')} would turn clients away`}`}
    >
      <Grid
        label="Workloads"
        columns={COLUMNS}
        least={1250}
        count={rows.length}
        rowAt={(index) => rows[index]}
        keyOf={({ node }) => node.id}
        selectionOf={({ node }) => `node:${node.id}`}
        sort={sort ?? 'strict'}
        order={order}
      />
    </TablePage>
  );
}

const none = (): Record<keyof VerdictCounts, number> => ({ hbone: 0, tls: 0, plaintext: 0, denied: 0, failed: 0, unknown: 0 });

function rowsOf(strict: readonly ApiStrictRow[]): Row[] {
  const rows = new Map([...graph.nodes.values()].map((node) => [node.id, { node, received: none(), sent: none(), strict: [] as ApiStrictRow[] }]));
  const add = (sums: Record<keyof VerdictCounts, number> | undefined, { flows }: ApiEdge): void => {
    if (sums !== undefined) for (const verdict of VERDICT_ORDER) sums[verdict] += flows[verdict];
  };
  for (const edge of graph.edges.values()) {
    add(rows.get(edge.source)?.sent, edge);
    add(rows.get(edge.destination)?.received, edge);
  }
  for (const row of strict) rows.get(row.node)?.strict.push(row);
  return [...rows.values()];
}
