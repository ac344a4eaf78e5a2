/**
 * Where nodes go. Small graphs are layered from clients to servers (dagre, which keeps each namespace together); large ones are packed, box
 * by box, since no layering of thousands of edges can be read and it would take minutes. Runs in a worker.
 */
import { Graph, layout } from '@dagrejs/dagre';
import potpack from 'potpack';

export type ToArrange = {
  readonly nodes: readonly { readonly id: string; readonly width: number; readonly height: number; readonly parent: string | null }[];
  readonly boxes: readonly { readonly id: string; readonly parent: string | null }[];
  readonly edges: readonly { readonly source: string; readonly target: string }[];
  readonly isLarge: boolean;
  /** Width over height of where it is drawn. */
  readonly aspect: number;
};
/** Centres of the nodes; boxes follow from what they hold. */
export type Positions = Readonly<Record<string, { readonly x: number; readonly y: number }>>;

export const arrange = (input: ToArrange): Positions => (input.isLarge ? packed(input) : layered(input));

/** From left to right, or downwards: whichever can be drawn larger. */
function layered(input: ToArrange): Positions {
  const [across, down] = [inLayers(input, 'LR'), inLayers(input, 'TB')];
  return scaleOf(across, input.aspect) >= scaleOf(down, input.aspect) ? across.at : down.at;
}

type Layered = { readonly width: number; readonly height: number; readonly at: Positions };
const scaleOf = ({ width, height }: Layered, aspect: number): number => Math.min(aspect / Math.max(1, width), 1 / Math.max(1, height));

const SPACES = {
  LR: { nodesep: 30, ranksep: 84, edgesep: 16 },
  // Names are wide, and lie beside each other.
  TB: { nodesep: 24, ranksep: 72, edgesep: 16 },
} as const;

function inLayers({ nodes, boxes, edges }: ToArrange, rankdir: 'LR' | 'TB'): Layered {
  const graph = new Graph({ compound: true, multigraph: false });
  graph.setGraph({ rankdir, ...SPACES[rankdir], marginx: 20, marginy: 20 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of boxes) graph.setNode(id, {});
  for (const { id, width, height } of nodes) graph.setNode(id, { width, height });
  for (const { id, parent } of [...boxes, ...nodes]) if (parent !== null) graph.setParent(id, parent);
  for (const { source, target } of edges) if (source !== target) graph.setEdge(source, target);
  layout(graph);
  const { width = 1, height = 1 } = graph.graph();
  const at = Object.fromEntries(
    nodes.map(({ id }) => {
      const { x, y } = graph.node(id);
      return [id, { x: x ?? 0, y: y ?? 0 }];
    }),
  );
  return { width, height, at };
}

type Packed = { readonly w: number; readonly h: number; readonly at: ReadonlyMap<string, { readonly x: number; readonly y: number }> };
const GAP = 14;
const PADDING = 26;

function packed(input: ToArrange): Positions {
  return Object.fromEntries(pack(input, null).at);
}

/** Everything in one box, its boxes inside packed before. Coordinates are from its left upper corner. potpack makes squares: what it packs is squeezed. */
function pack(input: ToArrange, box: string | null): Packed {
  const inner = input.boxes.filter(({ parent }) => parent === box).map(({ id }) => pack(input, id));
  const own = input.nodes.filter(({ parent }) => parent === box);
  const items = [
    ...inner.map((each) => ({ w: (each.w + 2 * PADDING) / input.aspect, h: each.h + 2 * PADDING, x: 0, y: 0, each })),
    ...own.map((node) => ({ w: (node.width + GAP) / input.aspect, h: node.height + GAP, x: 0, y: 0, node })),
  ];
  const { w, h } = potpack(items);
  const at = new Map<string, { readonly x: number; readonly y: number }>();
  for (const item of items) {
    const left = item.x * input.aspect;
    if ('node' in item) at.set(item.node.id, { x: left + item.node.width / 2, y: item.y + item.node.height / 2 });
    else for (const [id, { x, y }] of item.each.at) at.set(id, { x: left + PADDING + x, y: item.y + PADDING + y });
  }
  return { w: w * input.aspect, h, at };
}
