import type { Finding, StrictRow, Summary } from '../../model/summary.ts';
import { endName } from './ends.ts';
import { findingLines, heading } from './findings.ts';
import { inputLines } from './inputs.ts';
import type { Look } from './look.ts';
import type { Color } from './paint.ts';
import { visible } from './visible.ts';
import { wrap } from './width.ts';
import { counted, REASON_WORDS } from './words.ts';

export type StrictTold = { readonly strict: readonly StrictRow[]; readonly findings: readonly Finding[]; readonly summary: Summary };

const MARKS: { readonly [state in StrictRow['state']]: readonly [string, Color] } = {
  'would break': ['✗', 'alarm'],
  'no traffic seen': ['?', 'magenta'],
  ready: ['✓', 'green'],
  'already strict': ['=', 'dim'],
};

/** One paragraph a workload and port: its mode, its state, and who would be turned away. */
export function renderStrict({ strict, findings, summary }: StrictTold, look: Look): string {
  if (strict.length === 0)
    return `No enrolled workload is known: add the workloads that ztunnel knows (istioctl ztunnel-config all -o json), pods and namespaces (kubectl get -o yaml).\n${inputLines(summary, look)}`;
  const lines = strict.map((row) => strictLines(row, look)).join('');
  return findings.length === 0 ? lines : lines + heading('FINDINGS', look) + findingLines(findings, look);
}

function strictLines(row: StrictRow, { columns, paint }: Look): string {
  const { namespace, workload, port, mode, modeFrom, state, flows, wouldBreak } = row;
  const [mark, color] = MARKS[state];
  const seen = Object.entries(flows)
    .filter(([, count]) => count > 0)
    .map(([verdict, count]) => `, ${count} ${verdict}`);
  const name = visible(`${namespace === null ? '' : `${namespace}/`}${workload ?? '?'}:${port ?? '?'}`);
  const from = modeFrom === null ? 'no policy' : visible(modeFrom);
  const [first = '', ...rest] = wrap(`${name}  ${state}: ${mode} (${from})${seen.join('')}`, columns - 2);
  const clients = wouldBreak.flatMap((client) =>
    wrap(`${endName(client)}: ${counted(client.flows, 'connection')} (${REASON_WORDS[client.reason]})`, columns - 4),
  );
  return [`${paint(mark, color)} ${first}`, ...rest.map((line) => `  ${line}`), ...clients.map((line) => `    ${line}`)]
    .map((line) => `${line}\n`)
    .join('');
}
