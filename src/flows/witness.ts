/** Witnesses as objects, made from rows when a flow is decided. */
import type { Ip } from '../model/address.ts';
import type { LineWitness, TlsFacts, WireWitness } from '../model/flow.ts';
import { LineEvent } from '../model/line-event.ts';
import { L, type LineRows } from '../model/line-rows.ts';
import type { Micros } from '../model/time.ts';
import { F, Seen, W, type WireRows } from '../model/wire-rows.ts';
import { isForward } from './join-wires.ts';
import type { Naming } from './naming.ts';

const UNDERLAYS = ['vxlan', 'geneve', 'gre', 'ipip', 'wireguard', 'esp'];
const TLS_VERSIONS = ['1.0', '1.1', '1.2', '1.3'];

/** What one place saw and another did not is still true. */
const TOLD_BY_ANY =
  Seen.syn |
  Seen.synAck |
  Seen.clientEnded |
  Seen.serverEnded |
  Seen.clientReset |
  Seen.serverReset |
  Seen.refused |
  Seen.unreachable |
  Seen.turnedAway |
  Seen.clientHello |
  Seen.hboneShape |
  Seen.serverHello |
  Seen.established |
  Seen.tls |
  Seen.encrypted |
  Seen.clientReadable |
  Seen.serverReadable |
  Seen.acknowledged |
  Seen.upgraded |
  Seen.sidecarAlpn |
  Seen.loopback |
  Seen.ended |
  Seen.settled |
  Seen.roles;
/** What one place missed and another did not is not missing. */
const TOLD_BY_ALL = Seen.midStream | Seen.cutShort | Seen.oneSided | Seen.unanswered | Seen.evicted;

/** A wire connection over all rows of its group, first in order first. */
export type WireFacts = WireWitness & { readonly clientAddress: Ip; readonly serverAddress: Ip; readonly rows: readonly number[] };

export function wireWitness(naming: Naming, rows: readonly number[]): WireFacts {
  const { wires, tables } = naming.stores;
  const shown = shownRow(naming, rows);
  const told = rows.length === 1 ? shown : tellingRow(wires, rows);
  const application = wires.word(told, W.application);
  return {
    seen: mergedSeen(wires, rows),
    start: extreme(rows, (row) => wires.start(row), Math.min),
    end: extreme(rows, (row) => wires.end(row), Math.max),
    sent: extreme(rows, (row) => wires.sent(row), Math.max),
    received: extreme(rows, (row) => wires.received(row), Math.max),
    exposed: extreme(rows, (row) => wires.float(row, F.exposed), Math.max),
    clientIp: tables.addresses.format(wires.clientIp(shown)),
    clientPort: wires.clientPort(shown),
    serverIp: tables.addresses.format(wires.serverIp(shown)),
    serverPort: wires.serverPort(shown),
    protocol: wires.protocol(shown),
    application: naming.protocols[(application & 0xff) - 1] ?? null,
    tls: tlsFacts(naming, told),
    underlay: UNDERLAYS[(application >>> 16) - 1] ?? null,
    evidence: evidenceOf(naming, rows),
    clientAddress: wires.clientIp(shown),
    serverAddress: wires.serverIp(shown),
    rows,
  };
}

function extreme<T extends number>(rows: readonly number[], value: (row: number) => T, pick: (a: number, b: number) => number): T {
  let best = value(rows[0] ?? 0);
  // One of its own values comes back.
  for (let index = 1; index < rows.length; index++) best = pick(best, value(rows[index] ?? 0)) as T;
  return best;
}

export function mergedSeen(wires: WireRows, rows: readonly number[]): number {
  let any = 0;
  let all = -1;
  for (const row of rows) {
    any |= wires.seen(row);
    all &= wires.seen(row);
  }
  const answered = rows.some((row) => wires.received(row) > 0);
  const seen = (any & TOLD_BY_ANY) | (all & TOLD_BY_ALL);
  return answered ? seen & ~Seen.turnedAway : seen;
}

/**
 * Whose addresses are the flow's. The server's: before translation the service's are seen, after it the pod's, which win. The
 * client's: those under which both directions were seen, since of a translated one a node often sees replies only.
 */
function shownRow(naming: Naming, rows: readonly number[]): number {
  const [first = 0] = rows;
  if (rows.length === 1) return first;
  return rows.reduce((best, row) => (compareShown(naming, row, best) > 0 ? row : best), first);
}

