/** `connection complete` lines as counters would count them: per edge, reporter and mutual TLS or not, and per log. */

import type { Flow, LineWitness } from '../model/flow.ts';
import { Direction, LineEvent } from '../model/line-event.ts';
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
    const { source, destination, lines = [] } = flow;
    if (lines.length === 0 || source.workload === null || destination.workload === null) return;
    for (const end of [source, destination]) this.names.add(nameOf(end));
    for (const line of lines) {
      if (line.event !== LineEvent.complete || !this.isWhole) continue;
      this.#lines++;
      let log = this.logs.get(line.input);
      if (log === undefined) {
        log = new LogCounts();
        this.logs.set(line.input, log);
      }
      log.add(pairOf(flow, line), line, line.direction === Direction.outbound ? source.ip : destination.ip);
    }
  }

  /** Lines of a flow that is told again, or that another has taken the lines of. */
  forget(flow: Flow): void {
    for (const line of flow.lines ?? []) {
      const times = this.logs.get(line.input)?.pairs.get(pairKey(pairOf(flow, line)))?.times;
      const at = line.event === LineEvent.complete ? (times?.lastIndexOf(line.time) ?? -1) : -1;
      if (at < 0) continue;
      times?.splice(at, 1);
      this.#lines--;
    }
  }
}

const pairOf = ({ source, destination }: Flow, { direction, identities }: LineWitness): Pair => ({
  source,
  destination,
  reporter: direction === Direction.outbound ? 'source' : 'destination',
  mutualTls: identities,
});
