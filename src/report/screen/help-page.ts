/** What keys do, and what the signs mean. One list: the line at the foot is made of the same. */
import { EDGE_STATES } from '../../model/api.ts';
import { type Cell, cell } from '../text/layout.ts';
import { BLANK, type Body, bodyOf, type Line, labelled, sentence, title } from './body.ts';
import type { Page } from './scene.ts';
import { GAP, widthOfAll } from './spans.ts';
import { STATES } from './states.ts';

type Key = { readonly key: string; readonly word: string; readonly what: string; readonly on?: readonly Page['kind'][] };

const LISTS: readonly Page['kind'][] = ['edges', 'findings', 'inputs'];
const OPENED: readonly Page['kind'][] = ['edge', 'flow', 'finding', 'input', 'help'];

/** In the order in which they are offered. */
const KEYS: readonly Key[] = [
  { key: '?', word: 'help', what: 'this page' },
  { key: 'q', word: 'quit', what: 'end it, and print the report; Ctrl-C does the same' },
  { key: 'Esc', word: 'back', what: 'back to where this was opened from; from a list: drop the filter', on: OPENED },
  { key: '⏎', word: 'open', what: 'what is behind the line: an edge, its connections, their records', on: [...LISTS, 'edge', 'finding'] },
  { key: '/', word: 'filter', what: "filter by the command line's words: verdict=plaintext to=data/* port=9080 since=5m; ! negates", on: LISTS },
  { key: 's', word: 'sort', what: 'sort edges by the next column; S turns the order round', on: ['edges'] },
  { key: 'p', word: 'pause', what: 'hold the picture; reading goes on' },
  { key: 'e', word: 'exempt', what: 'show or hide edges that are exempt by design: probes, DNS, control plane', on: ['edges'] },
  { key: '1 2 3', word: 'lists', what: 'edges, findings, inputs; Tab goes round', on: LISTS },
  { key: '↑ ↓', word: 'move', what: 'or j k, PgUp PgDn, g G (Home End)' },
];

/** Those that do something here, as far as there is room. */
export function keyCells({ kind }: Page, width: number): readonly Cell[] {
  const cells: Cell[] = [];
  const inOrder = [...KEYS.slice(2), ...KEYS.slice(0, 2)];
  const rank = (key: Key): number => KEYS.indexOf(key);
  const fitting = inOrder.filter(({ on }) => on === undefined || on.includes(kind));
  const size = (key: Key): number => key.key.length + key.word.length + 3;
  const dropped = new Set<Key>();
  const used = (): number => fitting.reduce((sum, key) => sum + (dropped.has(key) ? 0 : size(key)), 0);
  for (const key of [...fitting].sort((a, b) => rank(b) - rank(a))) if (used() > width) dropped.add(key);
  for (const key of fitting) if (!dropped.has(key)) cells.push(cell(key.key, 'title'), cell(` ${key.word}`), GAP);
  return widthOfAll(cells) > width ? [] : cells;
}

export function helpPage(width: number): Body {
  const lines: Line[] = [
    title('KEYS'),
    ...KEYS.flatMap(({ key, what }) => labelled(cell(key, 'title'), what, width)),
    BLANK,
    title('EDGES'),
    ...EDGE_STATES.flatMap((state) => {
      const { mark, word, color, long } = STATES[state];
      return labelled(cell(`${mark} ${word}`, color), long, width);
    }),
    ...labelled(cell('≠', 'alarm'), 'witnesses disagree about it', width),
    ...labelled(cell('!', 'yellow'), 'there is a finding about it', width),
    BLANK,
    title('NUMBERS'),
    ...sentence(
      'Counts are of all that passes the filter, since the start. A rate is over the last ten seconds; a line of blocks is the last minute, as high as its share of its own highest. Readable: bytes that a capture saw readable on the network.',
      width,
    ),
  ];
  return bodyOf(lines);
}
