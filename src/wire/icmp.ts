/** ICMP (RFC 792) and ICMPv6 (RFC 4443): errors quote the packet that they are about, and that is what is of use. */
import { isIpv6 } from '../model/address.ts';
import { type Layer, type Packet, tooShort } from './layer.ts';
import { O } from './opened.ts';
import { Outcome } from './outcome.ts';

const ICMP = 1;
const ICMP6 = 58;
const TCP = 6;
const UDP = 17;
/** Type, code, checksum and four bytes that depend on the type; then the quoted packet. */
const HEADER_BYTES = 8;
const IP4_BYTES = 20;
const IP6_BYTES = 40;
/** Ports and, of TCP, the sequence number: what every router quotes at least (RFC 792). */
const QUOTED_BYTES = 8;

function openIcmp(bytes: DataView, at: number, end: number, packet: Packet): Outcome {
  if (end - at < HEADER_BYTES) return tooShort(at, HEADER_BYTES, packet);
  const type = bytes.getUint8(at);
  // Destination unreachable, source quench, time exceeded, parameter problem.
  if (type !== 3 && type !== 4 && type !== 11 && type !== 12) return Outcome.icmp;
  return openError(ICMP, bytes, at, end, packet);
}

function openIcmp6(bytes: DataView, at: number, end: number, packet: Packet): Outcome {
  if (end - at < HEADER_BYTES) return tooShort(at, HEADER_BYTES, packet);
  const type = bytes.getUint8(at);
  // Destination unreachable, packet too big, time exceeded, parameter problem.
  return type < 1 || type > 4 ? Outcome.icmp : openError(ICMP6, bytes, at, end, packet);
}

function openError(protocol: number, bytes: DataView, at: number, end: number, packet: Packet): Outcome {
  const opened = packet.opened;
  opened[O.protocol] = protocol;
  opened[O.icmpType] = bytes.getUint8(at);
  opened[O.icmpCode] = bytes.getUint8(at + 1);
  const quoted = at + HEADER_BYTES;
  const transport = protocol === ICMP ? quoteIp4(bytes, quoted, end, packet) : quoteIp6(bytes, quoted, end, packet);
  if (transport < 0 || end - transport < QUOTED_BYTES) return Outcome.icmp;
  opened[O.quotedSourcePort] = bytes.getUint16(transport);
  opened[O.quotedDestinationPort] = bytes.getUint16(transport + 2);
  opened[O.quotedSequence] = opened[O.quotedProtocol] === TCP ? bytes.getUint32(transport + 4) : 0;
  return Outcome.icmpError;
}

/** Where the transport header of the quoted IPv4 packet is, or -1 where it quotes no beginning of TCP or UDP. */
function quoteIp4(bytes: DataView, at: number, end: number, packet: Packet): number {
  if (end - at < IP4_BYTES) return -1;
  const opened = packet.opened;
  const first = bytes.getUint8(at);
  const protocol = bytes.getUint8(at + 9);
  const isFirstFragment = (bytes.getUint16(at + 6) & 0x1fff) === 0;
  if (first >>> 4 !== 4 || (first & 15) < 5 || !isFirstFragment || (protocol !== TCP && protocol !== UDP)) return -1;
  opened[O.quotedProtocol] = protocol;
  opened[O.quotedV6] = 0;
  opened[O.quotedSource] = bytes.getUint32(at + 12);
  opened[O.quotedDestination] = bytes.getUint32(at + 16);
  return at + (first & 15) * 4;
}

/** The same of IPv6, without extension headers: what a mesh's own connections look like. */
function quoteIp6(bytes: DataView, at: number, end: number, packet: Packet): number {
  if (end - at < IP6_BYTES) return -1;
  const opened = packet.opened;
  const protocol = bytes.getUint8(at + 6);
  if (bytes.getUint8(at) >>> 4 !== 6 || (protocol !== TCP && protocol !== UDP)) return -1;
  const source = packet.addresses.fromIpv6(bytes, at + 8);
  const destination = packet.addresses.fromIpv6(bytes, at + 24);
  if (isIpv6(source) !== isIpv6(destination)) return -1;
  opened[O.quotedProtocol] = protocol;
  opened[O.quotedV6] = isIpv6(source) ? 1 : 0;
  opened[O.quotedSource] = source;
  opened[O.quotedDestination] = destination;
  return at + IP6_BYTES;
}

export const ICMP_LAYER: Layer = { name: 'icmp', protocols: [ICMP], open: openIcmp };
export const ICMP6_LAYER: Layer = { name: 'icmp6', protocols: [ICMP6], open: openIcmp6 };
