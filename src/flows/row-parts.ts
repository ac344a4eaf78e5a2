/** Parts made from rows: of one fragment alone, and of all that a decision found to belong together. */
import { Direction, isUnended } from '../model/line-event.ts';
import { kindOfWire, type Parts } from './compose.ts';
import type { Naming } from './naming.ts';
import { NO_LINES, NO_WIRES, partsOfLines, partsOfWire } from './parts.ts';
import type { FlowRows } from './plan.ts';
import { type WireFacts, wireWitness } from './witness.ts';

/** Rows of both stores as one number, to look up what was told of them. */
export const lineKey = (row: number): number => row * 2;
export const wireKey = (row: number): number => row * 2 + 1;
export const keysOf = (lines: readonly number[], wires: readonly number[]): number[] => [...lines.map(lineKey), ...wires.map(wireKey)];

/** What the fragment of that key comes to without others; undefined where it proves nothing alone. */
export function partsAlone(naming: Naming, key: number): Parts | undefined {
  const row = Math.floor(key / 2);
  return key % 2 === 0 ? lineAlone(naming, row) : wireAlone(naming, row);
}

function lineAlone(naming: Naming, row: number): Parts | undefined {
  const { lines } = naming.stores;
  const isOutbound = lines.direction(row) === Direction.outbound;
  // Written before the dial: proves nothing.
  if (isOutbound && isUnended(lines.event(row))) return undefined;
  return partsOfLines(naming, isOutbound ? { ...NO_LINES, outbound: row } : { ...NO_LINES, inbound: row }, NO_WIRES);
}

function wireAlone(naming: Naming, row: number): Parts | undefined {
  const wire = wireWitness(naming, [row]);
  return kindOfWire(wire) === 'leg' ? undefined : partsOfWire(naming, wire);
}

export function partsOfRows(naming: Naming, { lines, wire, leg, tunnel }: FlowRows): Parts {
  const witness = (rows: readonly number[]): WireFacts | null => (rows.length === 0 ? null : wireWitness(naming, rows));
  const own = witness(wire);
  if (lines.outbound < 0 && lines.inbound < 0 && own !== null) return partsOfWire(naming, own);
  return partsOfLines(naming, lines, own === null && tunnel === null && leg.length === 0 ? NO_WIRES : { wire: own, leg: witness(leg), tunnel });
}

/** Packets name nobody, and a line only proves its own end enrolled: what other lines say may change names and reason. */
export function restsOnOthers({ tunnel, outbound, inbound, made }: Parts): boolean {
  if (tunnel !== null) return false;
  if (outbound === null && inbound === null) return true;
  const isMutual = outbound?.identities === true || inbound?.identities === true;
  // The ends of a route have names.
  const hasNames = made === null || (made.source.workload !== null && made.destination.workload !== null);
  return !hasNames || (!isMutual && (outbound === null || inbound === null));
}
