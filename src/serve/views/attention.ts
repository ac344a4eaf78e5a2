/** Edges in the order of a column; first of all, what needs attention. */
import type { ApiEdge, ApiNode, EDGE_SORTS, EdgeState } from '../../model/api.ts';

export type EdgeSorting = { readonly sort: (typeof EDGE_SORTS)[number]; readonly descending: boolean };

/** Worst last, so that downwards it comes first. */
const ATTENTION: readonly EdgeState[] = ['exempt', 'proven', 'failed', 'denied', 'unproven', 'tls', 'partly', 'plaintext'];

export function sortEdges(edges: readonly ApiEdge[], nodes: ReadonlyMap<string, ApiNode>, { sort, descending }: EdgeSorting): readonly ApiEdge[] {
  const names = new Map(
    [...nodes].map(([id, { workload, namespace, ip }]) => [id, workload === null ? (ip ?? '') : `${namespace ?? ''}/${workload}`]),
  );
  const total = ({ flows, exempt }: ApiEdge): number => Object.values(flows).reduce((sum, count) => sum + count, exempt);
  const name = (id: string): string => names.get(id) ?? '';
  const keys: { readonly [key in EdgeSorting['sort']]: (edge: ApiEdge) => number | string } = {
    attention: ({ state, contradicted, findings }) => ATTENTION.indexOf(state) * 4 + (contradicted ? 2 : 0) + (findings.length > 0 ? 1 : 0),
    source: ({ source }) => name(source),
    destination: ({ destination }) => name(destination),
    port: ({ port }) => port ?? -1,
    flows: total,
    bytes: ({ bytes }) => (bytes.sent ?? 0) + (bytes.received ?? 0),
    exposed: ({ exposedBytes }) => exposedBytes ?? -1,
    last: ({ last }) => last ?? '',
  };
  const keyed = edges.map((edge) => ({ edge, key: keys[sort](edge), flows: total(edge) }));
  const sign = descending ? -1 : 1;
  return keyed.sort((a, b) => (a.key < b.key ? -sign : a.key > b.key ? sign : b.flows - a.flows)).map(({ edge }) => edge);
}
