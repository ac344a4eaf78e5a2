/**
 * The live screen as lines: a line of how it goes, the verdicts and the inputs, what is being looked at, and the keys. Pure: the same scene,
 * state and size give the same picture. What there is no room for goes in the order in which it is least missed.
 */
import { type Cell, cell } from '../text/layout.ts';
import type { Paint } from '../text/paint.ts';
import { visible } from '../text/visible.ts';
import { cutEnd, widthOf } from '../text/width.ts';
import { counted, durationText, grouped } from '../text/words.ts';
import { type Body, bodyOf, cursorLine, sentence, topLine } from './body.ts';
import { edgeList } from './edge-list.ts';
import { edgePage } from './edge-page.ts';
import { findingCells, findingList, findingPage } from './finding-list.ts';
import { flowPage } from './flow-page.ts';
import { helpPage, keyCells } from './help-page.ts';
import { byTrouble, inputCells, inputList, inputName, inputPage } from './input-list.ts';
import { type Opened, type Page, pageOf, type Scene, type ScreenState, TABS, type Tab, tabOf } from './scene.ts';
import { apart, type Box, boxed, chosen, fixedEnd, GAP, spread } from './spans.ts';
import { edgeName } from './states.ts';
import { compact } from './trend.ts';
import { VERDICT_BOX_ROWS, verdictBox, verdictLine } from './verdict-box.ts';

export type Size = { readonly columns: number; readonly rows: number };

/** Fewer rows have no room for boxes above the list, fewer still for none around it. */
const BOXES_FROM = 18;
const FINDINGS_FROM = 24;
const FRAME_FROM = 8;
const INPUTS_FROM = 112;
const INPUTS_WIDTH = { share: 0.32, least: 40, most: 64 };

/** At most `rows` lines of at most `columns` cells. */
export function frame(scene: Scene, state: ScreenState, { columns, rows }: Size, paint: Paint): string[] {
  const top = [statusLine(scene, state, columns, paint), ...upper(scene, columns, rows, paint)];
  const foot = footLines(scene, state, columns, paint);
  const findings =
    rows >= FINDINGS_FROM && tabOf(state).kind === 'edges' && pageOf(state).kind === 'edges' ? findingStrip(scene, columns, rows, paint) : [];
  const room = Math.max(1, rows - top.length - foot.length - findings.length);
  return [...top, ...middle(scene, state, { columns, rows: room }, paint), ...findings, ...foot].slice(0, rows);
}

/** `plainsight  ● live 4 min 12 s                     2 inputs  1,240 records/s  0.3 s behind`. */
function statusLine({ nowMs, startedMs, inputs }: Scene, { isPaused }: ScreenState, columns: number, paint: Paint): string {
  const going = inputs.some(({ ended }) => !ended);
  const life = isPaused ? cell('‖ paused', 'yellow') : going ? cell('● live', 'green') : cell('■ ended', 'dim');
  const speed = inputs.reduce((sum, { recordsPerSecond }) => sum + recordsPerSecond, 0);
  const lags = inputs.flatMap(({ lagSeconds }) => (lagSeconds === null ? [] : [lagSeconds]));
  const lag = lags.length === 0 ? '' : `  ${durationText(Math.round(Math.max(...lags) * 1e6))} behind`;
  const left = [cell(' plainsight', 'bold'), GAP, life, cell(` ${durationText(Math.floor((nowMs - startedMs) / 1000) * 1e6)}`, 'dim')];
  const right = [cell(`${counted(inputs.length, 'input')}  ${compact(Math.round(speed))} records/s${lag} `, 'dim')];
  return spread(apart(left, right, columns), columns, paint);
}

function upper(scene: Scene, columns: number, rows: number, paint: Paint): string[] {
  if (rows < FRAME_FROM) return [];
  if (rows < BOXES_FROM) return [spread([cell(' '), ...verdictLine(scene)], columns, paint)];
  if (columns < INPUTS_FROM) return verdictBox(scene, columns, paint);
  const width = Math.min(Math.max(INPUTS_WIDTH.least, Math.floor(columns * INPUTS_WIDTH.share)), INPUTS_WIDTH.most);
  const left = verdictBox(scene, columns - width, paint);
  const right = inputBox(scene, width, paint);
  return left.map((line, at) => line + (right[at] ?? ''));
}

