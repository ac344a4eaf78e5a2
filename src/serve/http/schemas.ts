/** JSON Schemas of what the API answers: the types of model/api.ts, said so that any program can check. */
import { EDGE_STATES, SAYS } from '../../model/api.ts';
import { EXEMPTIONS, REASONS, VERDICTS, WITNESSES } from '../../model/flow.ts';
import { SEVERITIES, STRICT_STATES } from '../../model/summary.ts';
import type { PlainObject } from '../../report/contract/objects.ts';
import { SUMMARY_SCHEMA } from '../../report/contract/schema.ts';
import {
  anyOf,
  count,
  flag,
  flowId,
  listOf,
  object,
  orNull,
  portNumber,
  record,
  same,
  slug,
  text,
  time,
} from '../../report/contract/schema-words.ts';

const ref = (name: string): PlainObject => ({ $ref: `#/components/schemas/${name}` });
const port = orNull(portNumber);
const counts = object(same(VERDICTS, count));
const transport = anyOf(['tcp', 'udp']);
const seconds: PlainObject = { type: 'number', minimum: 0 };
const identityFrom = orNull(anyOf(['certificate', 'expected', 'configured', 'metric']));
const bytes = object({ sent: orNull(count), received: orNull(count) });
const secured = object(same(['yes', 'partly', 'no', 'unproven'], count));
const identity = { identity: text, from: identityFrom };
const subjectEnd = same(['workload', 'namespace', 'ip'], orNull(text));
const socket = object({ ip: text, port: portNumber });
const witness = anyOf(WITNESSES);
const shown = { flows: counts, exempt: count, bytes: object(same(['hbone', 'tls', 'plaintext'], count)), exposedBytes: count, edges: secured };
const severities = object(same(SEVERITIES, count));
const revision = { revision: count };

const seen = {
  input: text,
  format: orNull(text),
  records: count,
  read: count,
  skipped: { type: 'object', additionalProperties: count },
  lost: count,
  first: orNull(time),
  last: orNull(time),
  sawHbone: flag,
  sawReadable: flag,
};

const graph: PlainObject = {
  node: object({
    id: flowId,
    ...subjectEnd,
    cluster: orNull(text),
    identity: orNull(text),
    identityFrom,
    enrolled: orNull(flag),
  }),
  edge: object({
    id: flowId,
    source: flowId,
    destination: flowId,
    port,
    transport,
    flows: counts,
    exempt: count,
    bytes,
    exposedBytes: orNull(count),
    secured: anyOf(['yes', 'partly', 'no', 'unproven']),
    state: anyOf(EDGE_STATES),
    reason: orNull(anyOf(REASONS)),
    contradicted: flag,
    findings: listOf(slug),
    identities: object(same(['source', 'destination'], orNull(object(identity)))),
    first: orNull(time),
    last: orNull(time),
  }),
  graph: object({ ...revision, nodes: listOf(ref('node')), edges: listOf(ref('edge')) }),
  edgePage: object({ ...revision, nodes: listOf(ref('node')), edges: listOf(ref('edge')), total: count, offset: count }),
  edgeDetails: object({
    ...revision,
    edge: ref('edge'),
    source: ref('node'),
    destination: ref('node'),
    voices: listOf(object({ witness, says: anyOf(SAYS), text, evidence: listOf(ref('evidence')) })),
    agreement: anyOf(['agree', 'disagree', 'alone']),
    history: ref('history'),
    identities: object(same(['source', 'destination'], listOf(object({ ...identity, flows: count })))),
    reasons: listOf(object({ verdict: anyOf(VERDICTS), reason: anyOf(REASONS), flows: count })),
    findings: listOf(ref('finding')),
    flows: listOf(ref('flow')),
    explain: orNull(text),
  }),
  history: object({ bucketSeconds: count, buckets: listOf(object({ time, flows: counts, exempt: count })) }),
};

const end = object({
  node: flowId,
  ip: text,
  port,
  ...same(['pod', 'workload', 'namespace', 'service', 'cluster', 'identity'], orNull(text)),
  identityFrom,
});

const rows: PlainObject = {
  evidence: object({ witness, input: text, record, says: text }),
  flow: object({
    id: flowId,
    revision: record,
    edge: flowId,
    kind: anyOf(['connection', 'tunnel', 'leg']),
    start: time,
    end: orNull(time),
    open: flag,
    source: end,
    destination: end,
    transport,
    application: orNull(text),
    verdict: anyOf(VERDICTS),
    reason: anyOf(REASONS),
    exempt: orNull(anyOf(EXEMPTIONS)),
    bytes,
    exposedBytes: orNull(count),
    witnesses: listOf(witness),
    findings: listOf(slug),
    evidence: listOf(ref('evidence')),
  }),
  flowPage: object({ ...revision, total: count, offset: count, flows: listOf(ref('flow')) }),
  flowDetails: object({
    flow: ref('flow'),
    tls: orNull(object({ version: orNull(text), alpn: listOf(text), sni: orNull(text) })),
    underlay: orNull(text),
    carrier: orNull(object({ source: socket, destination: socket })),
    records: listOf(object({ witness, input: text, record, text, says: text })),
    explain: text,
  }),
  finding: object({
    id: slug,
    key: text,
    severity: anyOf(SEVERITIES),
    message: text,
    subject: {
      anyOf: [object({ source: object(subjectEnd), destination: object({ ...subjectEnd, port }) }), object(subjectEnd), object({ input: text })],
    },
    evidence: listOf(ref('evidence')),
    edges: listOf(flowId),
  }),
  findings: object({ ...revision, findings: listOf(ref('finding')) }),
  strict: object({
    ...revision,
    rows: listOf(
      object({
        node: flowId,
        namespace: orNull(text),
        workload: orNull(text),
        port,
        mode: anyOf(['STRICT', 'PERMISSIVE']),
        modeFrom: orNull(text),
        state: anyOf(STRICT_STATES),
        flows: counts,
        wouldBreak: listOf(object({ ...subjectEnd, reason: anyOf(REASONS), flows: count, last: orNull(time) })),
      }),
    ),
  }),
};

const whole: PlainObject = {
  banner: object({ kind: anyOf(['ended', 'broke', 'lost', 'blind', 'dropped']), input: orNull(text), message: text }),
  inputs: object({
    ...revision,
    inputs: listOf(
      object({
        ...seen,
        live: flag,
        ended: flag,
        error: orNull(text),
        blind: flag,
        recordsPerSecond: seconds,
        lagSeconds: orNull(seconds),
        silentSeconds: seconds,
      }),
    ),
    banners: listOf(ref('banner')),
  }),
  summary: object({
    ...revision,
    version: text,
    running: flag,
    live: flag,
    started: time,
    now: time,
    command: text,
    summary: ref('contractSummary'),
    shown: object(shown),
    kept: object({ seconds, flows: count, dropped: count, first: orNull(time), last: orNull(time) }),
    namespaces: listOf(text),
    banners: listOf(ref('banner')),
  }),
  contractSummary: SUMMARY_SCHEMA,
  change: object({
    ...revision,
    running: flag,
    shown: object(shown),
    edges: listOf(ref('edge')),
    nodes: listOf(ref('node')),
    gone: listOf(flowId),
    flows: count,
    findings: severities,
  }),
  reset: object(revision),
  error: object({ error: text }),
};

/** What an address may answer. */
export type AnswerName = 'summary' | 'graph' | 'edgePage' | 'edgeDetails' | 'history' | 'flowPage' | 'flowDetails' | 'findings' | 'strict' | 'inputs';
export const SCHEMAS: PlainObject = { ...graph, ...rows, ...whole };
