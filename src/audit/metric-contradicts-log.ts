/**
 * Rules.md §6: between two scrapes inside the log's coverage, `_closed_total` against `connection complete` lines. On the
 * recordings they are equal to the connection (32 series, 105 s). Nothing says which log is whose: a replica's log is the one
 * that knows most of the replica's edges, and of several such the one whose counts agree best.
 */
import type { Evidence } from '../model/flow.ts';
import type { ClosedCounter, Metrics, Replica } from '../model/metric.ts';
import type { InputStatus } from '../model/summary.ts';
import { formatTime, type Micros } from '../model/time.ts';
import { ClosedLineCounts, type LogCounts, localName, pairKey, remoteName } from './closed-lines.ts';
import { type Coverage, type Finder, type Raised, subjectText } from './finder.ts';

/** A scrape and a line are not written at the same instant; and counts of a minute are no exact science. */
const TOLERANCE = 0.05;
const LEAST_DIFFERENCE = 2;
/** Of a replica's edges, how many the log must know to be its log. */
const LEAST_COMMON = 0.5;

export const metricContradictsLog: Finder = {
  id: 'metric-contradicts-log',
  severity: 'warning',
  looksAt: 'flows',
  open: (coverage) => {
    const lines = new ClosedLineCounts();
    const { metrics } = coverage;
    const hasCounters = (): boolean => metrics !== undefined && !metrics.isEmpty();
    return {
      flow: (flow) => {
        if (hasCounters()) lines.add(flow);
        return false;
      },
      sparesCommon: () => !hasCounters(),
      forget: (flow) => lines.forget(flow),
      findings: (inputs) => (metrics === undefined || !lines.isWhole ? [] : findingsOf(metrics, { lines, inputs, coverage })),
    };
  },
};

type Seen = { readonly lines: ClosedLineCounts; readonly inputs: readonly InputStatus[]; readonly coverage: Coverage };
type Window = { readonly from: Micros; readonly to: Micros; readonly staleness: number };
type Compared = {
  readonly counter: ClosedCounter;
  readonly window: Window;
  readonly input: string;
  readonly record: number;
  readonly counted: number;
  readonly logged: number;
  /** How far apart, beyond what clocks and stale samples explain. */
  readonly difference: number;
};

function findingsOf(metrics: Metrics, seen: Seen): readonly Raised[] {
  const worst = new Map<string, Compared>();
  for (const group of groupsOf(metrics.replicas(), seen)) {
    for (const compared of comparedTogether(group, seen)) {
      if (!isOff(compared)) continue;
      const edge = subjectText(subjectOf(compared.counter));
      const known = worst.get(edge);
      if (known === undefined || compared.difference > known.difference) worst.set(edge, compared);
    }
  }
  return [...worst].sort(([a], [b]) => (a < b ? -1 : 1)).map(([edge, compared]) => raised(edge, compared));
}

const isOff = ({ difference, counted }: Compared): boolean => difference > Math.max(LEAST_DIFFERENCE, counted * TOLERANCE);

const subjectOf = ({ source, destination }: ClosedCounter): Extract<Raised['subject'], { readonly source: unknown }> => ({
  source: { workload: source.workload, namespace: source.namespace, ip: null },
  destination: { workload: destination.workload, namespace: destination.namespace, ip: null, port: null },
});

function raised(edge: string, { counter, window, input, record, counted, logged }: Compared): Raised {
  const kind = counter.mutualTls ? 'with mutual TLS' : 'without mutual TLS';
  const evidence: Evidence[] = [
    { witness: 'metric', ...counter.evidence, says: `${counted} closed` },
    { witness: 'log', input, record, says: `${logged} complete` },
  ];
  return {
    subject: subjectOf(counter),
    message: `${edge}: between ${formatTime(window.from)} and ${formatTime(window.to)} the ${counter.reporter}'s ztunnel counted ${counted} connections closed ${kind}, and its log has ${logged} lines of them; look for lines lost (rotation, filters, access logging) or for a scrape of another ztunnel.`,
    evidence,
  };
}

type Member = { readonly counters: readonly ClosedCounter[]; readonly window: Window };
/** One log and the replicas that wrote it: several where their logs came through one pipe. */
type Group = { readonly input: string; readonly log: LogCounts; readonly members: Member[] };
type Candidate = { readonly input: string; readonly log: LogCounts; readonly member: Member; readonly common: number; readonly agreeing: number };

function groupsOf(replicas: readonly Replica[], seen: Seen): readonly Group[] {
  const groups = new Map<string, Group>();
  const passedOver = new Map<string, Set<string>>();
  for (const replica of replicas) {
    const [best, ...others] = candidatesOf(replica, seen).sort((a, b) => b.common - a.common || b.agreeing - a.agreeing);
    if (best === undefined) continue;
    const group = groups.get(best.input) ?? { input: best.input, log: best.log, members: [] };
    group.members.push(best.member);
    groups.set(best.input, group);
    passedOver.set(best.input, new Set([...(passedOver.get(best.input) ?? []), ...others.map(({ input }) => input)]));
  }
  // Two replicas on one log while a log that might be the second's has none: nothing says whose it is.
  return [...groups.values()].filter(
    ({ input, members }) => members.length === 1 || [...(passedOver.get(input) ?? [])].every((other) => groups.has(other)),
  );
}

