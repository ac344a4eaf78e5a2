/** All rows that the filters let through, asked for page by page. */
import type { ApiEdgePage } from '../../model/api.ts';
import type { ApiFindings, ApiFlowPage } from '../../model/api-rows.ts';
import type { Filters } from '../state/query.ts';
import { apiPath, getJson } from '../state/request.ts';

export type What = 'edges' | 'flows' | 'findings';

/** More flows than this are for `plainsight flows`. */
const MOST_FLOWS = 100_000;
const FLOWS_A_PAGE = 1000;
const EDGES_A_PAGE = 10_000;

export async function collected(what: What, filters: Filters): Promise<readonly object[]> {
  if (what === 'findings') return (await getJson<ApiFindings>(apiPath('findings', filters))).findings;
  if (what === 'flows') return flows(filters);
  const { edges, nodes } = await getJson<ApiEdgePage>(apiPath('edges', filters, { limit: EDGES_A_PAGE }));
  const names = new Map(nodes.map((node) => [node.id, node]));
  return edges.map((edge) => ({ ...edge, source: names.get(edge.source) ?? null, destination: names.get(edge.destination) ?? null }));
}

async function flows(filters: Filters): Promise<readonly object[]> {
  const rows: object[] = [];
  for (;;) {
    const page = await getJson<ApiFlowPage>(apiPath('flows', filters, { offset: rows.length, limit: FLOWS_A_PAGE, sort: 'start', order: 'asc' }));
    rows.push(...page.flows);
    if (page.flows.length === 0 || rows.length >= Math.min(page.total, MOST_FLOWS)) return rows;
  }
}
