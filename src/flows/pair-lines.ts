/**
 * Lines of one connection found among all lines (rules.md §4): the same line read twice, `opened` with `complete`, the
 * client's line with the server's. One to one, in order of time, k-th with k-th inside the window.
 */
import { Direction, LineEvent } from '../model/batch.ts';
import { i32At, u32At } from '../model/column.ts';
import type { Micros } from '../model/time.ts';
import { compareLineFacts, type Pending, type Stores } from './pending.ts';
import { type Keyed, mix, Queues } from './queues.ts';

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
  joinOpened(stores, pending, paired);
  joinEnds({ stores, pending, paired, window }, sameConnection(stores, pending));
  joinEnds({ stores, pending, paired, window }, sameWithoutPort(stores, pending));
  return paired;
}

function findCopies(stores: Stores, { lines }: Pending, { copyOf }: PairedLines): void {
  for (let place = 1; place < lines.length; place++) {
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
function joinEnds({ stores: { lines: rows }, pending: { lines }, paired, window }: Join, keyed: Keyed): void {
  const queues = new Queues(lines.length, keyed);
  for (let place = 0; place < lines.length; place++) {
    const row = u32At(lines, place);
    if (i32At(paired.copyOf, place) >= 0 || i32At(paired.completeOf, place) >= 0 || i32At(paired.partner, place) >= 0) continue;
    if (rows.event(row) === LineEvent.failed) continue;
    const slot = queues.slot(place);
    const time = rows.time(row);
    let waiting = queues.first(slot);
    while (waiting >= 0 && rows.event(row) !== LineEvent.opened && rows.time(u32At(lines, waiting)) < time - window) {
      queues.remove(slot, waiting, -1);
      waiting = queues.first(slot);
    }
    if (waiting >= 0 && rows.direction(u32At(lines, waiting)) !== rows.direction(row)) {
      queues.remove(slot, waiting, -1);
      paired.partner[place] = waiting;
      paired.partner[waiting] = place;
    } else {
      queues.push(slot, place);
    }
  }
}

/**
 * Client address, server address, the application's own address there, mirrored bytes, and whether ztunnel says mutual TLS.
 * Up to 1.23 an inbound line's `dst.addr` has the application's port, an outbound one's :15008: so the tunnel's port is no part of it.
 */
function sameConnection({ lines: rows }: Stores, { lines }: Pending): Keyed {
  const key = (row: number, field: number): number => {
    switch (field) {
      case 0: return rows.sourceIp(row);
      case 1: return rows.destinationIp(row);
      case 2: return rows.hboneIp(row);
      case 3: return applicationPort(row);
      case 4: return rows.sent(row);
      case 5: return rows.received(row);
      default: return rows.event(row) === LineEvent.opened ? 1 : 0;
    }
  };
  const applicationPort = (row: number): number => (rows.hbonePort(row) !== 0 ? rows.hbonePort(row) : rows.destinationPort(row));
  return keyedBy(lines, key, 7);
}

/** 1.22 outbound lines have no `dst.hbone_addr`: without the application's address. Only lines of which one lacks it may meet so. */
function sameWithoutPort({ lines: rows }: Stores, { lines }: Pending): Keyed {
  const key = (row: number, field: number): number => {
    switch (field) {
      case 0: return rows.sourceIp(row);
      case 1: return rows.destinationIp(row);
      case 2: return rows.sent(row);
      case 3: return rows.received(row);
      case 4: return mutual(row) ? 1 : 0;
      // A plaintext line always has its port: only tunnelled lines may meet without one, and those with a port never meet each other here.
      case 5: return mutual(row) ? 0 : row + 1;
      case 6: return rows.hbonePort(row) !== 0 && rows.direction(row) === Direction.outbound ? row + 1 : 0;
      default: return rows.event(row) === LineEvent.opened ? 1 : 0;
    }
  };
  const mutual = (row: number): boolean => rows.hbonePort(row) !== 0 || rows.destinationPort(row) === 15008;
  return keyedBy(lines, key, 8);
}

function keyedBy(lines: Uint32Array, key: (row: number, field: number) => number, fields: number): Keyed {
  return {
    hash: (place) => {
      let hash = 0;
      for (let field = 0; field < fields; field++) hash = mix(hash, key(u32At(lines, place), field));
      return hash;
    },
    same: (a, b) => {
      for (let field = 0; field < fields; field++) if (key(u32At(lines, a), field) !== key(u32At(lines, b), field)) return false;
      return true;
    },
  };
}
