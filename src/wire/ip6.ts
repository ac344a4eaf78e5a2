/** IPv6 and its extension headers. RFC 8200 §3, §4; Authentication Header RFC 4302 §2. */

import { isIpv6 } from '../model/address.ts';
import { u32At } from '../model/column.ts';
import { type Layer, openProtocol, type Packet, tooShort } from './layer.ts';
import { O } from './opened.ts';
import { Outcome } from './outcome.ts';

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
  const wireEnd = payloadBytes === 0 ? u32At(opened, O.wireEnd) : at + HEADER_BYTES + payloadBytes;
  opened[O.wireEnd] = wireEnd;
  const source = packet.addresses.fromIpv6(bytes, at + 8);
  const destination = packet.addresses.fromIpv6(bytes, at + 24);
  // An IPv4-mapped address comes out as IPv4: one of each would be two families in one packet, which no host sends.
  if (isIpv6(source) !== isIpv6(destination)) return Outcome.malformed;
  opened[O.v6] = isIpv6(source) ? 1 : 0;
  opened[O.source] = source;
  opened[O.destination] = destination;
  opened[O.ipId] = 0;
  return openExtensions(bytes, at, end < wireEnd ? end : wireEnd, packet);
}

/** Walks from the fixed header at `at` to the first header that is no extension. */
function openExtensions(bytes: DataView, at: number, end: number, packet: Packet): Outcome {
  let next = bytes.getUint8(at + 6);
  let position = at + HEADER_BYTES;
  for (let count = 0; isExtension(next); count++) {
    if (count >= MAX_EXTENSIONS) return Outcome.tooDeep;
    if (end - position < 8) return tooShort(position, 8, packet);
    // An atomic fragment (offset 0, none to follow; RFC 6946) is a whole packet.
    if (next === FRAGMENT && (bytes.getUint16(position + 2) & 0xfff9) !== 0) return Outcome.fragment;
    const length = extensionBytes(next, bytes.getUint8(position + 1));
    next = bytes.getUint8(position);
    if (end - position < length) return tooShort(position, length, packet);
    position += length;
  }
  return openProtocol(next, bytes, position, end, packet);
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
