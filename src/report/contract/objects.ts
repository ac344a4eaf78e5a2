/** Every object of the contract as a plain value, keys in the contract's order: for outputs that are not JSON, and the measure of those that are. */
import type { Evidence, Flow, FlowEnd } from '../../model/flow.ts';
import type {
  Edge,
  EdgeEnd,
  Finding,
  InputStatus,
  RecordQuote,
  StrictRow,
  Subject,
  SubjectEnd,
  Summary,
  VerdictCounts,
} from '../../model/summary.ts';
import { timeOrNull } from './times.ts';

/** A value that JSON can say. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };
export type PlainObject = { readonly [key: string]: Plain };

export function plainFlow(flow: Flow): PlainObject {
  return {
    type: 'flow',
    id: flow.id,
    revision: flow.revision,
    supersededBy: flow.supersededBy,
    kind: flow.kind,
    start: timeOrNull(flow.start),
    end: timeOrNull(flow.end),
    open: flow.open,
    source: plainEnd(flow.source),
    destination: plainEnd(flow.destination),
    transport: flow.transport,
    application: flow.application,
    tls: flow.tls === null ? null : { version: flow.tls.version, alpn: flow.tls.alpn, sni: flow.tls.sni },
    underlay: flow.underlay,
    verdict: flow.verdict,
    reason: flow.reason,
    exempt: flow.exempt,
    bytes: { sent: flow.bytes.sent, received: flow.bytes.received },
    exposedBytes: flow.exposedBytes,
    communityId: flow.communityId,
    carrier: plainCarrier(flow),
    witnesses: flow.witnesses,
    findings: flow.findings,
    evidence: flow.evidence.map(plainEvidence),
  };
}

export function plainEdge(edge: Edge): PlainObject {
  return {
    type: 'edge',
    source: plainEdgeEnd(edge.source),
    destination: { ...plainEdgeEnd(edge.destination), port: edge.destination.port },
    transport: edge.transport,
    flows: plainCounts(edge.flows),
    exempt: edge.exempt,
    bytes: { sent: edge.bytes.sent, received: edge.bytes.received },
    exposedBytes: edge.exposedBytes,
    secured: edge.secured,
    reason: edge.reason,
  };
}

export function plainFinding(finding: Finding): PlainObject {
  return {
    type: 'finding',
    id: finding.id,
    key: finding.key,
    severity: finding.severity,
    message: finding.message,
    subject: plainSubject(finding.subject),
    evidence: finding.evidence.map(plainEvidence),
  };
}

export function plainStrict({ namespace, workload, port, mode, modeFrom, state, flows, wouldBreak }: StrictRow): PlainObject {
  const clients = wouldBreak.map((client) => ({
    ...plainSubjectEnd(client),
    reason: client.reason,
    flows: client.flows,
    last: timeOrNull(client.last),
  }));
  // A port has few of the verdicts.
  const seen = Object.fromEntries(Object.entries(flows).filter(([, count]) => count > 0));
  return { type: 'strict', namespace, workload, port, mode, modeFrom, state, flows: seen, wouldBreak: clients };
}

export function plainRecord(quote: RecordQuote): PlainObject {
  return { type: 'record', witness: quote.witness, input: quote.input, record: quote.record, text: quote.text, says: quote.says };
}

export function plainSummary(summary: Summary): PlainObject {
  const { bytes, tunnels, edges, findings } = summary;
  return {
    type: 'summary',
    flows: plainCounts(summary.flows),
    exempt: summary.exempt,
    bytes: { hbone: bytes.hbone, tls: bytes.tls, plaintext: bytes.plaintext },
    exposedBytes: summary.exposedBytes,
    tunnels: { count: tunnels.count, bytes: tunnels.bytes },
    edges: { yes: edges.yes, partly: edges.partly, no: edges.no, unproven: edges.unproven },
    findings: { error: findings.error, warning: findings.warning, note: findings.note },
    late: summary.late,
    evicted: summary.evicted,
    inputs: summary.inputs.map(plainInput),
    exitCode: summary.exitCode,
  };
}

function plainEnd(end: FlowEnd): PlainObject {
  const { ip, port, pod, workload, namespace, service, cluster, identity, identityFrom } = end;
  return { ip, port, pod, workload, namespace, service, cluster, identity, identityFrom };
}

function plainCarrier({ carrier }: Flow): PlainObject | null {
  if (carrier === null) return null;
  const { source, destination, communityId } = carrier;
  return { source: { ip: source.ip, port: source.port }, destination: { ip: destination.ip, port: destination.port }, communityId };
}

const plainEvidence = ({ witness, input, record, says }: Evidence): PlainObject => ({ witness, input, record, says });

const plainEdgeEnd = ({ workload, namespace, ip, identity }: EdgeEnd): PlainObject => ({ workload, namespace, ip, identity });
const plainSubjectEnd = ({ workload, namespace, ip }: SubjectEnd): PlainObject => ({ workload, namespace, ip });

function plainSubject(subject: Subject): PlainObject {
  if ('input' in subject) return { input: subject.input };
  if (!('source' in subject)) return plainSubjectEnd(subject);
  return { source: plainSubjectEnd(subject.source), destination: { ...plainSubjectEnd(subject.destination), port: subject.destination.port } };
}

function plainCounts({ hbone, tls, plaintext, denied, failed, unknown }: VerdictCounts): PlainObject {
  return { hbone, tls, plaintext, denied, failed, unknown };
}

function plainInput(status: InputStatus): PlainObject {
  return {
    input: status.input,
    format: status.format,
    records: status.records,
    read: status.read,
    skipped: { ...status.skipped },
    lost: status.lost,
    first: timeOrNull(status.first),
    last: timeOrNull(status.last),
    sawHbone: status.sawHbone,
    sawReadable: status.sawReadable,
  };
}
