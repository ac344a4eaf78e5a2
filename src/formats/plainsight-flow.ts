/** A flow and a finding as plainsight wrote them (contract.md), read back: null for whatever does not hold to it. */
import {
  type Bytes,
  type Carrier,
  type Evidence,
  EXEMPTIONS,
  type Flow,
  type FlowEnd,
  REASONS,
  type Socket,
  type TlsFacts,
  VERDICTS,
  WITNESSES,
} from '../model/flow.ts';
import { type Finding, SEVERITIES, type Subject, type SubjectEnd } from '../model/summary.ts';
import { type Micros, micros } from '../model/time.ts';
import { at, isFields, listAt } from './config-values.ts';

const FLOW_ID = /^[0-9a-f]{16}$/;
const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d{6})Z$/;

export function flowOf(one: unknown): Flow | null {
  const [id, start, verdict, reason] = [
    textAt(one, 'id'),
    timeAt(one, 'start'),
    among(VERDICTS, at(one, 'verdict')),
    among(REASONS, at(one, 'reason')),
  ];
  const [source, destination] = [endOf(at(one, 'source')), endOf(at(one, 'destination'))];
  if (id === null || !FLOW_ID.test(id) || start === null || verdict === null || reason === null || source === null || destination === null)
    return null;
  const list = (name: string): readonly unknown[] => listAt(one, name);
  return {
    type: 'flow',
    id,
    revision: countAt(one, 'revision') ?? 1,
    supersededBy: textAt(one, 'supersededBy'),
    kind: among(['connection', 'tunnel', 'leg'] as const, at(one, 'kind')) ?? 'connection',
    start,
    end: timeAt(one, 'end'),
    open: at(one, 'open') === true,
    source,
    destination,
    transport: at(one, 'transport') === 'udp' ? 'udp' : 'tcp',
    application: textAt(one, 'application'),
    tls: tlsOf(at(one, 'tls')),
    underlay: textAt(one, 'underlay'),
    verdict,
    reason,
    exempt: among(EXEMPTIONS, at(one, 'exempt')),
    bytes: { sent: countAt(one, 'bytes', 'sent'), received: countAt(one, 'bytes', 'received') } satisfies Bytes,
    exposedBytes: countAt(one, 'exposedBytes'),
    communityId: textAt(one, 'communityId'),
    carrier: carrierOf(at(one, 'carrier')),
    witnesses: list('witnesses').flatMap((witness) => among(WITNESSES, witness) ?? []),
    findings: list('findings').filter((finding) => typeof finding === 'string'),
    evidence: list('evidence').flatMap((evidence) => evidenceOf(evidence) ?? []),
    // What packets and lines showed beside is not told, and so not known any more.
    wireSeen: 0,
    edge: -1,
    replaces: null,
  };
}

export function findingOf(one: unknown): Finding | null {
  const [id, key, message, severity] = [textAt(one, 'id'), textAt(one, 'key'), textAt(one, 'message'), among(SEVERITIES, at(one, 'severity'))];
  const subject = subjectOf(at(one, 'subject'));
  if (id === null || key === null || message === null || severity === null || subject === null) return null;
  return {
    type: 'finding',
    id,
    key,
    severity,
    message,
    subject,
    evidence: listAt(one, 'evidence').flatMap((evidence) => evidenceOf(evidence) ?? []),
  };
}

function subjectOf(about: unknown): Subject | null {
  if (!isFields(about)) return null;
  const input = textAt(about, 'input');
  if (input !== null) return { input };
  if (!isFields(about['source'])) return namesOf(about);
  return { source: namesOf(about['source']), destination: { ...namesOf(about['destination']), port: countAt(about, 'destination', 'port') } };
}

const namesOf = (end: unknown): SubjectEnd => ({ workload: textAt(end, 'workload'), namespace: textAt(end, 'namespace'), ip: textAt(end, 'ip') });

function endOf(end: unknown): FlowEnd | null {
  const ip = textAt(end, 'ip');
  if (ip === null) return null;
  return {
    ...namesOf(end),
    ip,
    port: countAt(end, 'port'),
    pod: textAt(end, 'pod'),
    service: textAt(end, 'service'),
    cluster: textAt(end, 'cluster'),
    identity: textAt(end, 'identity'),
    identityFrom: among(['certificate', 'expected', 'configured', 'metric'] as const, at(end, 'identityFrom')),
  };
}

const tlsOf = (tls: unknown): TlsFacts | null =>
  isFields(tls)
    ? { version: textAt(tls, 'version'), alpn: listAt(tls, 'alpn').filter((one) => typeof one === 'string'), sni: textAt(tls, 'sni') }
    : null;

function carrierOf(carrier: unknown): Carrier | null {
  const [source, destination] = [socketOf(at(carrier, 'source')), socketOf(at(carrier, 'destination'))];
  return source === null || destination === null ? null : { source, destination, communityId: textAt(carrier, 'communityId') };
}

function socketOf(socket: unknown): Socket | null {
  const [ip, port] = [textAt(socket, 'ip'), countAt(socket, 'port')];
  return ip === null || port === null ? null : { ip, port };
}

function evidenceOf(one: unknown): Evidence | null {
  const [witness, input, record, says] = [among(WITNESSES, at(one, 'witness')), textAt(one, 'input'), countAt(one, 'record'), textAt(one, 'says')];
  return witness === null || input === null || record === null || says === null ? null : { witness, input, record, says };
}

/** Of a text as it is: here an empty one is one, and a number is none. */
function textAt(value: unknown, ...path: readonly string[]): string | null {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : null;
}

function countAt(value: unknown, ...path: readonly string[]): number | null {
  const found = at(value, ...path);
  return typeof found === 'number' && Number.isSafeInteger(found) && found >= 0 ? found : null;
}

/** With its µs, which `Date` does not have. */
function timeAt(value: unknown, name: string): Micros | null {
  const [, seconds, fraction] = TIME.exec(textAt(value, name) ?? '') ?? [];
  const milliseconds = Date.parse(`${seconds}Z`);
  return fraction === undefined || Number.isNaN(milliseconds) ? null : micros(milliseconds * 1000 + Number(fraction));
}

const among = <T extends string>(known: readonly T[], value: unknown): T | null => known.find((one) => one === value) ?? null;
