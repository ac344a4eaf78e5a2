/** A view over its inputs, from the command to the exit code. */

import { Ledger } from '../audit/ledger.ts';
import { FirstBytesSlabs } from '../evidence/first-bytes-slabs.ts';
import { GraphTable } from '../evidence/graph.ts';
import { MetricTable } from '../evidence/metrics.ts';
import { OpenConnections } from '../evidence/open-connections.ts';
import type { Judge } from '../flows/judge.ts';
import { Pool } from '../flows/pool.ts';
import type { FoundInput, FoundInputs } from '../inputs/found-input.ts';
import { hashing } from '../inputs/hashed.ts';
import { distinct, findInputs } from '../inputs/index.ts';
import type { AddressBook } from '../mesh/address-book.ts';
import { Configuration } from '../mesh/configuration.ts';
import { ExitCode, PlainsightError } from '../model/error.ts';
import type { Flow, Witness } from '../model/flow.ts';
import type { Report, RunFacts } from '../model/reporter.ts';
import { type Micros, micros } from '../model/time.ts';
import { InputState } from '../pipeline/input-state.ts';
import { run } from '../pipeline/run.ts';
import { REPORTERS } from '../report/index.ts';
import type { Redactor } from '../report/redact/redacted.ts';
import { isProvenByLines } from '../verdict/common.ts';
import { judge, says } from '../verdict/index.ts';
import { applicationOf, SNIFFERS } from '../wire/sniff/index.ts';
import type { ViewCommand } from './command.ts';
import { coverageOf, strictTable } from './coverage.ts';
import { Days } from './days.ts';
import { exitCode } from './exit.ts';
import { explain } from './explain.ts';
import type { GateCode } from './gate.ts';
import { type Interruption, interruptible } from './interrupt.ts';
import { keepHeapSmall } from './keep-heap-small.ts';
import { type LaneContext, laneOf, type OpenLane } from './lanes.ts';
import { isLive } from './live-flags.ts';
import type { Captures } from './live-inputs.ts';
import { openOut, type StreamOut, usesColor } from './out.ts';
import { readPolicies } from './policies.ts';
import { askAgain, questions } from './polling.ts';
import { openProgress, type Progress } from './progress.ts';
import { redactedRun, redactorOf } from './redacted-run.ts';
import { withRotated } from './rotated.ts';
import { type RunLog, runLog } from './run-facts.ts';
import { say } from './say.ts';
import type { LiveScreen } from './screen/live-screen.ts';
import { hasServices } from './service-flags.ts';
import { openServing, runOf, type Served, type Serving } from './serving.ts';
import { type Ending, Session, type SessionOptions } from './session.ts';
import { newStores } from './stores.ts';
import { ToldBefore } from './told-before.ts';
import { Troubles } from './troubles.ts';
import { readRules } from './verify/rules.ts';

/** `words`: as typed. */
export async function runView(command: ViewCommand, words: readonly string[]): Promise<ExitCode> {
  const log = runLog(words, Date.now);
  const interruption = interruptible();
  // Before anything is read: an address that cannot be had is told at once.
  const serving = await openServing(command);
  const voice: Voice = { say: command.quiet ? () => {} : say };
  let captures: Captures | null = null;
  try {
    captures = isLive(command.live) ? await attached(command, interruption.signal, voice) : null;
    const services = hasServices(command.services) ? await questions(command.services, command.filters) : [];
    const watched = REPORTERS.find(({ name }) => name === command.output)?.hashes === true ? hashing(log.hashed) : undefined;
    const files = await withRotated(await findInputs(wordsOf(command), command.follow, watched), voice.say);
    const inputs = distinct([...files.inputs, ...services, ...(captures?.inputs ?? [])]);
    return await view(command, { ...files, inputs }, { interruption, serving, voice, log });
  } finally {
    await captures?.close();
    await serving.close();
  }
}

/** For whoever makes something else of a run than a report. */
export async function runInto(
  command: ViewCommand,
  report: Report,
  { interruption, out }: Pick<Watching, 'interruption' | 'out'>,
): Promise<ExitCode> {
  const voice: Voice = { say: command.quiet ? () => {} : say };
  const files = await withRotated(await findInputs(command.inputs), voice.say);
  const serving = await openServing(command);
  const gone = new AbortController().signal;
  const log = runLog([], Date.now);
  return await watch(command, { ...files, inputs: distinct(files.inputs) }, { report, interruption, serving, voice, log, redactor: null, out, gone });
}

/** Loaded only where it is needed: files are read without it. */
async function attached(command: ViewCommand, signal: AbortSignal, voice: Voice): Promise<Captures> {
  const { attach } = await import('./live-inputs.ts');
  return attach(command.live, { signal, say: (line) => voice.say(line) });
}

/** Where captures say what happens to them: on stderr, above the picture while there is one. */
type Voice = { say: (line: string) => void };

