/** A flow as a row: what fits a terminal, and all there is for `wide`. */
import type { Flow } from '../../model/flow.ts';
import { isDated } from '../../model/time.ts';
import { quickTime } from '../contract/times.ts';
import { socketName, withPort } from './ends.ts';
import { type Cell, type Column, cell } from './layout.ts';
import { VERDICT_COLOR, VERDICT_MARK } from './paint.ts';
import { visible } from './visible.ts';
import { byteText, durationText, milliText } from './words.ts';

export type RowKind<T> = {
  readonly columns: readonly Column[];
  /** Indexes of columns that go, the last first, when a line has no room for all. */
  readonly optional: readonly number[];
  row(item: T): readonly Cell[];
};

/** As much of an id as `explain` needs. */
const SHORT_ID = 8;

export const FLOW_ROWS: RowKind<Flow> = {
  columns: [
    { title: 'VERDICT' },
    { title: 'SOURCE', min: 12 },
    { title: 'DESTINATION', min: 16 },
    { title: 'REASON', min: 12, yields: true },
    { title: 'BYTES', right: true },
    { title: 'TIME' },
    { title: 'FLOW' },
  ],
  optional: [4, 5],
  row: (flow) => [
    verdictCell(flow),
    cell(withPort({ ...flow.source, port: flow.source.workload === null ? flow.source.port : null })),
    cell(withPort(flow.destination)),
    cell(whyText(flow), flow.exempt === null ? null : 'dim'),
    cell(byteText(bothWays(flow))),
    cell(milliText(flow.start), 'dim'),
    cell(flow.id.slice(0, SHORT_ID), 'dim'),
  ],
};

export const WIDE_FLOW_ROWS: RowKind<Flow> = {
  columns: [
    { title: 'VERDICT' },
    { title: 'REASON' },
    { title: 'START' },
    { title: 'DURATION', right: true },
    { title: 'SOURCE' },
    { title: 'SOURCE ADDRESS' },
    { title: 'DESTINATION' },
    { title: 'DESTINATION ADDRESS' },
    { title: 'SERVICE' },
    { title: 'KIND' },
    { title: 'PROTOCOL' },
    { title: 'SENT', right: true },
    { title: 'RECEIVED', right: true },
    { title: 'READABLE', right: true },
    { title: 'SOURCE IDENTITY' },
    { title: 'DESTINATION IDENTITY' },
    { title: 'CARRIER' },
    { title: 'WITNESSES' },
    { title: 'FINDINGS' },
    { title: 'FLOW' },
  ],
  optional: [],
  row: (flow) => [
    verdictCell(flow),
    cell(whyText(flow)),
    cell(isDated(flow.start) ? quickTime(flow.start) : milliText(flow.start)),
    cell(flow.end === null ? 'open' : durationText(flow.end - flow.start)),
    cell(withPort({ ...flow.source, port: null })),
    cell(socketName(flow.source)),
    cell(withPort(flow.destination)),
    cell(socketName(flow.destination)),
    cell(orDash(flow.destination.service)),
    cell(flow.kind),
    cell(protocolText(flow)),
    cell(byteText(flow.bytes.sent)),
    cell(byteText(flow.bytes.received)),
    cell(byteText(flow.exposedBytes)),
    cell(identityText(flow.source)),
    cell(identityText(flow.destination)),
    cell(flow.carrier === null ? '–' : `${socketName(flow.carrier.source)} → ${socketName(flow.carrier.destination)}`),
    cell(flow.witnesses.join(', ')),
    cell(flow.findings.length === 0 ? '–' : flow.findings.map(visible).join(', ')),
    cell(flow.id),
  ],
};

/** `tcp http tls 1.3 in vxlan`. */
export function protocolText(flow: Flow): string {
  const parts: string[] = [flow.transport];
  if (flow.application !== null) parts.push(visible(flow.application));
  if (flow.tls !== null) parts.push(flow.tls.version === null ? 'tls' : `tls ${visible(flow.tls.version)}`);
  if (flow.underlay !== null) parts.push(`in ${visible(flow.underlay)}`);
  return parts.join(' ');
}

export function identityText({ identity, identityFrom }: Flow['source']): string {
  if (identity === null) return '–';
  return identityFrom === null || identityFrom === 'certificate' ? visible(identity) : `${visible(identity)} (${identityFrom})`;
}

function bothWays({ bytes }: Flow): number | null {
  return bytes.sent === null && bytes.received === null ? null : (bytes.sent ?? 0) + (bytes.received ?? 0);
}

/** Withdrawn and exempt flows keep their word but lose their colour and their mark. */
export function verdictCell(flow: Flow): Cell {
  if (flow.supersededBy !== null) return cell('· withdrawn', 'dim');
  if (flow.exempt !== null) return cell(`· ${flow.verdict}`, 'dim');
  return cell(`${VERDICT_MARK[flow.verdict]} ${flow.verdict}`, VERDICT_COLOR[flow.verdict]);
}

function whyText(flow: Flow): string {
  if (flow.supersededBy !== null) return `now ${flow.supersededBy.slice(0, SHORT_ID)}`;
  const why = flow.exempt === null ? flow.reason : `exempt: ${flow.exempt}`;
  return flow.revision > 1 ? `${why} (revised)` : why;
}

const orDash = (text: string | null): string => (text === null ? '–' : visible(text));
