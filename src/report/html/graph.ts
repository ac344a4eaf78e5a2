/** Who speaks to whom, laid out when the report is made: the page needs no script. */
import { Graph, layout, type Point } from '@dagrejs/dagre';
import type { Edge, EdgeEnd } from '../../model/summary.ts';
import { byAttention, flowsOf } from '../text/edge-columns.ts';
import { endNameOf } from '../text/ends.ts';
import { visible } from '../text/visible.ts';
import { cutMiddle, widthOf } from '../text/width.ts';
import { counted, grouped } from '../text/words.ts';
import { html, type Markup, NOTHING, raw } from './markup.ts';
import { type EdgeState, STATES, stateOf, stateWord } from './states.ts';

/** More are no picture any more: the worst are drawn, the table has them all. */
const MAX_PAIRS = 250;
const LONGEST_NAME = 30;
/** Up to this width the picture is made to fit the page; wider ones are scrolled. */
const FITTING = 1700;
const CHARACTER = 7.2;
const NODE_HEIGHT = 42;
const LABEL_HEIGHT = 20;

type Node = { readonly name: string; readonly width: number; readonly sub: string; readonly identity: string | null };
/** All edges from one workload to another. */
type Pair = {
  readonly from: string;
  readonly to: string;
  readonly state: EdgeState;
  readonly ports: readonly number[];
  readonly flows: number;
  readonly transport: string;
};

export function edgeGraph(edges: readonly Edge[]): Markup {
  const { nodes, pairs, hidden } = drawn(edges);
  if (pairs.length === 0) return NOTHING;
  const { width, height, boxes, arrows } = placed(nodes, pairs);
  const states = STATES.filter((state) => pairs.some((pair) => pair.state === state));
  return html`<section class="card"><h2>Who speaks to whom</h2><p class="lead">${counted(nodes.size, 'end')}, ${counted(pairs.length, 'pair')} of them that spoke.${hidden > 0 ? ` ${grouped(hidden)} more are not drawn: these are the worst, the table below has all.` : ''} A green frame: an identity was seen there.</p>
<div class="graph${width <= FITTING ? ' fit' : ''}" tabindex="0" role="group" aria-label="Edge graph"><svg width="${Math.ceil(width)}" height="${Math.ceil(height)}" viewBox="0 0 ${Math.ceil(width)} ${Math.ceil(height)}" role="img" aria-label="Edges between workloads; the table below says the same"><defs>${STATES.map(marker)}</defs>${arrows}${boxes}</svg></div>
<ul class="keys">${states.map((state) => html`<li class="g ${state}"><svg aria-hidden="true"><use href="#i-${state}"/></svg>${stateWord(state)}</li>`)}</ul></section>`;
}

function drawn(edges: readonly Edge[]): { readonly nodes: ReadonlyMap<string, Node>; readonly pairs: readonly Pair[]; readonly hidden: number } {
  const all = new Map<string, Edge[]>();
  for (const edge of [...edges].sort(byAttention)) {
    const key = `${endNameOf(edge.source)}\n${endNameOf(edge.destination)}`;
    all.set(key, [...(all.get(key) ?? []), edge]);
  }
  const nodes = new Map<string, Node>();
  const pairs = [...all.values()].slice(0, MAX_PAIRS).flatMap((members): Pair[] => {
    const [first] = members;
    if (first === undefined) return [];
    for (const { source, destination } of members) {
      learn(nodes, source);
      learn(nodes, destination);
    }
    return [pairOf(first, members)];
  });
  return { nodes, pairs, hidden: Math.max(0, all.size - MAX_PAIRS) };
}

function pairOf({ source, destination, transport }: Edge, members: readonly Edge[]): Pair {
  const states = members.map(stateOf);
  return {
    from: endNameOf(source),
    to: endNameOf(destination),
    state: STATES.find((state) => states.includes(state)) ?? 'exempt',
    ports: members.flatMap(({ destination: { port } }) => port ?? []),
    flows: members.reduce((sum, edge) => sum + flowsOf(edge) + edge.exempt, 0),
    transport,
  };
}

