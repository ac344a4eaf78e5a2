/** What counters and graphs say of an edge, as voices of the witness table. */
import type { GraphEdge, Graphs } from '../model/graph.ts';
import type { EdgeMetrics, MetricReport, MetricSums, Metrics } from '../model/metric.ts';
import type { Says, Statement } from '../model/stand.ts';
import type { TableEdge, WitnessVoice } from './witness-table.ts';

const keyOf = ({ source, destination }: { readonly source: Name; readonly destination: Name }): string =>
  `${source.namespace ?? ''}/${source.workload}\n${destination.namespace ?? ''}/${destination.workload}`;
type Name = { readonly workload: string | null; readonly namespace: string | null };

/** Asked once all inputs without time have been read. */
export function metricVoice(metrics: Metrics): WitnessVoice {
  const edges = new Map(metrics.edges().map((edge) => [keyOf(edge), edge]));
  return {
    witness: 'metric',
    knowsPorts: false,
    of: (edge) => {
      const found = isNamed(edge) ? edges.get(keyOf(edge)) : undefined;
      return found === undefined ? null : metricStatement(found);
    },
  };
}

/** Counters and graphs are of TCP alone. */
const isNamed = ({ source, destination, transport }: TableEdge): boolean =>
  transport === 'tcp' && source.workload !== null && destination.workload !== null;

/** The reporters are put side by side, never added: the client's sees only enrolled pods' connections, the server's all that arrive. */
function metricStatement({ bySource, byDestination }: EdgeMetrics): Statement | null {
  const reports = [['source', bySource] as const, ['destination', byDestination] as const].flatMap(([reporter, report]) =>
    report === null ? [] : [{ reporter, report, says: reportSays(report) }],
  );
  if (reports.length === 0) return null;
  const said = reports.map(({ says }) => says).filter((says) => says !== 'silent');
  const [first = 'silent'] = said;
  const carried = said.filter((says) => says !== 'blocked');
  const says = said.every((one) => one === first) ? first : carried.every((one) => one === carried[0]) ? (carried[0] ?? 'blocked') : 'mixed';
  return {
    says,
    text: reports.map(({ reporter, report }) => `${reporter}: ${reportText(report)}`).join('; '),
    evidence: reports.map(({ report, says: one }) => ({ witness: 'metric', ...report.evidence, says: one })),
  };
}

/** A keep-alive client closes nothing for hours: bytes count as much as connections. Attempts count for nothing. */
const carriedBy = ({ completed, received, sent }: MetricSums): boolean => completed > 0 || received + sent > 0;

function reportSays({ mutualTls, unknown, isProof }: MetricReport): Says {
  const [encrypted, other] = [carriedBy(mutualTls), carriedBy(unknown)];
  if (other && !isProof) return 'silent';
  if (encrypted && other) return 'mixed';
  if (encrypted || other) return encrypted ? 'encrypted' : 'plaintext';
  return mutualTls.failed + unknown.failed + mutualTls.closed + unknown.closed > 0 ? 'blocked' : 'silent';
}

function reportText(report: MetricReport): string {
  const part = ({ completed, received, sent }: MetricSums, policy: string): readonly string[] =>
    completed > 0 ? [`${completed} ${policy}`] : received + sent > 0 ? [`${received + sent} B ${policy}, none closed`] : [];
  const parts = [
    ...part(report.mutualTls, 'mTLS'),
    ...part(report.unknown, report.isProof ? 'plaintext' : 'unknown'),
    ...[...report.flags].map(([flag, count]) => `${count} ${flag}`),
  ];
  return parts.length === 0 ? 'nothing carried' : parts.join(', ');
}

/** Of several graphs the latest that shows workloads; an app's share is only one of its workloads' and is left to its finding. */
export function graphVoice(graphs: Graphs): WitnessVoice {
  const latest = new Map<string, GraphEdge>();
  const injected = new Set(graphs.edges().flatMap(({ source, graph }) => (source.nodeType === 'service' ? [graph] : [])));
  for (const edge of graphs.edges()) {
    if (edge.source.workload === null || edge.destination.workload === null || injected.has(edge.graph)) continue;
    const known = latest.get(keyOf(edge));
    if (known === undefined || edge.graph.to > known.graph.to || (known.rates === null && edge.graph.to === known.graph.to))
      latest.set(keyOf(edge), edge);
  }
  return {
    witness: 'graph',
    knowsPorts: false,
    of: (edge) => {
      const found = isNamed(edge) ? latest.get(keyOf(edge)) : undefined;
      return found === undefined ? null : graphStatement(found, graphs.hasShares(found.graph));
    },
  };
}

function graphStatement({ mtlsPercent, rates, waypoint, input, record }: GraphEdge, hasShares: boolean): Statement {
  const told = (says: Says, text: string): Statement => ({ says, text, evidence: [{ witness: 'graph', input, record, says: text }] });
  if (rates === null) return told('silent', 'idle');
  if (waypoint) return told('silent', mtlsPercent === null ? 'waypoint' : `${mtlsPercent} % mTLS, set for waypoints, not measured`);
  if (!hasShares) return told('silent', 'graph without padlocks');
  if (mtlsPercent === null || mtlsPercent === 0) return told('plaintext', 'no padlock');
  return mtlsPercent === 100 ? told('encrypted', '100 % mTLS') : told('mixed', `${mtlsPercent} % mTLS`);
}
