/** A search whose findings are edges: flows that match are counted per edge, the first few are cited. */
import type { Evidence, Flow } from '../model/flow.ts';
import type { Subject } from '../model/summary.ts';
import { flowSubject, type Search, subjectText } from './finder.ts';

export type EdgeCase = {
  readonly subject: Subject;
  readonly edge: string;
  readonly flows: number;
  readonly exposed: number;
  readonly bytes: number;
  /** What `detail` says of the first flow. */
  readonly detail: string;
};

/** Enough to look it up; the rest is in the flows. */
const CITED = 5;
const MAX_EDGES = 10_000;

/** Of further edges together: nobody reads so many, and each flow is counted. */
const TOO_MANY: Subject = {
  source: { workload: '(too many edges)', namespace: null, ip: null },
  destination: { workload: '(too many edges)', namespace: null, ip: null, port: null },
};

type Further = {
  /** What another witness says of a flow, put behind its own evidence. */
  readonly cites?: (flow: Flow) => readonly Evidence[];
  /** Of the first flow: what differs from one to the next is not told of all. */
  readonly detail?: (flow: Flow) => string;
  readonly sparesCommon?: () => boolean;
};

export function byEdge(
  matches: (flow: Flow) => boolean,
  message: (found: EdgeCase) => string,
  { cites = () => [], detail = () => '', sparesCommon = () => false }: Further = {},
): Search {
  const edges = new Map<
    string,
    { subject: Subject; flows: number; exposed: number; bytes: number; detail: string; evidence: Evidence[]; cited: readonly Evidence[] }
  >();
  return {
    flow: (flow) => {
      if (!matches(flow)) return false;
      const own = flowSubject(flow);
      const hasRoom = edges.size < MAX_EDGES || edges.has(subjectText(own));
      const subject = hasRoom ? own : TOO_MANY;
      const key = subjectText(subject);
      let edge = edges.get(key);
      if (edge === undefined) {
        edge = { subject, flows: 0, exposed: 0, bytes: 0, detail: detail(flow), evidence: [], cited: cites(flow) };
        edges.set(key, edge);
      }
      edge.flows++;
      edge.exposed += flow.exposedBytes ?? 0;
      edge.bytes += (flow.bytes.sent ?? 0) + (flow.bytes.received ?? 0);
      if (edge.evidence.length < CITED) edge.evidence.push(...flow.evidence.slice(0, CITED - edge.evidence.length));
      return true;
    },
    forget: (flow, found) => {
      const own = subjectText(flowSubject(flow));
      const key = edges.has(own) ? own : subjectText(TOO_MANY);
      const edge = found ? edges.get(key) : undefined;
      if (edge === undefined) return;
      edge.flows--;
      edge.exposed -= flow.exposedBytes ?? 0;
      edge.bytes -= (flow.bytes.sent ?? 0) + (flow.bytes.received ?? 0);
      edge.evidence = edge.evidence.filter(({ input, record }) => !flow.evidence.some((cited) => cited.record === record && cited.input === input));
      if (edge.flows === 0) edges.delete(key);
    },
    matches,
    sparesCommon,
    findings: () =>
      [...edges]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([edge, found]) => ({ subject: found.subject, message: message({ ...found, edge }), evidence: [...found.evidence, ...found.cited] })),
  };
}

export const times = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
