/** Packets made of what the text says: IP and TCP or UDP headers (RFC 791, RFC 8200, RFC 9293, RFC 768), LINKTYPE_RAW, inside the tunnel that was named. */
import { isIpv6 } from '../model/address.ts';
import type { Addresses } from '../model/tables.ts';
import type { Header } from './tcpdump-header.ts';
import type { Numbers } from './tcpdump-sequences.ts';

/** Longer than any of the headers written here. */
export const MOST_HEADER_BYTES = 160;
const TCP = 6;
const UDP = 17;
const HOP_LIMIT = 64;

/**
 * Writes the packet's headers at `at`; says where its payload begins. Both ends must be of one family. The bytes there must
 * be zeros. Lengths above 64 KiB are 0, as BIG TCP has them.
 */
export function writeHeaders(view: DataView, at: number, header: Header, numbers: Numbers, addresses: Addresses): number {
  const { ends, tcp, length, ipId } = header;
  const transport = (tcp === null ? 8 : 20) + length;
  const outer = writeUnderlay(view, at, header, (isIpv6(ends.source) ? 40 : 20) + transport, addresses);
  const start = writeIp(view, outer, { ...header, ipId }, tcp === null ? UDP : TCP, transport, addresses);
  view.setUint16(start, ends.sourcePort);
  view.setUint16(start + 2, ends.destinationPort);
  if (tcp === null) {
    view.setUint16(start + 4, short(transport));
    return start + 8;
  }
  view.setUint32(start + 4, numbers.sequence);
  view.setUint32(start + 8, numbers.acknowledgement);
  view.setUint8(start + 12, 5 << 4);
  view.setUint8(start + 13, tcp.flags);
  view.setUint16(start + 14, Math.max(0, tcp.window));
  return start + 20;
}

const short = (length: number): number => (length > 0xffff ? 0 : length);

function writeIp(
  view: DataView,
  at: number,
  { ends, ipId }: Pick<Header, 'ends' | 'ipId'>,
  protocol: number,
  bytes: number,
  addresses: Addresses,
): number {
  if (isIpv6(ends.source)) {
    view.setUint8(at, 6 << 4);
    view.setUint16(at + 4, short(bytes));
    view.setUint8(at + 6, protocol);
    view.setUint8(at + 7, HOP_LIMIT);
    return addresses.write(ends.destination, view, addresses.write(ends.source, view, at + 8));
  }
  view.setUint8(at, 0x45);
  view.setUint16(at + 2, short(bytes + 20));
  view.setUint16(at + 4, ipId);
  view.setUint8(at + 8, HOP_LIMIT);
  view.setUint8(at + 9, protocol);
  return addresses.write(ends.destination, view, addresses.write(ends.source, view, at + 12));
}

const VXLAN_PORT = 4789;
const GENEVE_PORT = 6081;
const [IP4, IP6, BRIDGED] = [0x0800, 0x86dd, 0x6558];

/** The tunnel's headers around an IP packet of `bytes`. Its own ends are of no interest: those inside are the connection's. */
function writeUnderlay(view: DataView, at: number, { underlay, ends }: Header, bytes: number, addresses: Addresses): number {
  const outside = { ends, ipId: 0 };
  const type = isIpv6(ends.source) ? IP6 : IP4;
  switch (underlay) {
    case null:
      return at;
    case 'ipip':
      return writeIp(view, at, outside, isIpv6(ends.source) ? 41 : 4, bytes, addresses);
    case 'gre': {
      const gre = writeIp(view, at, outside, 47, bytes + 4, addresses);
      view.setUint16(gre + 2, type);
      return gre + 4;
    }
    case 'vxlan':
    case 'geneve': {
      const udp = writeIp(view, at, outside, UDP, bytes + 30, addresses);
      view.setUint16(udp + 2, underlay === 'vxlan' ? VXLAN_PORT : GENEVE_PORT);
      view.setUint16(udp + 4, short(bytes + 30));
      if (underlay === 'vxlan') view.setUint8(udp + 8, 0x08);
      else view.setUint16(udp + 10, BRIDGED);
      view.setUint16(udp + 16 + 12, type);
      return udp + 30;
    }
    default:
      return underlay satisfies never;
  }
}
