/** plainsight's own JSON, read back: edges and findings out of `-o json` or `-o jsonl`; what is no object of the contract is left out. */
import { REASONS, VERDICTS, type Verdict } from '../../model/flow.ts';
import { NO_STAND } from '../../model/stand.ts';
import { type Edge, type Finding, SEVERITIES } from '../../model/summary.ts';
import type { PlainObject } from './objects.ts';

export type ReadBack = {
  readonly edges: readonly Edge[];
  readonly findings: readonly Finding[];
  /** As it stands there; null where it is missing. */
  readonly summary: PlainObject | null;
};

/** Null where `text` is none of plainsight's. */
export function readBack(text: string): ReadBack | null {
  const objects = objectsOf(text);
  if (objects === null) return null;
  const edges = objects.flatMap((one) => edgeOf(one) ?? []);
  // Read as JSON, so it is nothing else.
  const summary = (objects.find(({ type }) => type === 'summary') ?? null) as PlainObject | null;
  return { edges, findings: objects.flatMap((one) => findingOf(one) ?? []), summary };
}

type Json = { readonly [key: string]: unknown };
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

function objectsOf(text: string): readonly Json[] | null {
  try {
    const whole: unknown = JSON.parse(text);
    if (!isObject(whole)) return null;
    if (typeof whole['type'] === 'string') return [whole];
    const { edges, findings, summary } = whole;
    return isObject(summary) && summary['type'] === 'summary' && Array.isArray(edges)
      ? [...edges, ...(Array.isArray(findings) ? findings : []), summary].filter(isObject)
      : null;
  } catch {
    return linesOf(text);
  }
}

/** As JSON lines: the last one is a summary in a run that came to its end. */
function linesOf(text: string): readonly Json[] | null {
  const objects: Json[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    try {
      const one: unknown = JSON.parse(line);
      if (!isObject(one) || typeof one['type'] !== 'string') return null;
      objects.push(one);
    } catch {
      return null;
    }
  }
  // What has flows is an input like any other: its edges are made of them.
  if (objects.some(({ type }) => type === 'flow')) return null;
  return objects.some(({ type }) => type === 'edge' || type === 'summary') ? objects : null;
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const numberOr = <T>(value: unknown, other: T): number | T => (typeof value === 'number' && Number.isSafeInteger(value) ? value : other);
const partOf = (value: unknown, key: string): Json => {
  const part = isObject(value) ? value[key] : null;
  return isObject(part) ? part : {};
};

const nameOf = (end: Json): { workload: string | null; namespace: string | null; ip: string | null } => ({
  workload: textOrNull(end['workload']),
  namespace: textOrNull(end['namespace']),
  ip: textOrNull(end['ip']),
});

function edgeOf(one: Json): Edge | null {
  if (one['type'] !== 'edge') return null;
  const [source, destination, flows, bytes] = ['source', 'destination', 'flows', 'bytes'].map((key) => partOf(one, key));
  const counts: { [verdict in Verdict]: number } = { hbone: 0, tls: 0, plaintext: 0, denied: 0, failed: 0, unknown: 0 };
  for (const verdict of VERDICTS) counts[verdict] = numberOr(flows?.[verdict], 0);
  const end = (part: Json | undefined): Edge['source'] => ({ ...nameOf(part ?? {}), identity: textOrNull(part?.['identity']) });
  const secured = (['yes', 'partly', 'no', 'unproven'] as const).find((word) => word === one['secured']) ?? 'unproven';
  return {
    type: 'edge',
    source: end(source),
    destination: { ...end(destination), port: numberOr(destination?.['port'], null) },
    transport: one['transport'] === 'udp' ? 'udp' : 'tcp',
    flows: counts,
    exempt: numberOr(one['exempt'], 0),
    bytes: { sent: numberOr(bytes?.['sent'], null), received: numberOr(bytes?.['received'], null) },
    exposedBytes: numberOr(one['exposedBytes'], null),
    secured,
    reason: REASONS.find((reason) => reason === one['reason']) ?? null,
    deniedBy: null,
    stand: NO_STAND,
  };
}

function findingOf(one: Json): Finding | null {
  const [id, key, message] = ['id', 'key', 'message'].map((name) => textOrNull(one[name]));
  const severity = SEVERITIES.find((word) => word === one['severity']);
  if (one['type'] !== 'finding' || !id || !key || message === undefined || message === null || severity === undefined) return null;
  const about = partOf(one, 'subject');
  const [source, destination] = [partOf(about, 'source'), partOf(about, 'destination')];
  const input = textOrNull(about['input']);
  const subject: Finding['subject'] =
    input !== null
      ? { input }
      : isObject(about['source'])
        ? { source: nameOf(source), destination: { ...nameOf(destination), port: numberOr(destination['port'], null) } }
        : nameOf(about);
  return { type: 'finding', id, key, severity, message, subject, evidence: [] };
}
