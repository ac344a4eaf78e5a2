/**
 * Lines and wire connections brought together (rules.md §4): inbound lines by the exact tuple, plaintext outbound lines by
 * bytes and time, outbound tunnelled lines by their tunnel, and the redirected leg on the pod's loopback by the client's own socket.
 */
import { HBONE_PORT } from '../mesh/ports.ts';
import { i32At, u8At, u32At } from '../model/column.ts';
import { Direction, isUnended } from '../model/line-event.ts';
import { L } from '../model/line-rows.ts';
import { Seen } from '../model/wire-rows.ts';
import type { Stores } from './pending.ts';
import { inPieces, type Steps } from './steps.ts';
import { type Searched, WireIndex } from './wire-index.ts';

/** What became of a wire connection (by the first place of its group). */
export const Use = { free: 0, carrier: 1, wire: 2, leg: 3 } as const;

/** First places of wire groups, by place of a line; -1 for none. */
export type Attached = {
  readonly tunnel: Int32Array;
  readonly wire: Int32Array;
  readonly leg: Int32Array;
  /** `Use`, by first place of a wire group. */
  readonly use: Uint8Array;
};

/** Between ztunnel's clock of a connection and its first and last packet. */
const DURATION_SLACK_US = 50_000;

type Work = Searched & { readonly attached: Attached };

export function* attach(work: Searched): Steps<Attached> {
  const none = (): Int32Array => new Int32Array(work.pending.lines.length).fill(-1);
  const attached: Attached = { tunnel: none(), wire: none(), leg: none(), use: new Uint8Array(work.pending.wires.length) };
  if (work.pending.wires.length === 0 || work.pending.lines.length === 0) return attached;
  const all: Work = { ...work, attached };
  yield* byExactTuple(all);
  yield* beforeTranslation(all);
  yield* inClear(all);
  yield* byBytes(all);
  yield* byTunnelPair(all);
  yield* byOwnSocket(all);
  return attached;
}

/** Inbound lines name the very tuple: the tunnel that carried them, or, where nothing was tunnelled, the connection itself. */
function* byExactTuple(work: Work): Steps<void> {
  const { lines, row } = lineFields(work);
  const index = new WireIndex(
    work,
    (wire) => [wire.clientIp, wire.clientPort, wire.serverIp, wire.serverPort],
    (line) => [lines.sourceIp(line), lines.sourcePort(line), lines.destinationIp(line), carriedPort(work, line)],
  );
  yield* index.addWires(() => true);
  yield* eachLine(work, (place) => {
    const line = row(place);
    if (lines.direction(line) !== Direction.inbound) return;
    const found = index.find(place, (wire) => u8At(work.attached.use, wire) === Use.free || tunnelled(work, line));
    if (found < 0) return;
    if (tunnelled(work, line)) take(work.attached.tunnel, place, found, work, Use.carrier);
    else take(work.attached.wire, place, found, work, Use.wire);
  });
}

/** A client's capture before address translation sees the service's address: the client's socket, time and equal bytes tell. */
function* beforeTranslation(work: Work): Steps<void> {
  const { lines, row } = lineFields(work);
  const index = new WireIndex(
    work,
    (wire) => [wire.clientIp, wire.clientPort, wire.sent, wire.received],
    (line) => [lines.sourceIp(line), lines.sourcePort(line), lines.sent(line), lines.received(line)],
  );
  yield* index.addWires((wire) => isNetwork(work, wire) && u8At(work.attached.use, wire) === Use.free);
  yield* eachLine(work, (place) => {
    const line = row(place);
    if (lines.direction(line) !== Direction.inbound || tunnelled(work, line) || i32At(work.attached.wire, place) >= 0 || lines.sent(line) < 0) return;
    const found = index.find(place, (wire) => u8At(work.attached.use, wire) === Use.free);
    if (found >= 0) take(work.attached.wire, place, found, work, Use.wire);
  });
}

/**
 * Lines that claim a tunnel which no capture shows, while the client's own socket is seen on the network with the same bytes, readable:
 * what was logged as carried went in clear (rules.md §1: for readability the wire outranks the log).
 */
function* inClear(work: Work): Steps<void> {
  const { lines, row } = lineFields(work);
  const index = new WireIndex(
    work,
    (wire) => [wire.clientIp, wire.clientPort, wire.sent, wire.received],
    (line) => [lines.sourceIp(line), lines.sourcePort(line), lines.sent(line), lines.received(line)],
  );
  const shows = (wire: number): boolean =>
    u8At(work.attached.use, wire) === Use.free && isNetwork(work, wire) && serverPort(work, wire) !== HBONE_PORT && answersReadably(work, wire);
  let isAny = false;
  yield* index.addWires((wire) => {
    const shown = shows(wire);
    isAny ||= shown;
    return shown;
  });
  if (!isAny) return;
  yield* eachLine(work, (place) => {
    if (!tunnelled(work, row(place)) || isJoined(work, place) || isJoined(work, i32At(work.paired.partner, place))) return;
    const found = index.find(place, (wire) => shows(wire) && (goesWhere(work, wire, row(place)) || lastsAsLong(work, wire, row(place))));
    if (found >= 0) take(work.attached.wire, place, found, work, Use.wire);
  });
}

