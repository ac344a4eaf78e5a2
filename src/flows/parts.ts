/** The parts of a flow out of the rows that were found to belong together. */
import { HBONE_PORT } from '../mesh/ports.ts';
import type { LineWitness } from '../model/flow.ts';
import type { Tuple } from './community-id.ts';
import { kindOfWire, type Parts } from './compose.ts';
import { endsOfLines, endsOfWire } from './ends.ts';
import type { Naming } from './naming.ts';
import { lineWitness, type WireFacts } from './witness.ts';

/** Rows of `LineRows`, -1 for none. */
export type FlowLines = { readonly outbound: number; readonly inbound: number; readonly outboundOpened: number; readonly inboundOpened: number };
export type FlowWires = { readonly wire: WireFacts | null; readonly tunnel: WireFacts | null; readonly leg: WireFacts | null };

export const NO_LINES: FlowLines = { outbound: -1, inbound: -1, outboundOpened: -1, inboundOpened: -1 };
export const NO_WIRES: FlowWires = { wire: null, tunnel: null, leg: null };
const NONE: readonly LineWitness[] = [];

export function partsOfLines(
  naming: Naming,
  { outbound, inbound, outboundOpened, inboundOpened }: FlowLines,
  { wire, tunnel, leg }: FlowWires,
): Parts {
  const ends = endsOfLines(naming, outbound, inbound);
  const served = inbound < 0 ? null : lineWitness(naming, inbound, inboundOpened);
  return {
    kind: ends.destination.port === HBONE_PORT || kindOfWire(wire) === 'tunnel' ? 'tunnel' : 'connection',
    wire,
    tunnel,
    leg,
    outbound: outbound < 0 ? null : lineWitness(naming, outbound, outboundOpened),
    inbound: served,
    opened:
      outboundOpened < 0 && inboundOpened < 0
        ? NONE
        : [outboundOpened, inboundOpened].filter((row) => row >= 0).map((row) => lineWitness(naming, row, -1)),
    carrier: served?.identities === true ? tunnelOf(naming, inbound) : null,
    ends,
  };
}

export function partsOfWire(naming: Naming, wire: WireFacts): Parts {
  return {
    kind: kindOfWire(wire),
    wire,
    tunnel: null,
    leg: null,
    outbound: null,
    inbound: null,
    opened: NONE,
    carrier: null,
    ends: endsOfWire(naming, wire),
  };
}

function tunnelOf({ stores: { lines } }: Naming, inbound: number): Tuple | null {
  const [sourceIp, destinationIp] = [lines.sourceIp(inbound), lines.destinationIp(inbound)];
  if (sourceIp < 0 || destinationIp < 0) return null;
  return { protocol: 6, sourceIp, sourcePort: lines.sourcePort(inbound), destinationIp, destinationPort: HBONE_PORT };
}