function compareShown({ stores: { wires, tables }, podAt, configuration }: Naming, a: number, b: number): number {
  const rank = (row: number): number => {
    if (isForward(wires, row)) return 0;
    const [ip, time] = [wires.serverIp(row), wires.start(row)];
    if (configuration !== null && configuration.serviceAt(ip) !== null) return 1;
    return podAt(ip, time) === null && (configuration === null || configuration.podAt(ip, time) === null) ? 2 : 3;
  };
  const halves = (row: number): number => (wires.sent(row) > 0 ? 1 : 0) + ((wires.seen(row) & Seen.syn) !== 0 ? 1 : 0);
  return (
    rank(a) - rank(b) ||
    halves(a) - halves(b) ||
    Number(beganWithClient(wires, a)) - Number(beganWithClient(wires, b)) ||
    // A request meets the service's address first; a reply met mid-stream has the pod's first.
    (beganWithClient(wires, a) ? wires.start(a) - wires.start(b) : wires.start(b) - wires.start(a)) ||
    tables.addresses.compare(wires.serverIp(a), wires.serverIp(b))
  );
}

const beganWithClient = (wires: WireRows, row: number): boolean => ((wires.seen(row) & Seen.firstFromA) !== 0) === wires.clientIsA(row);

/** The row that saw most. */
function tellingRow(wires: WireRows, rows: readonly number[]): number {
  const [first = 0] = rows;
  const score = (row: number): number =>
    ((wires.word(row, W.application) & 0xff) !== 0 ? 2 : 0) + ((wires.seen(row) & Seen.clientHello) !== 0 ? 1 : 0);
  return rows.reduce((best, row) => (score(row) > score(best) ? row : best), first);
}

function tlsFacts({ stores: { wires, tables } }: Naming, row: number): TlsFacts | null {
  // An alert in answer to plaintext is a TLS record too, and no TLS.
  if ((wires.seen(row) & (Seen.clientHello | Seen.serverHello | Seen.established)) === 0) return null;
  const sni = wires.word(row, W.sni);
  const alpn = wires.word(row, W.alpn);
  return {
    version: TLS_VERSIONS[((wires.word(row, W.application) >>> 8) & 0xff) - 1] ?? null,
    alpn: alpn === 0 ? [] : tables.names.text(alpn - 1).split(','),
    sni: sni === 0 ? null : tables.names.text(sni - 1),
  };
}

/** One record an input: the first packet there. */
function evidenceOf({ stores: { wires }, inputName }: Naming, rows: readonly number[]): WireWitness['evidence'] {
  if (rows.length === 1) {
    const [row = 0] = rows;
    return [{ witness: 'wire', input: inputName(wires.word(row, W.input)), record: wires.word(row, W.firstRecord) }];
  }
  const firsts = new Map<number, number>();
  for (const row of rows) {
    const input = wires.word(row, W.input);
    firsts.set(input, Math.min(firsts.get(input) ?? Infinity, wires.word(row, W.firstRecord)));
  }
  return [...firsts].sort(([a], [b]) => a - b).map(([input, record]) => ({ witness: 'wire', input: inputName(input), record }));
}

/** A line, and what the tunnel it came through can be told by. */
export type LineFacts = LineWitness & { readonly sourcePort: number; readonly destinationIp: Ip };

/** `opened`: the row of the line's `opened` line, -1 for none. */
export function lineWitness({ stores: { lines, tables }, inputName }: Naming, row: number, opened: number): LineFacts {
  const error = lines.word(row, L.error);
  return {
    event: lines.event(row),
    direction: lines.direction(row),
    time: lines.time(row),
    start: startOf(lines, row, opened),
    identities: lines.isTunnelled(row, (shape) => tables.shapes.isMutual(shape)),
    error: error === 0 ? null : tables.names.text(error - 1),
    sent: lines.sent(row),
    received: lines.received(row),
    input: inputName(lines.word(row, L.input)),
    record: lines.word(row, L.record),
    sourcePort: lines.sourcePort(row),
    destinationIp: lines.destinationIp(row),
  };
}

/** The `opened` line's time where there is one. */
function startOf(lines: LineRows, row: number, opened: number): Micros {
  return opened >= 0 && lines.event(row) !== LineEvent.opened && lines.event(opened) === LineEvent.opened ? lines.time(opened) : lines.start(row);
}