/** To the pod and port that the line names: a port of the client's is used at one time for many servers. */
function goesWhere({ stores: { wires, lines }, pending, groups }: Work, first: number, line: number): boolean {
  for (let place = first; place >= 0; place = groups.next(place)) {
    const wire = u32At(pending.wires, place);
    if (wires.serverIp(wire) === lines.hboneIp(line) && wires.serverPort(wire) === lines.hbonePort(line)) return true;
    if (wires.serverIp(wire) === lines.destinationIp(line) && wires.serverPort(wire) === lines.destinationPort(line)) return true;
  }
  return false;
}

/** The client's line of a connection that its capture has under the service's address. */
function lastsAsLong({ stores: { wires, lines }, pending }: Work, first: number, line: number): boolean {
  const wire = u32At(pending.wires, first);
  const lasted = wires.end(wire) - wires.start(wire);
  return lines.direction(line) === Direction.outbound && Math.abs(lasted - (lines.time(line) - lines.start(line))) <= DURATION_SLACK_US;
}

function isJoined({ attached }: Work, place: number): boolean {
  return place >= 0 && (i32At(attached.tunnel, place) >= 0 || i32At(attached.wire, place) >= 0);
}

function answersReadably(work: Work, place: number): boolean {
  return (work.stores.wires.seen(wireRow(work, place)) & Seen.serverReadable) !== 0;
}

/** ztunnel dials passthrough connections from a port of its own: addresses, equal byte counts and time; a connection captured in part has no more than was logged. */
function* byBytes(work: Work): Steps<void> {
  const { lines, row } = lineFields(work);
  const free = (wire: number): boolean => isNetwork(work, wire) && u8At(work.attached.use, wire) === Use.free;
  const candidate = (place: number): boolean => {
    const partner = i32At(work.paired.partner, place);
    return (
      lines.direction(row(place)) === Direction.outbound &&
      !namesTunnel(work, row(place)) &&
      i32At(work.attached.wire, place) < 0 &&
      (partner < 0 || i32At(work.attached.wire, partner) < 0)
    );
  };
  const exact = new WireIndex(
    work,
    (wire) => [wire.clientIp, wire.serverIp, wire.serverPort, wire.sent, wire.received],
    (line) => [
      lines.sourceIp(line),
      lines.destinationIp(line),
      lines.destinationPort(line),
      Math.max(0, lines.sent(line)),
      Math.max(0, lines.received(line)),
    ],
  );
  yield* exact.addWires(free);
  yield* eachLine(work, (place) => {
    if (!candidate(place) || isUnended(lines.event(row(place)))) return;
    const claims = tunnelled(work, row(place));
    const found = exact.find(place, (wire) => free(wire) && (!claims || answersReadably(work, wire)));
    if (found >= 0) take(work.attached.wire, place, found, work, Use.wire);
  });
  const partly = new WireIndex(
    work,
    (wire) => [wire.clientIp, wire.serverIp, wire.serverPort],
    (line) => [lines.sourceIp(line), lines.destinationIp(line), lines.destinationPort(line)],
  );
  yield* partly.addWires((wire) => free(wire) && inPart(work, wire));
  yield* eachLine(work, (place) => {
    const line = row(place);
    if (!candidate(place) || tunnelled(work, line)) return;
    const found = partly.find(place, (wire) => free(wire) && (lines.sent(line) < 0 || atMost(work, wire, line)));
    if (found >= 0) take(work.attached.wire, place, found, work, Use.wire);
  });
}

/** The client's line alone does not say which tunnel: the first of that pair of addresses at that time; all of them are then told by lines. */
function* byTunnelPair(work: Work): Steps<void> {
  const { lines, row } = lineFields(work);
  const index = new WireIndex(
    work,
    (wire) => [wire.clientIp, wire.serverIp, wire.serverPort],
    (line) => [lines.sourceIp(line), lines.destinationIp(line), HBONE_PORT],
  );
  yield* index.addWires((wire) => serverPort(work, wire) === HBONE_PORT);
  yield* eachLine(work, (place) => {
    const line = row(place);
    if (lines.direction(line) !== Direction.outbound || !tunnelled(work, line)) return;
    const partner = i32At(work.paired.partner, place);
    if (i32At(work.attached.wire, place) >= 0 || (partner >= 0 && i32At(work.attached.wire, partner) >= 0)) return;
    const exact = partner < 0 ? -1 : i32At(work.attached.tunnel, partner);
    if (exact >= 0) {
      take(work.attached.tunnel, place, exact, work, Use.carrier);
      return;
    }
    const wantsFailed = isDialError(work, line);
    const suits = (wire: number): boolean => ((work.stores.wires.seen(wireRow(work, wire)) & Seen.established) === 0) === wantsFailed;
    const isInClear = (wire: number): boolean =>
      u8At(work.attached.use, wire) === Use.free && answersReadably(work, wire) && hasBytesOf(work, wire, line);
    // Streams share a tunnel; an attempt that failed is of one line.
    const own = wantsFailed ? index.find(place, (wire) => suits(wire) && u8At(work.attached.use, wire) === Use.free) : -1;
    const standing = own >= 0 ? own : index.find(place, suits);
    const found = standing >= 0 || wantsFailed ? standing : index.find(place, isInClear);
    if (found >= 0) take(work.attached.tunnel, place, found, work, Use.carrier);
    if (!wantsFailed)
      index.each(place, (wire) => {
        if (suits(wire) && u8At(work.attached.use, wire) === Use.free) work.attached.use[wire] = Use.carrier;
        return false;
      });
  });
}

