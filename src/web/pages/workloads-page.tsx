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

type Row = {
  readonly node: ApiNode;
  readonly received: VerdictCounts;
  readonly sent: VerdictCounts;
  readonly strict: readonly ApiStrictRow[];
  readonly mode: string;
};

const ENROLLED = { true: 'in the mesh', false: 'not in the mesh', null: '–' } as const;
const READINESS = ['already strict', 'ready', 'no traffic seen', 'would break'] as const;

const COLUMNS: readonly Column<Row>[] = [
  { title: 'Workload', sort: 'workload', width: 'minmax(150px, 1.3fr)', cell: ({ node }) => <span title={fullName(node)}>{shortName(node)}</span> },
  { title: 'Namespace', sort: 'namespace', width: 'minmax(110px, 1fr)', cell: ({ node }) => node.namespace ?? '–' },
  { title: 'Ambient', sort: 'enrolled', width: '124px', cell: ({ node }) => <span class="dim">{ENROLLED[`${node.enrolled}`]}</span> },
  { title: 'Mode', sort: 'mode', width: '116px', cell: (row) => <Mode row={row} /> },
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

/** What PeerAuthentication holds now, and which says so: of all ports, or told to be several. */
function Mode({ row: { mode, strict: rows } }: { readonly row: Row }): JSX.Element {
  if (mode === '') return <span class="dim">–</span>;
  const policies = [...new Set(rows.map(({ modeFrom, port }) => modeFrom ?? `no policy for port ${port}`))];
  const shown = policies.length > 3 ? [...policies.slice(0, 3), '…'] : policies;
  return (
    <span class={mode === 'PERMISSIVE' ? 'dim' : ''} title={shown.join(', ')}>
      {mode}
    </span>
  );
}

function modeOf(rows: readonly ApiStrictRow[]): string {
  const [first, ...others] = new Set(rows.map(({ mode }) => mode));
  return others.length > 0 ? 'by port' : (first ?? '');
}

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
  mode: (a, b) => b.mode.localeCompare(a.mode),
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
        least={1366}
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
  const rows = new Map(
    [...graph.nodes.values()].map((node) => [node.id, { node, received: none(), sent: none(), strict: [] as ApiStrictRow[], mode: '' }]),
  );
  const add = (sums: Record<keyof VerdictCounts, number> | undefined, { flows }: ApiEdge): void => {
    if (sums !== undefined) for (const verdict of VERDICT_ORDER) sums[verdict] += flows[verdict];
  };
  for (const edge of graph.edges.values()) {
    add(rows.get(edge.source)?.sent, edge);
    add(rows.get(edge.destination)?.received, edge);
  }
  for (const row of strict) rows.get(row.node)?.strict.push(row);
  // Where no policy was read, that none speaks of a workload says nothing of its mode.
  const isTold = strict.some(({ modeFrom }) => modeFrom !== null);
  return [...rows.values()].map((row) => ({ ...row, mode: isTold ? modeOf(row.strict) : '' }));
}
