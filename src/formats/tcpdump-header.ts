/**
 * A packet's headers as tcpdump prints them: tcpdump 4.99 print-ip.c, print-ip6.c, print-tcp.c, print-udp.c, print-ether.c,
 * print-sll.c. One line, or two under `-v`. Only what stands before the payload's own text is read, so that nobody's payload can speak here.
 */
import { type Ip, isIpv6, NO_IP } from '../model/address.ts';
import type { Addresses } from '../model/tables.ts';
import { optionBytes } from './tcpdump-options.ts';
import { PORT_NUMBERS } from './tcpdump-ports.ts';

export type Ends = { readonly source: Ip; readonly sourcePort: number; readonly destination: Ip; readonly destinationPort: number };
export type TcpText = {
  readonly flags: number;
  /** As printed, -1 where it is not: relative or absolute. */
  readonly sequence: number;
  readonly acknowledgement: number;
  readonly window: number;
  /** Null where they could not be understood. */
  readonly options: readonly number[] | null;
};
export type Header = {
  readonly interface: string;
  /** Why no packet can be made of the line; null where one can. */
  readonly skip: string | null;
  /** The connection's ends; without ports where there are none. */
  readonly ends: Ends;
  /** Those of the packet itself, where the connection is inside a tunnel. */
  readonly outer: Ends;
  /** Null for UDP. */
  readonly tcp: TcpText | null;
  /** Payload bytes on the wire; -1 unknown. */
  readonly length: number;
  /** The IP packet's bytes on the wire where the line says them (`-v`), else -1. */
  readonly ipBytes: number;
  readonly ipId: number;
  readonly underlay: 'vxlan' | 'geneve' | 'gre' | 'ipip' | null;
  /** What tcpdump itself says of the payload, behind the length. */
  readonly says: string;
};

const NOWHERE: Ends = { source: NO_IP, sourcePort: 0, destination: NO_IP, destinationPort: 0 };
const PLACE = /^(\S{1,64}) +(?:In|Out|B|M|P|\?) +(?:ifindex (\d+) )?/;
const LOOPBACK_MACS = /^00:00:00:00:00:00 > 00:00:00:00:00:00, /;
/** Two ends, with or without ports. A zone (`%eth0`) is never printed. */
const ENDS = /(?:^|\s)([^\s,]+) > ([^\s,]+):(?: |$)/m;
const TCP =
  /^Flags \[([^\]]{0,16})\](?:, cksum 0x[0-9a-f]+ \([^)]*\))?(?:, seq (\d+)(?::(\d+))?)?(?:, ack (\d+))?(?:, win (\d+))?(?:, urg \d+)?(?:, options \[((?:[^\]]|\[\|)*?)\])?(?:, length (\d+))?/;
const UDP = /^(?:\[[^\]]*\] )?UDP, (?:bad )?length (\d+)/;
const DNS_LENGTH = /^[^\n]* \((\d+)\)(?:\n|$)/;
const FLAG_BITS: { readonly [letter: string]: number } = { F: 1, S: 2, R: 4, P: 8, '.': 16, U: 32, E: 64, W: 128, e: 0 };
const LONGEST_HEADER = 8192;
const MAX_DEPTH = 4;

/** `text` is the packet's line behind its time, and what else of its headers `-v` prints on lines of their own. */
export function parseHeader(text: string, addresses: Addresses, listening: string): Header {
  const line = text.length > LONGEST_HEADER ? text.slice(0, LONGEST_HEADER) : text;
  const place = PLACE.exec(line);
  const behind = line.slice(place?.[0].length ?? 0);
  const name = place === null ? listening : place[1] === '?' && place[2] !== undefined ? `ifindex ${place[2]}` : (place[1] ?? '');
  const header = { ...NOTHING, interface: LOOPBACK_MACS.test(behind) ? 'lo' : name };
  if (/^(?:ARP,|RARP,)|^(?:.{0,80}, )?ethertype (?:ARP|Reverse ARP)|^[0-9a-f:]{17} ethertype ARP/.test(behind)) return { ...header, skip: 'arp' };
  return parseIp(behind, addresses, header, 0);
}

const NOTHING: Header = {
  interface: '',
  skip: null,
  ends: NOWHERE,
  outer: NOWHERE,
  tcp: null,
  length: -1,
  ipBytes: -1,
  ipId: 0,
  underlay: null,
  says: '',
};

function parseIp(text: string, addresses: Addresses, header: Header, depth: number): Header {
  const group = verboseGroup(text);
  const facts = { ...header, ...factsOf(group.inside) };
  const ends = ENDS.exec(group.behind);
  if (ends === null) return { ...facts, skip: /^(?:.*ethertype IPv[46]|IP6? )/.test(text) ? 'cut-short' : 'not-ip' };
  const tail = group.behind.slice(ends.index + ends[0].length);
  const sockets = socketsOf(ends[1] ?? '', ends[2] ?? '', addresses);
  const outer = depth === 0 ? sockets.ends : header.outer;
  const found = { ...facts, ends: sockets.ends, outer, interface: isOnHost(outer) ? 'lo' : header.interface };
  if (facts.skip !== null) return found;
  const underlay = depth < MAX_DEPTH ? underlayOf(tail) : null;
  if (underlay !== null)
    return parseIp(underlay.inner, addresses, { ...header, outer: found.outer, underlay: header.underlay ?? underlay.name }, depth + 1);
  return parseTransport(tail, sockets, found);
}

/** 127.0.0.0/8 (RFC 1122 §3.2.1.3): never seen but on a loopback device, whether or not the text names it. */
const isOnHost = ({ source, destination }: Ends): boolean => isLoopback(source) || isLoopback(destination);
const isLoopback = (ip: Ip): boolean => !isIpv6(ip) && ip >>> 24 === 127;

