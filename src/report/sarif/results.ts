import type { Location, Result } from 'sarif';
import type { Expectation } from '../../model/reporter.ts';
import type { Edge, Finding, StrictRow, Subject, Summary } from '../../model/summary.ts';
import type { Collected } from '../contract/collect.ts';
import { plainEdge, plainFinding, plainStrict } from '../contract/objects.ts';
import { concernOf } from '../text/edge-columns.ts';
import { endNameOf, pairName, withPortOf } from '../text/ends.ts';
import { whatHappened } from '../text/page.ts';
import { visible } from '../text/visible.ts';
import { counted, REASON_WORDS } from '../text/words.ts';
import { recordPlace, subjectPlaces, uriOf } from './places.ts';
import { type OtherRule, ruleIndex } from './rules.ts';

/** Findings in every view; beside them what the view itself has to say. */
export function resultsOf(told: Collected, summary: Summary): readonly Result[] {
  const own: readonly Result[] =
    told.view === 'verify'
      ? told.expectations
          .filter(({ outcome }) => outcome !== 'excused')
          .filter(notAFinding(told.findings))
          .map(expectationResult)
      : told.view === 'strict'
        ? told.strict.flatMap(strictResult)
        : told.edges.flatMap(edgeResult);
  return [...told.findings.map((finding) => findingResult(finding, summary)), ...own];
}

function findingResult(finding: Finding, { inputs }: Summary): Result {
  const { id, key, severity, message, subject, evidence } = finding;
  const about = subjectPlaces(subject);
  const [first, ...others] = evidence.map((one) => recordPlace(one, about));
  const artifact = 'input' in subject ? subject.input : inputs[0]?.input;
  const fallback: Location = {
    ...(artifact === undefined ? {} : { physicalLocation: { artifactLocation: { uri: uriOf(artifact) } } }),
    ...(about.length === 0 ? {} : { logicalLocations: [...about] }),
  };
  return {
    ruleId: id,
    ...(ruleIndex(id) < 0 ? {} : { ruleIndex: ruleIndex(id) }),
    level: severity,
    kind: 'fail',
    message: { text: visible(message) },
    locations: [first ?? fallback],
    ...(others.length === 0 ? {} : { relatedLocations: others.map((place, index) => ({ id: index + 1, ...place })) }),
    partialFingerprints: { 'plainsight/v1': visible(key) },
    properties: plainFinding(finding),
  };
}

/** Proven, turned away and exempt edges are no results. */
function edgeResult(edge: Edge): readonly Result[] {
  const concern = concernOf(edge);
  if (concern !== 'open' && concern !== 'undecided') return [];
  const rule = concern === 'undecided' ? 'edge-undecided' : edge.flows.plaintext > 0 ? 'edge-in-plaintext' : 'edge-outside-mesh';
  const name = pairName(edge.source, edge.destination);
  const subject: Subject = { source: edge.source, destination: edge.destination };
  return [other(rule, { text: `${name}: ${whatHappened(edge)}.`, key: `${rule}:${name}/${edge.transport}`, subject, properties: plainEdge(edge) })];
}

function strictResult(row: StrictRow): readonly Result[] {
  const name = visible(withPortOf({ ...row, ip: null }));
  const subject: Subject = { workload: row.workload, namespace: row.namespace, ip: null };
  const properties = plainStrict(row);
  if (row.state === 'no traffic seen')
    return [other('strict-without-traffic', { text: `${name}: no traffic was seen.`, key: name, subject, properties })];
  if (row.state !== 'would break') return [];
  const clients = row.wouldBreak.map(
    (client) => `${visible(endNameOf(client))} (${counted(client.flows, 'connection')}: ${REASON_WORDS[client.reason]})`,
  );
  return [other('would-break-under-strict', { text: `${name} would turn away ${clients.join(', ')}.`, key: name, subject, properties })];
}

function expectationResult({ outcome, message, key = message }: Expectation): Result {
  const rule = outcome === 'failed' ? 'expectation-failed' : 'expectation-undecided';
  return other(rule, { text: visible(message), key: `${rule}:${visible(key)}`, subject: null, properties: { outcome, message: visible(message) } });
}

/** The gate says a finding again as an expectation. */
const notAFinding = (findings: readonly Finding[]): ((expectation: Expectation) => boolean) => {
  const said = new Set(findings.map(({ id, message }) => `${id}: ${message}`));
  return ({ message }) => !said.has(message);
};

const LEVELS: { readonly [rule in OtherRule]: 'error' | 'note' | 'open' } = {
  'edge-in-plaintext': 'error',
  'edge-outside-mesh': 'note',
  'edge-undecided': 'open',
  'expectation-failed': 'error',
  'expectation-undecided': 'open',
  'would-break-under-strict': 'error',
  'strict-without-traffic': 'open',
};

type Said = { readonly text: string; readonly key: string; readonly subject: Subject | null; readonly properties: object };

function other(rule: OtherRule, { text, key, subject, properties }: Said): Result {
  const level = LEVELS[rule];
  const about = subject === null ? [] : subjectPlaces(subject);
  return {
    ruleId: rule,
    ruleIndex: ruleIndex(rule),
    // SARIF §3.27.10: a level only where something failed.
    ...(level === 'open' ? { kind: 'open', level: 'none' } : { kind: 'fail', level }),
    message: { text },
    locations: about.length === 0 ? [] : [{ logicalLocations: [...about] }],
    partialFingerprints: { 'plainsight/v1': key },
    properties: { ...properties },
  };
}
