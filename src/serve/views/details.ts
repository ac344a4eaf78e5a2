/** One edge, in full; verdicts over time. */
import type { ApiEdgeDetails, ApiHistory } from '../../model/api.ts';
import type { ApiFlow } from '../../model/api-rows.ts';
import { f64At, u8At } from '../../model/column.ts';
import { type CountedReason, WORST_FIRST } from '../../model/secured.ts';
import { formatTime, MICROS_PER_SECOND, micros } from '../../model/time.ts';
import { argsort } from '../history/argsort.ts';
import type { Edge } from '../history/graph.ts';
import type { History } from '../history/history.ts';
import { S } from '../history/sums.ts';
import { type Asked, countReason, noCounts, Tallied } from './edges.ts';
import { apiFlow } from './flows.ts';

const MAX_BUCKETS = 120;
const NICE_SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400];
const SHOWN_FLOWS = 50;

/** Flows by the time they ended, or began where they are open. */
export function timeline(history: History, rows: Uint32Array): ApiHistory {
  const { start, end } = history.columns;
  const timeOf = (row: number): number => (Number.isNaN(f64At(end, row)) ? f64At(start, row) : f64At(end, row));
  let [first, last] = [Infinity, -Infinity];
  for (const row of rows) {
    first = Math.min(first, timeOf(row));
    last = Math.max(last, timeOf(row));
  }
  const wanted = (last - first) / MICROS_PER_SECOND / MAX_BUCKETS;
  const bucketSeconds = NICE_SECONDS.find((seconds) => seconds > wanted) ?? Math.ceil(wanted / 86_400 + 1) * 86_400;
  const width = bucketSeconds * MICROS_PER_SECOND;
  const buckets = new Map<number, { readonly flows: ReturnType<typeof noCounts>; exempt: number }>();
  for (const row of rows) {
    const group = history.groupOf(row);
    if (group === undefined) continue;
    const at = Math.floor(timeOf(row) / width);
    const bucket = buckets.get(at) ?? { flows: noCounts(), exempt: 0 };
    buckets.set(at, bucket);
    if (group.exempt === null) bucket.flows[group.verdict]++;
    else bucket.exempt++;
  }
  const inOrder = [...buckets].sort(([a], [b]) => a - b);
  return { bucketSeconds, buckets: inOrder.map(([at, counts]) => ({ time: formatTime(micros(at * width)), ...counts })) };
}

export type EdgeParts = Pick<ApiEdgeDetails, 'identities' | 'reasons' | 'history' | 'flows'>;

/** `rows`: those of the edge that the question is about. */
export function edgeParts(edge: Edge, { history, passes, sums }: Asked, rows: Uint32Array): EdgeParts {
  const names = { source: new Tallied(), destination: new Tallied() };
  const reasons: (CountedReason & { flows: number })[] = [];
  for (const id of edge.groups) {
    const group = history.groups.group(id);
    const flows = sums.at(id, S.flows);
    if (group === undefined || u8At(passes, id) === 0 || flows === 0) continue;
    names.source.count(group.source, flows);
    names.destination.count(group.destination, flows);
    if (group.exempt === null) countReason(reasons, { verdict: group.verdict, reason: group.reason, flows });
  }
  return {
    identities: { source: names.source.all(), destination: names.destination.all() },
    reasons: reasons.sort((a, b) => WORST_FIRST.indexOf(a.verdict) - WORST_FIRST.indexOf(b.verdict) || b.flows - a.flows),
    history: timeline(history, rows),
    flows: worstOf(history, rows),
  };
}

/** The worst, and of those the latest. */
function worstOf(history: History, rows: Uint32Array): readonly ApiFlow[] {
  const byStart = argsort(
    rows,
    Float64Array.from(rows, (row) => f64At(history.columns.start, row)),
    true,
  );
  const badness = Float64Array.from(byStart, (row) => WORST_FIRST.indexOf(history.groupOf(row)?.verdict ?? 'hbone'));
  const ordered = [...argsort(byStart, badness, false).subarray(0, SHOWN_FLOWS)];
  return ordered.flatMap((row) => apiFlow(history, row) ?? []);
}
