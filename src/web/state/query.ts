/** Where the reader is, as the URL's query has it: everything that a link to what is shown needs. */
export const VIEWS = ['graph', 'edges', 'flows', 'workloads', 'findings', 'inputs'] as const;
export type View = (typeof VIEWS)[number];

/** The command line's words, as the API's query has them. */
export const FILTER_KEYS = [
  'from',
  'to',
  'namespace',
  'workload',
  'identity',
  'verdict',
  'reason',
  'exempt',
  'port',
  'ip',
  'cidr',
  'since',
  'until',
] as const;
export type FilterKey = (typeof FILTER_KEYS)[number];
export type Filters = { readonly [key in FilterKey]?: readonly string[] };

export const WIDTHS = ['connections', 'bytes'] as const;
export type Place = {
  readonly view: View;
  readonly filters: Filters;
  /** `edge:ID`, `node:ID` or `flow:ID`. */
  readonly selected: string | null;
  /** Whether the graph draws edges on which all is exempt; the filter `exempt` is about flows, everywhere. */
  readonly showsExempt: boolean;
  readonly showsIdentities: boolean;
  readonly width: (typeof WIDTHS)[number];
  readonly sort: string | null;
  readonly order: 'asc' | 'desc';
};

/** Who asks for exempt flows wants to see them. */
export const drawsExempt = ({ showsExempt, filters }: Place): boolean => showsExempt || filters.exempt !== undefined;

const oneOf = <T extends string>(values: readonly T[], text: string | null): T | undefined => values.find((value) => value === text);

/** Reads a URL's query; what it does not know is left out. */
export function placeOf(query: string): Place {
  const params = new URLSearchParams(query);
  const filters = Object.fromEntries(
    FILTER_KEYS.map((key) => [key, params.getAll(key).filter((value) => value !== '')] as const).filter(([, values]) => values.length > 0),
  );
  return {
    view: oneOf(VIEWS, params.get('view')) ?? 'graph',
    filters,
    selected: params.get('selected'),
    showsExempt: params.get('exemptEdges') === 'shown',
    showsIdentities: params.get('identities') === 'shown',
    width: oneOf(WIDTHS, params.get('width')) ?? 'connections',
    sort: params.get('sort'),
    order: params.get('order') === 'asc' ? 'asc' : 'desc',
  };
}

/** The shortest query that `placeOf` reads back as `place`: `` or `?view=flows&verdict=plaintext`. */
export function queryOf(place: Place): string {
  const params = filterParams(place.filters);
  if (place.view !== 'graph') params.set('view', place.view);
  if (place.selected !== null) params.set('selected', place.selected);
  if (place.showsExempt) params.set('exemptEdges', 'shown');
  if (place.showsIdentities) params.set('identities', 'shown');
  if (place.width !== 'connections') params.set('width', place.width);
  if (place.sort !== null) params.set('sort', place.sort);
  if (place.sort !== null && place.order === 'asc') params.set('order', 'asc');
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

export function filterParams(filters: Filters): URLSearchParams {
  const params = new URLSearchParams();
  for (const key of FILTER_KEYS) for (const value of filters[key] ?? []) params.append(key, value);
  return params;
}
