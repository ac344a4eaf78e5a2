/** `diff A B`: two runs side by side. A side is any input, a folder of them, or a report of plainsight's own as JSON. */
import { readFile, stat } from 'node:fs/promises';
import { changesBetween, isBetween, isWorse, type Side } from '../audit/changes.ts';
import type { Change } from '../model/change.ts';
import { ExitCode, PlainsightError } from '../model/error.ts';
import type { Told } from '../model/reporter.ts';
import type { Finding, Summary } from '../model/summary.ts';
import { type PlainObject, plainEdge, plainFinding, plainSummary } from '../report/contract/objects.ts';
import { stringify } from '../report/contract/quote.ts';
import { readBack } from '../report/contract/read-json.ts';
import { renderDiff } from '../report/text/diff.ts';
import { lookOf } from '../report/text/look.ts';
import { visible } from '../report/text/visible.ts';
import type { DiffCommand } from './command.ts';
import { compileFindingFilter } from './filters.ts';
import { type Interruption, interruptible } from './interrupt.ts';
import { openOut, type StreamOut, usesColor } from './out.ts';
import { runInto } from './run-view.ts';

type Ran = Side & { readonly code: ExitCode; readonly summary: PlainObject };
type Running = { readonly command: DiffCommand; readonly interruption: Interruption; readonly out: StreamOut };

/** A report is read whole. */
const MAX_REPORT_BYTES = 256 * 1024 * 1024;

export async function runDiff(command: DiffCommand): Promise<ExitCode> {
  const interruption = interruptible();
  const color = usesColor(command.view.color, { isTTY: process.stdout.isTTY, env: process.env });
  const out = openOut(process.stdout, { color, prompt: false, onClosed: () => interruption.stop() });
  const running = { command, interruption, out };
  const before = await sideOf(command.before, running);
  const after = await sideOf(command.after, running);
  const changes = changesBetween(before, after);
  const failed = [before.code, after.code].find((code) => code !== ExitCode.clean);
  const code = failed ?? (changes.some(isWorse) ? ExitCode.found : ExitCode.clean);
  await out.write(textOf(changes, { ...after.summary, exitCode: code }, running));
  await out.flush();
  return out.isClosed() ? ExitCode.clean : code;
}

async function sideOf(path: string, running: Running): Promise<Ran> {
  const read = await readReport(path, running);
  if (read !== null) return read;
  const told: Told[] = [];
  const ending: { summary: Summary | null } = { summary: null };
  const report = {
    tell: (more: readonly Told[]): undefined => void told.push(...more),
    close: async (summary: Summary): Promise<void> => {
      ending.summary = summary;
    },
  };
  const code = await runInto({ ...running.command.view, inputs: [path] }, report, running);
  return {
    code,
    edges: told.filter((one) => one.type === 'edge'),
    findings: told.filter((one) => one.type === 'finding'),
    summary: ending.summary === null ? {} : plainSummary(ending.summary),
  };
}

/** Null where it is none, or cannot be read: then it is an input like any other, and says so itself. */
async function readReport(path: string, { command }: Running): Promise<Ran | null> {
  const stats = await stat(path).catch(() => null);
  if (stats === null || !stats.isFile() || stats.size > MAX_REPORT_BYTES) return null;
  const text = await readFile(path, 'utf8').catch(() => '');
  const read = text.trimStart().startsWith('{') ? readBack(text) : null;
  if (read === null) return null;
  if (read.summary === null)
    throw new PlainsightError(
      ExitCode.unreadable,
      `${visible(path)}: ends before its summary, so it is not whole; write it again with plainsight -o jsonl`,
    );
  const { filters } = command.view;
  if (filters.verdict.length + filters.reason.length + filters.identity.length > 0 || filters.since !== null || filters.until !== null)
    throw new PlainsightError(
      ExitCode.usage,
      `${visible(path)} is a report, and --verdict, --reason, --identity, --since and --until look at connections: run diff over what it was made of`,
    );
  const ofEdge = compileFindingFilter(filters, () => false);
  const edges = read.edges.filter((edge) => ofEdge({ ...ANY_FINDING, subject: edge }));
  const findings = read.findings.filter(compileFindingFilter(filters, (pair) => edges.some((edge) => isBetween(edge, pair))));
  return { code: ExitCode.clean, edges, findings, summary: read.summary };
}
const ANY_FINDING: Omit<Finding, 'subject'> = { type: 'finding', id: '', key: '', severity: 'note', message: '', evidence: [] };

function textOf(changes: readonly Change[], summary: PlainObject, { command, out }: Running): string {
  const { output } = command.view;
  if (output === 'table' || output === 'wide')
    return renderDiff(changes, isWorse, output === 'wide' ? { ...lookOf(out), columns: 1000 } : lookOf(out));
  const lines = changes.map((change) => stringify(plainChange(change)));
  if (output === 'jsonl') return [...lines, stringify(summary), ''].join('\n');
  return `{"changes":[${lines.map((line) => `\n${line}`).join(',')}],\n"summary":${stringify(summary)}}\n`;
}

/** What is about a finding says which; else the contract's three fields. */
function plainChange(one: Change): PlainObject {
  const { type, change, edge } = one;
  const plain = edge === null ? null : plainEdge(edge);
  return 'finding' in one ? { type, change, edge: plain, finding: plainFinding(one.finding) } : { type, change, edge: plain };
}