async function view(
  command: ViewCommand,
  found: FoundInputs,
  { interruption, serving, voice, log }: Pick<Watching, 'interruption' | 'serving' | 'voice' | 'log'>,
): Promise<ExitCode> {
  const gone = new AbortController();
  const out = openOut(process.stdout, {
    color: usesColor(command.color, { isTTY: process.stdout.isTTY, env: process.env }),
    prompt: found.inputs.some(({ input }) => input.live),
    onClosed: () => {
      gone.abort();
      interruption.stop();
    },
  });
  const names = [...found.inputs.map(({ input }) => input.name), ...found.missing.map(({ name }) => name)];
  const redactor = command.redact ? await redactorOf(names, log) : null;
  const opened = await openReport(command, out, { found, log: redactor === null ? log : redactedRun(log, redactor) });
  const report = redactor === null ? opened : redactor.report(opened);
  const code = await watch(command, found, { report, interruption, serving, voice, log, redactor, out, gone: gone.signal });
  await out.flush();
  return out.isClosed() ? ExitCode.clean : code;
}

/** stdin is implied only where nothing was named and somebody pipes something in. */
function wordsOf({ inputs, follow, live, services }: ViewCommand): readonly string[] {
  if (inputs.length > 0 || follow.length > 0 || isLive(live) || (process.stdin.isTTY && hasServices(services))) return inputs;
  if (process.stdin.isTTY)
    throw new PlainsightError(
      ExitCode.usage,
      'no input: name log files, captures or folders, or pipe a log in:\n  kubectl logs -n istio-system -l app=ztunnel -f --prefix --tail=-1 --max-log-requests=100 | plainsight\nplainsight --help has more.',
    );
  return ['-'];
}

type ReportOn = { readonly found: FoundInputs; readonly log: RunFacts };

async function openReport(command: ViewCommand, out: StreamOut, { found, log }: ReportOn): Promise<Report> {
  const entry = REPORTERS.find(({ name }) => name === command.output);
  if (entry === undefined) throw new PlainsightError(ExitCode.usage, `no such output: ${command.output}`);
  return (await entry.load()).open(out, {
    view: command.view,
    columns: command.columns,
    live: found.inputs.some(({ input }) => input.live),
    run: log,
  });
}

type Watching = {
  readonly voice: Voice;
  readonly report: Report;
  readonly interruption: Interruption;
  readonly serving: Serving;
  readonly log: RunLog;
  readonly redactor: Redactor | null;
  readonly out: StreamOut;
  readonly gone: AbortSignal;
};

async function watch(command: ViewCommand, found: FoundInputs, watching: Watching): Promise<ExitCode> {
  const { report, interruption, serving, voice, redactor, out, gone } = watching;
  const inputs = [...found.inputs].sort((a, b) => (a.input.name < b.input.name ? -1 : 1));
  const states = inputs.map(({ input }) => new InputState(input.name));
  const witnesses = newWitnesses();
  const { stores, configuration, metrics, graphs } = witnesses;
  const { connections, readAt, learn } = listed(inputs, states, witnesses);
  const pool = new Pool({
    configuration,
    naming: { stores, protocols: SNIFFERS.map((_, index) => applicationOf(index)), inputName: (input) => states[input]?.name ?? '' },
    judge: judgeBy,
    window: command.skew,
    onCopy: (input) => states[input]?.skip('duplicate', 1),
    isStale: (flow) => ledger.isStale(flow),
    common: () => session.common(),
    rest: (into) => connections.tell(into, () => (pool.isFollowing ? micros(Date.now() * 1000) : lastOf(states))),
  });
  const { screen, progress } = await beside(command, found, { out, quit: interruption.quit });
  if (screen !== undefined && !command.quiet) voice.say = (line) => screen.say(line);
  const troubles = new Troubles((message, named) => {
    progress.clear();
    watching.log.complain(message);
    if (!command.quiet || named) (screen?.say ?? say)(redactor?.text(message) ?? message);
  });
  for (const { named, error, name } of found.missing) troubles.missing(error, named, name);
  const shared = { ...witnesses, learn, advance: progress.advance, now: Date.now, broke: troubles.broke.bind(troubles) };
  const open: OpenLane[] = inputs.map((input, number) => laneOf(input, number, states[number] ?? new InputState(input.input.name), shared));
  const asked = { pool, stores, states, configuration, skew: command.skew, metrics, graphs, readAt };
  const ledger = new Ledger(coverageOf(asked));
  const strict = strictTable(asked, await readPolicies(command.fromPolicies, stores.tables));
  const reference = (): Micros => (pool.isFollowing || hasServices(command.services) ? micros(Date.now() * 1000) : lastOf(states));
  const sinks = screen === undefined ? serving.sinks : [...serving.sinks, screen.sink];
  const session = new Session({ command, ledger, report, strict, sinks, reference, ...(await judging(command, witnesses)) });
  const sofar = (): SoFar => soFar(asked, open);
  const tell = (flows: readonly Flow[]): Promise<void> | undefined => {
    redactor?.learn(flows);
    return session.tell(flows);
  };
  const snapshot = (): ReturnType<Served['snapshot']> => session.snapshot(sofar());
  const served: Served = { inputs, states, pool, stores, snapshot, strict: () => strict.rows(), reference };
  serving.show(served);
  screen?.show(runOf(command, served, () => false));
  const stopAsking = askAgain(command, { ...asked, isFollowing: () => pool.isFollowing, say: (line) => voice.say(line) });
  try {
    await run({ lanes: open.map(({ lane }) => lane), pool, tell, gone, now: Date.now, draw: screen?.draw }, interruption.signal);
    await tell(witnesses.before.flows());
    await serving.stay(interruption.signal);
  } finally {
    await stopAsking();
    screen?.close();
    progress.clear();
  }
  redactor?.learnNames(configuration.names());
  if (command.view === 'explain') await explain({ flows: session.explained, inputs, report, stores, configuration });
  const codeOf = (gate: GateCode | null): ExitCode => exitCode({ bug: false, interrupted: interruption.interrupted(), ...troubles.outcome(), gate });
  return (await session.close({ ...sofar(), exitCode: codeOf })).exitCode;
}

