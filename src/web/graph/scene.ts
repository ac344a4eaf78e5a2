/** What the overview draws, and how: everything in the graph's own coordinates, worst edges last so that they lie on top. */
import type { ZoomTransform } from 'd3-zoom';
import type { EdgeState } from '../../model/api.ts';
import { toneColor } from '../state/tones.ts';
import type { Positions } from './arrange.ts';
import { type DrawOptions, edgeData, isBox, NODE_HEIGHT, type Picture, weightOf } from './elements.ts';

type Spot = {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly label: string;
  readonly isEnrolled: boolean;
};
type Box = { readonly label: string; left: number; top: number; right: number; bottom: number };
type Line = {
  readonly id: string;
  readonly from: Spot;
  readonly to: Spot;
  readonly state: EdgeState;
  readonly isContradicted: boolean;
  readonly width: number;
  readonly label: string;
};
export type Scene = {
  readonly nodes: readonly Spot[];
  readonly boxes: readonly Box[];
  readonly lines: readonly Line[];
  readonly bounds: Omit<Box, 'label'>;
};

const ORDER: readonly EdgeState[] = ['exempt', 'proven', 'failed', 'denied', 'tls', 'unproven', 'partly', 'plaintext'];
const DASHES: { readonly [state in EdgeState]?: readonly number[] } = {
  partly: [14, 4],
  plaintext: [5, 4],
  unproven: [2, 4],
  failed: [2, 4],
  exempt: [2, 6],
};
const BOX_PADDING = 13;

export function sceneOf(picture: Picture, options: DrawOptions, positions: Positions): Scene {
  const nodes = new Map<string, Spot>();
  const boxes = new Map<string, Box>();
  for (const [id, { data, classes }] of picture.nodes) {
    const at = positions[id];
    if (isBox(classes)) boxes.set(id, { label: String(data['label']), ...NOWHERE });
    else if (at !== undefined)
      nodes.set(id, { id, ...at, width: Number(data['w']), label: String(data['label']), isEnrolled: String(classes).includes('enrolled') });
  }
  const bounds: Omit<Box, 'label'> = { ...NOWHERE };
  for (const spot of nodes.values()) {
    let parent: unknown = picture.nodes.get(spot.id)?.data.parent;
    for (let padding = BOX_PADDING; typeof parent === 'string'; padding += BOX_PADDING) {
      widen(boxes.get(parent), spot, padding);
      parent = picture.nodes.get(parent)?.data.parent;
    }
    widen(bounds, spot, 2 * BOX_PADDING);
  }
  return { nodes: [...nodes.values()], boxes: [...boxes.values()], lines: linesOf(picture, options, nodes), bounds };
}

const NOWHERE = { left: Number.POSITIVE_INFINITY, top: Number.POSITIVE_INFINITY, right: Number.NEGATIVE_INFINITY, bottom: Number.NEGATIVE_INFINITY };
function widen(box: Omit<Box, 'label'> | undefined, { x, y, width }: Spot, padding: number): void {
  if (box === undefined) return;
  box.left = Math.min(box.left, x - width / 2 - padding);
  box.right = Math.max(box.right, x + width / 2 + padding);
  box.top = Math.min(box.top, y - NODE_HEIGHT / 2 - padding);
  box.bottom = Math.max(box.bottom, y + NODE_HEIGHT / 2 + padding);
}

function linesOf(picture: Picture, options: DrawOptions, nodes: ReadonlyMap<string, Spot>): readonly Line[] {
  let thickest = 1;
  for (const edge of picture.edges.values()) thickest = Math.max(thickest, weightOf(edge, options));
  return [...picture.edges.values()]
    .flatMap((edge) => {
      const [from, to] = [nodes.get(edge.source), nodes.get(edge.destination)];
      if (from === undefined || to === undefined) return [];
      const { width, label } = edgeData(edge, options, thickest);
      return [{ id: edge.id, from, to, state: edge.state, isContradicted: edge.contradicted, width: Number(width), label: String(label) }];
    })
    .sort((a, b) => rank(a) - rank(b));
}
const rank = ({ state, isContradicted }: Line): number => (isContradicted ? ORDER.length : ORDER.indexOf(state));

const TONES = ['ink', 'ink-2', 'ink-3', 'line', 'line-strong', 'surface', 'ground', 'accent', 'contradicted', ...ORDER] as const;
export type Tones = { readonly [tone in (typeof TONES)[number]]: string };
// Every name of TONES is there, which fromEntries cannot know.
export const tonesNow = (): Tones => Object.fromEntries(TONES.map((tone) => [tone, toneColor(tone)])) as Tones;

export type Moment = {
  readonly view: ZoomTransform;
  readonly tones: Tones;
  readonly chosen: string | null;
  /** Dashes and labels wait until it stands still. */
  readonly isMoving: boolean;
  readonly width: number;
  readonly height: number;
  readonly ratio: number;
};

export function paint(context: CanvasRenderingContext2D, scene: Scene, moment: Moment): void {
  const { view, ratio, width, height } = moment;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  context.setTransform(view.k * ratio, 0, 0, view.k * ratio, view.x * ratio, view.y * ratio);
  const [left, top] = view.invert([0, 0]);
  const [right, bottom] = view.invert([width, height]);
  const seen = { left, top, right, bottom };
  paintBoxes(context, scene, moment);
  paintLines(context, scene.lines, seen, moment);
  paintNodes(context, scene.nodes, seen, moment);
  paintChosen(context, scene.lines, moment);
}