function inputBox({ inputs }: Scene, width: number, paint: Paint): string[] {
  const shown = VERDICT_BOX_ROWS - 2;
  const sorted = byTrouble(inputs);
  const count = sorted.length > shown ? shown - 1 : shown;
  const lines = sorted.slice(0, count).map((input) => spread(inputCells(input, width - 4), width - 4, paint));
  if (sorted.length > shown) lines.push(spread([cell(`… and ${grouped(sorted.length - count)} more: 3`, 'dim')], width - 4, paint));
  while (lines.length < shown) lines.push(' '.repeat(width - 4));
  return boxed(lines, { title: [cell('Inputs', 'bold'), cell(` ${grouped(inputs.length)}`)], width, paint });
}

function findingStrip({ findings }: Scene, columns: number, rows: number, paint: Paint): string[] {
  if (findings.length === 0) return [];
  const most = Math.max(1, Math.floor(rows / 6) - 1);
  const shown = findings.slice(0, findings.length > most ? Math.max(1, most - 1) : most);
  const lines = shown.map((row) => spread(findingCells(row, columns - 4), columns - 4, paint));
  const rest = findings.length - shown.length;
  if (rest > 0) lines.push(spread([cell(`… and ${counted(rest, 'more finding')}: 2`, 'dim')], columns - 4, paint));
  return boxed(lines, { title: [cell('Findings', 'bold'), cell(` ${grouped(findings.length)}`)], width: columns, paint });
}

/** What is being looked at: a list or what was opened from it. */
function middle(scene: Scene, state: ScreenState, { columns, rows }: Size, paint: Paint): string[] {
  const isFramed = rows >= FRAME_FROM - 2;
  const width = isFramed ? columns - 6 : columns - 2;
  const body = pageBody(scene, state, width);
  const lines = bodyLines(body, pageOf(state), { columns: width, rows: isFramed ? rows - 2 : rows }, paint);
  return isFramed ? boxed(lines, box(scene, state, { columns, rows }, paint)) : lines;
}

/** What the page shows, `width` cells wide: the cursor is moved over the very same. */
export function pageBody(scene: Scene, state: ScreenState, width: number): Body {
  const page = pageOf(state);
  switch (page.kind) {
    case 'edges':
      return scene.edges.length > 0 ? edgeList(scene, state, width) : bodyOf(sentence(emptyText(scene, state), width, { color: 'dim' }));
    case 'findings':
      return scene.findings.length > 0 ? findingList(scene, width) : bodyOf(sentence('No finding so far.', width, { color: 'dim' }));
    case 'inputs':
      return inputList(scene, width);
    case 'finding': {
      const found = scene.findings.find(({ finding }) => finding.key === page.id);
      return found === undefined ? missing('This finding is no longer there.', width) : findingPage(found, scene, width);
    }
    case 'input': {
      const found = scene.inputs.find(({ input }) => input === page.id);
      return found === undefined ? missing('There is no such input.', width) : inputPage(found, width);
    }
    case 'help':
      return helpPage(width);
    case 'edge':
    case 'flow':
      return openedBody(scene.opened, width);
    default:
      return page.kind satisfies never;
  }
}

const missing = (message: string, width: number): Body => bodyOf(sentence(message, width, { color: 'dim' }));

function openedBody(opened: Opened | null, width: number): Body {
  if (opened === null) return missing('…', width);
  if (opened.kind === 'missing') return missing(visible(opened.message), width);
  return opened.kind === 'edge' ? edgePage(opened.details, opened.trend, width) : flowPage(opened.details, width);
}

function emptyText({ exemptEdges }: Scene, { filter }: ScreenState): string {
  if (filter !== '') return 'Nothing that was read passes the filter. Esc drops it, / changes it.';
  if (exemptEdges > 0) return `Only exempt traffic so far: e shows ${counted(exemptEdges, 'edge')}.`;
  return 'No connection so far. ztunnel logs a connection when it ends; captures show one with its first packets.';
}

function bodyLines(body: Body, page: Page, { columns, rows }: Size, paint: Paint): string[] {
  const head = body.head === null ? [] : [`  ${spread(body.head, columns, paint)}`];
  const room = Math.max(0, rows - head.length);
  const cursor = cursorLine(body, page);
  const first = topLine(body.count, cursor, room);
  const lines: string[] = [];
  for (let index = first; index < Math.min(body.count, first + room); index++) {
    const isCursor = index === cursor;
    const cells = body.line(index);
    const isChosen = isCursor && body.item(index) !== null;
    lines.push(`${isCursor ? paint('› ', 'title') : '  '}${isChosen ? chosen(cells, columns, paint) : spread(cells, columns, paint)}`);
  }
  while (lines.length < room) lines.push(' '.repeat(columns + 2));
  return [...head, ...lines];
}

