/** Rules.md §1: for readability the wire outranks the log, also where a line claims a tunnel. */
import { HBONE_PORT } from '../mesh/ports.ts';
import { i32At, u8At, u32At } from '../model/column.ts';
import { Direction } from '../model/line-event.ts';
import { answersReadably, eachLine, isNetwork, lineFields, serverPort, take, tunnelled, Use, type Work } from './search.ts';
import type { Steps } from './steps.ts';
import { WireIndex } from './wire-index.ts';

/** Between ztunnel's clock of a connection and its first and last packet. */
const DURATION_SLACK_US = 50_000;

/**
 * Lines that claim a tunnel which no capture shows, while the client's own socket is seen on the network with the same bytes, readable:
 * what was logged as carried went in clear (rules.md §1: for readability the wire outranks the log).
 */
export function* inClear(work: Work): Steps<void> {
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