/** What is learnt of configuration, open connections apart; and when an input was asked, where it says how things are now. */
function listed(
  inputs: readonly FoundInput[],
  states: readonly InputState[],
  { stores, configuration }: ReturnType<typeof newWitnesses>,
): { readonly connections: OpenConnections; readAt(input: number): Micros | null; readonly learn: LaneContext['learn'] } {
  const onSkip = (input: number, why: string): void => states[input]?.skip(why, 1);
  const connections = new OpenConnections({ rows: stores.lines, tables: stores.tables, configuration, onSkip });
  const now = micros(Date.now() * 1000);
  const readAt = (input: number): Micros | null => (inputs[input]?.isNow === true ? now : null);
  const learn: LaneContext['learn'] = (fact, input) => {
    if (fact.kind === 'connection') connections.add(fact, input, readAt(input));
    else configuration.learn(fact, input);
  };
  return { connections, readAt, learn };
}

type Judging = Pick<SessionOptions, 'rules' | 'speaks' | 'say' | 'before'>;

async function judging({ failOn, gate, quiet }: ViewCommand, witnesses: ReturnType<typeof newWitnesses>): Promise<Judging> {
  const rules = { failOn, ...(await readRules(gate, Date.now())) };
  return { rules, speaks: speakers(witnesses), say: quiet ? () => {} : say, before: witnesses.before };
}

/** Whether anything was read of a witness other than log and wire. */
const speakers =
  ({ configuration, metrics, graphs }: ReturnType<typeof newWitnesses>) =>
  (witness: Witness): boolean =>
    (witness === 'config' && !configuration.isEmpty) ||
    (witness === 'policy' && configuration.peerAuthentications.length > 0) ||
    (witness === 'metric' && !metrics.isEmpty()) ||
    (witness === 'graph' && !graphs.isEmpty());

/** What the inputs fill. */
const newWitnesses = () => ({
  stores: newStores(),
  configuration: new Configuration(),
  slabs: new FirstBytesSlabs(),
  days: new Days(),
  metrics: new MetricTable(),
  graphs: new GraphTable(),
  before: new ToldBefore(),
});

type SoFar = Omit<Ending, 'exitCode'>;

function soFar({ pool, stores, states }: Pick<Served, 'pool' | 'stores' | 'states'>, open: readonly OpenLane[]): SoFar {
  for (const lane of open) lane.account();
  return {
    late: pool.late,
    evicted: open.reduce((sum, lane) => sum + lane.evicted(), 0),
    inputs: states.map((state) => state.status()),
    tunnels: pool.tunnels,
    isShortOfNames: stores.tables.names.isOverfull || stores.tables.shapes.isOverfull,
  };
}

type Beside = { readonly screen: LiveScreen | undefined; readonly progress: Progress };

/** What a person sees while it runs: the picture, or the line on stderr. */
async function beside(command: ViewCommand, found: FoundInputs, { out, quit }: { readonly out: StreamOut; quit(): void }): Promise<Beside> {
  const follows = found.inputs.some(({ input }) => input.live);
  if (follows) keepHeapSmall();
  const isLiveRun = follows && process.stdout.isTTY;
  const screen = isLiveRun && isDrawn(command) ? (await import('./screen/live-screen.ts')).openLiveScreen({ color: out.color, quit }) : undefined;
  // Beside rows that come as they are decided, or a picture, a line that moves would only disturb.
  const progress = openProgress(process.stderr, { total: total(found), quiet: command.quiet || isLiveRun, now: () => performance.now() });
  out.before(progress.clear);
  return { screen, progress };
}

/** A dashboard's terminal has its address on it, and nothing else. With --redact there is no picture: it would show what is, not what is told. */
const isDrawn = ({ view, output, serve, redact }: ViewCommand): boolean =>
  (view === 'report' || view === 'edges') && (output === 'table' || output === 'wide') && serve === null && !redact;

const judgeBy = (book: AddressBook): Judge => ({ judge: (joined, ends) => judge(joined, ends, book), says, isProven: isProvenByLines });

function total({ inputs }: FoundInputs): number | null {
  return inputs.reduce<number | null>((sum, { input }) => (sum === null || input.size === null ? null : sum + input.size), 0);
}

function lastOf(states: readonly InputState[]): Micros {
  return micros(Math.max(0, ...states.map((state) => state.last)));
}