/** An outbound line's `src.addr` is the application's own socket, which is on the wire only on the pod's loopback. */
function* byOwnSocket(work: Work): Steps<void> {
  const { lines, row } = lineFields(work);
  const index = new WireIndex(
    work,
    (wire) => [wire.clientIp, wire.clientPort],
    (line) => [lines.sourceIp(line), lines.sourcePort(line)],
  );
  const leg = (wire: number): boolean => !isNetwork(work, wire) && u8At(work.attached.use, wire) === Use.free;
  yield* index.addWires(leg);
  yield* eachLine(work, (place) => {
    if (lines.direction(row(place)) !== Direction.outbound) return;
    const found = index.find(place, leg);
    if (found >= 0) take(work.attached.leg, place, found, work, Use.leg);
  });
}

function lineFields({ stores, pending }: Work): { lines: Stores['lines']; row: (place: number) => number } {
  return { lines: stores.lines, row: (place) => u32At(pending.lines, place) };
}

function wireRow({ pending }: Work, place: number): number {
  return u32At(pending.wires, place);
}

/** Lines that speak for themselves: no copies, no `opened` whose `complete` is there. */
function eachLine({ pending, paired }: Work, visit: (place: number) => void): Steps<void> {
  return inPieces(pending.lines.length, (from, to) => {
    for (let place = from; place < to; place++) if (i32At(paired.copyOf, place) < 0 && i32At(paired.completeOf, place) < 0) visit(place);
  });
}

function take(column: Int32Array, place: number, wire: number, { attached }: Work, use: number): void {
  column[place] = wire;
  if (u8At(attached.use, wire) === Use.free) attached.use[wire] = use;
}

/** ztunnel judged it mutual TLS: its bytes travel inside a tunnel. */
function tunnelled({ stores: { lines, tables } }: Pick<Work, 'stores'>, line: number): boolean {
  return lines.isTunnelled(line, (shape) => tables.shapes.isMutual(shape));
}

/** It says which tunnel; with identities and another port it claims one, and the packets there may show that none was. */
function namesTunnel(work: Work, line: number): boolean {
  return tunnelled(work, line) && work.stores.lines.destinationPort(line) === HBONE_PORT;
}

/** Up to 1.23 an inbound tunnelled line's `dst.addr` has the application's port; on the wire it is 15008. */
function carriedPort(work: Work, line: number): number {
  return tunnelled(work, line) ? HBONE_PORT : work.stores.lines.destinationPort(line);
}

function isNetwork(work: Work, place: number): boolean {
  return (work.stores.wires.seen(wireRow(work, place)) & Seen.loopback) === 0;
}

function serverPort(work: Work, place: number): number {
  return work.stores.wires.serverPort(wireRow(work, place));
}

/** Not seen from its first to its last byte. */
function inPart(work: Work, place: number): boolean {
  const seen = work.stores.wires.seen(wireRow(work, place));
  return (seen & (Seen.midStream | Seen.cutShort | Seen.oneSided)) !== 0 || (seen & Seen.ended) === 0;
}

function hasBytesOf({ stores: { wires, lines }, pending }: Work, place: number, line: number): boolean {
  const row = u32At(pending.wires, place);
  return wires.sent(row) === lines.sent(line) && wires.received(row) === lines.received(line);
}

function atMost({ stores: { wires, lines }, pending }: Work, place: number, line: number): boolean {
  const row = u32At(pending.wires, place);
  return wires.sent(row) <= lines.sent(line) && wires.received(row) <= lines.received(line);
}

/** The tunnel itself could not be had: then the line's connection on the wire is one that was not established. */
function isDialError({ stores: { lines, tables } }: Work, line: number): boolean {
  const error = lines.word(line, L.error);
  return error !== 0 && lines.sent(line) + lines.received(line) <= 0 && !tables.names.text(error - 1).startsWith('http status');
}