/** The parentheses of `-v`: `(tos 0x0, …, proto TCP (6), length 60)`; taken out, whatever stands before them is dropped. */
function verboseGroup(text: string): { readonly inside: string; readonly behind: string } {
  const start = /\((?:tos |class |flowlabel |hlim )/.exec(text);
  const ends = ENDS.exec(text);
  if (start === null || (ends !== null && ends.index < start.index && !/^[0-9a-f:]{17}$/.test(ends[1] ?? ''))) return { inside: '', behind: text };
  let depth = 0;
  for (let at = start.index; at < text.length; at++) {
    if (text[at] === '(') depth++;
    else if (text[at] === ')' && --depth === 0) return { inside: text.slice(start.index, at), behind: text.slice(at + 1) };
  }
  return { inside: '', behind: '' };
}

function factsOf(inside: string): { readonly ipBytes: number; readonly ipId: number; readonly skip: string | null } {
  const total = /, length (\d+)/.exec(inside)?.[1];
  const payload = /payload length: (\d+)/.exec(inside)?.[1];
  const isFragment = /, offset [1-9]|, flags \[[^\]]*\+/.test(inside);
  const ipBytes = total !== undefined ? Number(total) : payload !== undefined ? Number(payload) + 40 : -1;
  return { ipBytes, ipId: Number(/, id (\d{1,5}),/.exec(inside)?.[1] ?? 0) & 0xffff, skip: isFragment ? 'fragment' : null };
}

/** What follows the outer headers of a tunnel, on the same line or the next. */
function underlayOf(tail: string): { readonly name: 'vxlan' | 'geneve' | 'gre' | 'ipip'; readonly inner: string } | null {
  const found = /^(?:\[[^\]]*\] )?(VXLAN|Geneve|GREv0|IP6?)\b/.exec(tail)?.[1];
  if (found === undefined || !ENDS.test(tail)) return null;
  const name = found === 'VXLAN' ? 'vxlan' : found === 'Geneve' ? 'geneve' : found === 'GREv0' ? 'gre' : 'ipip';
  return { name, inner: tail };
}

type Sockets = { readonly ends: Ends; readonly hasPorts: boolean; readonly isNamed: boolean };

function socketsOf(from: string, to: string, addresses: Addresses): Sockets {
  const [source, destination] = [socketOf(from, addresses), socketOf(to, addresses)];
  const ends = { source: source.ip, sourcePort: source.port, destination: destination.ip, destinationPort: destination.port };
  const hasPorts = source.port >= 0 && destination.port >= 0;
  return { ends, hasPorts, isNamed: source.ip === NO_IP || destination.ip === NO_IP || source.port === NAMED || destination.port === NAMED };
}

const NO_PORT = -1;
const NAMED = -2;

function socketOf(text: string, addresses: Addresses): { readonly ip: Ip; readonly port: number } {
  const whole = addresses.parse(text);
  if (whole !== NO_IP) return { ip: whole, port: NO_PORT };
  const dot = text.lastIndexOf('.');
  const word = text.slice(dot + 1);
  const port = /^\d{1,5}$/.test(word) ? Number(word) : (PORT_NUMBERS.get(word) ?? NAMED);
  return { ip: dot < 0 ? NO_IP : addresses.parse(text.slice(0, dot)), port: port > 65_535 ? NAMED : port };
}

function parseTransport(tail: string, { ends, hasPorts, isNamed }: Sockets, header: Header): Header {
  const tcp = TCP.exec(tail);
  if (isNamed && (tcp !== null || !/^(?:\[[^\]]*\] )?(?:HBH )?ICMP6?/.test(tail))) return { ...header, skip: 'name-instead-of-address' };
  if (tcp !== null && hasPorts) return tcpHeader(tcp, tail.slice(tcp[0].length), header);
  if (/^(?:\[[^\]]*\] )?(?:HBH )?ICMP/.test(tail)) return { ...header, skip: 'icmp' };
  if (/^\s*\[\|/.test(tail) || tail === '') return { ...header, skip: 'cut-short' };
  if (!hasPorts || /^(?:sctp|DCCP|tcp \d)/i.test(tail)) return { ...header, skip: /^tcp \d/.test(tail) ? 'no-flags' : 'other-protocol' };
  const headers = header.ipBytes < 0 ? 0 : isIpv6(ends.source) ? 48 : 28;
  const said = UDP.exec(tail)?.[1] ?? (headers > 0 ? `${header.ipBytes - headers}` : DNS_LENGTH.exec(tail)?.[1]);
  const length = said === undefined ? -1 : Number(said);
  if (isIpv6(ends.source) !== isIpv6(ends.destination)) return { ...header, skip: 'malformed' };
  return { ...header, length, skip: length < 0 ? 'length-unknown' : null };
}

function tcpHeader(found: RegExpExecArray, says: string, header: Header): Header {
  const [, letters = '', first, last, acknowledgement, window, options, said] = found;
  const range = first !== undefined && last !== undefined ? (Number(last) - Number(first)) >>> 0 : -1;
  const length = said !== undefined ? Number(said) : range;
  let flags = 0;
  for (const letter of letters === 'none' ? '' : letters) flags |= FLAG_BITS[letter] ?? 0;
  // A line cut in its last number says two lengths.
  const isCut = length < 0 || (range >= 0 && range !== length);
  const isMixed = isIpv6(header.ends.source) !== isIpv6(header.ends.destination);
  return {
    ...header,
    skip: isMixed ? 'malformed' : isCut ? 'cut-short' : null,
    length,
    says,
    tcp: {
      flags,
      sequence: Number(first ?? -1),
      acknowledgement: Number(acknowledgement ?? -1),
      window: Number(window ?? -1),
      options: optionBytes(options ?? ''),
    },
  };
}
