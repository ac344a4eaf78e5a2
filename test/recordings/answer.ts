/** What plainsight says in JSON lines, as objects. */
import { plainsight } from './program.ts';

export type End = {
  readonly ip: string;
  readonly port: number | null;
  readonly workload: string | null;
  readonly namespace: string | null;
  readonly identity: string | null;
};
export type FlowLine = {
  readonly type: 'flow';
  readonly id: string;
  readonly revision: number;
  readonly supersededBy: string | null;
  readonly kind: string;
  readonly start: string;
  readonly end: string | null;
  readonly open: boolean;
  readonly source: End;
  readonly destination: End;
  readonly transport: string;
  readonly application: string | null;
  readonly verdict: string;
  readonly reason: string;
  readonly exempt: string | null;
  readonly exposedBytes: number | null;
  readonly carrier: unknown;
  readonly witnesses: readonly string[];
  readonly evidence: readonly { readonly witness: string; readonly input: string; readonly record: number; readonly says: string }[];
};
export type FindingLine = { readonly type: 'finding'; readonly id: string; readonly key: string; readonly severity: string };
export type SummaryLine = {
  readonly type: 'summary';
  readonly exempt: number;
  readonly flows: { readonly [verdict: string]: number };
  readonly inputs: readonly {
    readonly input: string;
    readonly records: number;
    readonly read: number;
    readonly lost: number;
    readonly skipped: { readonly [why: string]: number };
  }[];
};
export type Answer = {
  readonly code: number;
  readonly flows: readonly FlowLine[];
  readonly findings: readonly FindingLine[];
  readonly summary: SummaryLine;
  readonly text: string;
};

/** Of the view `flows` over `inputs`; anything on stderr is an error. */
export async function answerOf(inputs: readonly string[], flags: readonly string[] = []): Promise<Answer> {
  const { code, out, err } = await plainsight(['flows', '-o', 'jsonl', ...flags, ...inputs]);
  if (err !== '') throw new Error(err);
  return { code, text: out, ...parseLines(out) };
}

export function parseLines(text: string): Omit<Answer, 'code' | 'text'> {
  const lines: readonly (FlowLine | FindingLine | SummaryLine)[] = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const flows = lines.filter((line) => line.type === 'flow');
  const findings = lines.filter((line) => line.type === 'finding');
  const summary = lines.at(-1);
  if (summary?.type !== 'summary') throw new Error('the last line is no summary');
  return { flows, findings, summary };
}

/** Seconds since 1970. */
export const seconds = (time: string): number => Date.parse(time.replace(/(\.\d{3})\d*/, '$1')) / 1000 + Number(time.slice(23, 26)) / 1e6;
