/** A view over its inputs, from the command to the exit code. */

import { Ledger } from '../audit/ledger.ts';
import { FirstBytesSlabs } from '../evidence/first-bytes-slabs.ts';
import { GraphTable } from '../evidence/graph.ts';
import { MetricTable } from '../evidence/metrics.ts';
import type { Judge } from '../flows/compose.ts';
import { Pool } from '../flows/pool.ts';
import { type FoundInputs, findInputs } from '../inputs/index.ts';
import type { AddressBook } from '../mesh/address-book.ts';
import { ExitCode, PlainsightError } from '../model/error.ts';
import type { Report } from '../model/reporter.ts';
import { type Micros, micros } from '../model/time.ts';
import { InputState } from '../pipeline/input-state.ts';
import { run } from '../pipeline/run.ts';
import { REPORTERS } from '../report/index.ts';
import { judge, says } from '../verdict/index.ts';
import { applicationOf, SNIFFERS } from '../wire/sniff/index.ts';
import type { ViewCommand } from './command.ts';
import { exitCode } from './exit.ts';
import { explain } from './explain.ts';
import { interruptible } from './interrupt.ts';
import { laneOf, type OpenLane } from './lanes.ts';
import { openOut, type StreamOut, usesColor } from './out.ts';
import { openProgress } from './progress.ts';
import { say } from './say.ts';
import { Session } from './session.ts';
import { newStores } from './stores.ts';

export async function runView(command: ViewCommand): Promise<ExitCode> {
  const found = await findInputs(wordsOf(command));
  const interruption = interruptible();
  const out = openOut(process.stdout, {
    color: usesColor(command.color, { isTTY: process.stdout.isTTY, env: process.env }),
    prompt: found.inputs.some(({ input }) => input.live),
    onClosed: () => interruption.stop(),
  });
  const report = await openReport(command, out, found);
  const code = await watch(command, found, { report, interruption, out });
  await out.flush();
  return out.isClosed() ? ExitCode.clean : code;
}

/** stdin is implied only where nothing was named and somebody pipes something in. */
function wordsOf({ inputs }: ViewCommand): readonly string[] {
  if (inputs.length > 0) return inputs;
  if (process.stdin.isTTY)
    throw new PlainsightError(
      ExitCode.usage,
      'no input: name log files, captures or folders, or pipe a log in:\n  kubectl logs -n istio-system -l app=ztunnel -f --prefix --tail=-1 --max-log-requests=100 | plainsight\nplainsight --help has more.',
    );
  return ['-'];
}

async function openReport(command: ViewCommand, out: StreamOut, found: FoundInputs): Promise<Report> {
  const entry = REPORTERS.find(({ name }) => name === command.output);
  if (entry === undefined) throw new PlainsightError(ExitCode.usage, `no such output: ${command.output}`);
  return (await entry.load()).open(out, { view: command.view, live: found.inputs.some(({ input }) => input.live) });
}

type Watching = { readonly report: Report; readonly interruption: ReturnType<typeof interruptible>; readonly out: StreamOut };

async function watch(command: ViewCommand, found: FoundInputs, { report, interruption }: Watching): Promise<ExitCode> {
  const inputs = [...found.inputs].sort((a, b) => (a.input.name < b.input.name ? -1 : 1));
  const states = inputs.map(({ input }) => new InputState(input.name));
  const stores = newStores();
  const slabs = new FirstBytesSlabs();
  const metrics = new MetricTable();
  const graphs = new GraphTable();
  const pool = new Pool({
    naming: { stores, protocols: SNIFFERS.map((_, index) => applicationOf(index)), inputName: (input) => states[input]?.name ?? '' },
    judge: judgeBy,
    window: command.skew,
    onCopy: (input) => states[input]?.skip('duplicate', 1),
  });
  const progress = openProgress(process.stderr, { total: total(found), quiet: command.quiet, now: () => performance.now() });
  let unreadable = false;
  const complain = (error: unknown, named: boolean): void => {
    if (!(error instanceof PlainsightError)) throw error;
    progress.clear();
    if (!command.quiet || named) say(error.message);
  };
  for (const { named, error } of found.missing) {
    complain(error, named);
    unreadable ||= named;
  }
  const open: OpenLane[] = inputs.map((input, number) =>
    laneOf(input, number, states[number] ?? new InputState(input.input.name), {
      stores,
      slabs,
      metrics,
      graphs,
      advance: progress.advance,
      broke: (state, error) => {
        complain(error, input.named);
        // What gave nothing lost nothing either: an error answer, a capture without its header.
        if (state.format === null || state.status().read === 0) unreadable ||= input.named;
        else state.lose(1);
      },
    }),
  );
  const ledger = new Ledger({
    logsOf: (ip) => pool.book.logsOf(stores.tables.addresses.parse(ip)),
    hasBoth: () => pool.book.hasLogs && states.some((state) => state.hasPackets),
    skew: command.skew,
    metrics,
    graphs,
  });
  const session = new Session({ command, ledger, report, reference: () => (pool.isFollowing ? micros(Date.now() * 1000) : lastOf(states)) });
  await run({ lanes: open.map(({ lane }) => lane), pool, tell: (flows) => session.tell(flows) }, interruption.signal);
  progress.clear();
  if (command.view === 'explain') await explain({ flows: session.explained, inputs, report, stores });
  const summary = await session.close({
    late: pool.late,
    evicted: open.reduce((sum, lane) => sum + lane.evicted(), 0),
    inputs: [...states.map((state) => state.status())],
    tunnels: pool.tunnels,
    exitCode: (gate) => exitCode({ bug: false, refused: null, interrupted: interruption.interrupted(), unreadable, gate }),
  });
  return summary.exitCode;
}

const judgeBy = (book: AddressBook): Judge => ({ judge: (joined, ends) => judge(joined, ends, book), says });

function total({ inputs }: FoundInputs): number | null {
  return inputs.reduce<number | null>((sum, { input }) => (sum === null || input.size === null ? null : sum + input.size), 0);
}

function lastOf(states: readonly InputState[]): Micros {
  return micros(Math.max(0, ...states.map((state) => state.last)));
}
