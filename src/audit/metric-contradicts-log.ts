/**
 * Rules.md §6: between two scrapes inside the log's coverage, `_closed_total` against `connection complete` lines. On the
 * recordings they are equal to the connection (32 series, 105 s). Nothing says which log is whose: a replica's log is the one
 * that knows most of the replica's edges, and of several such the one whose counts agree best.
 */
import type { Evidence } from '../model/flow.ts';
import type { ClosedCounter, Metrics, Replica } from '../model/metric.ts';
import type { InputStatus } from '../model/summary.ts';
import { formatTime, type Micros, micros } from '../model/time.ts';
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
  summary: "a ztunnel's counters and its log count different numbers of connections",
  open: (coverage) => {
    const lines = new ClosedLineCounts();
    const { metrics } = coverage;
    return {
      flow: (flow) => {
        if (metrics !== undefined && !metrics.isEmpty()) lines.add(flow);
        return false;
      },
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
  for (const replica of metrics.replicas()) {
    for (const compared of comparedWithItsLog(replica, seen)) {
      if (compared.difference <= Math.max(LEAST_DIFFERENCE, compared.counted * TOLERANCE)) continue;
      const edge = subjectText(subjectOf(compared.counter));
      const known = worst.get(edge);
      if (known === undefined || compared.difference > known.difference) worst.set(edge, compared);
    }
  }
  return [...worst].sort(([a], [b]) => (a < b ? -1 : 1)).map(([edge, compared]) => raised(edge, compared));
}

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

/** All counters of the replica with the log that is its own; none where no log is, or two replicas share one. */
function comparedWithItsLog(replica: Replica, { lines, inputs, coverage }: Seen): readonly Compared[] {
  const counters = replica.counters.filter(({ source, destination }) => source.workload !== null && destination.workload !== null);
  const candidates = [...lines.logs].flatMap(([input, log]) => {
    const status = inputs.find((known) => known.input === input);
    const window = status === undefined ? null : windowOf(replica, status, coverage.skew);
    if (window === null) return [];
    const active = counters.filter((counter) => (counter.increase(window.from, window.to) ?? 0) > 0);
    const common = active.filter((counter) => log.pairs.has(pairKey(counter))).length;
    if (active.length === 0 || common < active.length * LEAST_COMMON) return [];
    const compared = counters.flatMap((counter) => compare(counter, { log, input, window, coverage, names: lines.names }));
    const agreeing = compared.filter(({ difference }) => difference === 0).length;
    return [{ compared, agreeing, common, isWhole: isOnlyItsOwn(log, counters) }];
  });
  candidates.sort((a, b) => b.common - a.common || b.agreeing - a.agreeing);
  const [best] = candidates;
  return best?.isWhole === true ? best.compared : [];
}

/** A log of several ztunnels in one pipe has edges that this one does not count: then nothing says whose lines are whose. */
function isOnlyItsOwn(log: LogCounts, counters: readonly ClosedCounter[]): boolean {
  const counted = new Set(counters.map((counter) => `${counter.reporter} ${localName(counter)}`));
  const own = [...log.locals].filter((local) => counted.has(local)).length;
  return own * 2 > log.locals.size;
}

/** The replica's scrapes that its log surrounds. */
function windowOf({ times, staleness }: Replica, { first, last }: InputStatus, skew: number): Window | null {
  if (first === null || last === null) return null;
  const inside = times.filter((time) => time - staleness - skew > first && time + skew < last);
  const [from, to] = [inside[0], inside.at(-1)];
  return from === undefined || to === undefined || to - from <= staleness + 2 * skew ? null : { from, to, staleness };
}

type Against = {
  readonly log: LogCounts;
  readonly input: string;
  readonly window: Window;
  readonly coverage: Coverage;
  readonly names: ReadonlySet<string>;
};

function compare(counter: ClosedCounter, against: Against): readonly Compared[] {
  const { log, input, window, coverage } = against;
  const { from, to, staleness } = window;
  const { skew } = coverage;
  const counted = counter.increase(from, to);
  const lines = log.pairs.get(pairKey(counter));
  if (counted === null) return [];
  // Names may be spelt in two ways (a bare pod, an old ztunnel's namespace): an edge missing altogether counts only where both ends are known.
  if (lines === undefined && !(log.locals.has(`${counter.reporter} ${localName(counter)}`) && against.names.has(remoteName(counter)))) return [];
  const times = lines?.times ?? [];
  const isCovered = [...(lines?.addresses ?? [])].every((address) =>
    coverage.logsOf(address).some(({ first, last }) => first < from - staleness - skew && last > to + skew),
  );
  if (!isCovered) return [];
  const between = (start: number, end: number): number => times.filter((time) => time > start && time <= end).length;
  const least = between(from + skew, to - staleness - skew);
  const most = between(from - staleness - skew, to + skew);
  const difference = Math.max(0, least - counted, counted - most);
  const logged = between(from, micros(to));
  return [{ counter, window, input, record: lines?.record ?? 1, counted, logged, difference }];
}
