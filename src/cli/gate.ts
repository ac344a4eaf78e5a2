/** What `verify` expects, flow by flow, and what became of it (contract, exit codes). */
import type { Flow, Witness } from '../model/flow.ts';
import type { Expectation } from '../model/reporter.ts';
import type { Finding, InputStatus } from '../model/summary.ts';
import { counted } from '../report/text/words.ts';
import { Baseline, type Excuse, excuseText } from './verify/baseline.ts';
import { Expectations, type Expected } from './verify/expect.ts';
import { Misses } from './verify/misses.ts';
import { FailedEdges } from './verify/write-baseline.ts';

/** 0 passed, 1 failed, 2 could not decide. */
export type GateCode = 0 | 1 | 2;
export type Judgement = {
  readonly code: GateCode;
  readonly expectations: readonly Expectation[];
  /** About the files that were given, not about the traffic. */
  readonly notices: readonly string[];
};

export type GateRules = {
  /** Verdicts, reasons, finding ids and `exposed`; null: what the contract names. */
  readonly failOn: ReadonlySet<string> | null;
  readonly expected: readonly Expected[];
  readonly excuses: readonly Excuse[];
  /** Fewer connections decide nothing. */
  readonly minFlows: number;
  /** Witnesses that must have spoken. */
  readonly required: readonly Witness[];
  /** What fails is written down to be excused from now on: it fails no more. */
  readonly isWriting: boolean;
};
export const NO_RULES: GateRules = { failOn: null, expected: [], excuses: [], minFlows: 0, required: [], isWriting: false };

/** Of the whole run. */
export type Told = {
  /** Those that the filters leave. */
  readonly findings: readonly Finding[];
  readonly inputs: readonly InputStatus[];
  /** Of witnesses other than log and wire: whether anything of them was read. */
  speaks(witness: Witness): boolean;
};

/** Sees every flow that the filters leave, and keeps counts only. As with `EdgeTable`, an earlier revision is removed first. */
export class Gate {
  readonly #rules: GateRules;
  readonly #expectations: Expectations;
  readonly #baseline: Baseline;
  readonly #failures = new Misses();
  readonly #undecided = new Misses();
  readonly #excused = new Misses();
  readonly failedEdges: FailedEdges = new FailedEdges();
  readonly #seen = { flows: 0, hbone: 0, log: 0, wire: 0 };

  constructor(rules: GateRules) {
    this.#rules = rules;
    this.#expectations = new Expectations(rules.expected);
    this.#baseline = new Baseline(rules.excuses);
  }

  add(flow: Flow): void {
    this.#count(flow, 1);
  }

  remove(flow: Flow): void {
    this.#count(flow, -1);
  }

