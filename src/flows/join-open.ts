/**
 * Entries of ztunnel's list of open connections and the lines that tell the same connection: one flow, not two. The client's own
 * socket is exact; the server's ztunnel names the tunnel's, whose streams to one port cannot be told apart: each takes one.
 */

import { i32At, u32At } from '../model/column.ts';
import { Direction, LineEvent } from '../model/line-event.ts';
import { LineBit, type LineRows } from '../model/line-rows.ts';
import type { Pending, Stores } from './pending.ts';
import { mix, Queues } from './queues.ts';
import { inPieces, type Steps } from './steps.ts';

/** The columns of `PairedLines` that this reads and fills. */
type Paired = { readonly copyOf: Int32Array; readonly openedOf: Int32Array; readonly completeOf: Int32Array };

/** Hostile lists make long queues. */
const MAX_LOOK = 256;

export function* joinOpen(
  { lines: rows }: Stores,
  { lines }: Pending,
  { paired, window }: { readonly paired: Paired; readonly window: number },
): Steps<void> {
  const row = (place: number): number => u32At(lines, place);
  const queues = new Queues(lines.length, {
    hash: (place) => mix(mix(mix(rows.direction(row(place)), rows.sourceIp(row(place))), rows.sourcePort(row(place))), portOf(rows, row(place))),
    same: (a, b) => isSame(rows, row(a), row(b)),
  });
  yield* inPieces(lines.length, (from, to) => {
    for (let place = from; place < to; place++) if (rows.event(row(place)) === LineEvent.open) queues.push(queues.slot(place), place);
  });
  yield* inPieces(lines.length, (from, to) => {
    for (let place = from; place < to; place++) {
      const event = rows.event(row(place));
      if (event === LineEvent.open || event === LineEvent.failed || i32At(paired.copyOf, place) >= 0 || i32At(paired.completeOf, place) >= 0)
        continue;
      take({ rows, row, queues, paired, window }, place);
    }
  });
}

type Taking = { readonly rows: LineRows; row(place: number): number; readonly queues: Queues; readonly paired: Paired; readonly window: number };

function take({ rows, row, queues, paired, window }: Taking, place: number): void {
  const slot = queues.slot(place);
  for (let open = queues.first(slot), before = -1, looked = 0; open >= 0 && looked < MAX_LOOK; before = open, open = queues.next(open), looked++) {
    if (!wasOpen(rows, row(place), row(open), window)) continue;
    queues.remove(slot, open, before);
    paired.completeOf[open] = place;
    if (i32At(paired.openedOf, place) < 0) paired.openedOf[place] = open;
    return;
  }
}

/** The list does not have the application's port where it is the client's. */
const portOf = (rows: LineRows, row: number): number =>
  rows.direction(row) === Direction.outbound ? 0 : rows.hbonePort(row) || rows.destinationPort(row);

const isSame = (rows: LineRows, a: number, b: number): boolean =>
  rows.direction(a) === rows.direction(b) &&
  rows.sourceIp(a) === rows.sourceIp(b) &&
  rows.sourcePort(a) === rows.sourcePort(b) &&
  rows.destinationIp(a) === rows.destinationIp(b) &&
  portOf(rows, a) === portOf(rows, b);

/** At the list's time; whenever, where the list has none. */
function wasOpen(rows: LineRows, line: number, open: number, window: number): boolean {
  if (rows.has(open, LineBit.undated)) return true;
  const time = rows.time(open);
  return rows.start(line) - window <= time && (rows.event(line) === LineEvent.opened || rows.time(line) + window >= time);
}
