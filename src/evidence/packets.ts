/**
 * Packets to connections: the hot path. Opens each packet, finds its row, and lets TCP or UDP update it. Nothing is made
 * per packet; everything that lives is a row, a slab, or an entry of a table that is bounded.
 */
import type { Batch, CapturePoint, Fact, PacketBatch } from '../model/batch.ts';
import { f64At, i32At, u16At, u32At } from '../model/column.ts';
import type { FragmentSink, Reducer } from '../model/reducer.ts';
import type { Tables } from '../model/tables.ts';
import type { Micros } from '../model/time.ts';
import { Seen, W, type WireRows } from '../model/wire-rows.ts';
import { Fragments, type OpenPacket, OUTCOME_REASONS, Outcome, packetOpener } from '../wire/open.ts';
import { newOpened, O } from '../wire/opened.ts';
import { CapturePoints } from './capture-points.ts';
import { hashKey } from './connection-index.ts';
import { ConnectionTable, NO_ROOM, STRAY } from './connection-table.ts';
import { FirstBytesSlabs } from './first-bytes-slabs.ts';
import { icmpError } from './icmp.ts';
import { K, type Lane, P, T } from './lane.ts';
import { UDP } from './lifetime.ts';
import { Losses } from './losses.ts';
import { countFrame, isCounted } from './quiet.ts';
import { isHbone } from './roles.ts';
import { tcpPacket } from './tcp.ts';
import { udpPacket } from './udp.ts';

export type PacketReducerOptions = {
  /** Of the run. */
  readonly rows: WireRows;
  readonly tables: Tables;
  /** Of the run; without it the input has a budget of its own. */
  readonly slabs?: FirstBytesSlabs;
  /** Number of the input. */
  readonly input: number;
  /** Rows are all taken: whoever holds rows handed over should free some now. */
  readonly onFull?: () => void;
};

/** What became of an input's packets. read + all of skipped = packets it held, those that its format skipped included. */
export type PacketCounts = {
  readonly read: number;
  /** By slug. */
  readonly skipped: ReadonlyMap<string, number>;
  /** Known to be missing. */
  readonly lost: number;
  /** Of those read: late packets of connections handed over before; they changed nothing. */
  readonly strays: number;
  /** Open connections handed over for want of room. */
  readonly evicted: number;
  /** A packet to or from TCP port 15008, or readable payload: both not on loopback. */
  readonly sawHbone: boolean;
  readonly sawReadable: boolean;
  /** Null before the first packet. */
  readonly first: Micros | null;
  readonly last: Micros | null;
};

export type PacketReducer = Reducer & {
  /** The highest record time so far; 0 before the first. */
  clock(): Micros;
  counts(): PacketCounts;
  /** Live only: time goes on without packets. Hands over and tells what `now` decides. */
  tick(now: Micros, into: FragmentSink): void;
};

/** One input's packets, in its own order. */
export function packetReducer(options: PacketReducerOptions): PacketReducer {
  const reading = newReading(options);
  const { lane, table } = reading;
  return {
    read(batch: Batch, into: FragmentSink): void {
      lane.sink = into;
      if (batch.kind === 'packets') readPackets(reading, batch);
      else if (batch.kind === 'facts') for (const fact of batch.facts) readFact(reading, fact);
    },
    end(into: FragmentSink): void {
      lane.sink = into;
      table.end();
    },
    tick(now: Micros, into: FragmentSink): void {
      lane.sink = into;
      if (now > f64At(lane.times, T.now)) lane.times[T.now] = now;
      table.sweep(f64At(lane.times, T.now));
    },
    // A time read from a record.
    clock: () => f64At(lane.times, T.clock) as Micros,
    counts: () => countsOf(reading),
  };
}

type Reading = {
  readonly lane: Lane;
  readonly open: OpenPacket;
  readonly fragments: Fragments;
  readonly points: CapturePoints;
  readonly losses: Losses;
  readonly table: ConnectionTable;
  readonly skipped: Map<string, number>;
  /** Packets that carried no TCP or UDP, by Outcome. */
  readonly outcomes: Float64Array;
  packets: number;
  strays: number;
  noRoom: number;
  lost: number;
};

