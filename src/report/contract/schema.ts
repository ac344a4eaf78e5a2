/** JSON Schema (draft 2020-12) of every object that plainsight writes. Nothing is optional: what is absent is null. */
import { EXEMPTIONS, REASONS, VERDICTS, WITNESSES } from '../../model/flow.ts';
import { SEVERITIES } from '../../model/summary.ts';
import type { PlainObject } from './objects.ts';
import { anyOf, communityId, count, flag, flowId, listOf, object, orNull, portNumber, record, ref, same, slug, text, time } from './schema-words.ts';

const counts = object(same(VERDICTS, count));
const transport = anyOf(['tcp', 'udp']);
const identityFrom = orNull(anyOf(['certificate', 'expected', 'configured', 'metric']));
const bytes = object({ sent: orNull(count), received: orNull(count) });
const socket = object({ ip: text, port: portNumber });
const named = { workload: orNull(text), namespace: orNull(text), ip: orNull(text) };
const edgeEnd = { ...named, identity: orNull(text) };
const port = orNull(portNumber);

const flowEnd = object({
  ip: text,
  port,
  ...same(['pod', 'workload', 'namespace', 'service', 'cluster', 'identity'], orNull(text)),
  identityFrom,
});

const flow = object({
  type: { const: 'flow' },
  id: flowId,
  revision: record,
  supersededBy: orNull(flowId),
  kind: anyOf(['connection', 'tunnel', 'leg']),
  start: orNull(time),
  end: orNull(time),
  open: flag,
  source: ref('flowEnd'),
  destination: ref('flowEnd'),
  transport,
  application: orNull(text),
  tls: orNull(object({ version: orNull(text), alpn: listOf(text), sni: orNull(text) })),
  underlay: orNull(text),
  verdict: anyOf(VERDICTS),
  reason: anyOf(REASONS),
  exempt: orNull(anyOf(EXEMPTIONS)),
  bytes,
  exposedBytes: orNull(count),
  communityId: orNull(communityId),
  carrier: orNull(object({ source: socket, destination: socket, communityId: orNull(communityId) })),
  witnesses: listOf(anyOf(WITNESSES)),
  findings: listOf(slug),
  evidence: listOf(ref('evidence')),
});

const edge = object({
  type: { const: 'edge' },
  source: object(edgeEnd),
  destination: object({ ...edgeEnd, port }),
  transport,
  flows: counts,
  exempt: count,
  bytes,
  exposedBytes: orNull(count),
  secured: anyOf(['yes', 'partly', 'no', 'unproven']),
  reason: orNull(anyOf(REASONS)),
});

const finding = object({
  type: { const: 'finding' },
  id: slug,
  key: text,
  severity: anyOf(SEVERITIES),
  message: text,
  subject: {
    anyOf: [object({ source: object(named), destination: object({ ...named, port }) }), object(named), object({ input: text })],
  },
  evidence: listOf(ref('evidence')),
});

const strict = object({
  type: { const: 'strict' },
  namespace: orNull(text),
  workload: orNull(text),
  port,
  mode: text,
  modeFrom: orNull(text),
  state: text,
  flows: { type: 'object', properties: same(VERDICTS, count), additionalProperties: false },
  wouldBreak: listOf(object({ ...named, reason: anyOf(REASONS), flows: count, last: orNull(time) })),
});

const inputStatus = object({
  input: text,
  format: orNull(text),
  records: count,
  read: count,
  skipped: { type: 'object', propertyNames: slug, additionalProperties: count },
  lost: count,
  first: orNull(time),
  last: orNull(time),
  sawHbone: flag,
  sawReadable: flag,
});

export const SUMMARY_SCHEMA: PlainObject = object({
  type: { const: 'summary' },
  flows: counts,
  exempt: count,
  bytes: object(same(['hbone', 'tls', 'plaintext'], count)),
  exposedBytes: count,
  tunnels: object({ count, bytes: count }),
  edges: object(same(['yes', 'partly', 'no', 'unproven'], count)),
  findings: object(same(SEVERITIES, count)),
  late: count,
  evicted: count,
  inputs: listOf(inputStatus),
  exitCode: { enum: [0, 1, 2, 64, 65, 69, 70, 130] },
});

const LINES = ['flow', 'edge', 'finding', 'strict', 'change', 'record', 'summary'];

/** One line of `-o jsonl`. */
export const LINE_SCHEMA: PlainObject = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'One line of plainsight -o jsonl',
  oneOf: LINES.map(ref),
  $defs: {
    flow,
    flowEnd,
    edge,
    finding,
    strict,
    change: {
      anyOf: [
        object({ type: { const: 'change' }, change: anyOf(['became-plaintext', 'became-encrypted', 'new', 'gone']), edge: ref('edge') }),
        object({ type: { const: 'change' }, change: anyOf(['finding-came', 'finding-gone']), edge: orNull(ref('edge')), finding: ref('finding') }),
      ],
    },
    record: object({ type: { const: 'record' }, witness: anyOf(WITNESSES), input: text, record, text, says: text }),
    evidence: object({ witness: anyOf(WITNESSES), input: text, record, says: text }),
    summary: SUMMARY_SCHEMA,
  },
};

/** The one object of `-o json`: the arrays that the view has, and the summary. */
export const DOCUMENT_SCHEMA: PlainObject = {
  ...LINE_SCHEMA,
  title: 'plainsight -o json',
  oneOf: [
    {
      type: 'object',
      properties: {
        flows: listOf(ref('flow')),
        edges: listOf(ref('edge')),
        findings: listOf(ref('finding')),
        strict: listOf(ref('strict')),
        changes: listOf(ref('change')),
        records: listOf(ref('record')),
        summary: ref('summary'),
      },
      required: ['summary'],
      additionalProperties: false,
    },
  ],
};
