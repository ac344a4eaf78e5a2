/** Edges and workloads as the API tells them: sums over groups that a question is about. */
import type { ApiEdge, ApiIdentity, ApiNode, ApiShown, EdgeState } from '../../model/api.ts';
import { u8At } from '../../model/column.ts';
import type { Verdict } from '../../model/flow.ts';
import { type CountedReason, secured, worstReason } from '../../model/secured.ts';
import type { Secured, VerdictCounts } from '../../model/summary.ts';
import { formatTime, type Micros, micros } from '../../model/time.ts';
import type { Edge, Node } from '../history/graph.ts';
import type { History } from '../history/history.ts';
import { S, type Sums } from '../history/sums.ts';

export type Asked = { readonly history: History; readonly passes: Uint8Array; readonly sums: Sums };
export type AboutEdges = {
  /** Ids of findings, each once. */
  findingsOf(edge: Edge): readonly string[];
  isEnrolled(ip: string, time: Micros): boolean | null;
};

type Counts = { -readonly [verdict in Verdict]: number };
export const noCounts = (): Counts => ({ hbone: 0, tls: 0, plaintext: 0, denied: 0, failed: 0, unknown: 0 });

/** Witnesses say different things of one connection. */
const CONTRADICTIONS: ReadonlySet<string> = new Set([
  'wire-contradicts-log',
  'wire-contradicts-config',
  'metric-contradicts-log',
  'graph-contradicts-flows',
  'identity-mismatch',
]);

type Known = { total: number; known: number };
const orNull = ({ total, known }: Known): number | null => (known > 0 ? total : null);

/** Undefined where the question is about none of its flows. */
export function apiEdge(edge: Edge, { history, passes, sums }: Asked, about: AboutEdges): ApiEdge | undefined {
  const flows = noCounts();
  const reasons: (CountedReason & { flows: number })[] = [];
  const [sent, received, exposed] = [noKnown(), noKnown(), noKnown()];
  const names = { source: new Tallied(), destination: new Tallied() };
  let exempt = 0;
  let [first, last] = [Infinity, -Infinity];
  for (const id of edge.groups) {
    const group = history.groups.group(id);
    const count = sums.at(id, S.flows);
    if (group === undefined || u8At(passes, id) === 0 || count === 0) continue;
    first = Math.min(first, sums.at(id, S.first));
    last = Math.max(last, sums.at(id, S.last));
    names.source.count(group.source, count);
    names.destination.count(group.destination, count);
    if (group.exempt !== null) {
      exempt += count;
      continue;
    }
    flows[group.verdict] += count;
    countReason(reasons, { verdict: group.verdict, reason: group.reason, flows: count });
    addKnown(sent, sums, id, S.sent);
    addKnown(received, sums, id, S.received);
    addKnown(exposed, sums, id, S.exposed);
  }
  if (last === -Infinity) return undefined;
  const findings = about.findingsOf(edge);
  return {
    id: edge.id,
    source: edge.source.id,
    destination: edge.destination.id,
    port: edge.port,
    transport: edge.transport,
    flows,
    exempt,
    bytes: { sent: orNull(sent), received: orNull(received) },
    exposedBytes: orNull(exposed),
    secured: secured(flows),
    state: stateOf(flows, exempt),
    reason: worstReason(reasons),
    contradicted: findings.some((id) => CONTRADICTIONS.has(id)),
    findings,
    identities: { source: names.source.commonest(), destination: names.destination.commonest() },
    first: formatTime(micros(first)),
    last: formatTime(micros(last)),
  };
}

export function apiNode({ id, workload, namespace, ip, latest }: Node, { history }: Asked, about: AboutEdges): ApiNode {
  const { cluster, identity, identityFrom } = latest;
  const enrolled = about.isEnrolled(latest.ip, history.newest ?? micros(0));
  return { id, workload, namespace, cluster, ip, identity, identityFrom, enrolled };
}

