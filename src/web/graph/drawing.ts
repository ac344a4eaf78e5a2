/** A graph of up to some hundred edges, by cytoscape: takes a picture after the other and draws only what differs. */
import cytoscape, { type Core, type EventObject } from 'cytoscape';
import type { ApiEdge } from '../../model/api.ts';
import type { Positions } from './arrange.ts';
import { type DrawOptions, edgeClasses, edgeData, type Picture, toArrange, weightOf } from './elements.ts';
import { look } from './look.ts';

export type Drawing = {
  draw(picture: Picture, options: DrawOptions): void;
  restyle(): void;
  select(id: string | null): void;
  zoomBy(factor: number): void;
  panBy(x: number, y: number): void;
  showAll(): void;
  arrange(): void;
  png(): Promise<Blob>;
  destroy(): void;
};

/** Around all of it, where there is room for that. */
const FIT_PADDING = 56;
const FIT_SHARE = 0.05;
const MAX_FIT_ZOOM = 1.25;

export function createDrawing(container: HTMLElement, choose: (kind: 'node' | 'edge' | null, id: string) => void): Drawing {
  const cy = cytoscape({ container, style: look(), minZoom: 0.02, maxZoom: 4, boxSelectionEnabled: false, autounselectify: true });
  const worker = new Worker(new URL('./arrange-worker.ts', import.meta.url), { type: 'module' });
  let drawn: ReadonlyMap<string, ApiEdge> = new Map();
  let last: { readonly picture: Picture; readonly options: DrawOptions } | null = null;
  let wish = '';
  let chosen: string | null = null;
  let isFirst = true;
  cy.on('tap', (event: EventObject) => {
    if (event.target === cy) return choose(null, '');
    if (event.target.hasClass('box')) return;
    choose(event.target.isNode() ? 'node' : 'edge', event.target.id());
  });
  hoverNear(cy);
  const ask = (): void => {
    if (last !== null) worker.postMessage(toArrange(last.picture, cy.width() / Math.max(1, cy.height())));
  };
  worker.addEventListener('message', ({ data }: MessageEvent<Positions>) => {
    place(cy, data, isFirst);
    if (isFirst) showAll(cy);
    isFirst = false;
    container.dataset['arranged'] = String(cy.nodes('.node').length);
  });
  return {
    draw(picture, options) {
      const isSame = last !== null && sameLook(last.options, options);
      last = { picture, options };
      drawn = update(cy, picture, options, isSame ? drawn : new Map());
      const now = [...picture.nodes.keys()].join(' ');
      if (now !== wish) ask();
      wish = now;
      mark(cy, chosen);
    },
    restyle: () => cy.style(look()),
    select(id) {
      chosen = id;
      mark(cy, id);
    },
    zoomBy: (factor) => cy.zoom({ level: cy.zoom() * factor, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } }),
    panBy: (x, y) => cy.panBy({ x, y }),
    showAll: () => showAll(cy),
    arrange() {
      isFirst = true;
      ask();
    },
    png: () =>
      cy.png({ output: 'blob-promise', full: true, scale: 2, maxWidth: 8000, maxHeight: 8000, bg: getComputedStyle(document.body).backgroundColor }),
    destroy() {
      worker.terminate();
      cy.destroy();
    },
  };
}

const sameLook = (a: DrawOptions, b: DrawOptions): boolean => a.width === b.width && a.showsIdentities === b.showsIdentities;

/** Draws what is new or different; `drawn` is what has been drawn with the same options. */
function update(cy: Core, picture: Picture, options: DrawOptions, drawn: ReadonlyMap<string, ApiEdge>): ReadonlyMap<string, ApiEdge> {
  let thickest = 1;
  for (const edge of picture.edges.values()) thickest = Math.max(thickest, weightOf(edge, options));
  cy.batch(() => {
    cy.edges()
      .filter((edge) => !picture.edges.has(edge.id()))
      .remove();
    cy.nodes()
      .filter((node) => !picture.nodes.has(node.id()))
      .remove();
    cy.add([...picture.nodes.values()].filter(({ data }) => cy.getElementById(data.id ?? '').empty()));
    const fresh = [];
    for (const edge of picture.edges.values()) {
      if (drawn.get(edge.id) === edge) continue;
      const data = edgeData(edge, options, thickest);
      const known = cy.getElementById(edge.id);
      if (known.empty()) fresh.push({ group: 'edges' as const, data, classes: edgeClasses(edge) });
      else known.data(data).classes(edgeClasses(edge));
    }
    // cytoscape's type of an edge's data asks for the fields by name; `edgeData` has them.
    cy.add(fresh as Parameters<typeof cy.add>[0]);
  });
  return picture.edges;
}

function place(cy: Core, positions: Positions, isAtOnce: boolean): void {
  const calm = isAtOnce || matchMedia('(prefers-reduced-motion: reduce)').matches;
  const at = (node: cytoscape.NodeSingular): { readonly x: number; readonly y: number } => positions[node.id()] ?? node.position();
  if (calm) cy.batch(() => cy.nodes('.node').positions((node) => ({ ...at(node) })));
  else
    cy.nodes('.node')
      .layout({ name: 'preset', positions: (id) => ({ ...(positions[id] ?? { x: 0, y: 0 }) }), animate: true, animationDuration: 250, fit: false })
      .run();
}

/** The key and the tools lie over the lower edge. */
const BELOW = 44;
function showAll(cy: Core): void {
  cy.fit(undefined, Math.min(FIT_PADDING, cy.width() * FIT_SHARE));
  if (cy.zoom() > MAX_FIT_ZOOM) {
    cy.zoom(MAX_FIT_ZOOM);
    cy.center();
  }
  cy.panBy({ x: 0, y: -BELOW / 2 });
}

/** The chosen one and its neighbours stand out. */
function mark(cy: Core, id: string | null): void {
  cy.batch(() => {
    cy.elements('.chosen, .near-chosen, .faded').removeClass('chosen near-chosen faded near');
    const element = id === null ? cy.collection() : cy.getElementById(id);
    if (element.empty()) return;
    const near = cy.nodes().intersection(element).closedNeighborhood().union(element).union(cy.edges().intersection(element).connectedNodes());
    element.addClass('chosen');
    near.edges().addClass('near near-chosen');
    cy.elements().not(near).not('.box').addClass('faded');
  });
}

function hoverNear(cy: Core): void {
  cy.on('mouseover', 'edge', ({ target }: EventObject) => target.addClass('near'));
  cy.on('mouseout', 'edge', ({ target }: EventObject) => {
    if (!target.hasClass('near-chosen')) target.removeClass('near');
  });
}
