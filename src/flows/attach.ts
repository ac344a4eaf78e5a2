/**
 * Lines and wire connections brought together (rules.md §4): inbound lines by the exact tuple, plaintext outbound lines by
 * bytes and time, outbound tunnelled lines by their tunnel, and the redirected leg on the pod's loopback by the client's own socket.
 */
import { HBONE_PORT } from '../mesh/ports.ts';
import { i32At, u8At, u32At } from '../model/column.ts';
import { Direction, isUnended } from '../model/line-event.ts';
import { L } from '../model/line-rows.ts';
import { Seen } from '../model/wire-rows.ts';
import { inClear } from './in-clear.ts';
import { type Attached, answersReadably, eachLine, isNetwork, lineFields, serverPort, take, tunnelled, Use, type Work, wireRow } from './search.ts';
import type { Steps } from './steps.ts';
import { type Searched, WireIndex } from './wire-index.ts';

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

/** It says which tunnel; with identities and another port it claims one, and the packets there may show that none was. */
function namesTunnel(work: Work, line: number): boolean {
  return tunnelled(work, line) && work.stores.lines.destinationPort(line) === HBONE_PORT;
}

/** Up to 1.23 an inbound tunnelled line's `dst.addr` has the application's port; on the wire it is 15008. */
function carriedPort(work: Work, line: number): number {
  return tunnelled(work, line) ? HBONE_PORT : work.stores.lines.destinationPort(line);
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