  /** Findings that fail and are not known. */
  failures(findings: readonly Finding[]): readonly Finding[] {
    return findings.filter((finding) => this.#isFailure(finding) && this.#baseline.excusesFinding(finding) === null);
  }

  get needed(): readonly Excuse[] {
    return this.#baseline.needed();
  }

  judge(told: Told): Judgement {
    const failing = told.findings
      .filter((finding) => this.#isFailure(finding))
      .map((finding) => ({ finding, excuse: this.#baseline.excusesFinding(finding) }));
    const missed = [
      ...this.#expectations.failed(),
      ...this.#failures.messages(),
      ...failing.filter(({ excuse }) => excuse === null).map(({ finding }) => findingText(finding)),
    ];
    const failed = this.#rules.isWriting ? [] : missed;
    const undecided = [...this.#expectations.undecided(), ...this.#undecided.messages(), ...this.#doubts(told)];
    const excused = failing.flatMap(({ finding, excuse }) =>
      excuse === null ? [] : [expectation('excused', findingText(finding), excuseText(excuse))],
    );
    return {
      code: failed.length > 0 ? 1 : undecided.length > 0 ? 2 : 0,
      expectations: [
        ...failed.map((message) => expectation('failed', message)),
        ...undecided.map((message) => expectation('undecided', message)),
        ...(this.#rules.isWriting ? missed.map((message) => expectation('excused', message, 'from now on')) : []),
        ...excused,
        ...this.#excused.messages().map((message) => expectation('excused', message)),
      ],
      notices: this.#baseline.notices(),
    };
  }

  #count(flow: Flow, sign: 1 | -1): void {
    if (flow.supersededBy !== null || flow.exempt !== null) return;
    this.#seen.flows += sign;
    if (flow.verdict === 'hbone') this.#seen.hbone += sign;
    for (const witness of flow.witnesses) if (witness === 'log' || witness === 'wire') this.#seen[witness] += sign;
    const excused = excusing(() => this.#excuse(flow, sign));
    const became = this.#expectations.count(flow, sign, excused);
    if (became === 'missed') this.failedEdges.count(flow, sign);
    if (became !== null) return;
    const failure = this.#failureOf(flow);
    if (failure !== null && !excused()) {
      this.#failures.count(failure, flow, sign);
      this.failedEdges.count(flow, sign);
    }
    if (flow.verdict === 'unknown' && flow.reason !== 'no-payload' && !excused()) this.#undecided.count('could not be judged', flow, sign);
  }

  #excuse(flow: Flow, sign: 1 | -1): boolean {
    const isExcused = this.#baseline.excusesFlow(flow, sign);
    if (isExcused) this.#excused.count(`${flow.verdict}, known`, flow, sign);
    return isExcused;
  }

  /** What a flow did that it should not have done; null when nothing. */
  #failureOf(flow: Flow): string | null {
    const { failOn } = this.#rules;
    if (failOn === null) return flow.verdict === 'plaintext' && flow.transport === 'tcp' ? 'in plaintext' : null;
    if (failOn.has(flow.verdict)) return flow.verdict === 'plaintext' ? 'in plaintext' : flow.verdict;
    if (failOn.has(flow.reason)) return flow.reason;
    return failOn.has('exposed') && (flow.exposedBytes ?? 0) > 0 ? 'readable on the network' : null;
  }

  #isFailure({ id, severity }: Finding): boolean {
    const { failOn } = this.#rules;
    return failOn === null ? severity === 'error' : failOn.has(id);
  }

  #doubts({ findings, inputs, speaks }: Told): string[] {
    const { minFlows, required } = this.#rules;
    const { flows, hbone } = this.#seen;
    // Without one that was seen as encrypted, nobody knows whether one could have been.
    const doubts = hbone === 0 ? ['Nothing was proven encrypted: no connection was carried by HBONE.'] : [];
    if (flows < minFlows) doubts.push(`Only ${counted(flows, 'connection')} seen, and at least ${minFlows} are asked for (--min-flows).`);
    for (const witness of required) {
      const isHeard = witness === 'log' || witness === 'wire' ? this.#seen[witness] > 0 : speaks(witness);
      if (!isHeard) doubts.push(`The ${witness} witness says nothing, and it is asked for (--require-witness): ${MISSING[witness]}.`);
    }
    for (const finding of findings)
      if (finding.id === 'blind-input' && this.#baseline.excusesFinding(finding) === null) doubts.push(findingText(finding));
    for (const { input, lost } of inputs) {
      const isKnown = findings.some((finding) => finding.key === `evidence-lost:${input}` && this.#baseline.excusesFinding(finding) !== null);
      if (lost > 0 && !isKnown) doubts.push(`${input} has lost ${counted(lost, 'record')}: what was in them is not known.`);
    }
    return doubts;
  }
}

const MISSING: { readonly [witness in Witness]: string } = {
  log: 'no line of a ztunnel is about these connections',
  wire: 'no packet of these connections was captured',
  config: 'no workloads or pods were read',
  policy: 'no PeerAuthentication was read',
  metric: 'no metrics were read',
  graph: 'no graph of Kiali was read',
};

/** Asked at most once: every answer is counted. */
function excusing(ask: () => boolean): () => boolean {
  let answer: boolean | undefined;
  return () => {
    answer ??= ask();
    return answer;
  };
}

const findingText = ({ id, message }: Finding): string => `${id}: ${message}`;
const expectation = (outcome: Expectation['outcome'], message: string, known: string | null = null): Expectation => ({
  type: 'expectation',
  outcome,
  message,
  known,
  // Whatever the numbers of this run: what is compared from run to run must not change with them.
  key: message.replace(/: \d[\d,.]* connections? /, ': '),
});
