import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ApiEnd, ApiFlow } from '../../model/api-rows.ts';
import { type Column, Grid, MOST_ROWS } from '../grid/grid.tsx';
import { useFlowPages } from '../grid/pages.ts';
import { TablePage } from '../grid/table-page.tsx';
import { Badge, VerdictBadge } from '../parts/badge.tsx';
import { Loading, Trouble } from '../parts/empty.tsx';
import { NoTraffic } from '../parts/no-traffic.tsx';
import { place } from '../state/place.ts';
import { apiPath } from '../state/request.ts';
import { bytesOf, byteText, counted, countText, durationMs, durationText, fullName, secondText, WITNESS_WORDS } from '../words.ts';

const End = ({ end }: { readonly end: ApiEnd }): JSX.Element => <span title={`${fullName(end)} ${end.ip}`}>{fullName(end)}</span>;

const COLUMNS: readonly Column<ApiFlow>[] = [
  {
    title: 'Verdict',
    sort: 'verdict',
    width: '150px',
    cell: (flow) => (flow.exempt === null ? <VerdictBadge verdict={flow.verdict} /> : <Badge tone="exempt" shape="exempt" text={flow.exempt} />),
  },
  { title: 'Start (UTC)', sort: 'start', width: '178px', cell: (flow) => secondText(flow.start) },
  { title: 'Source', sort: 'source', width: 'minmax(150px, 1.3fr)', cell: (flow) => <End end={flow.source} /> },
  { title: 'Destination', sort: 'destination', width: 'minmax(150px, 1.3fr)', cell: (flow) => <End end={flow.destination} /> },
  { title: 'Port', sort: 'port', width: '76px', isNumber: true, cell: (flow) => flow.destination.port ?? '–' },
  { title: 'Duration', sort: 'duration', width: '92px', isNumber: true, cell: (flow) => durationText(durationMs(flow.start, flow.end)) },
  { title: 'Bytes', sort: 'bytes', width: '88px', isNumber: true, cell: (flow) => byteText(bytesOf(flow)) },
  { title: 'Readable', sort: 'exposed', width: '88px', isNumber: true, cell: (flow) => byteText(flow.exposedBytes) },
  { title: 'Why', sort: 'reason', width: 'minmax(150px, 1.5fr)', cell: (flow) => <span class="dim">{REASON_WORDS[flow.reason]}</span> },
  {
    title: 'Witnesses',
    width: 'minmax(110px, 1fr)',
    cell: (flow) => <span class="dim">{flow.witnesses.map((witness) => WITNESS_WORDS[witness]).join(', ')}</span>,
  },
];

export function FlowsPage(): JSX.Element {
  const { filters, sort: wanted, order } = place.value;
  const sort = wanted ?? 'start';
  const [begin, setBegin] = useState(0);
  const what = apiPath('flows', filters, { sort, order });
  const { total, error, rowAt } = useFlowPages(what, (offset, limit) => apiPath('flows', filters, { sort, order, offset, limit }));
  if (total === null) return error === null ? <Loading rows={10} /> : <Trouble error={error} />;
  if (total === 0) return <NoTraffic />;
  const from = begin < total ? begin : 0;
  const count = Math.min(MOST_ROWS, total - from);
  return (
    <TablePage said={counted(total, 'flow')} tools={total > MOST_ROWS && <Parts total={total} from={from} count={count} go={setBegin} />}>
      <Grid
        key={from}
        label="Flows"
        columns={COLUMNS}
        least={1290}
        count={count}
        rowAt={(index) => rowAt(from + index)}
        keyOf={({ id }) => id}
        selectionOf={({ id }) => `flow:${id}`}
        sort={sort}
        order={order}
      />
    </TablePage>
  );
}

type PartsProps = { readonly total: number; readonly from: number; readonly count: number; readonly go: (begin: number) => void };
/** A table longer than a browser can scroll is shown in parts. */
const Parts = ({ total, from, count, go }: PartsProps): JSX.Element => (
  <>
    <button type="button" class="button" disabled={from === 0} onClick={() => go(from - MOST_ROWS)}>
      Earlier rows
    </button>
    <span class="status-text">
      {countText(from + 1)} – {countText(from + count)}
    </span>
    <button type="button" class="button" disabled={from + count >= total} onClick={() => go(from + MOST_ROWS)}>
      Later rows
    </button>
  </>
);
