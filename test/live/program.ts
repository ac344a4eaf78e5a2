/** The built program as a child of its own: live captures are ended by signals. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** PLAINSIGHT: another build. */
const MAIN = process.env['PLAINSIGHT'] ?? fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export type Ended = { readonly code: number | null; readonly out: string; readonly err: string };
export type Running = {
  readonly child: ChildProcess;
  /** When it said that it captures; rejects when it ends without. */
  readonly captures: Promise<void>;
  readonly ended: Promise<Ended>;
};

export function start(words: readonly string[], env: NodeJS.ProcessEnv = {}): Running {
  const child = spawn(process.execPath, [MAIN, ...words], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  const captures = new Promise<void>((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text;
      if (err.includes('capturing on ')) resolve();
    });
    child.once('close', () => reject(new Error(`it ended before it captured: ${err}`)));
  });
  captures.catch(() => {});
  const ended = once(child, 'close').then(([code]: (number | null)[]) => ({ code: code ?? null, out, err }));
  return { child, captures, ended };
}

export type FlowLine = {
  readonly type: 'flow';
  readonly id: string;
  readonly supersededBy: string | null;
  readonly source: { readonly ip: string; readonly port: number };
  readonly destination: { readonly ip: string; readonly port: number };
  readonly verdict: string;
  readonly reason: string;
  readonly application: string | null;
  readonly underlay: string | null;
  readonly bytes: unknown;
  readonly exposedBytes: number | null;
  readonly tls: unknown;
  readonly transport: string;
};
export type InputLine = { readonly input: string; readonly records: number; readonly lost: number };
type SummaryLine = { readonly type: 'summary'; readonly inputs: readonly InputLine[] };

const objects = (out: string): readonly (FlowLine | SummaryLine | { readonly type: 'finding'; readonly id: string })[] =>
  out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

/** The last word on each flow, TCP only, in the order of client ports. */
export function flowsOf(out: string): readonly FlowLine[] {
  const last = new Map<string, FlowLine>();
  for (const one of objects(out)) if (one.type === 'flow') last.set(one.id, one);
  return [...last.values()]
    .filter(({ supersededBy, transport }) => supersededBy === null && transport === 'tcp')
    .sort((a, b) => a.source.port - b.source.port);
}

export function inputsOf(out: string): readonly InputLine[] {
  return objects(out).flatMap((one) => (one.type === 'summary' ? one.inputs : []));
}

/** What must not depend on which socket stamped the packets. */
export const told = ({ source, destination, verdict, reason, application, underlay, bytes, exposedBytes, tls }: FlowLine): unknown => ({
  source: `${source.ip}:${source.port}`,
  destination: `${destination.ip}:${destination.port}`,
  ...{ verdict, reason, application, underlay, bytes, exposedBytes, tls },
});
