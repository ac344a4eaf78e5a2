/** What each address of the API answers. */
import type {
  ApiContractSummary,
  ApiEdge,
  ApiEdgeDetails,
  ApiEdgePage,
  ApiGraph,
  ApiHistory,
  ApiInputs,
  ApiNode,
  ApiSummary,
} from '../../model/api.ts';
import { EDGE_SORTS } from '../../model/api.ts';
import { type ApiFindings, type ApiFlowDetails, type ApiFlowPage, type ApiStrict, FLOW_SORTS, ORDERS } from '../../model/api-rows.ts';
import { u32At } from '../../model/column.ts';
import { WITNESSES } from '../../model/flow.ts';
import type { RunEnding } from '../../model/reporter.ts';
import { NO_STAND } from '../../model/stand.ts';
import type { Edge as ToldEdge } from '../../model/summary.ts';
import { formatTime, MICROS_PER_SECOND, type Micros, micros } from '../../model/time.ts';
import { plainSummary } from '../../report/contract/objects.ts';
import { auditHtml } from '../../report/html/page.ts';
import { type Edge, keyOf, nodeId } from '../history/graph.ts';
import type { Query } from '../history/select.ts';
import { oneOf, type Asked as Question, Refusal, wholeOf } from '../http/query.ts';
import type { Snapshot } from '../run.ts';
import { sortEdges } from './attention.ts';
import { edgeParts, timeline } from './details.ts';
import { apiNode, shownOf } from './edges.ts';
import { apiFlow } from './flows.ts';
import type { Looks } from './look.ts';
import { apiFinding } from './snapshots.ts';

export const MAX_FLOWS_A_PAGE = 1000;
export const MAX_EDGES_A_PAGE = 10_000;

export function summary(looks: Looks, { query }: Question): ApiSummary {
  const { history, run } = looks;
  const { snapshot } = looks.snapshots.look();
  const asked = looks.asked(query);
  const namespaces = new Set([...history.groups.graph.nodes.values()].flatMap(({ namespace }) => namespace ?? []));
  return {
    revision: history.revision,
    version: run.version,
    running: looks.running,
    live: run.live,
    started: formatTime(micros(looks.started * 1000)),
    now: formatTime(micros(Date.now() * 1000)),
    command: run.command,
    // The contract's own object, made by the contract's own words.
    summary: plainSummary(snapshot.summary) as unknown as ApiContractSummary,
    shown: shownOf(asked).shown,
    kept: { seconds: history.keep / MICROS_PER_SECOND, flows: history.flows, dropped: history.dropped, ...spanOf(looks) },
    namespaces: [...namespaces].sort(),
    banners: looks.inputs().banners,
  };
}

function spanOf({ history }: Looks): { readonly first: string | null; readonly last: string | null } {
  const first = history.oldest();
  const text = (time: Micros | null): string | null => (time === null ? null : formatTime(time));
  return { first: text(first), last: text(history.newest) };
}

export function graph(looks: Looks, { query }: Question): ApiGraph {
  const { revision } = looks.history;
  return { revision, ...looks.graph(looks.asked(query), looks.edges) };
}

export function edges(looks: Looks, { query, one }: Question): ApiEdgePage {
  const sort = oneOf('sort', one('sort'), EDGE_SORTS);
  const order = one('order') === null ? (ASCENDING.has(sort) ? 'asc' : 'desc') : oneOf('order', one('order'), ORDERS);
  const offset = wholeOf('offset', one('offset'), { most: 1e9, otherwise: 0 });
  const limit = wholeOf('limit', one('limit'), { most: MAX_EDGES_A_PAGE, otherwise: MAX_EDGES_A_PAGE });
  const { revision } = looks.history;
  const all = looks.graph(looks.asked(query), looks.edges);
  const names = new Map(all.nodes.map((node) => [node.id, node]));
  const page = sortEdges(all.edges, names, { sort, descending: order === 'desc' }).slice(offset, offset + limit);
  return { revision, total: all.edges.length, offset, edges: page, nodes: endsOf(page, names) };
}

const ASCENDING: ReadonlySet<string> = new Set(['source', 'destination', 'port']);

function endsOf(page: readonly ApiEdge[], names: ReadonlyMap<string, ApiNode>): readonly ApiNode[] {
  return [...new Set(page.flatMap(({ source, destination }) => [source, destination]))].flatMap((id) => names.get(id) ?? []);
}

