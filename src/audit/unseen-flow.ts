/**
 * Rules.md §6: logged, and yet not in a capture that saw the same pair of addresses and port before and after, and lost nothing.
 * Where the capture holds packets of that pair at that very time which no line explains, nothing is said: the two may be one.
 */
import type { Evidence, Flow, Socket } from '../model/flow.ts';
import type { InputStatus } from '../model/summary.ts';
import { times } from './by-edge.ts';
import { type Coverage, type Finder, flowSubject, type Raised, type Search, subjectText } from './finder.ts';

type Span = { first: number; last: number };
/** With the records that show the pair before and after. */
type SeenSpan = Span & { firstRecord: number; lastRecord: number };
type Logged = {
  readonly flow: Pick<Flow, 'source' | 'destination' | 'kind'>;
  readonly start: number;
  readonly end: number;
  readonly cited: readonly Evidence[];
};

const MAX_PAIRS = 100_000;
const MAX_LOGGED = 100_000;

export const unseenFlow: Finder = {
  id: 'unseen-flow',
  severity: 'warning',
  looksAt: 'flows',
  open: (coverage) => new UnseenSearch(coverage),
};

class UnseenSearch implements Search {
  /** Pair of addresses and port → input → when it was seen there. */
  readonly #seen = new Map<string, Map<string, SeenSpan>>();
  /** Pair → times of wire connections that no line explains. */
  readonly #unexplained = new Map<string, Span[]>();
  readonly #logged = new Map<string, Logged[]>();
  #kept = 0;
  readonly #coverage: Coverage;

  constructor(coverage: Coverage) {
    this.#coverage = coverage;
  }

  flow(flow: Flow): boolean {
    if (!this.#coverage.hasBoth() || flow.transport !== 'tcp' || flow.end === null || flow.kind === 'leg') return false;
    const hasLog = flow.witnesses.includes('log');
    if (flow.witnesses.includes('wire')) this.#onWire(flow, hasLog);
    else if (hasLog && flow.verdict !== 'failed') this.#keep(flow);
    return false;
  }

  /** What the wire saw it still has seen; only what it explained, and what missed it, may change. */
  forget(flow: Flow): void {
    const pair = pairOf(flow);
    if (pair === undefined) return;
    const { start, end, source } = flow;
    const unexplained = this.#unexplained.get(pair);
    if (unexplained !== undefined)
      this.#unexplained.set(
        pair,
        unexplained.filter((span) => span.first !== start || span.last !== end),
      );
    const logged = this.#logged.get(pair);
    const kept = logged?.filter((one) => one.start !== start || one.end !== end || one.flow.source.port !== source.port) ?? [];
    if (logged === undefined || kept.length === logged.length) return;
    this.#kept -= logged.length - kept.length;
    this.#logged.set(pair, kept);
  }

  sparesCommon(): boolean {
    return !this.#coverage.hasBoth();
  }

  findings(inputs: readonly InputStatus[]): readonly Raised[] {
    const lossless = new Set(inputs.filter((input) => input.lost === 0).map((input) => input.input));
    const edges = new Map<string, Raised & { flows: number }>();
    for (const [pair, flows] of this.#logged) {
      for (const logged of flows) {
        const covering = this.#coveredBy(pair, logged, lossless);
        if (covering === undefined) continue;
        const [input, { firstRecord, lastRecord }] = covering;
        const subject = flowSubject({ ...logged.flow } as Flow);
        const edge = edges.get(subjectText(subject)) ?? {
          subject,
          message: '',
          evidence: [...logged.cited, ...neighbours(input, [firstRecord, lastRecord])],
          flows: 0,
        };
        const found = edge.flows + 1;
        edges.set(subjectText(subject), {
          ...edge,
          flows: found,
          message: `${subjectText(subject)}: ${times(found, 'logged connection')} did not cross ${input}, which saw the same two addresses before and after and lost nothing; look whether it took another path.`,
        });
      }
    }
    return [...edges.values()]
      .sort((a, b) => (subjectText(a.subject) < subjectText(b.subject) ? -1 : 1))
      .map(({ subject, message, evidence }) => ({ subject, message, evidence }));
  }

  #onWire(flow: Flow, hasLog: boolean): void {
    const pair = pairOf(flow);
    if (pair === undefined || flow.end === null) return;
    const span = { first: flow.start, last: flow.end };
    if (!hasLog && (this.#unexplained.size < MAX_PAIRS || this.#unexplained.has(pair)))
      this.#unexplained.set(pair, [...(this.#unexplained.get(pair) ?? []).slice(-256), span]);
    if (this.#seen.size >= MAX_PAIRS && !this.#seen.has(pair)) return;
    const inputs = this.#seen.get(pair) ?? new Map<string, SeenSpan>();
    this.#seen.set(pair, inputs);
    for (const { witness, input, record } of flow.evidence) {
      if (witness !== 'wire') continue;
      const seen = inputs.get(input);
      if (seen === undefined) {
        inputs.set(input, { ...span, firstRecord: record, lastRecord: record });
        continue;
      }
      if (span.first < seen.first) [seen.first, seen.firstRecord] = [span.first, record];
      if (span.last > seen.last) [seen.last, seen.lastRecord] = [span.last, record];
    }
  }

  #keep(flow: Flow): void {
    const pair = pairOf(flow);
    if (pair === undefined || flow.end === null || this.#kept >= MAX_LOGGED) return;
    this.#kept++;
    const { source, destination, kind, start, end, evidence } = flow;
    const list = this.#logged.get(pair);
    const logged = { flow: { source, destination, kind }, start, end, cited: evidence };
    if (list === undefined) this.#logged.set(pair, [logged]);
    else list.push(logged);
  }

  #coveredBy(pair: string, { start, end }: Logged, lossless: ReadonlySet<string>): readonly [string, SeenSpan] | undefined {
    if ((this.#unexplained.get(pair) ?? []).some((span) => span.first <= end && span.last >= start)) return undefined;
    for (const [input, span] of this.#seen.get(pair) ?? []) if (lossless.has(input) && span.first < start && span.last > end) return [input, span];
    return undefined;
  }
}

const neighbours = (input: string, records: readonly number[]): readonly Evidence[] =>
  records.map((record) => ({ witness: 'wire', input, record, says: 'the same two addresses' }));

/** As the wire has it: a tunnel's sockets for what is carried. Of an outbound tunnelled line alone only the pair is known, not which tunnel. */
function pairOf(flow: Flow): string | undefined {
  const text = (source: Pick<Socket, 'ip'>, destination: Pick<Socket, 'ip'>, port: number | null): string => `${source.ip} ${destination.ip} ${port}`;
  if (flow.carrier !== null) return text(flow.carrier.source, flow.carrier.destination, flow.carrier.destination.port);
  if (flow.verdict === 'hbone' && flow.kind === 'connection') return undefined;
  return text(flow.source, flow.destination, flow.kind === 'tunnel' ? 15008 : flow.destination.port);
}