const NOBODY: FragmentSink = { wire: () => {}, line: () => {}, standing: () => {} };

function newReading({ rows, tables, input, slabs = new FirstBytesSlabs(), onFull = () => {} }: PacketReducerOptions): Reading {
  const opened = newOpened();
  const lane: Lane = {
    rows,
    words: new Int32Array(rows.words.buffer),
    floats: rows.floats,
    tables,
    input,
    slabs,
    opened,
    key: new Int32Array(5),
    times: new Float64Array([0, 0, Infinity, Infinity]),
    packet: new Uint32Array(3),
    segment: new Int32Array(5),
    record: new Int32Array(4),
    packets: new DataView(new ArrayBuffer(0)),
    bytes: new DataView(new ArrayBuffer(0)),
    sink: NOBODY,
    sawHbone: false,
    sawReadable: false,
  };
  // Written twice, so that V8 does not take them for constants and throws code away at the first change.
  lane.sawHbone = lane.sawReadable = false;
  lane.packets = lane.bytes = slabs.view;
  const losses = new Losses();
  const fragments = new Fragments(() => f64At(lane.times, T.now));
  return {
    lane,
    open: packetOpener(tables.addresses, opened, fragments),
    fragments,
    points: new CapturePoints(tables, input),
    losses,
    table: new ConnectionTable(lane, losses, onFull),
    skipped: new Map(),
    outcomes: new Float64Array(OUTCOME_REASONS.length),
    packets: 0,
    strays: 0,
    noRoom: 0,
    lost: 0,
  };
}

function readPackets(reading: Reading, batch: PacketBatch): void {
  const { lane, open, outcomes, table } = reading;
  const { times, packet } = lane;
  const { bytes, count, offset, captured, original, time: stamps, point, points, firstRecord } = batch;
  lane.packets = bytes;
  table.makeRoom();
  let [now, clock, first] = [f64At(times, T.now), f64At(times, T.clock), f64At(times, T.first)];
  for (let index = 0; index < count; index++) {
    const time = f64At(stamps, index);
    // What is no time (hostile) came with the packet before.
    if (time >= 0 && time < Infinity) {
      now = time;
      if (time > clock) clock = time;
      if (time < first) first = time;
    }
    times[T.now] = now;
    if (now > f64At(times, T.due)) table.sweep(now);
    const onWire = u32At(original, index);
    packet[P.record] = firstRecord + index;
    packet[P.original] = onWire;
    const place = u16At(point, index);
    const outcome = open(bytes, u32At(offset, index), u32At(captured, index), onWire, points[place]?.linkType ?? -1);
    if (outcome === Outcome.transport) transport(reading, place, points);
    else if (outcome === Outcome.reassembled) reassembled(reading, place, batch);
    else {
      outcomes[outcome] = f64At(outcomes, outcome) + 1;
      if (outcome === Outcome.icmpError) icmpError(lane, table, reading.points.all);
    }
  }
  times[T.clock] = clock;
  times[T.first] = first;
  reading.packets += count;
}

/** The packet at hand completed a datagram: all its fragments are now what was in it. */
function reassembled(reading: Reading, place: number, batch: PacketBatch): void {
  const { lane, fragments, outcomes, table, points } = reading;
  const { outcome, pieces } = fragments;
  outcomes[Outcome.fragment] = f64At(outcomes, Outcome.fragment) - (pieces - 1);
  lane.packets = fragments.view;
  if (outcome === Outcome.transport) transport(reading, place, batch.points);
  else outcomes[outcome] = f64At(outcomes, outcome) + pieces;
  if (outcome === Outcome.icmpError) icmpError(lane, table, points.all);
  lane.packets = batch.bytes;
}

