/**
 * Lines of one connection found among all lines (rules.md §4): the same line read twice, `opened` with `complete`, the
 * client's line with the server's. One to one, in order of time, k-th with k-th inside the window.
 */

import { HBONE_PORT } from '../mesh/ports.ts';
import { Direction, LineEvent } from '../model/batch.ts';
import { f64At, i32At, u32At } from '../model/column.ts';
import { L, type LineRows } from '../model/line-rows.ts';
import type { Micros } from '../model/time.ts';
import { compareLineFacts, type Pending, type Stores } from './pending.ts';
import { type Keyed, mix, Queues } from './queues.ts';
import { Fit, Waiting } from './waiting.ts';

/** By place of a line in `Pending.lines`; -1 for none. */
export type PairedLines = {
  /** The line is a copy of the one at this place, and told with it. */
  readonly copyOf: Int32Array;
  /** The `opened` line of a `complete` one, and the other way round. */
  readonly openedOf: Int32Array;
  readonly completeOf: Int32Array;
  /** The other end's line. */
  readonly partner: Int32Array;
};

/** Durations are cut to ms, and the two stamps are taken a moment apart. */
const DURATION_ERROR_US = 2_000;
/** How many open streams of one tunnel are looked through for the one that began when the line says. */
const MAX_LOOK = 256;

export function pairLines(stores: Stores, pending: Pending, window: Micros): PairedLines {
  const none = (): Int32Array => new Int32Array(pending.lines.length).fill(-1);
  const paired: PairedLines = { copyOf: none(), openedOf: none(), completeOf: none(), partner: none() };
  findCopies(stores, pending, paired);
  if (some(pending, (row) => stores.lines.event(row) === LineEvent.opened)) joinOpened(stores, pending, paired);
  joinEnds({ stores, pending, paired, window }, sameConnection(stores, pending));
  if (some(pending, (row) => lacksPort(stores.lines, row))) joinEnds({ stores, pending, paired, window }, sameWithoutPort(stores, pending));
  return paired;
}

/** Equal lines lie beside each other; most lines have a time of their own, and are not looked at. */
function findCopies(stores: Stores, { lines, times }: Pending, { copyOf }: PairedLines): void {
  for (let place = 1; place < lines.length; place++) {
    if (f64At(times, place - 1) !== f64At(times, place)) continue;
    if (compareLineFacts(stores.lines, stores.tables, u32At(lines, place - 1), u32At(lines, place)) !== 0) continue;
    const before = i32At(copyOf, place - 1);
    copyOf[place] = before < 0 ? place - 1 : before;
  }
}

/** Exact by both sockets. Streams of one tunnel share them: then the one that began when the `complete` line says it did. */
function joinOpened({ lines: rows }: Stores, { lines }: Pending, paired: PairedLines): void {
  const row = (place: number): number => u32At(lines, place);
  const queues = new Queues(lines.length, {
    hash: (place) => {
      const line = row(place);
      return mix(mix(mix(mix(rows.direction(line), rows.sourceIp(line)), rows.sourcePort(line)), rows.destinationIp(line)), rows.hbonePort(line));
    },
    same: (a, b) => {
      const [x, y] = [row(a), row(b)];
      return (
        rows.direction(x) === rows.direction(y) &&
        rows.sourceIp(x) === rows.sourceIp(y) &&
        rows.sourcePort(x) === rows.sourcePort(y) &&
        rows.destinationIp(x) === rows.destinationIp(y) &&
        rows.destinationPort(x) === rows.destinationPort(y) &&
        rows.hboneIp(x) === rows.hboneIp(y) &&
        rows.hbonePort(x) === rows.hbonePort(y)
      );
    },
  });
  for (let place = 0; place < lines.length; place++) {
    const event = rows.event(row(place));
    if (i32At(paired.copyOf, place) >= 0 || event === LineEvent.failed) continue;
    const slot = queues.slot(place);
    if (event === LineEvent.opened) {
      queues.push(slot, place);
      continue;
    }
    const start = rows.start(row(place));
    let best = -1;
    let bestBefore = -1;
    for (let item = queues.first(slot), before = -1, looked = 0; item >= 0 && looked < MAX_LOOK; before = item, item = queues.next(item), looked++) {
      if (best < 0 || distance(rows.time(row(item)), start) < distance(rows.time(row(best)), start)) {
        best = item;
        bestBefore = before;
      }
    }
    if (best < 0 || rows.time(row(best)) > start + DURATION_ERROR_US) continue;
    queues.remove(slot, best, bestBefore);
    paired.openedOf[place] = best;
    paired.completeOf[best] = place;
  }
}

