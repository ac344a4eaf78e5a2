/** `--write-baseline FILE`: what fails today, as exceptions to be given reasons; those of the file that are still needed stay. */
import { writeFile } from 'node:fs/promises';
import { stringify } from 'yaml';
import { ExitCode, PlainsightError } from '../../model/error.ts';
import type { Flow, Verdict } from '../../model/flow.ts';
import type { Finding } from '../../model/summary.ts';
import { visible } from '../../report/text/visible.ts';
import type { Excuse } from './baseline.ts';

/** Somebody has to look again within a quarter. */
const EXPIRES_AFTER_MS = 90 * 86_400_000;
const REASON = 'TODO: why this is accepted';
const MAX_EDGES = 10_000;

const HEAD = `# Known exceptions: plainsight verify --baseline FILE INPUT…
# Each excuses one finding by its key, or the connections of an edge, until the end of the day it expires on.
`;

/** Edges whose connections failed. As everywhere, an earlier revision is removed first. */
export class FailedEdges {
  readonly #edges = new Map<
    string,
    { readonly from: string; readonly to: string; readonly port: number | null; readonly verdict: Verdict; flows: number }
  >();

  count(flow: Flow, sign: 1 | -1): void {
    const [from, to] = [wordOf(flow.source), wordOf(flow.destination)];
    const { port } = flow.destination;
    const key = `${from}\n${to}\n${port}\n${flow.verdict}`;
    const edge = this.#edges.get(key) ?? { from, to, port, verdict: flow.verdict, flows: 0 };
    if (this.#edges.size >= MAX_EDGES && !this.#edges.has(key)) return;
    this.#edges.set(key, edge);
    edge.flows += sign;
  }

  entries(): readonly Record<string, unknown>[] {
    return [...this.#edges]
      .filter(([, { flows }]) => flows > 0)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, { from, to, port, verdict }]) => ({ from, to, ...(port === null ? {} : { port }), verdict }));
  }
}

/** As a filter means it and nothing else. */
const wordOf = ({ workload, namespace, ip }: Flow['source']): string =>
  workload === null ? ip : namespace === null ? workload : `${namespace}/${workload}`;

export type ToWrite = {
  readonly kept: readonly Excuse[];
  readonly edges: FailedEdges;
  readonly findings: readonly Finding[];
  readonly nowMs: number;
};

/** How many exceptions are new. */
export async function writeBaseline(path: string, { kept, edges, findings, nowMs }: ToWrite): Promise<number> {
  const expires = new Date(nowMs + EXPIRES_AFTER_MS).toISOString().slice(0, 10);
  const added = [...findings.map(({ key }) => ({ finding: key })), ...edges.entries()].map((entry) => ({ ...entry, reason: REASON, expires }));
  const text = stringify([...kept.map(entryOf), ...added], { lineWidth: 0 });
  try {
    await writeFile(path, HEAD + text);
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unknown error';
    throw new PlainsightError(ExitCode.unavailable, `--write-baseline ${visible(path)} cannot be written: ${visible(why)}`, { cause: error });
  }
  return added.length;
}

function entryOf({ of, reason, owner, expires }: Excuse): Record<string, unknown> {
  const what = 'finding' in of ? { finding: of.finding } : of.written;
  return { ...what, reason, ...(owner === null ? {} : { owner }), ...(expires === null ? {} : { expires }) };
}
