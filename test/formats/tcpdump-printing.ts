/** For the tests of tcpdump's text: packets as tcpdump prints them, and what is read of them. */
import { tcpdumpText } from '../../src/formats/tcpdump-text.ts';
import { decode, type Seen, type SeenPacket } from './captures.ts';

export const read = (text: string, sizes?: readonly number[]): Promise<Seen> => decode(tcpdumpText, Buffer.from(text, 'latin1'), sizes);
export const skippedOf = ({ facts }: Seen): Record<string, number> =>
  Object.fromEntries(facts.flatMap((fact) => (fact.kind === 'skipped' ? [[fact.why, fact.records]] : [])));
export const lostOf = ({ facts }: Seen): Record<string, number> =>
  Object.fromEntries(facts.flatMap((fact) => (fact.kind === 'lost' ? [[fact.what, fact.records]] : [])));

/** What print-ascii.c prints of a packet. */
const printed = (bytes: Buffer): string => {
  let text = '';
  for (const [index, byte] of bytes.entries()) {
    const isEnd = index === bytes.length - 1;
    if (byte === 0x0d && (isEnd || bytes[index + 1] === 0x0a)) continue;
    text += (byte > 0x20 && byte < 0x7f) || byte === 0x20 || byte === 0x09 || byte === 0x0a ? String.fromCharCode(byte) : '.';
  }
  return text;
};

type Sent = {
  readonly payload?: string;
  readonly from?: 'client' | 'server';
  readonly seq?: number;
  readonly time?: string;
  readonly checksum?: number;
  readonly server?: number;
};

/** A packet between 10.10.1.11:40000 and 10.10.2.11, with its line. Its addresses and checksums are full of newlines, as 10.10.x.y are. */
function packet({ payload = '', from = 'client', seq = 1, time = '08:19:01.000000', checksum = 0x0d0a, server = 25 }: Sent): {
  line: string;
  bytes: Buffer;
} {
  const ip = Buffer.from('4500000000004000400600000a0a010b0a0a020b', 'hex');
  const tcp = Buffer.alloc(20);
  const isClient = from === 'client';
  if (!isClient) Buffer.from('0a0a020b0a0a010b', 'hex').copy(ip, 12);
  ip.writeUInt16BE(40 + payload.length, 2);
  ip.writeUInt16BE(checksum, 10);
  tcp.writeUInt16BE(isClient ? 40_000 : server, 0);
  tcp.writeUInt16BE(isClient ? server : 40_000, 2);
  tcp.writeUInt32BE(1000 + seq, 4);
  tcp.writeUInt32BE(2001, 8);
  tcp.writeUInt16BE(0x5018, 12);
  tcp.writeUInt16BE(502, 14);
  tcp.writeUInt16BE(checksum, 16);
  const ends = isClient ? `10.10.1.11.40000 > 10.10.2.11.${server}` : `10.10.2.11.${server} > 10.10.1.11.40000`;
  const range = payload === '' ? '' : ` seq ${seq}:${seq + payload.length},`;
  const line = `${time} IP ${ends}: Flags [P.],${range} ack 1, win 502, length ${payload.length}`;
  return { line, bytes: Buffer.concat([ip, tcp, Buffer.from(payload, 'latin1')]) };
}
export const ascii = (sent: Sent): string => {
  const { line, bytes } = packet(sent);
  return `${line}\n${printed(bytes)}\n`;
};
export const hex = (sent: Sent): string => {
  const { line, bytes } = packet(sent);
  const rows = Array.from({ length: Math.ceil(bytes.length / 16) }, (_, row) => {
    const part = bytes.subarray(row * 16, row * 16 + 16);
    return `\t0x${(row * 16).toString(16).padStart(4, '0')}:  ${part.toString('hex').replaceAll(/(.{4})(?=.)/g, '$1 ')}  ${'.'.repeat(part.length)}\n`;
  });
  return `${line}\n${rows.join('')}`;
};
/** Behind 40 bytes of headers. */
export const payloadOf = (seen: Seen | SeenPacket | undefined, index = 0): string | undefined =>
  (seen !== undefined && 'packets' in seen ? seen.packets[index] : seen)?.bytes.slice(40);

export const LINE =
  '08:19:01.202644 IP 10.10.1.11.57346 > 10.10.2.11.15008: Flags [S], seq 1809931387, win 64240, options [mss 1460,sackOK,TS val 1774225065 ecr 0,nop,wscale 10], length 0';