/** An identity that any edge proves is the node's. */
function learn(nodes: Map<string, Node>, end: EdgeEnd): void {
  const key = endNameOf(end);
  const known = nodes.get(key);
  if (known !== undefined && (known.identity !== null || end.identity === null)) return;
  const name = cutMiddle(visible(end.workload ?? end.ip ?? '(not known)'), LONGEST_NAME);
  const account = end.identity === null ? '' : ` · ${end.identity.split('/').slice(-2).join('/')}`;
  const sub = cutMiddle(visible(`${end.namespace ?? 'address'}${account}`), LONGEST_NAME + 6);
  nodes.set(key, { name, sub, identity: end.identity, width: Math.max(84, widthOf(name) * CHARACTER, widthOf(sub) * CHARACTER * 0.83) + 24 });
}

const labelOf = ({ ports }: Pair): string => {
  const shown = [...new Set(ports)].sort((a, b) => a - b);
  return `${shown.slice(0, 2).map(String).join(', ')}${shown.length > 2 ? ` +${shown.length - 2}` : ''}`;
};

type Placed = { readonly width: number; readonly height: number; readonly boxes: readonly Markup[]; readonly arrows: readonly Markup[] };

function placed(nodes: ReadonlyMap<string, Node>, pairs: readonly Pair[]): Placed {
  const graph = new Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 26, ranksep: 56, edgesep: 14, marginx: 10, marginy: 12 });
  for (const [key, { width }] of nodes) graph.setNode(key, { width, height: NODE_HEIGHT });
  for (const pair of pairs)
    graph.setEdge(pair.from, pair.to, { width: labelOf(pair).length * 6.6 + 34, height: LABEL_HEIGHT, labelpos: 'c', minlen: 1 });
  layout(graph);
  const size = graph.graph();
  return {
    width: size.width ?? 0,
    height: size.height ?? 0,
    boxes: [...nodes].map(([key, node]) => box(node, graph.node(key))),
    arrows: pairs.map((pair) => arrow(pair, graph.edge(pair.from, pair.to))),
  };
}

function box({ name, sub, identity, width }: Node, { x = 0, y = 0 }: { readonly x?: number; readonly y?: number }): Markup {
  return html`<g><title>${identity ?? `${name}: no identity was seen`}</title><rect class="box ${identity === null ? '' : 'known'}" x="${x - width / 2}" y="${y - NODE_HEIGHT / 2}" width="${width}" height="${NODE_HEIGHT}" rx="9"/><text x="${x}" y="${y - 2}" text-anchor="middle">${name}</text><text class="sub" x="${x}" y="${y + 13}" text-anchor="middle">${sub}</text></g>`;
}

type Track = { readonly points?: readonly Point[] | undefined; readonly x?: number | undefined; readonly y?: number | undefined };

function arrow(pair: Pair, { points = [], x, y }: Track): Markup {
  const label = labelOf(pair);
  const plate = label.length * 6.6 + 32;
  const middle = points[Math.floor(points.length / 2)];
  const [atX, atY] = [x ?? middle?.x ?? 0, y ?? middle?.y ?? 0];
  return html`<g class="edge g ${pair.state}"><title>${pair.from} → ${pair.to}: ${stateWord(pair.state)}, ${counted(pair.flows, 'connection')} (${pair.transport})</title><path d="${curve(points)}" marker-end="url(#a-${pair.state})"/><rect class="plate" x="${atX - plate / 2}" y="${atY - LABEL_HEIGHT / 2}" width="${plate}" height="${LABEL_HEIGHT}" rx="10"/><svg x="${atX - plate / 2 + 6}" y="${atY - 7}" width="14" height="14"><use href="#i-${pair.state}"/></svg><text class="port" x="${atX - plate / 2 + 24}" y="${atY + 4}">${label}</text></g>`;
}

/** Smooth through the points that the layout gave: quadratic from middle to middle. */
function curve(points: readonly Point[]): string {
  const at = ({ x, y }: Point): string => `${x.toFixed(1)} ${y.toFixed(1)}`;
  const [first, ...rest] = points;
  const last = rest.at(-1);
  if (first === undefined || last === undefined) return '';
  const inner = rest.slice(0, -1).map((point, index) => {
    const next = rest[index + 1] ?? last;
    const isLast = index === rest.length - 2;
    return `Q${at(point)} ${at(isLast ? last : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 })}`;
  });
  return `M${at(first)}${inner.length === 0 ? `L${at(last)}` : inner.join('')}`;
}

const marker = (state: EdgeState): Markup =>
  raw(
    `<marker id="a-${state}" class="g ${state}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0 1l9 4-9 4z" fill="currentColor"/></marker>`,
  );
