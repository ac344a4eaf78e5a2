/**
 * Rules.md §6: Kiali's padlock against the flows of the same minutes. Kiali's share is one of bytes between the scrapes of its
 * minutes, each up to an interval old: the flows' share is taken over windows that lag as much, and only what none of them
 * explains is a contradiction. Judged only where the ztunnels' logs surround those minutes.
 */

import type { Evidence } from '../model/flow.ts';
import type { GraphEdge, GraphNode, Graphs } from '../model/graph.ts';
import type { SubjectEnd } from '../model/summary.ts';
import type { Micros } from '../model/time.ts';
import { EdgeShares, type FlowEdge, plaintextOf, shareOf } from './edge-shares.ts';
import { type Coverage, endText, type Finder, type Raised } from './finder.ts';

/** In µs: how far a graph's minutes may lag behind its time stamp. */
const LAGS = [0, 15_000_000, 30_000_000, 45_000_000];
/** Between two shares. */
const TOLERANCE = 0.1;
/** Kiali rounds to whole per cent: from here on plaintext shows. */
const ROUNDED = 0.02;
/** Of fewer flows a share says nothing. */
const LEAST_FLOWS = 5;
const CITED = 5;

export const graphContradictsFlows: Finder = {
  id: 'graph-contradicts-flows',
  severity: 'warning',
  looksAt: 'flows',
  open: (coverage) => {
    const shares = new EdgeShares();
    const { graphs } = coverage;
    const hasGraphs = (): boolean => graphs !== undefined && !graphs.isEmpty();
    return {
      flow: (flow) => {
        if (hasGraphs()) shares.add(flow);
        return false;
      },
      sparesCommon: () => !hasGraphs(),
      forget: (flow) => shares.forget(flow),
      findings: () => (graphs === undefined || !shares.isWhole ? [] : findingsOf(graphs, shares, coverage)),
    };
  },
};

function findingsOf(graphs: Graphs, shares: EdgeShares, coverage: Coverage): readonly Raised[] {
  const found = new Map<string, Raised>();
  const apps = new Map([...(coverage.metrics?.apps() ?? []), ...graphs.apps()]);
  const injected = new Set(graphs.edges().flatMap(({ source, graph }) => (source.nodeType === 'service' ? [graph] : [])));
  for (const edge of graphs.edges()) {
    // A graph that leads its edges through services shows between workloads only what is left.
    if (edge.rates === null || injected.has(edge.graph) || !graphs.hasShares(edge.graph)) continue;
    const flows = shares.between(edge.source, edge.destination, apps);
    const says = flows.length === 0 ? null : contradiction(edge, flows, coverage);
    if (says === null) continue;
    const ends = { source: endOf(edge.source), destination: endOf(edge.destination) };
    const name = `${endText(ends.source)} → ${endText(ends.destination)}`;
    const known = found.get(name);
    const evidence = [...(known?.evidence ?? []), graphEvidence(edge)];
    if (known !== undefined) found.set(name, { ...known, evidence: evidence.slice(0, CITED * 2) });
    else {
      const message = `${name}: ${says}`;
      const cited = flows.flatMap((flow) => flow.evidence).slice(0, CITED);
      found.set(name, {
        subject: { source: ends.source, destination: { ...ends.destination, port: null } },
        message,
        evidence: [...cited, ...evidence],
      });
    }
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, raised]) => raised);
}

const graphEvidence = ({ input, record, mtlsPercent }: GraphEdge): Evidence => ({
  witness: 'graph',
  input,
  record,
  says: mtlsPercent === null ? 'no padlock' : `${mtlsPercent} % mTLS`,
});

const endOf = ({ workload, app, namespace }: GraphNode): SubjectEnd => ({ workload: workload ?? app, namespace, ip: null });

const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** What does not fit, as the rest of a sentence; null where all does, or nothing can be said. */
function contradiction(edge: GraphEdge, flows: readonly FlowEdge[], coverage: Coverage): string | null {
  const { graph, mtlsPercent, waypoint } = edge;
  const windows = LAGS.map((lag) => ({ from: graph.from - lag, to: graph.to - lag })).filter(({ from, to }) =>
    isCovered(flows, { from, to, coverage }),
  );
  const seen = windows.map(({ from, to }) => shareOf(flows, from, to));
  const type = `Kiali's ${graph.graphType} graph`;
  if (seen.length === 0) return mtlsPercent === 100 && !waypoint ? uncovered(type, edge, flows) : null;
  if (seen.some((share) => share.flows < LEAST_FLOWS)) return null;
  const least = Math.min(...seen.map(({ mutual }) => mutual));
  const most = Math.max(...seen.map(({ mutual }) => mutual));
  const told = least === most ? percent(least) : `${percent(least)} to ${percent(most)}`;
  if (waypoint) {
    // The share of a waypoint's edge is set, not measured: all it can be is wrong, and then it is named as what it is.
    return mtlsPercent === 100 && most < 1 - ROUNDED
      ? `${type} shows 100 % mTLS, which it sets for a waypoint's edges whatever passes; by the flows of the same minutes ${told} was: trust those.`
      : null;
  }
  if (mtlsPercent === null) {
    return least > TOLERANCE ? `${type} shows no padlock, yet ${told} of its minutes' traffic was HBONE; trust the flows.` : null;
  }
  const shown = mtlsPercent / 100;
  if (mtlsPercent === 100 && most < 1 - ROUNDED)
    return `${type} shows a padlock over plaintext: 100 % mTLS, and by the flows of the same minutes only ${told} was; trust the flows.`;
  if (shown > most + TOLERANCE || shown < least - TOLERANCE)
    return `${type} shows ${mtlsPercent} % mTLS, and by the flows of the same minutes ${told} was; an edge of several workloads bears the share of one of them: look at the workload graph.`;
  return null;
}

/** Packets alone do not say how much went in tunnels; but plaintext that they show, too much to be rounded away, has no place under a full padlock. */
function uncovered(type: string, { graph, rates }: GraphEdge, flows: readonly FlowEdge[]): string | null {
  const rate = rates?.get('tcp');
  if (rate === undefined) return null;
  const seen = LAGS.map((lag) => plaintextOf(flows, graph.from - lag, graph.to - lag));
  const bytes = Math.min(...seen.map((share) => share.bytes));
  const count = Math.min(...seen.map((share) => share.flows));
  if (count < LEAST_FLOWS || bytes <= (TOLERANCE * rate * (graph.to - graph.from)) / 1e6) return null;
  return `${type} shows a padlock over plaintext: 100 % mTLS, and at least ${count} connections of the same minutes were seen in clear; trust the packets.`;
}

type Window = { readonly from: number; readonly to: number; readonly coverage: Coverage };

/** The logs of either end's ztunnels surround the minutes: every flow between enrolled ends is in one of them. */
function isCovered(flows: readonly FlowEdge[], { from, to, coverage }: Window): boolean {
  const logged = (address: string): boolean =>
    coverage.logsOf(address, from as Micros).some(({ first, last }) => first <= from && last + coverage.skew >= to);
  const all = (addresses: readonly string[]): boolean => addresses.length > 0 && addresses.every(logged);
  return all(flows.flatMap(({ destinations }) => [...destinations])) || all(flows.flatMap(({ sources }) => [...sources]));
}
