/** Wire connections found by what a line says of them: a key, and the line's time. */

import { i32At, u32At } from '../model/column.ts';
import { isUnended, LineEvent } from '../model/line-event.ts';
import { LineBit } from '../model/line-rows.ts';
import type { Micros } from '../model/time.ts';
import type { WireGroups } from './join-wires.ts';
import type { PairedLines } from './pair-lines.ts';
import type { Pending, Stores } from './pending.ts';
import { mix, Queues } from './queues.ts';
import { inPieces, type Steps } from './steps.ts';

export type Searched = {
  readonly stores: Stores;
  readonly pending: Pending;
  readonly groups: WireGroups;
  readonly paired: PairedLines;
  readonly window: Micros;
};

/** One key gets no more looks than this: hostile input makes long chains. */
const MAX_LOOK = 256;

export type WireKey = {
  readonly clientIp: number;
  readonly clientPort: number;
  readonly serverIp: number;
  readonly serverPort: number;
  readonly sent: number;
  readonly received: number;
};

/** Wire connections by a key that lines have too. Every member of a group can be found: each place saw it under its own addresses. */
export class WireIndex {
  readonly #work: Searched;
  readonly #queues: Queues;
  readonly #wires: number;

  constructor(work: Searched, wireKey: (wire: WireKey) => readonly number[], lineKey: (line: number) => readonly number[]) {
    this.#work = work;
    this.#wires = work.pending.wires.length;
    const key = (item: number): readonly number[] =>
      item < this.#wires ? wireKey(wireFields(work, item)) : lineKey(u32At(work.pending.lines, item - this.#wires));
    this.#queues = new Queues(this.#wires + work.pending.lines.length, {
      hash: (item) => key(item).reduce(mix, 7),
      same: (a, b) => {
        const other = key(b);
        return key(a).every((value, field) => value === other[field]);
      },
    });
  }

  addWires(wanted: (first: number) => boolean): Steps<void> {
    return inPieces(this.#wires, (from, to) => {
      for (let place = from; place < to; place++) if (wanted(this.#work.groups.first(place))) this.#queues.push(this.#queues.slot(place), place);
    });
  }

  /** First group of the line's key at the line's time for which `fits`; -1 for none. */
  find(line: number, fits: (first: number) => boolean): number {
    let found = -1;
    this.each(line, (first) => {
      if (found < 0 && fits(first)) found = first;
      return found >= 0;
    });
    return found;
  }

  /** All groups of the line's key at the line's time, until `visit` returns true. Those that ended too early for this line are for no later one. */
  each(line: number, visit: (first: number) => boolean): void {
    const { stores, pending, window, paired } = this.#work;
    const row = u32At(pending.lines, line);
    const opened = i32At(paired.openedOf, line);
    const start = startOf(stores.lines, row, opened < 0 ? -1 : u32At(pending.lines, opened));
    const end = isUnended(stores.lines.event(row)) ? Infinity : stores.lines.time(row);
    const slot = this.#queues.slot(this.#wires + line);
    for (let place = this.#queues.first(slot), looked = 0; place >= 0 && looked < MAX_LOOK; place = this.#queues.next(place), looked++) {
      const wire = u32At(pending.wires, place);
      if (stores.wires.end(wire) + window < start) {
        if (place === this.#queues.first(slot)) {
          this.#queues.remove(slot, place, -1);
          looked--;
        }
        continue;
      }
      if (stores.wires.start(wire) - window <= end && visit(this.#work.groups.first(place))) return;
    }
  }
}

/** A list without a time may have been made whenever the connection was open. */
function startOf(lines: Stores['lines'], row: number, opened: number): number {
  if (lines.has(row, LineBit.undated)) return -Infinity;
  return opened >= 0 && lines.event(opened) === LineEvent.opened ? lines.time(opened) : lines.start(row);
}

function wireFields(work: Searched, place: number): WireKey {
  const { wires } = work.stores;
  const row = u32At(work.pending.wires, place);
  return {
    clientIp: wires.clientIp(row),
    clientPort: wires.clientPort(row),
    serverIp: wires.serverIp(row),
    serverPort: wires.serverPort(row),
    sent: wires.sent(row),
    received: wires.received(row),
  };
}
