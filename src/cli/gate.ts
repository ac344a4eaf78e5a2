/** What `verify` expects, flow by flow, and what became of it (contract, exit codes). */

import type { Flow } from '../model/flow.ts';
import type { Expectation } from '../model/reporter.ts';
import type { Finding, InputStatus } from '../model/summary.ts';
import { endName, withPort } from '../report/text/ends.ts';
import { counted, REASON_WORDS } from '../report/text/words.ts';

/** 0 passed, 1 failed, 2 could not decide. */
export type GateCode = 0 | 1 | 2;
export type Judgement = { readonly code: GateCode; readonly expectations: readonly Expectation[] };

/** Past this many lines, failures are counted together: they fail all the same. */
const MAX_LINES = 10_000;
const OTHERS = '(more than can be listed)';

/** Sees every flow that the filters leave, and keeps counts only. As with `EdgeTable`, an earlier revision is removed first. */
export class Gate {
  readonly #failOn: ReadonlySet<string> | null;
  readonly #failures = new Map<string, Miss>();
  readonly #undecided = new Map<string, Miss>();
  #hbone = 0;

  constructor(failOn: ReadonlySet<string> | null) {
    this.#failOn = failOn;
  }

  add(flow: Flow): void {
    this.#count(flow, 1);
  }

  remove(flow: Flow): void {
    this.#count(flow, -1);
  }

  /** `findings`: those that the filters and the baseline leave. */
  judge(findings: readonly Finding[], inputs: readonly InputStatus[]): Judgement {
    const failed = [
      ...messages(this.#failures),
      ...findings.filter((finding) => this.#isFailure(finding)).map(({ id, message }) => `${id}: ${message}`),
    ];
    const undecided = [...messages(this.#undecided), ...this.#doubts(findings, inputs)];
    return {
      code: failed.length > 0 ? 1 : undecided.length > 0 ? 2 : 0,
      expectations: [...failed.map((message) => expectation('failed', message)), ...undecided.map((message) => expectation('undecided', message))],
    };
  }

  #count(flow: Flow, sign: 1 | -1): void {
    if (flow.supersededBy !== null || flow.exempt !== null) return;
    if (flow.verdict === 'hbone') this.#hbone += sign;
    const failure = this.#failureOf(flow);
    if (failure !== null) countMiss(this.#failures, failure, { flow, sign });
    if (flow.verdict === 'unknown' && flow.reason !== 'no-payload') countMiss(this.#undecided, 'could not be judged', { flow, sign });
  }

  /** What a flow did that it should not have done; null when nothing. */
  #failureOf(flow: Flow): string | null {
    const failOn = this.#failOn;
    if (failOn === null) return flow.verdict === 'plaintext' && flow.transport === 'tcp' ? 'in plaintext' : null;
    if (failOn.has(flow.verdict)) return flow.verdict === 'plaintext' ? 'in plaintext' : flow.verdict;
    if (failOn.has(flow.reason)) return flow.reason;
    return failOn.has('exposed') && (flow.exposedBytes ?? 0) > 0 ? 'readable on the network' : null;
  }

  #isFailure({ id, severity }: Finding): boolean {
    return this.#failOn === null ? severity === 'error' : this.#failOn.has(id);
  }

  #doubts(findings: readonly Finding[], inputs: readonly InputStatus[]): string[] {
    const doubts = this.#hbone === 0 ? ['Nothing was proven encrypted: no connection was carried by HBONE.'] : [];
    for (const { id, message } of findings) if (id === 'blind-input') doubts.push(`${id}: ${message}`);
    for (const { input, lost } of inputs) if (lost > 0) doubts.push(`${input} has lost ${counted(lost, 'record')}: what was in them is not known.`);
    return doubts;
  }
}

type Miss = { readonly what: string; readonly edge: string; readonly reason: string; flows: number };

function countMiss(misses: Map<string, Miss>, what: string, { flow, sign }: { readonly flow: Flow; readonly sign: 1 | -1 }): void {
  const edge = `${endName(flow.source)} → ${withPort(flow.destination)}`;
  const key = `${what}\n${edge}\n${flow.reason}`;
  let miss = misses.get(key);
  if (miss === undefined && misses.size >= MAX_LINES) {
    miss = misses.get(OTHERS) ?? { what, edge: OTHERS, reason: '', flows: 0 };
    misses.set(OTHERS, miss);
  }
  miss ??= { what, edge, reason: REASON_WORDS[flow.reason], flows: 0 };
  misses.set(miss.edge === OTHERS ? OTHERS : key, miss);
  miss.flows += sign;
}

/** The most connections first; in the same order whatever came first. */
function messages(misses: ReadonlyMap<string, Miss>): string[] {
  return [...misses]
    .filter(([, { flows }]) => flows > 0)
    .sort(([a, { flows: m }], [b, { flows: n }]) => n - m || (a < b ? -1 : 1))
    .map(([, { what, edge, reason, flows }]) => `${edge}: ${counted(flows, 'connection')} ${what}${reason === '' ? '' : ` (${reason})`}`);
}

const expectation = (outcome: Expectation['outcome'], message: string): Expectation => ({ type: 'expectation', outcome, message });
