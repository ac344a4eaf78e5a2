/** `connection complete` lines as counters would count them: per edge, reporter and mutual TLS or not, and per log. */
import { Direction, LineEvent } from '../model/batch.ts';
import type { Flow, LineWitness } from '../model/flow.ts';
import type { ClosedCounter, EdgeName } from '../model/metric.ts';

/** Times kept, all in all: 32 MB. Past that nothing is compared. */
const MAX_LINES = 4_000_000;
/** A workload's pods are asked for where their ztunnels' logs begin and end; a few are enough. */
const MAX_ADDRESSES = 64;

export type ClosedLines = { readonly times: number[]; readonly record: number; readonly addresses: Set<string> };
type Pair = Pick<ClosedCounter, 'source' | 'destination' | 'reporter' | 'mutualTls'>;

const nameOf = ({ workload, namespace }: EdgeName): string => `${namespace ?? ''}/${workload ?? ''}`;
export const pairKey = ({ source, destination, reporter, mutualTls }: Pair): string =>
  `${reporter}\n${nameOf(source)}\n${nameOf(destination)}\n${mutualTls}`;
/** Keys of the workload that this ztunnel serves, and of the other. */
export const localName = ({ source, destination, reporter }: Pair): string => nameOf(reporter === 'source' ? source : destination);
export const remoteName = ({ source, destination, reporter }: Pair): string => nameOf(reporter === 'source' ? destination : source);

/** One log. */
export class LogCounts {
  readonly pairs: Map<string, ClosedLines> = new Map();
  readonly locals: Set<string> = new Set();

  add(pair: Pair, { time, record }: LineWitness, address: string): void {
    const key = pairKey(pair);
    let lines = this.pairs.get(key);
    if (lines === undefined) {
      lines = { times: [], record, addresses: new Set() };
      this.pairs.set(key, lines);
      this.locals.add(`${pair.reporter} ${localName(pair)}`);
    }
    lines.times.push(time);
    if (lines.addresses.size < MAX_ADDRESSES) lines.addresses.add(address);
  }
}

export class ClosedLineCounts {
  /** By input. */
  readonly logs: Map<string, LogCounts> = new Map();
  /** Workloads that any log names. */
  readonly names: Set<string> = new Set();
  #lines = 0;

  get isWhole(): boolean {
    return this.#lines < MAX_LINES;
  }

  add(flow: Flow): void {
    const { source, destination, lines = [], replaces } = flow;
    if (lines.length === 0 || source.workload === null || destination.workload === null) return;
    for (const end of [source, destination]) this.names.add(nameOf(end));
    for (const line of lines) {
      if (line.event !== LineEvent.complete || isToldBefore(line, replaces) || !this.isWhole) continue;
      this.#lines++;
      const isOutbound = line.direction === Direction.outbound;
      const pair: Pair = { source, destination, reporter: isOutbound ? 'source' : 'destination', mutualTls: line.identities };
      let log = this.logs.get(line.input);
      if (log === undefined) {
        log = new LogCounts();
        this.logs.set(line.input, log);
      }
      log.add(pair, line, isOutbound ? source.ip : destination.ip);
    }
  }
}

/** A revision comes with the lines of the flow it replaces. */
const isToldBefore = ({ input, record }: LineWitness, replaces: Flow | null): boolean =>
  replaces?.evidence.some((evidence) => evidence.witness === 'log' && evidence.input === input && evidence.record === record) === true;
