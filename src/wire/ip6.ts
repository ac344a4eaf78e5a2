/** IPv6 and its extension headers. RFC 8200 §3, §4; Authentication Header RFC 4302 §2. */

import { isIpv6 } from '../model/address.ts';
import { u32At } from '../model/column.ts';
import { type Layer, openProtocol, type Packet, tooShort } from './layer.ts';
import { O } from './opened.ts';
import { Outcome } from './outcome.ts';
import { openFragment } from './reassemble.ts';

const HEADER_BYTES = 40;
/** Each extension header should come once, destination options twice (RFC 8200 §4.1), but hosts take what comes; this bounds the time. */
const MAX_EXTENSIONS = 256;
const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const AUTHENTICATION = 51;
const DESTINATION_OPTIONS = 60;
/** Mobility (RFC 6275 §6.1), HIP (RFC 7401 §5.1), Shim6 (RFC 5533 §5): the same shape. */
const MOBILITY = 135;
const HIP = 139;
const SHIM6 = 140;

function open(bytes: DataView, at: number, end: number, packet: Packet): Outcome {
  if (end - at < HEADER_BYTES) return tooShort(at, HEADER_BYTES, packet);
  if (bytes.getUint8(at) >>> 4 !== 6) return Outcome.malformed;
  const opened = packet.opened;
  const payloadBytes = bytes.getUint16(at + 4);
  // 0: a jumbogram (RFC 2675; BIG TCP makes them) or TSO: the frame's length is the truth.
  const wireEnd = payloadBytes === 0 ? jumboEnd(bytes, at, end, packet) : at + HEADER_BYTES + payloadBytes;
  opened[O.wireEnd] = wireEnd;
  const source = packet.addresses.fromIpv6(bytes, at + 8);
  const destination = packet.addresses.fromIpv6(bytes, at + 24);
  // An IPv4-mapped address comes out as IPv4: one of each would be two families in one packet, which no host sends.
  if (isIpv6(source) !== isIpv6(destination)) return Outcome.malformed;
  opened[O.v6] = isIpv6(source) ? 1 : 0;
  opened[O.source] = source;
  opened[O.destination] = destination;
  opened[O.ipId] = 0;
  return openNext(bytes.getUint8(at + 6), bytes, at + HEADER_BYTES, end < wireEnd ? end : wireEnd, packet);
}

/** The jumbo payload option, which stands first in the first extension header: RFC 2675 §2. */
const JUMBO = 0xc204;

/** Where a packet whose payload length is 0 ends on the wire. */
function jumboEnd(bytes: DataView, at: number, end: number, { opened }: Packet): number {
  const wireEnd = u32At(opened, O.wireEnd);
  const options = at + HEADER_BYTES;
  if (bytes.getUint8(at + 6) !== HOP_BY_HOP || end - options < 8 || bytes.getUint16(options + 2) !== JUMBO) return wireEnd;
  return Math.min(wireEnd, options + bytes.getUint32(options + 4));
}

/** Walks from the header of type `protocol` at `at` to the first one that is no extension. */
function openNext(protocol: number, bytes: DataView, at: number, end: number, packet: Packet): Outcome {
  let next = protocol;
  let position = at;
  for (let count = 0; isExtension(next); count++) {
    if (count >= MAX_EXTENSIONS) return Outcome.tooDeep;
    if (end - position < 8) return tooShort(position, 8, packet);
    // An atomic fragment (offset 0, none to follow; RFC 6946) is a whole packet.
    if (next === FRAGMENT && (bytes.getUint16(position + 2) & 0xfff9) !== 0) return fragment(bytes, position, end, packet);
    const length = extensionBytes(next, bytes.getUint8(position + 1));
    next = bytes.getUint8(position);
    if (end - position < length) return tooShort(position, length, packet);
    position += length;
  }
  return openProtocol(next, bytes, position, end, packet);
}

/** Its fragment header is at `at`. */
function fragment(bytes: DataView, at: number, end: number, packet: Packet): Outcome {
  const bits = bytes.getUint16(at + 2);
  const start = at + 8;
  const piece = {
    at: start,
    captured: end - start,
    offset: bits & 0xfff8,
    length: u32At(packet.opened, O.wireEnd) - start,
    isLast: (bits & 1) === 0,
    protocol: bytes.getUint8(at),
  };
  return openFragment(bytes, bytes.getUint32(at + 4), piece, packet, openNext);
}

const isExtension = (protocol: number): boolean =>
  protocol === HOP_BY_HOP ||
  protocol === ROUTING ||
  protocol === FRAGMENT ||
  protocol === AUTHENTICATION ||
  protocol === DESTINATION_OPTIONS ||
  protocol === MOBILITY ||
  protocol === HIP ||
  protocol === SHIM6;

/** Bytes of an extension header, by its length field: units of 8 beyond the first; of 4 beyond the first two in AH; none in a fragment header. */
const extensionBytes = (protocol: number, field: number): number =>
  protocol === FRAGMENT ? 8 : protocol === AUTHENTICATION ? (field + 2) * 4 : (field + 1) * 8;

export const IP6: Layer = { name: 'ip6', etherTypes: [0x86dd], open };