/** The packet at hand came from `place` of `captured`. A is the end with the smaller (address word, port), whichever way the packet goes. */
function transport(reading: Reading, place: number, captured: readonly CapturePoint[]): void {
  const { lane, table, points } = reading;
  const { opened } = lane;
  const point = points.number(place, u32At(opened, O.ifindex), u32At(opened, O.loopback), captured);
  const source = u32At(opened, O.source);
  const destination = u32At(opened, O.destination);
  const sourcePort = u32At(opened, O.sourcePort);
  const destinationPort = u32At(opened, O.destinationPort);
  const meta = u32At(opened, O.protocol) | (u32At(opened, O.v6) << 8) | (point << 9);
  const isFromA = source < destination || (source === destination && sourcePort <= destinationPort);
  const from = isFromA ? 0 : 1;
  const ipA = (isFromA ? source : destination) | 0;
  const ipB = (isFromA ? destination : source) | 0;
  const ports = isFromA ? (sourcePort << 16) | destinationPort : (destinationPort << 16) | sourcePort;
  const known = table.lookUp(ipA, ipB, ports, meta);
  if (known >= 0 && isCounted(lane, known, from)) return;
  const { key } = lane;
  key[K.ipA] = ipA;
  key[K.ipB] = ipB;
  key[K.ports] = ports;
  key[K.meta] = meta;
  key[K.hash] = hashKey(ipA, ipB, ports, meta);
  lane.packet[P.from] = from;
  update(reading, known < 0 ? table.rowOf() : table.current(known), point);
}

/** The packet at hand begins the row at `at`, or may teach something of it; below zero it has none. */
function update(reading: Reading, at: number, point: number): void {
  const { lane, table, points } = reading;
  if (at < 0) {
    if (at === STRAY) reading.strays++;
    else if (at === NO_ROOM) reading.noRoom++;
    return;
  }
  countFrame(lane, at);
  if (i32At(lane.words, at + W.packets) === 1) beginRow(lane, at, points.isLoopback(point));
  if (u32At(lane.opened, O.protocol) === UDP) udpPacket(lane, at, table);
  else tcpPacket(lane, at, table);
}

function beginRow(lane: Lane, at: number, isLoopback: boolean): void {
  const { words, opened } = lane;
  const first = u32At(lane.packet, P.from) === 0 ? Seen.firstFromA : 0;
  words[at + W.seen] = i32At(words, at + W.seen) | first | (isLoopback ? Seen.loopback : 0);
  words[at + W.application] = u32At(opened, O.underlay) << 16;
  if (!isLoopback && u32At(opened, O.protocol) !== UDP && isHbone(words, at)) lane.sawHbone = true;
}

function readFact(reading: Reading, fact: Fact): void {
  if (fact.kind === 'skipped') reading.skipped.set(fact.why, (reading.skipped.get(fact.why) ?? 0) + fact.records);
  else if (fact.kind === 'lost') {
    reading.lost += fact.records;
    // Times of records.
    reading.losses.add(fact.since, f64At(reading.lane.times, T.clock) as Micros);
  }
}

function countsOf({ lane, outcomes, packets, skipped, table, strays, noRoom, lost, fragments }: Reading): PacketCounts {
  const all = new Map(skipped);
  const add = (why: string, records: number): void => {
    if (records > 0) all.set(why, (all.get(why) ?? 0) + records);
  };
  const { budget, overlap } = fragments.counts;
  let unread = noRoom;
  for (const [outcome, why] of OUTCOME_REASONS.entries()) {
    if (outcome === Outcome.icmpError) continue;
    unread += f64At(outcomes, outcome);
    add(why, f64At(outcomes, outcome) - (outcome === Outcome.fragment ? budget + overlap : 0));
  }
  add('fragment-budget', budget);
  add('fragment-overlap', overlap);
  add('table-full', noRoom);
  const first = f64At(lane.times, T.first);
  return {
    read: packets - unread,
    skipped: all,
    lost,
    strays,
    evicted: table.evicted,
    sawHbone: lane.sawHbone,
    sawReadable: lane.sawReadable,
    // Times read from records.
    first: first === Infinity ? null : (first as Micros),
    last: first === Infinity ? null : (f64At(lane.times, T.clock) as Micros),
  };
}
