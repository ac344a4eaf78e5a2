/**
 * Opens packets: link layer, IP, transport, and whatever tunnels lie between. The tables that lead from layer to layer
 * are built once from the registry; a packet then costs one indirect call a layer and no allocation.
 */
import type { Addresses } from '../model/tables.ts';
import { Fragments } from './fragments.ts';
import { LAYERS } from './index.ts';
import { IP4 } from './ip4.ts';
import { IP6 } from './ip6.ts';
import type { OpenLayer, Packet } from './layer.ts';
import { O, type Opened } from './opened.ts';
import { Outcome } from './outcome.ts';
import { openStraight } from './straight.ts';

export { Fragments } from './fragments.ts';
export { OUTCOME_REASONS, Outcome } from './outcome.ts';

/**
 * Opens the packet of `captured` bytes at `start`, `original` bytes long on the wire; `linkType` is a LINKTYPE_ number.
 * Never reads outside, never throws.
 */
export type OpenPacket = (bytes: DataView, start: number, captured: number, original: number, linkType: number) => Outcome;

const MAX_PACKET_BYTES = 0x7fffffff;
const ETHERNET_LINK = 1;

/**
 * An opener that fills `opened`; it keeps nothing from one packet to the next but `fragments`. After `Outcome.reassembled`
 * the offsets in `opened` are of `fragments.view`, and the outcome is `fragments.outcome`.
 */
export function packetOpener(addresses: Addresses, opened: Opened, fragments: Fragments = new Fragments()): OpenPacket {
  const packet = packetOf(addresses, opened, fragments);
  const links = linkLayers();
  // Asking a DataView for its length costs as much as a layer (6 ns of 30); batches stay in one for thousands of packets.
  let known: DataView | undefined;
  let knownEnd = 0;
  return (bytes, start, captured, original, linkType) => {
    const openLink = links[linkType];
    if (openLink === undefined) return Outcome.unknownLinkType;
    if (bytes !== known) {
      known = bytes;
      knownEnd = bytes.byteLength;
    }
    const end = start + captured < knownEnd ? start + captured : knownEnd;
    if (linkType === ETHERNET_LINK && openStraight(bytes, start, end, opened)) return Outcome.transport;
    opened[O.wireEnd] = start + Math.min(Math.max(original, captured), MAX_PACKET_BYTES);
    opened[O.ifindex] = 0;
    opened[O.loopback] = 0;
    opened[O.underlay] = 0;
    opened[O.depth] = 0;
    return openLink(bytes, start, end, packet);
  };
}

/** By LINKTYPE_ number. */
function linkLayers(): readonly (OpenLayer | undefined)[] {
  const layers: (OpenLayer | undefined)[] = Array<OpenLayer | undefined>(512).fill(undefined);
  for (const layer of LAYERS) for (const linkType of layer.linkTypes ?? []) layers[linkType] = layer.open;
  return layers;
}

function packetOf(addresses: Addresses, opened: Opened, fragments: Fragments): Packet {
  const etherTypes = new Map<number, OpenLayer>();
  const protocols: OpenLayer[] = Array<OpenLayer>(256).fill(() => Outcome.otherProtocol);
  const tunnelPorts = new Uint8Array(65_536);
  const tunnels: OpenLayer[] = [];
  for (const layer of LAYERS) {
    for (const etherType of layer.etherTypes ?? []) etherTypes.set(etherType, layer.open);
    for (const protocol of layer.protocols ?? []) protocols[protocol] = layer.open;
    for (const port of layer.udpPorts ?? []) tunnelPorts[port] = tunnels.push(layer.open);
  }
  return { opened, addresses, ip4: IP4.open, ip6: IP6.open, etherTypes, protocols, tunnelPorts, tunnels, fragments };
}
