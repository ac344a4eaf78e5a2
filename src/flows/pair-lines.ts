/**
 * Lines of one connection found among all lines (rules.md §4): the same line read twice, `opened` with `complete`, the
 * client's line with the server's. One to one, in order of time, k-th with k-th inside the window.
 */

import { f64At, i32At, u32At } from '../model/column.ts';
import { Direction, isUnended, LineEvent } from '../model/line-event.ts';
import { L, type LineRows } from '../model/line-rows.ts';
import type { Micros } from '../model/time.ts';
import { joinOpen } from './join-open.ts';
import { LineMarks, lacksPort, Mark, type Piece } from './line-marks.ts';
import { compareLineFacts, type Pending, type Stores } from './pending.ts';
import { type Keyed, mix, Queues } from './queues.ts';
import { inPieces, type Steps } from './steps.ts';
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

export function* pairLines(stores: Stores, pending: Pending, window: Micros): Steps<PairedLines> {
  const none = (): Int32Array => new Int32Array(pending.lines.length).fill(-1);
  const paired: PairedLines = { copyOf: none(), openedOf: none(), completeOf: none(), partner: none() };
  const marks = new LineMarks(pending.lines.length);
  yield* inPieces(pending.lines.length, (from, to) => {
    findCopies(stores, pending, paired, { from, to });
    marks.note(stores.lines, pending.lines, { from, to });
  });
  if (marks.has(Mark.opened)) yield* joinOpened(stores, pending, paired);
  if (marks.has(Mark.open)) yield* joinOpen(stores, pending, { paired, window });
  const join = { stores, pending, paired, marks, window };
  yield* joinEnds(join, sameConnection(stores, pending));
  if (marks.has(Mark.lacksPort)) yield* joinEnds(join, sameWithoutPort(stores, pending));
  return paired;
}

/** Equal lines lie beside each other; most lines have a time of their own, and are not looked at. */
function findCopies(stores: Stores, { lines, times }: Pending, { copyOf }: PairedLines, { from, to }: Piece): void {
  for (let place = Math.max(1, from); place < to; place++) {
    if (f64At(times, place - 1) !== f64At(times, place)) continue;
    // Streams of one tunnel look alike in a list of open connections.
    if (stores.lines.event(u32At(lines, place)) === LineEvent.open) continue;
    if (compareLineFacts(stores.lines, stores.tables, u32At(lines, place - 1), u32At(lines, place)) !== 0) continue;
    const before = i32At(copyOf, place - 1);
    copyOf[place] = before < 0 ? place - 1 : before;
  }
}

/** Exact by both sockets. Streams of one tunnel share them: then the one that began when the `complete` line says it did. */
function* joinOpened({ lines: rows }: Stores, { lines }: Pending, paired: PairedLines): Steps<void> {
  const row = (place: number): number => u32At(lines, place);
  const queues = new Queues(lines.length, sameSockets(rows, row));
  yield* inPieces(lines.length, (from, to) => {
    for (let place = from; place < to; place++) {
      const event = rows.event(row(place));
      if (i32At(paired.copyOf, place) >= 0 || event === LineEvent.failed || event === LineEvent.open) continue;
      const slot = queues.slot(place);
      if (event === LineEvent.opened) queues.push(slot, place);
      else joinComplete({ rows, row, queues, paired }, place, slot);
    }
  });
}

function sameSockets(rows: LineRows, row: (place: number) => number): Keyed {
  return {
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
  };
}

type Opened = { readonly rows: LineRows; row(place: number): number; readonly queues: Queues; readonly paired: PairedLines };

function joinComplete({ rows, row, queues, paired }: Opened, place: number, slot: number): void {
  const start = rows.start(row(place));
  let best = -1;
  let bestBefore = -1;
  for (let item = queues.first(slot), before = -1, looked = 0; item >= 0 && looked < MAX_LOOK; before = item, item = queues.next(item), looked++) {
    if (best < 0 || distance(rows.time(row(item)), start) < distance(rows.time(row(best)), start)) {
      best = item;
      bestBefore = before;
    }
  }
  if (best < 0 || rows.time(row(best)) > start + DURATION_ERROR_US) return;
  queues.remove(slot, best, bestBefore);
  paired.openedOf[place] = best;
  paired.completeOf[best] = place;
}

const distance = (a: number, b: number): number => Math.abs(a - b);

type Join = {
  readonly stores: Stores;
  readonly pending: Pending;
  readonly paired: PairedLines;
  readonly marks: LineMarks;
  readonly window: Micros;
};

/** One pass over all lines that have no partner yet: each takes the oldest waiting line of the other end that has its key. */
function* joinEnds({ pending: { lines, times }, paired, marks, window }: Join, { hash, same }: Keyed): Steps<void> {
  const hashes = new Int32Array(lines.length);
  // One function for all lines: one made anew for each was a fifth of the time. Rows lie far apart: they are looked at last.
  const waiting = new Waiting(lines.length, (waits, place) => {
    const [x, y] = [marks.at(waits), marks.at(place)];
    // What was opened may be open for hours; it is few.
    if (f64At(times, waits) < f64At(times, place) - window && ((x | y) & Mark.opened) === 0) return Fit.expired;
    return ((x ^ y) & Mark.inbound) !== 0 && i32At(hashes, waits) === i32At(hashes, place) && same(waits, place) ? Fit.yes : Fit.no;
  });
  yield* inPieces(lines.length, (from, to) => {
    for (let place = from; place < to; place++) {
      if (i32At(paired.copyOf, place) >= 0 || i32At(paired.completeOf, place) >= 0 || i32At(paired.partner, place) >= 0) continue;
      if ((marks.at(place) & Mark.failed) !== 0) continue;
      const key = hash(place);
      hashes[place] = key;
      const found = waiting.find(key, place);
      if (found < 0) waiting.add(key, place);
      else {
        paired.partner[place] = found;
        paired.partner[found] = place;
      }
    }
  });
}

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

const isOpened = (lines: LineRows, row: number): boolean => isUnended(lines.event(row));

function keyed({ lines }: Pending, hash: (row: number) => number, same: (x: number, y: number) => boolean): Keyed {
  return { hash: (place) => hash(u32At(lines, place)), same: (a, b) => same(u32At(lines, a), u32At(lines, b)) };
}