function paintBoxes(context: CanvasRenderingContext2D, { boxes }: Scene, { tones, view }: Moment): void {
  context.textBaseline = 'alphabetic';
  context.textAlign = 'left';
  context.font = `600 ${Math.min(40, 13 / view.k)}px Inter, sans-serif`;
  context.lineWidth = 1 / view.k;
  for (const { label, left, top, right, bottom } of boxes) {
    context.beginPath();
    context.roundRect(left, top, right - left, bottom - top, 10);
    context.fillStyle = tones.surface;
    context.fill();
    context.strokeStyle = tones['line-strong'];
    context.stroke();
    context.fillStyle = tones['ink-2'];
    context.fillText(label, left + 4, top - 4 / view.k, right - left);
  }
}

type Seen = Omit<Box, 'label'>;
const isAway = ({ from, to }: Line, { left, top, right, bottom }: Seen): boolean =>
  (from.x < left && to.x < left) || (from.x > right && to.x > right) || (from.y < top && to.y < top) || (from.y > bottom && to.y > bottom);

/** One path for each state and each of three widths: a stroke of thousands of lines costs little more than one of ten. */
function paintLines(context: CanvasRenderingContext2D, lines: readonly Line[], seen: Seen, { tones, view, isMoving, chosen }: Moment): void {
  const paths = new Map<string, { readonly path: Path2D; readonly line: Line }>();
  for (const line of lines) {
    if (isAway(line, seen)) continue;
    const key = `${line.isContradicted ? 'contradicted' : line.state} ${Math.round(line.width / 2)}`;
    const known = paths.get(key) ?? { path: new Path2D(), line };
    paths.set(key, known);
    known.path.moveTo(line.from.x, line.from.y);
    known.path.lineTo(line.to.x, line.to.y);
  }
  for (const { path, line } of paths.values()) {
    const isCalm = (line.state === 'proven' || line.state === 'exempt') && !line.isContradicted;
    context.globalAlpha = chosen !== null ? (isCalm ? 0.06 : 0.25) : isCalm ? 0.16 : 0.8;
    context.strokeStyle = line.isContradicted ? tones.contradicted : tones[line.state];
    context.lineWidth = (isMoving ? 1 : Math.max(0.8, line.width / 2)) / Math.max(view.k, 0.25);
    context.setLineDash(isMoving ? [] : (DASHES[line.state] ?? []).map((length) => length / view.k));
    context.stroke(path);
  }
  context.setLineDash([]);
  context.globalAlpha = 1;
}

function paintNodes(context: CanvasRenderingContext2D, nodes: readonly Spot[], seen: Seen, { tones, view, chosen }: Moment): void {
  const isNear = view.k > 0.45;
  context.font = '500 12.5px Inter, sans-serif';
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.lineWidth = 1.2;
  for (const { id, x, y, width, label, isEnrolled } of nodes) {
    if (x + width < seen.left || x - width > seen.right || y + NODE_HEIGHT < seen.top || y - NODE_HEIGHT > seen.bottom) continue;
    const [left, top] = [x - width / 2, y - NODE_HEIGHT / 2];
    context.strokeStyle = id === chosen ? tones.accent : isEnrolled ? tones.proven : tones['line-strong'];
    if (!isNear && id !== chosen) {
      context.fillStyle = context.strokeStyle;
      context.fillRect(left, top, width, NODE_HEIGHT);
      continue;
    }
    context.beginPath();
    context.roundRect(left, top, width, NODE_HEIGHT, 7);
    context.fillStyle = tones.surface;
    context.fill();
    context.lineWidth = id === chosen ? 3 / Math.min(1, view.k) : 1.2;
    context.stroke();
    context.fillStyle = tones.ink;
    if (isNear) context.fillText(label, x, y);
  }
}

/** The chosen edge, or all of the chosen workload, with what they say. */
function paintChosen(context: CanvasRenderingContext2D, lines: readonly Line[], { tones, view, chosen }: Moment): void {
  if (chosen === null) return;
  const size = 12 / view.k;
  context.font = `500 ${size}px padlocks, Inter, sans-serif`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  for (const line of lines) {
    if (line.id !== chosen && line.from.id !== chosen && line.to.id !== chosen) continue;
    const color = line.isContradicted ? tones.contradicted : tones[line.state];
    context.strokeStyle = color;
    context.lineWidth = Math.max(2, line.width) / view.k;
    context.setLineDash((DASHES[line.state] ?? []).map((length) => length / view.k));
    context.beginPath();
    context.moveTo(line.from.x, line.from.y);
    context.lineTo(line.to.x, line.to.y);
    context.stroke();
    context.setLineDash([]);
    const text = line.label.split('\n')[0] ?? '';
    const [x, y] = [(line.from.x + line.to.x) / 2, (line.from.y + line.to.y) / 2];
    const half = context.measureText(text).width / 2 + size / 3;
    context.fillStyle = tones.ground;
    context.fillRect(x - half, y - size * 0.8, 2 * half, size * 1.6);
    context.fillStyle = color;
    context.fillText(text, x, y);
  }
}

/** What lies under a point, nodes before edges, the upmost edge first; `near` is how far beside a line still hits it. */
export function hit({ nodes, lines }: Scene, x: number, y: number, near: number): { readonly kind: 'node' | 'edge'; readonly id: string } | null {
  const node = nodes.find((spot) => Math.abs(spot.x - x) <= spot.width / 2 && Math.abs(spot.y - y) <= NODE_HEIGHT / 2);
  if (node !== undefined) return { kind: 'node', id: node.id };
  const line = lines.findLast(({ from, to }) => distance(x, y, from, to) <= near);
  return line === undefined ? null : { kind: 'edge', id: line.id };
}

function distance(x: number, y: number, from: Spot, to: Spot): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - from.x) * dx + (y - from.y) * dy) / length));
  return Math.hypot(x - from.x - along * dx, y - from.y - along * dy);
}