/** The ends of `edges`, each once. */
export function nodesOf(edges: readonly ApiEdge[], asked: Asked, about: AboutEdges): readonly ApiNode[] {
  const nodes = new Map<string, ApiNode>();
  for (const { id } of edges) {
    const edge = asked.history.groups.graph.byId(id);
    for (const node of edge === undefined ? [] : [edge.source, edge.destination]) {
      if (!nodes.has(node.id)) nodes.set(node.id, apiNode(node, asked, about));
    }
  }
  return [...nodes.values()];
}

/** The sums over all that the question is about, and how many flows that is. */
export function shownOf({ history, passes, sums }: Asked): { readonly shown: ApiShown; readonly flows: number } {
  const flows = noCounts();
  const bytes = { hbone: 0, tls: 0, plaintext: 0 };
  const byEdge = new Map<Edge, Counts>();
  let [exempt, exposedBytes] = [0, 0];
  for (let id = 0; id < passes.length; id++) {
    const group = u8At(passes, id) === 1 ? history.groups.group(id) : undefined;
    const count = group === undefined ? 0 : sums.at(id, S.flows);
    if (group === undefined || count === 0) continue;
    const counts = byEdge.get(group.edge) ?? noCounts();
    byEdge.set(group.edge, counts);
    if (group.exempt !== null) {
      exempt += count;
      continue;
    }
    const { verdict } = group;
    flows[verdict] += count;
    counts[verdict] += count;
    exposedBytes += sums.at(id, S.exposed);
    if (verdict === 'hbone' || verdict === 'tls' || verdict === 'plaintext') bytes[verdict] += sums.at(id, S.sent) + sums.at(id, S.received);
  }
  const edges: { [key in Secured]: number } = { yes: 0, partly: 0, no: 0, unproven: 0 };
  for (const counts of byEdge.values()) edges[secured(counts)]++;
  return { shown: { flows, exempt, bytes, exposedBytes, edges }, flows: exempt + Object.values(flows).reduce((sum, count) => sum + count, 0) };
}

function stateOf(flows: VerdictCounts, exempt: number): EdgeState {
  const carried = secured(flows);
  if (carried === 'yes') return 'proven';
  if (carried === 'partly') return 'partly';
  if (carried === 'no') return flows.plaintext > 0 ? 'plaintext' : 'tls';
  if (flows.unknown > 0) return 'unproven';
  if (flows.denied > 0) return 'denied';
  return flows.failed > 0 || exempt === 0 ? 'failed' : 'exempt';
}

const noKnown = (): Known => ({ total: 0, known: 0 });

/** `column` of a sum; how many knew it stands behind. */
function addKnown(to: Known, sums: Sums, group: number, column: number): void {
  to.total += sums.at(group, column);
  to.known += sums.at(group, column + 1);
}

export function countReason(reasons: (CountedReason & { flows: number })[], counted: CountedReason): void {
  const known = reasons.find(({ verdict, reason }) => verdict === counted.verdict && reason === counted.reason);
  if (known === undefined) reasons.push({ ...counted });
  else known.flows += counted.flows;
}

/** Identities at one end, by how often. */
export class Tallied {
  readonly #counts = new Map<string, ApiIdentity & { flows: number }>();

  count({ identity, identityFrom }: { readonly identity: string | null; readonly identityFrom: ApiIdentity['from'] }, flows: number): void {
    if (identity === null) return;
    const key = `${identityFrom} ${identity}`;
    const known = this.#counts.get(key);
    if (known === undefined) this.#counts.set(key, { identity, from: identityFrom, flows });
    else known.flows += flows;
  }

  /** Commonest first, by name among equals. */
  all(): readonly (ApiIdentity & { readonly flows: number })[] {
    return [...this.#counts.values()].sort((a, b) => b.flows - a.flows || (a.identity < b.identity ? -1 : 1));
  }

  commonest(): ApiIdentity | null {
    const [first] = this.all();
    return first === undefined ? null : { identity: first.identity, from: first.from };
  }
}