function candidatesOf(replica: Replica, { lines, inputs, coverage }: Seen): Candidate[] {
  const counters = replica.counters.filter(({ source, destination }) => source.workload !== null && destination.workload !== null);
  return [...lines.logs].flatMap(([input, log]) => {
    const status = inputs.find((known) => known.input === input);
    const window = status === undefined ? null : windowOf(replica, status, coverage.skew);
    if (window === null) return [];
    const active = counters.filter((counter) => (counter.increase(window.from, window.to) ?? 0) > 0);
    const common = active.filter((counter) => log.pairs.has(pairKey(counter))).length;
    if (active.length === 0 || common < active.length * LEAST_COMMON) return [];
    const compared = counters.flatMap((counter) => compare([{ counter, window }], { log, input, coverage, names: lines.names }));
    const agreeing = compared.filter(({ difference }) => difference === 0).length;
    return [{ input, log, member: { counters, window }, common, agreeing }];
  });
}

/** All counters of a log's replicas against it; none where the log is of more ztunnels than were scraped. */
function comparedTogether({ input, log, members }: Group, { lines, coverage }: Seen): readonly Compared[] {
  const byPair = new Map<string, Counted[]>();
  for (const { counters, window } of members) {
    for (const counter of counters) {
      const known = byPair.get(pairKey(counter));
      if (known === undefined) byPair.set(pairKey(counter), [{ counter, window }]);
      else known.push({ counter, window });
    }
  }
  const counted = new Set(members.flatMap(({ counters }) => counters.map((counter) => `${counter.reporter} ${localName(counter)}`)));
  const own = [...log.locals].filter((local) => counted.has(local)).length;
  const from = (members[0]?.window.from ?? 0) as Micros;
  const local = [...log.pairs.values()].flatMap(({ addresses }) => [...addresses]);
  const logs = new Set(local.flatMap((address) => coverage.logsOf(address, from).map(({ lane }) => lane)));
  if (own * 2 <= log.locals.size || logs.size > members.length) return [];
  const compared = [...byPair.values()].flatMap((pair) => compare(pair, { log, input, coverage, names: lines.names }));
  const off = compared.filter(isOff);
  // One ztunnel a node: of pods of one node, the log is of no other.
  const nodes = new Set(local.map((address) => coverage.podAt(address, from)?.node ?? null));
  if (nodes.size <= members.length && !nodes.has(null)) return compared;
  // More lines than counts nearly everywhere: ztunnels in one pipe without prefixes, of which some were not scraped.
  const surplus = off.filter((one) => one.logged > one.counted).length;
  return surplus > 1 && surplus * 2 > compared.filter((one) => one.counted > 0).length ? [] : compared;
}

/** The replica's scrapes that its log surrounds. */
function windowOf({ times, staleness }: Replica, { first, last }: InputStatus, skew: number): Window | null {
  if (first === null || last === null) return null;
  const inside = times.filter((time) => time - staleness - skew > first && time + skew < last);
  const [from, to] = [inside[0], inside.at(-1)];
  return from === undefined || to === undefined || to - from <= staleness + 2 * skew ? null : { from, to, staleness };
}

type Counted = { readonly counter: ClosedCounter; readonly window: Window };
type Against = { readonly log: LogCounts; readonly input: string; readonly coverage: Coverage; readonly names: ReadonlySet<string> };

/** `pair`: the counters of one edge, reporter and policy at every replica of the log. Their scrapes are seconds apart: what lies between is allowed for. */
function compare(pair: readonly Counted[], { log, input, coverage, names }: Against): readonly Compared[] {
  const [first] = pair;
  const increases = pair.map(({ counter, window }) => counter.increase(window.from, window.to));
  if (first === undefined || increases.includes(null)) return [];
  const { counter } = first;
  const counted = increases.reduce<number>((sum, increase) => sum + (increase ?? 0), 0);
  const lines = log.pairs.get(pairKey(counter));
  // Names may be spelt in two ways (a bare pod, an old ztunnel's namespace): an edge missing altogether counts only where both ends are known.
  if (lines === undefined && !(log.locals.has(`${counter.reporter} ${localName(counter)}`) && names.has(remoteName(counter)))) return [];
  const { skew } = coverage;
  const slack = Math.max(...pair.map(({ window }) => window.staleness)) + skew;
  const outer = [Math.min(...pair.map(({ window }) => window.from)) - slack, Math.max(...pair.map(({ window }) => window.to)) + skew] as const;
  const inner = [Math.max(...pair.map(({ window }) => window.from)) + skew, Math.min(...pair.map(({ window }) => window.to)) - slack] as const;
  const isCovered = [...(lines?.addresses ?? [])].every((address) =>
    coverage.logsOf(address, outer[0] as Micros).some((log) => log.first < outer[0] && log.last > outer[1]),
  );
  if (!isCovered) return [];
  const times = lines?.times ?? [];
  const between = (from: number, to: number): number => times.filter((time) => time > from && time <= to).length;
  const difference = Math.max(0, between(...inner) - counted, counted - between(...outer));
  const logged = between(first.window.from, first.window.to);
  return [{ counter, window: first.window, input, record: lines?.record ?? 1, counted, logged, difference }];
}
