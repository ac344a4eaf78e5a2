/** A run as a SARIF 2.1.0 log (OASIS, 27 March 2020). Nothing in it depends on the clock: the same evidence gives the same log. */
import type { Artifact, Invocation, Log, Notification, Run } from 'sarif';
import type { RunFacts } from '../../model/reporter.ts';
import type { InputStatus, Summary } from '../../model/summary.ts';
import type { Collected } from '../contract/collect.ts';
import { plainSummary } from '../contract/objects.ts';
import { visible } from '../text/visible.ts';
import { uriOf } from './places.ts';
import { resultsOf } from './results.ts';
import { RULES } from './rules.ts';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

export function sarifLog(told: Collected, summary: Summary, facts: RunFacts | undefined): Log {
  const { inputs } = plainSummary(summary);
  const run: Run = {
    tool: {
      driver: { name: 'plainsight', ...(facts === undefined ? {} : { version: facts.version, semanticVersion: facts.version }), rules: [...RULES] },
    },
    invocations: [invocation(summary, facts)],
    artifacts: summary.inputs.map((input, index): Artifact => artifact(input, Array.isArray(inputs) ? inputs[index] : {})),
    results: [...resultsOf(told, summary)],
    columnKind: 'unicodeCodePoints',
    properties: { view: told.view, summary: plainSummary(summary) },
  };
  return { $schema: SCHEMA, version: '2.1.0', runs: [run] };
}

const DESCRIPTIONS: { readonly [code in Summary['exitCode']]: string } = {
  0: 'clean',
  1: 'found something',
  2: 'could not decide',
  64: 'usage',
  65: 'an input that was named could not be read',
  69: 'unavailable',
  70: 'a bug',
  130: 'interrupted',
};

/** A run that found something was successful; one that did not see everything was not. */
function invocation(summary: Summary, facts: RunFacts | undefined): Invocation {
  const { exitCode } = summary;
  return {
    executionSuccessful: exitCode === 0 || exitCode === 1 || exitCode === 2,
    exitCode,
    exitCodeDescription: DESCRIPTIONS[exitCode],
    ...(facts === undefined ? {} : { commandLine: visible(['plainsight', ...facts.words].map(shellWord).join(' ')) }),
    toolExecutionNotifications: [...(facts?.ended().complaints ?? []).map((message) => notification(message, 'error')), ...gaps(summary)],
  };
}

/** What was not seen is part of the answer. */
function gaps({ inputs, late, evicted }: Summary): Notification[] {
  const notes: Notification[] = [];
  for (const { input, format, lost } of inputs) {
    const place = [{ physicalLocation: { artifactLocation: { uri: uriOf(input) } } }];
    if (format === null) notes.push({ ...notification(`${visible(input)} was not recognised, so not read.`, 'warning'), locations: place });
    if (lost > 0)
      notes.push({ ...notification(`${visible(input)} has lost ${lost} records: what was in them is not known.`, 'warning'), locations: place });
  }
  if (late > 0) notes.push(notification(`${late} records came too late to be joined.`, 'warning'));
  if (evicted > 0) notes.push(notification(`${evicted} connections had to be given up before the end.`, 'warning'));
  return notes;
}

const notification = (text: string, level: 'error' | 'warning'): Notification => ({ level, message: { text: visible(text) } });

const artifact = (input: InputStatus, properties: object): Artifact => ({
  location: { uri: uriOf(input.input) },
  description: { text: visible(input.format === null ? 'not recognised' : input.format) },
  roles: ['analysisTarget'],
  properties: { ...properties },
});

/** As a shell wants it. */
const shellWord = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