const distance = (a: number, b: number): number => Math.abs(a - b);

type Join = { readonly stores: Stores; readonly pending: Pending; readonly paired: PairedLines; readonly window: Micros };

/** One pass over all lines that have no partner yet: each takes the oldest waiting line of the other end that has its key. */
function joinEnds({ stores: { lines: rows }, pending: { lines, times }, paired, window }: Join, { hash, same }: Keyed): void {
  // One function for all lines: one made anew for each was a fifth of the time.
  const waiting = new Waiting(lines.length, (waits, place) => {
    const x = u32At(lines, waits);
    const y = u32At(lines, place);
    // What was opened may be open for hours; it is few.
    if (f64At(times, waits) < f64At(times, place) - window && !isOpened(rows, x) && !isOpened(rows, y)) return Fit.expired;
    return rows.direction(x) !== rows.direction(y) && same(waits, place) ? Fit.yes : Fit.no;
  });
  for (let place = 0; place < lines.length; place++) {
    if (i32At(paired.copyOf, place) >= 0 || i32At(paired.completeOf, place) >= 0 || i32At(paired.partner, place) >= 0) continue;
    if (rows.event(u32At(lines, place)) === LineEvent.failed) continue;
    const key = hash(place);
    const found = waiting.find(key, place);
    if (found < 0) waiting.add(key, place);
    else {
      paired.partner[place] = found;
      paired.partner[found] = place;
    }
  }
}

function some({ lines }: Pending, test: (row: number) => boolean): boolean {
  for (let place = 0; place < lines.length; place++) if (test(u32At(lines, place))) return true;
  return false;
}

/** 1.22: an outbound tunnelled line that does not say the application's port. */
const lacksPort = (lines: LineRows, row: number): boolean =>
  lines.hbonePort(row) === 0 && lines.destinationPort(row) === HBONE_PORT && lines.direction(row) === Direction.outbound;

/** Up to 1.23 an inbound line's `dst.addr` has the application's port, an outbound one's :15008: so where there is `hbone_addr` the tunnel's port is no part of it. */
const applicationPort = (lines: LineRows, row: number): number => lines.hbonePort(row) || lines.destinationPort(row);

/** Client address, server address, the application's own address there, and mirrored bytes. */
function sameConnection({ lines }: Stores, pending: Pending): Keyed {
  return keyed(
    pending,
    (row) =>
      mix(
        mix(mix(mix(lines.word(row, L.sourceIp), lines.word(row, L.destinationIp)), applicationPort(lines, row)), lines.sent(row)),
        lines.received(row),
      ),
    (x, y) =>
      lines.sourceIp(x) === lines.sourceIp(y) &&
      lines.destinationIp(x) === lines.destinationIp(y) &&
      lines.hboneIp(x) === lines.hboneIp(y) &&
      applicationPort(lines, x) === applicationPort(lines, y) &&
      lines.sent(x) === lines.sent(y) &&
      lines.received(x) === lines.received(y) &&
      isOpened(lines, x) === isOpened(lines, y),
  );
}

/** The same without the application's address, for lines of which one lacks it. Plaintext lines always have theirs, and two that have it never meet here. */
function sameWithoutPort({ lines }: Stores, pending: Pending): Keyed {
  const isAlone = (row: number): boolean => !lacksPort(lines, row) && (lines.hbonePort(row) === 0 || lines.direction(row) === Direction.outbound);
  return keyed(
    pending,
    (row) => mix(mix(mix(lines.word(row, L.sourceIp), lines.word(row, L.destinationIp)), lines.sent(row)), lines.received(row)),
    (x, y) =>
      !isAlone(x) &&
      !isAlone(y) &&
      lines.sourceIp(x) === lines.sourceIp(y) &&
      lines.destinationIp(x) === lines.destinationIp(y) &&
      lines.sent(x) === lines.sent(y) &&
      lines.received(x) === lines.received(y) &&
      isOpened(lines, x) === isOpened(lines, y),
  );
}

const isOpened = (lines: LineRows, row: number): boolean => lines.event(row) === LineEvent.opened;

function keyed({ lines }: Pending, hash: (row: number) => number, same: (x: number, y: number) => boolean): Keyed {
  return { hash: (place) => hash(u32At(lines, place)), same: (a, b) => same(u32At(lines, a), u32At(lines, b)) };
}
