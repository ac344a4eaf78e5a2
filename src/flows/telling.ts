/**
 * What has been told of fragments that still wait, when following: each alone, as soon as its verdict stands. When its flow is
 * decided it is told again under the same id if anything changed, or withdrawn in favour of the flow it turned out to be part of.
 */
import { Direction, LineEvent } from '../model/batch.ts';
import type { Flow } from '../model/flow.ts';
import { compose, FIRST, type Judge, kindOfWire, type Parts, spread, type Telling as Revision } from './compose.ts';
import { NO_LINES, NO_WIRES, partsOfLines, partsOfWire } from './parts.ts';
import { lineWitness, type Naming, wireWitness } from './witness.ts';

export class Telling {
  readonly #naming: Naming;
  readonly #judge: Judge;
  readonly #lines = new Map<number, Flow>();
  readonly #wires = new Map<number, Flow>();

  constructor(naming: Naming, judge: Judge) {
    this.#naming = naming;
    this.#judge = judge;
  }

  earlyLine(row: number): Flow | undefined {
    const { lines } = this.#naming.stores;
    const isOutbound = lines.direction(row) === Direction.outbound;
    const line = lineWitness(this.#naming, row, -1);
    // Written before the dial: proves nothing.
    if (isOutbound && line.event === LineEvent.opened) return undefined;
    const parts = partsOfLines(this.#naming, isOutbound ? { ...NO_LINES, outbound: row } : { ...NO_LINES, inbound: row }, NO_WIRES);
    return this.#early(this.#lines, row, parts);
  }

  earlyWire(row: number): Flow | undefined {
    const wire = wireWitness(this.#naming, [row]);
    return kindOfWire(wire) === 'leg' ? undefined : this.#early(this.#wires, row, partsOfWire(this.#naming, wire));
  }

  /** The last word on a flow, after the withdrawal of what was told of its fragments under other ids. */
  last(parts: Parts, lineRows: readonly number[], wireRows: readonly number[]): Flow[] {
    const before = this.#forget(lineRows, wireRows);
    // A tunnel that had been told for want of lines: its streams are told now.
    if (parts.tunnel !== null) before.push(...this.#forget([], parts.tunnel.rows));
    const first = compose(this.#naming, parts, this.#judge, FIRST);
    const same = before.filter((flow) => flow.id === first.id);
    const others = before.filter((flow) => flow.id !== first.id);
    const withdrawn = others.map((flow) => withdraw(flow, first.id));
    const [told] = same;
    if (told === undefined) return [...withdrawn, first];
    if (saysTheSame(told, first)) return withdrawn;
    return [...withdrawn, compose(this.#naming, parts, this.#judge, following(told))];
  }

  #early(told: Map<number, Flow>, row: number, parts: Parts): Flow | undefined {
    const before = told.get(row);
    const flow = compose(this.#naming, parts, this.#judge, before === undefined ? FIRST : following(before));
    if (flow.verdict === 'unknown' || (before !== undefined && saysTheSame(before, flow))) return undefined;
    told.set(row, flow);
    return flow;
  }

  #forget(lineRows: readonly number[], wireRows: readonly number[]): Flow[] {
    const told: Flow[] = [];
    for (const [rows, map] of [[lineRows, this.#lines] as const, [wireRows, this.#wires] as const]) {
      for (const row of rows) {
        const flow = map.get(row);
        if (flow !== undefined && !told.some((other) => other.id === flow.id)) told.push(flow);
        map.delete(row);
      }
    }
    return told;
  }
}

/** Without what it replaced itself: else a flow told for days would keep all its past. */
const following = (before: Flow): Revision => ({ revision: before.revision + 1, replaces: { ...spread(before), replaces: null } });

function withdraw(flow: Flow, by: string): Flow {
  return { ...spread(flow), revision: flow.revision + 1, supersededBy: by, replaces: following(flow).replaces };
}

/** Whether telling it again would say anything new. */
function saysTheSame(a: Flow, b: Flow): boolean {
  return JSON.stringify(facts(a)) === JSON.stringify(facts(b));
}

function facts({ id, start, end, open, source, destination, application, tls, verdict, reason, exempt, bytes, exposedBytes, witnesses, evidence }: Flow): unknown {
  return { id, start, end, open, source, destination, application, tls, verdict, reason, exempt, bytes, exposedBytes, witnesses, evidence };
}
