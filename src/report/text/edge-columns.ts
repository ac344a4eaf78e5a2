/** An edge as a row, and the order in which edges matter to a reader. */
import { VERDICTS } from '../../model/flow.ts';
import type { Edge } from '../../model/summary.ts';
import { endName, withPort } from './ends.ts';
import type { RowKind } from './flow-columns.ts';
import { type Cell, cell } from './layout.ts';
import { SECURED_COLOR, SECURED_MARK } from './paint.ts';
import { visible } from './visible.ts';
import { byteText, grouped } from './words.ts';

export const EDGE_ROWS: RowKind<Edge> = {
  columns: [
    { title: 'SECURED' },
    { title: 'SOURCE', min: 12 },
    { title: 'DESTINATION', min: 16 },
    { title: 'HBONE', right: true },
    { title: 'REASON', min: 12, yields: true },
    { title: 'BYTES', right: true },
    { title: 'READABLE', right: true },
  ],
  optional: [6, 5],
  row: (edge) => [
    securedCell(edge),
    cell(endName(edge.source)),
    cell(withPort(edge.destination)),
    cell(`${grouped(edge.flows.hbone)} of ${grouped(flowsOf(edge))}`),
    cell(edge.reason ?? 'exempt'),
    cell(byteText(bytesOf(edge))),
    cell(byteText(edge.exposedBytes)),
  ],
};

export const WIDE_EDGE_ROWS: RowKind<Edge> = {
  columns: [
    { title: 'SECURED' },
    { title: 'SOURCE' },
    { title: 'DESTINATION' },
    { title: 'TRANSPORT' },
    ...VERDICTS.map((verdict) => ({ title: verdict.toUpperCase(), right: true })),
    { title: 'EXEMPT', right: true },
    { title: 'REASON' },
    { title: 'SENT', right: true },
    { title: 'RECEIVED', right: true },
    { title: 'READABLE', right: true },
    { title: 'SOURCE IDENTITY' },
    { title: 'DESTINATION IDENTITY' },
  ],
  optional: [],
  row: (edge) => [
    securedCell(edge),
    cell(endName(edge.source)),
    cell(withPort(edge.destination)),
    cell(edge.transport),
    ...VERDICTS.map((verdict) => cell(grouped(edge.flows[verdict]))),
    cell(grouped(edge.exempt)),
    cell(edge.reason ?? '–'),
    cell(byteText(edge.bytes.sent)),
    cell(byteText(edge.bytes.received)),
    cell(byteText(edge.exposedBytes)),
    cell(edge.source.identity === null ? '–' : visible(edge.source.identity)),
    cell(edge.destination.identity === null ? '–' : visible(edge.destination.identity)),
  ],
};

function securedCell(edge: Edge): Cell {
  // By design, so neither proven nor a worry.
  if (flowsOf(edge) === 0) return cell('· exempt', 'dim');
  return cell(`${SECURED_MARK[edge.secured]} ${edge.secured}`, SECURED_COLOR[edge.secured]);
}

/** Connections that are not exempt. */
export const flowsOf = ({ flows }: Edge): number => VERDICTS.reduce((sum, verdict) => sum + flows[verdict], 0);

export function bytesOf({ bytes }: Edge): number | null {
  return bytes.sent === null && bytes.received === null ? null : (bytes.sent ?? 0) + (bytes.received ?? 0);
}

/** What a reader has to see first: much plaintext, then application TLS, then what is undecided, then refusals, then the rest by size. */
export function byAttention(a: Edge, b: Edge): number {
  return rank(a) - rank(b) || weight(b) - weight(a);
}

export type Concern = 'open' | 'undecided' | 'proven' | 'turned-away' | 'exempt';

/** In which section of the report an edge stands. */
export function concernOf({ flows }: Edge): Concern {
  if (flows.plaintext + flows.tls > 0) return 'open';
  if (flows.unknown > 0) return 'undecided';
  if (flows.hbone > 0) return 'proven';
  return flows.denied + flows.failed > 0 ? 'turned-away' : 'exempt';
}

const RANK: { readonly [concern in Concern]: number } = { open: 0, undecided: 2, 'turned-away': 3, proven: 4, exempt: 5 };
const rank = (edge: Edge): number => RANK[concernOf(edge)] + (concernOf(edge) === 'open' && edge.flows.plaintext === 0 ? 1 : 0);

function weight(edge: Edge): number {
  const { plaintext, tls, unknown } = edge.flows;
  return plaintext || tls || unknown || flowsOf(edge) || edge.exempt;
}