const TAB_WORDS: { readonly [tab in Tab]: string } = { edges: 'Edges', findings: 'Findings', inputs: 'Inputs' };

function box(scene: Scene, state: ScreenState, { columns }: Size, paint: Paint): Box {
  const page = pageOf(state);
  const corner: Cell[] = [];
  if (state.filter !== '') corner.push(cell('filter ', 'dim'), cell(visible(state.filter), 'yellow'));
  if (page.kind === 'edges' && columns >= 60) {
    if (corner.length > 0) corner.push(cell(' · ', 'dim'));
    if (scene.exemptEdges > 0) corner.push(cell(`${grouped(scene.exemptEdges)} exempt hidden · `, 'dim'));
    corner.push(cell(`by ${SORT_WORDS[state.sort]}${state.descending ? '' : ', upwards'}`, 'dim'));
  }
  return { title: titleCells(scene, state, columns), corner, width: columns, paint };
}

const SORT_WORDS: { readonly [sort in ScreenState['sort']]: string } = {
  attention: 'attention',
  source: 'source',
  destination: 'destination',
  port: 'port',
  flows: 'connections',
  bytes: 'bytes',
  exposed: 'readable bytes',
  last: 'last seen',
};

function titleCells(scene: Scene, state: ScreenState, columns: number): readonly Cell[] {
  const page = pageOf(state);
  if (page.kind === 'help') return [cell('Help', 'bold')];
  if (state.pages.length > 1) return [fixedTitle(openedTitle(scene, page), columns - 10)];
  const counts: { readonly [tab in Tab]: number } = { edges: scene.edges.length, findings: scene.findings.length, inputs: scene.inputs.length };
  return TABS.flatMap((tab, at) => {
    const isOn = tab === page.kind;
    const isShort = columns < 60 && !isOn;
    const words = isShort ? `${at + 1}` : `${at + 1} ${TAB_WORDS[tab]} ${compact(counts[tab])}`;
    return [...(at > 0 ? [cell(isShort ? ' ' : '  ')] : []), cell(words, isOn ? 'title' : 'dim')];
  });
}

const fixedTitle = (text: string, width: number): Cell => {
  const { text: shown } = fixedEnd(cell(text), Math.max(4, width));
  return cell(shown.trimEnd(), 'title');
};

function openedTitle(scene: Scene, { kind, id }: Page): string {
  const { opened } = scene;
  if (kind === 'flow') return `Connection ${id}`;
  if (kind === 'finding') return 'Finding';
  if (kind === 'input') return inputName({ input: id });
  if (opened?.kind !== 'edge') return 'Edge';
  const { source, destination, edge } = opened.details;
  return `${edgeName(source, destination, edge)} ${edge.transport}`;
}

/** What is being typed, or the keys; above them what has to be known. */
function footLines({ notices }: Scene, state: ScreenState, columns: number, paint: Paint): string[] {
  const [first, ...more] = notices;
  const notice =
    first === undefined
      ? []
      : [
          spread(
            [cell(' ! ', 'yellow'), cell(visible(first), 'yellow'), ...(more.length > 0 ? [cell(`  (${more.length} more)`, 'dim')] : [])],
            columns,
            paint,
          ),
        ];
  const { prompt } = state;
  if (prompt === null) return [...notice, spread([cell(' '), ...keyCells(pageOf(state), columns - 1)], columns, paint)];
  const hint =
    prompt.error === null
      ? cell('verdict=plaintext  from=NS/NAME  to=…  port=9080  since=5m  or any text', 'dim')
      : cell(visible(prompt.error), 'alarm');
  return [
    ...notice,
    spread([cell(' '), hint], columns, paint),
    spread(
      [cell(' filter ', 'title'), cell(endOf(visible(prompt.text), columns - 10)), cell(' ', 'chosen'), cell('   ⏎ apply  Esc cancel', 'dim')],
      columns,
      paint,
    ),
  ];
}

/** What is typed last is what has to be seen. */
const endOf = (text: string, width: number): string =>
  widthOf(text) <= width ? text : [...cutEnd([...text].reverse().join(''), width)].reverse().join('');
