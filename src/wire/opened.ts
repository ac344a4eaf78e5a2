import { u32At } from '../model/column.ts';

/**
 * What opening one packet found: a file of registers, one reused `Uint32Array`, because object fields that hold
 * numbers above 2³¹ get boxed by V8. Meaningful only as far as the outcome says, and only until the next packet.
 */
export type Opened = Uint32Array;

export const newOpened = (): Opened => new Uint32Array(32);

/** Offsets into `Opened`. */
export const O = {
  /** 6 TCP, 17 UDP; 1 or 58 for an ICMP error (then `quoted…` are set). */
  protocol: 0,
  /** 1 when the addresses are IPv6: source and destination are then indices into `Addresses`. IPv4-mapped ones come out as IPv4. */
  v6: 1,
  source: 2,
  destination: 3,
  sourcePort: 4,
  destinationPort: 5,
  /** TCP flags byte; 0 for UDP, as are the two numbers below. */
  flags: 6,
  sequence: 7,
  acknowledgement: 8,
  /** Where the payload begins in the batch's DataView. */
  payloadOffset: 9,
  /** Bytes of payload really there. */
  payloadCaptured: 10,
  /** Bytes of payload on the wire, by the IP length (never by frame padding); by the frame where that length is 0 (TSO, BIG TCP). */
  payloadLength: 11,
  /** IPv4 identification; 0 for IPv6. */
  ipId: 12,
  /** Interface index of SLL2, else 0. */
  ifindex: 13,
  /** 1: ARPHRD 772, both MACs zero, LINKTYPE_NULL or LOOP. */
  loopback: 14,
  /** `Underlay`: the outermost encapsulation that was taken off. */
  underlay: 15,
  /** Of ICMP and ICMPv6 errors, and of the TCP or UDP packet that they quote. `quotedSequence` is 0 for UDP. */
  icmpType: 16,
  icmpCode: 17,
  quotedProtocol: 18,
  quotedV6: 19,
  quotedSource: 20,
  quotedDestination: 21,
  quotedSourcePort: 22,
  quotedDestinationPort: 23,
  quotedSequence: 24,
  /** (layers only) Where the packet, or what is left of it inside the current layer, ends on the wire: beyond the captured end when it was cut. */
  wireEnd: 25,
  /** (layers only) Encapsulations and tags taken off so far. */
  depth: 26,
} as const;

export const Underlay = { none: 0, vxlan: 1, geneve: 2, gre: 3, ipip: 4, wireguard: 5, esp: 6 } as const;
export type Underlay = (typeof Underlay)[keyof typeof Underlay];

/** Notes an encapsulation; the outermost is the one that is named. */
export function enterUnderlay(opened: Opened, underlay: Underlay): void {
  if (u32At(opened, O.underlay) === Underlay.none) opened[O.underlay] = underlay;
}
