/** Edges, a line each: what is wrong, who with whom, how much and how lately. Narrow terminals see less of each. */
import { type Cell, cell } from '../text/layout.ts';
import { widthOf } from '../text/width.ts';
import { byteText } from '../text/words.ts';
import type { Body } from './body.ts';
import type { EdgeRow, EdgeSort, Scene, ScreenState, Trend } from './scene.ts';
import { fixed, GAP } from './spans.ts';
import { bytesOf, connectionsOf, edgeName, nodeName, STATES, serverName, stateCell } from './states.ts';
import { compact, rateOf, rateText, sparkCells } from './trend.ts';

type Column = {
  readonly title: string;
  readonly sort?: EdgeSort;
  readonly width: number;
  readonly right?: boolean;
  /** Wide enough a line for it, in cells. */
  readonly from: number;
  cells(row: EdgeRow, trend: Trend, width: number): readonly Cell[];
};

const TREND = 15;

/** Behind the names. */
const NUMBERS: readonly Column[] = [
  { title: 'CONNS', sort: 'flows', width: 6, right: true, from: 0, cells: ({ edge }) => [cell(compact(connectionsOf(edge)))] },
  { title: '/S', width: 7, right: true, from: 72, cells: (_, trend) => [cell(rateText(rateOf(trend)), rateOf(trend) === 0 ? 'dim' : null)] },
  { title: 'LAST MINUTE', width: TREND, from: 106, cells: ({ edge }, trend, width) => sparkCells(trend, width, STATES[edge.state].color) },
  { title: 'BYTES', sort: 'bytes', width: 7, right: true, from: 88, cells: ({ edge }) => [cell(byteText(bytesOf(edge)))] },
  { title: 'READABLE', sort: 'exposed', width: 8, right: true, from: 118, cells: ({ edge }) => [readable(edge.exposedBytes)] },
  { title: 'WHY', width: 24, from: 150, cells: ({ edge }) => [cell(edge.reason ?? 'exempt')] },
];

/** What is readable on the network stands out; that nothing was, or that nobody could see it, does not. */
const readable = (bytes: number | null): Cell => cell(byteText(bytes), (bytes ?? 0) > 0 ? 'alarm' : 'dim');

/** `plaintext`, and whether there is more to be said: witnesses that disagree, findings. */
const STATE_WIDTH = 11;
const flagCell = ({ edge: { contradicted, findings } }: EdgeRow): Cell =>
  contradicted ? cell('≠', 'alarm') : findings.length > 0 ? cell('!', 'yellow') : cell(' ');

/** Where there is no room for namespaces, the names alone tell more than their beginnings and ends. */
function pairIn(width: number, { source, destination, edge }: EdgeRow): string {
  const whole = edgeName(source, destination, edge);
  if (widthOf(whole) <= width) return whole;
  return edgeName({ ...source, namespace: null }, { ...destination, namespace: null }, edge);
}

/** More than names need: it goes to the minute. */
const MOST_NAMES = 86;
const MOST_TREND = 60;

export function edgeList({ edges, trendOf }: Scene, { sort, descending }: ScreenState, width: number): Body {
  const isNarrow = width < 64;
  const fitting = NUMBERS.filter(({ from }) => width >= from);
  const room = width - (isNarrow ? 3 : STATE_WIDTH + 4) - fitting.reduce((sum, column) => sum + column.width + GAP.text.length, 0);
  const names = Math.max(8, Math.min(room, MOST_NAMES));
  const trend = Math.min(MOST_TREND, TREND + room - names);
  const columns = fitting.map((column) => (column.width === TREND ? { ...column, width: trend } : column));
  const [from, to] = [Math.floor((names - 2) * 0.42), names - 2 - Math.floor((names - 2) * 0.42)];
  const titled = (title: string, own: EdgeSort | undefined, size: number, right = false): Cell =>
    fixed(cell(own === sort ? `${title}${descending ? '↓' : '↑'}` : title, own === sort ? 'bold' : 'dim'), size, right);
  const head = [
    ...(isNarrow
      ? [titled('', undefined, 3), titled('EDGE', 'source', names)]
      : [titled('STATE', 'attention', STATE_WIDTH + 4), titled('FROM', 'source', from), GAP, titled('TO', 'destination', to)]),
    ...columns.flatMap(({ title, sort: own, width: size, right }) => [GAP, titled(title, own, size, right)]),
  ];
  const named = (row: EdgeRow): readonly Cell[] =>
    isNarrow
      ? [cell(STATES[row.edge.state].mark, STATES[row.edge.state].color), flagCell(row), cell(' '), fixed(cell(pairIn(names, row)), names)]
      : [
          fixed(stateCell(row.edge), STATE_WIDTH),
          cell(' '),
          flagCell(row),
          GAP,
          fixed(cell(nodeName(row.source)), from),
          GAP,
          fixed(cell(serverName(row.destination, row.edge)), to),
        ];
  const line = (row: EdgeRow): readonly Cell[] => [
    ...named(row),
    ...columns.flatMap(({ width: size, right, cells }) => {
      const [first, ...rest] = cells(row, trendOf(row.edge.id), size);
      if (first === undefined) return [];
      return rest.length > 0 ? [GAP, first, ...rest] : [GAP, fixed(first, size, right)];
    }),
  ];
  return {
    head,
    count: edges.length,
    line: (index) => (edges[index] === undefined ? [] : line(edges[index])),
    item: (index) => edges[index]?.edge.id ?? null,
  };
}
