/** What a view makes of decided flows: audited, filtered, counted, told. */
import { MAX_EDGES, TOO_MANY } from '../audit/edges.ts';
import { bySeverity } from '../audit/findings.ts';
import type { Ledger } from '../audit/ledger.ts';
import type { StrictTable } from '../audit/strict.ts';
import { markFindings } from '../flows/compose.ts';
import type { CommonSink, Flow } from '../model/flow.ts';
import type { Report, Told } from '../model/reporter.ts';
import type { Edge, Finding, InputStatus, Summary } from '../model/summary.ts';
import type { Micros } from '../model/time.ts';
import type { FlowSink } from '../serve/run.ts';
import type { ViewCommand } from './command.ts';
import { CommonEdges } from './common-edges.ts';
import { compileFilter, compileFindingFilter } from './filters.ts';
import { Gate, type GateCode, type GateRules, type Told as GateTold, type Judgement } from './gate.ts';
import { strictCode } from './strict-gate.ts';
import type { ToldBefore } from './told-before.ts';
import { conclude } from './verify/conclude.ts';

export type SessionOptions = {
  readonly command: ViewCommand;
  readonly ledger: Ledger;
  readonly report: Report;
  /** Filled for the view `strict`, and for the dashboard. */
  readonly strict: StrictTable;
  /** Who else is told what is shown, as the sums are. */
  readonly sinks: readonly FlowSink[];
  /** Of the view `verify`. */
  readonly rules: GateRules;
  /** What earlier runs told. */
  readonly before: Pick<ToldBefore, 'findings'>;
  /** Of witnesses other than log and wire: whether anything of them was read. */
  readonly speaks: GateTold['speaks'];
  /** To a person, beside the data. */
  say(text: string): void;
  /** What `--since 10m` counts back from; asked when the first flow is told. */
  reference(): Micros;
};

export type Ending = Pick<Summary, 'late' | 'evicted' | 'inputs'> & {
  readonly tunnels: Summary['tunnels'];
  /** More names than are kept. */
  readonly isShortOfNames: boolean;
  exitCode(gate: GateCode | null): Summary['exitCode'];
};

/** Edges may be many: told at once, their texts would all be in memory. */
const AT_ONCE = 256;

