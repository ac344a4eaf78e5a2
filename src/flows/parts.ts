/** The parts of a flow out of the rows that were found to belong together. */
import { HBONE_PORT } from '../mesh/ports.ts';
import { kindOfWire, type Parts } from './compose.ts';
import { endsOfLines, endsOfWire } from './ends.ts';
import type { Naming } from './naming.ts';
import { type LineFacts, lineWitness, type WireFacts } from './witness.ts';

/** Rows of `LineRows`, -1 for none. */
export type FlowLines = { readonly outbound: number; readonly inbound: number; readonly outboundOpened: number; readonly inboundOpened: number };
export type FlowWires = { readonly wire: WireFacts | null; readonly tunnel: WireFacts | null; readonly leg: WireFacts | null };

export const NO_LINES: FlowLines = { outbound: -1, inbound: -1, outboundOpened: -1, inboundOpened: -1 };
export const NO_WIRES: FlowWires = { wire: null, tunnel: null, leg: null };
const NONE: readonly LineFacts[] = [];

export function partsOfLines(
  naming: Naming,
  { outbound, inbound, outboundOpened, inboundOpened }: FlowLines,
  { wire, tunnel, leg }: FlowWires,
): Parts {
  const { made, route, sourceIp, destinationIp, destinationPort, ...told } = endsOfLines(naming, outbound, inbound);
  // An inbound line that claims a tunnel has none of the client's own socket; packets in clear have.
  const sourcePort = told.sourcePort ?? wire?.clientPort ?? null;
  return {
    kind: destinationPort === HBONE_PORT || kindOfWire(wire) === 'tunnel' ? 'tunnel' : 'connection',
    wire,
    tunnel,
    leg,
    outbound: outbound < 0 ? null : lineWitness(naming, outbound, outboundOpened),
    inbound: inbound < 0 ? null : lineWitness(naming, inbound, inboundOpened),
    opened:
      outboundOpened < 0 && inboundOpened < 0
        ? NONE
        : [outboundOpened, inboundOpened].filter((row) => row >= 0).map((row) => lineWitness(naming, row, -1)),
    made: made === null || sourcePort === told.sourcePort ? made : { ...made, source: { ...made.source, port: sourcePort } },
    route,
    sourceIp,
    destinationIp,
    sourcePort,
  };
}

export function partsOfWire(naming: Naming, wire: WireFacts): Parts {
  const made = endsOfWire(naming, wire);
  const { sourceIp, destinationIp } = made;
  const kind = kindOfWire(wire);
  const alone = { wire, tunnel: null, leg: null, outbound: null, inbound: null, opened: NONE };
  return { kind, ...alone, made, route: -1, sourceIp, destinationIp, sourcePort: wire.clientPort };
}
