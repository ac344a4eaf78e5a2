/**
 * What lines teach of addresses, gathered per edge before it goes into the address book: two million lines are sixteen
 * thousand facts. Gathered as spans, which come out the same in whatever order lines are read, and told in the order of time.
 */
import type { AddressBook } from '../mesh/address-book.ts';
import { type Ip, NO_IP } from '../model/address.ts';
import { f64At } from '../model/column.ts';
import { Direction, LineEvent } from '../model/line-event.ts';
import { L, type LineRows } from '../model/line-rows.ts';
import type { Shape } from '../model/tables.ts';
import type { Micros } from '../model/time.ts';
import type { Stores } from './pending.ts';

/** Columns of one sighting. */
const C = { source: 0, destination: 1, enrolled: 2, lane: 3, first: 4, last: 5, width: 6 } as const;
/** More prefixes than the name table holds: tells lanes apart in one number. */
const MAX_PREFIXES = 0x1000000;
/** The number of the input that a lane of the address book is of. */
export const inputOfLane = (lane: number): number => Math.floor(lane / MAX_PREFIXES);

type Sighting = {
  readonly shape: Shape;
  readonly source: Ip;
  readonly destination: Ip;
  readonly enrolled: Ip;
  readonly lane: number;
  first: Micros;
  last: Micros;
};

export class Sightings {
  readonly #stores: Stores;
  /** By shape and direction: the addresses and the lane met first. */
  #open = new Float64Array(1024 * C.width).fill(NO_IP);
  #count = 0;
  /** Where names were seen with other addresses or in another log as well. */
  readonly #others = new Map<string, Sighting>();

  constructor(stores: Stores) {
    this.#stores = stores;
  }

  line(row: number): void {
    const { lines } = this.#stores;
    // A list's time may be a guess: nobody's address is learnt from it.
    if (lines.event(row) === LineEvent.open) return;
    const key = lines.word(row, L.shape) * 2 + lines.direction(row);
    const at = key * C.width;
    if (at >= this.#open.length) this.#grow(at);
    const open = this.#open;
    const time = lines.time(row);
    const source = lines.sourceIp(row);
    const destination = lines.destinationIp(row);
    const enrolled = enrolledIp(lines, row);
    const lane = lines.word(row, L.input) * MAX_PREFIXES + lines.word(row, L.prefix);
    const first = f64At(open, at + C.first);
    if (first < 0) {
      open[at] = source;
      open[at + C.destination] = destination;
      open[at + C.enrolled] = enrolled;
      open[at + C.lane] = lane;
      open[at + C.first] = time;
      open[at + C.last] = time;
      this.#count = Math.max(this.#count, key + 1);
    } else if (
      f64At(open, at) === source &&
      f64At(open, at + C.destination) === destination &&
      f64At(open, at + C.enrolled) === enrolled &&
      f64At(open, at + C.lane) === lane
    ) {
      if (time < first) open[at + C.first] = time;
      if (time > f64At(open, at + C.last)) open[at + C.last] = time;
    } else this.#other(key, { shape: this.#stores.tables.shapes.shape(key >>> 1), source, destination, enrolled, lane, first: time, last: time });
  }

  tell(book: AddressBook): void {
    const { addresses } = this.#stores.tables;
    const closed = [...this.#takeOpen(), ...this.#others.values()];
    this.#others.clear();
    closed.sort(
      (a, b) => a.first - b.first || a.last - b.last || addresses.compare(a.source, b.source) || addresses.compare(a.destination, b.destination),
    );
    for (const { shape, source, destination, enrolled, lane, first, last } of closed) {
      for (const time of [first, last]) {
        book.learn(source, { time, end: shape.source });
        // A waypoint's line names the waypoint, whose address is `dst.addr`, and has the service's as `hbone_addr`.
        book.learn(destination, { time, end: shape.destination });
        book.enrolled(enrolled, time, lane);
      }
    }
  }

  #other(key: number, seen: Sighting): void {
    // The book learns nothing of an end without a name: a client of the whole internet is one sighting.
    const source = seen.shape.source.workload === null ? NO_IP : seen.source;
    const destination = seen.shape.destination.workload === null ? NO_IP : seen.destination;
    const text = `${key} ${source} ${destination} ${seen.enrolled} ${seen.lane}`;
    const known = this.#others.get(text);
    if (known === undefined) this.#others.set(text, { ...seen, source, destination });
    else {
      if (seen.first < known.first) known.first = seen.first;
      if (seen.last > known.last) known.last = seen.last;
    }
  }

  #takeOpen(): Sighting[] {
    const taken: Sighting[] = [];
    for (let key = 0; key < this.#count; key++) {
      const at = key * C.width;
      const first = f64At(this.#open, at + C.first);
      if (first < 0) continue;
      const column = (offset: number): number => f64At(this.#open, at + offset);
      // They came as addresses and times, and were written as such.
      taken.push({
        shape: this.#stores.tables.shapes.shape(key >>> 1),
        source: column(C.source) as Ip,
        destination: column(C.destination) as Ip,
        enrolled: column(C.enrolled) as Ip,
        lane: column(C.lane),
        first: first as Micros,
        last: column(C.last) as Micros,
      });
      this.#open[at + C.first] = NO_IP;
    }
    this.#count = 0;
    return taken;
  }

  #grow(at: number): void {
    const larger = new Float64Array(Math.max(this.#open.length * 2, at + C.width)).fill(NO_IP);
    larger.set(this.#open);
    this.#open = larger;
  }
}

/** Whose ztunnel wrote the line: the client's an outbound one, the server's an inbound one. */
function enrolledIp(lines: LineRows, row: number): Ip {
  if (lines.direction(row) === Direction.outbound) return lines.sourceIp(row);
  return lines.hboneIp(row) >= 0 ? lines.hboneIp(row) : lines.destinationIp(row);
}
