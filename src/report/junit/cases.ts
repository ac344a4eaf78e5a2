/** What a CI system shows of a run: an edge, an expectation, a finding each as a test case, in suites by the server's namespace or by kind. */
import type { Expectation } from '../../model/reporter.ts';
import type { Edge, Finding, InputStatus, StrictRow, Summary } from '../../model/summary.ts';
import type { Collected } from '../contract/collect.ts';
import { toJson } from '../contract/to-json.ts';
import { concernOf } from '../text/edge-columns.ts';
import { endNameOf, withPortOf } from '../text/ends.ts';
import { whatHappened } from '../text/page.ts';
import { counted, REASON_WORDS } from '../text/words.ts';
import type { Case } from './xml.ts';

/** With `verify` only what the gate says can fail, so that a red build and the exit code are one. */
export function casesOf(told: Collected, summary: Summary): readonly Case[] {
  const { view, edges, findings, strict, expectations } = told;
  const isGate = view === 'verify';
  const said = new Set(expectations.map(({ message }) => message));
  const others = findings.filter(({ id, message }) => !said.has(`${id}: ${message}`));
  return [
    ...edges.map((edge) => edgeCase(edge, isGate)),
    ...strict.map(strictCase),
    ...expectations.map(expectationCase),
    ...others.map((finding) => findingCase(finding, isGate)),
    ...summary.inputs.map(inputCase),
  ];
}

const NOT_ITS_PLACE = ' (whether that is a failure is said by the expectations)';

function edgeCase(edge: Edge, isGate: boolean): Case {
  const { source, destination } = edge;
  const concern = concernOf(edge);
  const isLeak = edge.flows.plaintext > 0 && edge.transport === 'tcp';
  const outcome = concern === 'proven' || concern === 'exempt' ? 'passed' : isLeak && !isGate ? 'failed' : 'skipped';
  const message = concern === 'exempt' ? '' : whatHappened(edge);
  return {
    suite: destination.namespace ?? '(no namespace)',
    classname: `edges.${withPortOf(destination)}`,
    name: `${endNameOf(source)} → ${withPortOf(destination)}${edge.transport === 'udp' ? '/udp' : ''}`,
    outcome,
    type: outcome === 'failed' ? 'plaintext' : '',
    message: isLeak && isGate ? `${message}${NOT_ITS_PLACE}` : message,
    output: toJson(edge),
  };
}

function strictCase(row: StrictRow): Case {
  const name = withPortOf({ ...row, ip: null });
  const clients = row.wouldBreak.map((client) => `${endNameOf(client)} (${counted(client.flows, 'connection')}: ${REASON_WORDS[client.reason]})`);
  const outcome = row.state === 'would break' ? 'failed' : row.state === 'no traffic seen' || row.flows.unknown > 0 ? 'skipped' : 'passed';
  return {
    suite: row.namespace ?? '(no namespace)',
    classname: `strict.${name}`,
    name: `${name} under STRICT`,
    outcome,
    type: outcome === 'failed' ? 'would-break' : '',
    message: outcome === 'failed' ? `would turn away ${clients.join(', ')}` : outcome === 'skipped' ? 'not enough traffic was seen to tell' : '',
    output: toJson(row),
  };
}

const expectationCase = ({ outcome, message, known, key = message }: Expectation): Case => ({
  suite: 'expectations',
  classname: 'expectations',
  name: key,
  outcome: outcome === 'failed' ? 'failed' : 'skipped',
  type: outcome === 'failed' ? 'expectation' : '',
  message: known === null ? message : `${message}; known: ${known}`,
  output: null,
});

/** Warnings and notes fail no build. */
function findingCase(finding: Finding, isGate: boolean): Case {
  const { id, key, severity, message } = finding;
  const isFailure = severity === 'error' && !isGate;
  return {
    suite: 'findings',
    classname: `findings.${id}`,
    name: key,
    outcome: isFailure ? 'failed' : 'skipped',
    type: isFailure ? id : '',
    message: isFailure ? message : `${severity}: ${message}`,
    output: toJson(finding),
  };
}

/** An answer reaches no further than its inputs. */
function inputCase({ input, format, records, read, lost }: InputStatus): Case {
  const why =
    format === null
      ? 'not recognised, so not read'
      : lost > 0
        ? `${counted(lost, 'record')} lost: what was in them is not known`
        : read === 0
          ? 'not a record could be read'
          : '';
  return {
    suite: 'inputs',
    classname: 'inputs',
    name: `${input}: ${read} of ${counted(records, 'record')} read`,
    outcome: why === '' ? 'passed' : 'skipped',
    type: '',
    message: why,
    output: null,
  };
}
