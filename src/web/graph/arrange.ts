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
};
/** Centres of the nodes; boxes follow from what they hold. */
export type Positions = Readonly<Record<string, { readonly x: number; readonly y: number }>>;

export const arrange = (input: ToArrange): Positions => (input.isLarge ? packed(input) : layered(input));

function layered({ nodes, boxes, edges }: ToArrange): Positions {
  const graph = new Graph({ compound: true, multigraph: false });
  graph.setGraph({ rankdir: 'LR', nodesep: 26, ranksep: 120, edgesep: 18, marginx: 20, marginy: 20 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of boxes) graph.setNode(id, {});
  for (const { id, width, height } of nodes) graph.setNode(id, { width, height });
  for (const { id, parent } of [...boxes, ...nodes]) if (parent !== null) graph.setParent(id, parent);
  for (const { source, target } of edges) if (source !== target) graph.setEdge(source, target);
  layout(graph);
  return Object.fromEntries(
    nodes.map(({ id }) => {
      const { x, y } = graph.node(id);
      return [id, { x: x ?? 0, y: y ?? 0 }];
    }),
  );
}

type Packed = { readonly w: number; readonly h: number; readonly at: ReadonlyMap<string, { readonly x: number; readonly y: number }> };
const GAP = 14;
const PADDING = 26;
/** Screens are wide, and potpack makes squares. */
const ASPECT = 1.7;

function packed(input: ToArrange): Positions {
  return Object.fromEntries(pack(input, null).at);
}

/** Everything in one box, its boxes inside packed before. Coordinates are from its left upper corner. */
function pack(input: ToArrange, box: string | null): Packed {
  const inner = input.boxes.filter(({ parent }) => parent === box).map(({ id }) => pack(input, id));
  const own = input.nodes.filter(({ parent }) => parent === box);
  const items = [
    ...inner.map((each) => ({ w: (each.w + 2 * PADDING) / ASPECT, h: each.h + 2 * PADDING, x: 0, y: 0, each })),
    ...own.map((node) => ({ w: (node.width + GAP) / ASPECT, h: node.height + GAP, x: 0, y: 0, node })),
  ];
  const { w, h } = potpack(items);
  const at = new Map<string, { readonly x: number; readonly y: number }>();
  for (const item of items) {
    const left = item.x * ASPECT;
    if ('node' in item) at.set(item.node.id, { x: left + item.node.width / 2, y: item.y + item.node.height / 2 });
    else for (const [id, { x, y }] of item.each.at) at.set(id, { x: left + PADDING + x, y: item.y + PADDING + y });
  }
  return { w: w * ASPECT, h, at };
}