export class Session {
  readonly #options: SessionOptions;
  readonly #gate: Gate;
  readonly #common: CommonEdges;
  /** Flows that `explain` was asked for. */
  readonly explained: Flow[] = [];
  #shows: ((flow: Flow) => boolean) | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#gate = new Gate(options.rules);
    this.#common = new CommonEdges(options.command, options.ledger);
  }

  /** Who sums up flows like others; null while each has to be told. */
  common(): CommonSink | null {
    return this.#common.sink();
  }

  tell(flows: readonly Flow[]): Promise<void> | undefined {
    const { command, ledger, report } = this.#options;
    this.#shows ??= compileFilter(command.filters, { reference: this.#options.reference() });
    const shown: Flow[] = [];
    for (const flow of flows) {
      markFindings(flow, ledger.audit(flow));
      const wasShown = flow.replaces !== null && this.#shows(flow.replaces);
      if (flow.replaces !== null && wasShown) this.#remove(flow.replaces);
      const isShown = this.#shows(flow);
      if (isShown) this.#add(flow);
      this.#common.met(flow, isShown);
      // A reader has to hear of what was told before, even where the filter would now leave it out.
      if (!isShown && !wasShown) continue;
      if (command.view === 'flows') shown.push(flow);
      if (command.flow !== null && flow.id.startsWith(command.flow)) this.#explain(flow);
    }
    return shown.length === 0 ? undefined : report.tell(shown);
  }

  /** Only the last revision. */
  #explain(flow: Flow): void {
    const before = this.explained.findIndex(({ id }) => id === flow.id);
    if (before >= 0) this.explained.splice(before, 1);
    if (flow.supersededBy === null) this.explained.push(flow);
  }

  #add(flow: Flow): void {
    if (flow.supersededBy !== null) return;
    this.#options.ledger.add(flow);
    if (this.#options.command.view === 'verify') this.#gate.add(flow);
    if (this.#isStrict) this.#options.strict.add(flow);
    for (const sink of this.#options.sinks) sink.add(flow);
  }

  #remove(flow: Flow): void {
    this.#options.ledger.remove(flow);
    if (this.#options.command.view === 'verify') this.#gate.remove(flow);
    if (this.#isStrict) this.#options.strict.remove(flow);
    for (const sink of this.#options.sinks) sink.remove(flow);
  }

  get #isStrict(): boolean {
    return this.#options.command.view === 'strict' || this.#options.command.serve !== null;
  }

  edges(): Iterable<Edge> {
    const { view } = this.#options.command;
    return this.#options.ledger.edges(view === 'report' || view === 'edges' ? 'by all' : 'by log and wire');
  }

  findings(inputs: readonly InputStatus[]): readonly Finding[] {
    const { command, ledger } = this.#options;
    const raised = ledger.findings(inputs);
    const before = this.#options.before.findings(raised);
    return (before.length === 0 ? raised : bySeverity([...raised, ...before])).filter(
      compileFindingFilter(command.filters, (pair) => ledger.hasEdge(pair)),
    );
  }

  /** What is known so far; told to nobody. */
  snapshot({ tunnels, isShortOfNames: _, ...sofar }: Omit<Ending, 'exitCode'>): {
    readonly edges: readonly Edge[];
    readonly findings: readonly Finding[];
    readonly summary: Summary;
  } {
    const findings = this.findings(sofar.inputs);
    return { edges: [...this.edges()], findings, summary: { ...this.#options.ledger.summary({ ...sofar, findings, exitCode: 0 }), tunnels } };
  }

  #judge(findings: readonly Finding[], inputs: readonly InputStatus[]): Promise<Judgement> {
    const { command, say, speaks } = this.#options;
    return conclude(this.#gate, { findings, inputs, speaks }, { path: command.gate.writeBaseline, say, nowMs: Date.now() });
  }

  /** The last word: what a view sums up, then the summary. */
  async close({ tunnels, exitCode, isShortOfNames, ...ending }: Ending): Promise<Summary> {
    const { command, ledger, report } = this.#options;
    const findings = this.findings(ending.inputs);
    const judged = command.view === 'verify' ? await this.#judge(findings, ending.inputs) : null;
    const rows = command.view === 'strict' ? this.#options.strict.rows() : [];
    const code = command.view === 'strict' ? strictCode(rows, ending.inputs) : (judged?.code ?? null);
    const summary = { ...ledger.summary({ ...ending, findings, exitCode: exitCode(code) }), tunnels };
    // Each report takes what its view has; those for test results and audits want the edges whatever the view.
    if (command.view !== 'explain') {
      await this.#tellAll(command.view === 'strict' ? rows : this.edges());
      await this.#tellAll(findings);
      if (ledger.crowdedOut > 0) this.#options.say(crowdedOut(ledger.crowdedOut));
      if (isShortOfNames) this.#options.say(TOO_MANY_NAMES);
    }
    await this.#tellAll(judged?.expectations ?? []);
    await report.close(summary);
    return summary;
  }

  async #tellAll(told: Iterable<Told>): Promise<void> {
    let some: Told[] = [];
    for (const one of told) {
      some.push(one);
      if (some.length < AT_ONCE) continue;
      await this.#options.report.tell(some);
      some = [];
    }
    if (some.length > 0) await this.#options.report.tell(some);
  }
}

const TOO_MANY_NAMES = 'the inputs hold more different names than are kept: further ones are shown as "(too many names)", or by address.';

const crowdedOut = (flows: number): string =>
  `there are more than ${MAX_EDGES.toLocaleString('en-US')} edges: ${flows.toLocaleString('en-US')} connections on further ones are summed up as "${TOO_MANY.workload}"; --cidr, --port or --namespace show them apart.`;