export function edge(looks: Looks, { query }: Question, id: string): ApiEdgeDetails {
  const { history } = looks;
  const found = history.groups.graph.byId(id);
  const asked = looks.asked(query);
  const told = found === undefined ? undefined : looks.graph(asked, [found]).edges[0];
  if (found === undefined || told === undefined)
    throw new Refusal(404, 'No such edge, or none of its flows is shown: it may have gone, or the filters leave it out.');
  const { findings, snapshot } = looks.snapshots.look();
  const about = looks.about(findings);
  const own: Query = { ...query, edge: id, key: `${query.key} ${id}` };
  const parts = edgeParts(found, asked, looks.selector.rows(own));
  const first = parts.flows[0];
  return {
    revision: history.revision,
    edge: told,
    source: apiNode(found.source, asked, about),
    destination: apiNode(found.destination, asked, about),
    ...voicesOn(found, snapshot),
    ...parts,
    findings: findings.about(found).map((finding) => apiFinding(finding, findings)),
    explain: first === undefined ? null : explainCommand(looks, first.id),
  };
}

/** Of all its flows, whatever is filtered: the other witnesses do not know single ones. */
function voicesOn(edge: Edge, { edges }: Snapshot): Pick<ApiEdgeDetails, 'voices' | 'agreement'> {
  const { statements, agreement } = edges.find((one) => isSame(edge, one))?.stand ?? NO_STAND;
  const voices = WITNESSES.flatMap((witness) => {
    const said = statements[witness];
    return said === null ? [] : [{ witness, says: said.says, text: said.text, evidence: said.evidence }];
  });
  return { voices, agreement };
}

const isSame = ({ source, destination, port, transport }: Edge, told: ToldEdge): boolean =>
  told.destination.port === port && told.transport === transport && keyOf(told.destination) === destination.key && keyOf(told.source) === source.key;

/** The report for auditors, of all that has been seen so far. */
export function audit({ run, snapshots, started }: Looks): string {
  const { edges, findings, summary } = snapshots.look().snapshot;
  const told = { view: 'report' as const, flows: [], edges, strict: [], findings, records: [], expectations: [] };
  const ended = (): RunEnding => ({ at: micros(Date.now() * 1000), complaints: [], hashes: new Map() });
  return auditHtml(told, summary, { version: run.version, words: ['serve', run.command], started: micros(started * 1000), ended });
}

const explainCommand = ({ run }: Looks, flow: string): string => `plainsight explain ${flow} ${run.command}`.trim();

export function overTime(looks: Looks, { query }: Question): ApiHistory {
  return timeline(looks.history, looks.selector.rows(query));
}

export function flows(looks: Looks, { query, one }: Question): ApiFlowPage {
  const sort = oneOf('sort', one('sort'), FLOW_SORTS);
  const order = oneOf('order', one('order') ?? 'desc', ORDERS);
  const offset = wholeOf('offset', one('offset'), { most: 1e9, otherwise: 0 });
  const limit = wholeOf('limit', one('limit'), { most: MAX_FLOWS_A_PAGE, otherwise: 200 });
  const { revision } = looks.history;
  const rows = looks.orders.rows(query, { sort, descending: order === 'desc' });
  const page = [];
  for (let place = offset; place < Math.min(rows.length, offset + limit); place++) {
    const flow = apiFlow(looks.history, u32At(rows, place));
    if (flow !== undefined) page.push(flow);
  }
  return { revision, total: rows.length, offset, flows: page };
}

export async function flow(looks: Looks, id: string, signal: AbortSignal): Promise<ApiFlowDetails> {
  const { history, run } = looks;
  const row = history.find(id);
  const told = row < 0 ? undefined : apiFlow(history, row);
  const extras = row < 0 ? undefined : history.extrasOf(row);
  if (told === undefined || extras === undefined)
    throw new Refusal(404, 'No such flow: it may have been told again under another id, or is no longer kept.');
  const records = (await run.quote(told.evidence, signal)).map(({ witness, input, record, text, says }) => ({ witness, input, record, text, says }));
  return { flow: told, tls: extras.tls, underlay: extras.underlay, carrier: extras.carrier, records, explain: explainCommand(looks, id) };
}

export function findings(looks: Looks, { query }: Question): ApiFindings {
  const { revision } = looks.history;
  const { findings: all } = looks.snapshots.look();
  const shown = looks.shownFindings(looks.asked(query), all, query.filter);
  return { revision, findings: shown.map((finding) => apiFinding(finding, all)) };
}

export function strict({ history, run }: Looks): ApiStrict {
  const rows = run.strict().map(({ type: _, wouldBreak, ...row }) => ({
    node: nodeId(keyOf({ workload: row.workload, namespace: row.namespace, ip: null })),
    ...row,
    wouldBreak: wouldBreak.map((client) => ({ ...client, last: client.last === null ? null : formatTime(client.last) })),
  }));
  return { revision: history.revision, rows };
}

export function inputs(looks: Looks): ApiInputs {
  return { revision: looks.history.revision, ...looks.inputs() };
}
