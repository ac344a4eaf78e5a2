/** What is drawn of the graph: which nodes, boxes and edges, with what is written on them. */
import type { ElementDefinition } from 'cytoscape';
import type { ApiEdge, ApiNode } from '../../model/api.ts';
import { glyphOf } from '../icons/shapes.ts';
import type { Graph } from '../state/live.ts';
import type { Place } from '../state/query.ts';
import { bytesOf, countText, shortIdentity, shortName, totalOf } from '../words.ts';
import type { ToArrange } from './arrange.ts';

export type DrawOptions = Pick<Place, 'showsExempt' | 'showsIdentities' | 'width'>;
export type Picture = {
  readonly nodes: ReadonlyMap<string, ElementDefinition>;
  readonly edges: ReadonlyMap<string, ApiEdge>;
  readonly isLarge: boolean;
};

/** From here on nobody reads every label, and a layered layout would take longer than a reader waits. */
const LARGE_NODES = 250;
const LARGE_EDGES = 700;
export const NODE_HEIGHT = 34;

export function pictureOf(graph: Graph, options: DrawOptions, widthOf: (text: string) => number): Picture {
  const edges = new Map([...graph.edges].filter(([, edge]) => options.showsExempt || edge.state !== 'exempt'));
  const shown = new Set([...edges.values()].flatMap(({ source, destination }) => [source, destination]));
  const known = [...graph.nodes.values()].filter(({ id }) => shown.has(id));
  const hasClusters = new Set(known.flatMap(({ cluster }) => cluster ?? [])).size > 1;
  const nodes = new Map<string, ElementDefinition>();
  for (const node of known) {
    for (const box of boxesOf(node, hasClusters)) if (!nodes.has(box.data.id ?? '')) nodes.set(box.data.id ?? '', box);
    nodes.set(node.id, workload(node, hasClusters, widthOf));
  }
  return { nodes, edges, isLarge: known.length > LARGE_NODES || edges.size > LARGE_EDGES };
}

const clusterBox = (cluster: string): string => `cluster ${cluster}`;
const namespaceBox = ({ cluster, namespace }: ApiNode, hasClusters: boolean): string =>
  `namespace ${hasClusters ? `${cluster ?? ''} ` : ''}${namespace}`;

/** Outermost first: a box must be there before what it holds. */
function boxesOf(node: ApiNode, hasClusters: boolean): readonly ElementDefinition[] {
  const isInCluster = hasClusters && node.cluster !== null;
  const outer = isInCluster && node.cluster !== null ? [{ data: { id: clusterBox(node.cluster), label: node.cluster }, classes: 'box cluster' }] : [];
  if (node.namespace === null) return outer;
  const parent = isInCluster && node.cluster !== null ? { parent: clusterBox(node.cluster) } : {};
  return [...outer, { data: { id: namespaceBox(node, hasClusters), label: node.namespace, ...parent }, classes: 'box namespace' }];
}

function workload(node: ApiNode, hasClusters: boolean, widthOf: (text: string) => number): ElementDefinition {
  const name = shortName(node);
  const label = name.length > 34 ? `${name.slice(0, 33)}…` : name;
  const parent =
    node.namespace !== null
      ? { parent: namespaceBox(node, hasClusters) }
      : hasClusters && node.cluster !== null
        ? { parent: clusterBox(node.cluster) }
        : {};
  const mesh = node.enrolled === true ? 'enrolled' : node.enrolled === false ? 'outside' : '';
  return {
    data: { id: node.id, label, w: Math.max(72, Math.ceil(widthOf(label)) + 28), ...parent },
    classes: `node ${node.workload === null ? 'address' : ''} ${mesh}`,
  };
}

/** `aspect`: width over height of where it is drawn. */
export function toArrange({ nodes, edges, isLarge }: Picture, aspect: number): ToArrange {
  const all = [...nodes.values()].map(({ data, classes }) => ({
    id: String(data.id),
    parent: data.parent ?? null,
    width: Number(data['w']),
    isBox: isBox(classes),
  }));
  return {
    boxes: all.filter((each) => each.isBox).map(({ id, parent }) => ({ id, parent })),
    nodes: all.filter((each) => !each.isBox).map(({ id, parent, width }) => ({ id, parent, width, height: NODE_HEIGHT })),
    edges: isLarge ? [] : [...edges.values()].map(({ source, destination }) => ({ source, target: destination })),
    isLarge,
    aspect,
  };
}

export const isBox = (classes: ElementDefinition['classes']): boolean => String(classes).startsWith('box');

/** What cytoscape draws of an edge; `thickest` is the largest count or sum of bytes of all edges. */
export function edgeData(edge: ApiEdge, options: DrawOptions, thickest: number): Readonly<Record<string, string | number>> {
  return {
    id: edge.id,
    source: edge.source,
    target: edge.destination,
    state: edge.contradicted ? 'contradicted' : edge.state,
    label: labelOf(edge, options),
    width: 1.4 + 4.6 * (Math.log1p(weightOf(edge, options)) / Math.log1p(Math.max(1, thickest))),
  };
}

export const edgeClasses = (edge: ApiEdge): string => `edge ${edge.state}${edge.contradicted ? ' contradicted' : ''}`;
export const weightOf = (edge: ApiEdge, { width }: DrawOptions): number => (width === 'bytes' ? bytesOf(edge) : totalOf(edge.flows) + edge.exempt);

function labelOf(edge: ApiEdge, { showsIdentities }: DrawOptions): string {
  const total = totalOf(edge.flows);
  const count =
    edge.state === 'partly' ? `${countText(edge.flows.hbone)}/${countText(total)}` : countText(total + (edge.state === 'exempt' ? edge.exempt : 0));
  const first = `${edge.contradicted ? glyphOf('contradicted') : ''}${glyphOf(edge.state)} ${count}`;
  const { source, destination } = edge.identities;
  if (!showsIdentities || (source === null && destination === null)) return first;
  const name = (end: typeof source): string => (end === null ? '?' : shortIdentity(end.identity));
  return `${first}\n${name(source)} → ${name(destination)}`;
}
