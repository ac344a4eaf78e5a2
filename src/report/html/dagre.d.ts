/**
 * What of @dagrejs/dagre 3 is used. Its own declarations import without file extensions, which NodeNext does not resolve; tsconfig.json
 * puts these in their place.
 */
export type Point = { readonly x: number; readonly y: number };

export class Graph {
  setGraph(label: {
    readonly rankdir: 'LR' | 'TB';
    readonly nodesep: number;
    readonly ranksep: number;
    readonly edgesep: number;
    readonly marginx: number;
    readonly marginy: number;
  }): this;
  setNode(name: string, label: { readonly width: number; readonly height: number }): this;
  setEdge(
    from: string,
    to: string,
    label: { readonly width: number; readonly height: number; readonly labelpos: 'c'; readonly minlen: number },
  ): this;
  /** After `layout`. */
  graph(): { readonly width?: number; readonly height?: number };
  /** After `layout`: its middle. */
  node(name: string): Partial<Point>;
  /** After `layout`: where it bends, and the middle of its label. */
  edge(from: string, to: string): { readonly points?: readonly Point[] } & Partial<Point>;
}

export function layout(graph: Graph): void;
