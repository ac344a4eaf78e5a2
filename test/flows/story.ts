/** Small stories for the laws of joining: access lines and packets made by hand, written as files, and what plainsight tells of them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ACK, ascii, FIN, type Frame, frame, joined, type Packet, RST, type Socket, START, SYN } from '../evidence/scene.ts';
import { CHANGE_CIPHER_SPEC, CLIENT_FLIGHT, clientHello, record, SERVER_FLIGHT } from '../evidence/tls.ts';
import { type Answer, answerOf } from '../recordings/answer.ts';

export type Line = {
  /** Seconds after the story's start at which the line was written. */
  readonly at: number;
  readonly direction: 'outbound' | 'inbound';
  readonly from: string;
  readonly to: string;
  readonly hbone?: string;
  readonly identities?: boolean;
  readonly event?: 'connection opened' | 'connection complete' | 'connection failed';
  /** Client → server, and back: an inbound line has them the other way round. */
  readonly sent?: number;
  readonly received?: number;
  readonly durationMs?: number;
  readonly error?: string;
  readonly level?: string;
};

const time = (at: number): string => {
  const micros = START + Math.round(at * 1e6);
  return `${new Date(Math.floor(micros / 1000)).toISOString().slice(0, -1)}${String(micros % 1000).padStart(3, '0')}Z`;
};

/** As ztunnel writes it. */
function line({
  at,
  direction,
  from,
  to,
  hbone,
  identities = hbone !== undefined,
  event = 'connection complete',
  sent = 100,
  received = 200,
  durationMs = 10,
  error,
  level = 'info',
}: Line): string {
  const [bytesSent, bytesReceived] = direction === 'outbound' ? [sent, received] : [received, sent];
  const fields = [
    `src.addr=${from} src.workload="client-0" src.namespace="shop"`,
    ...(identities ? ['src.identity="spiffe://cluster.local/ns/shop/sa/client"'] : []),
    `dst.addr=${to}`,
    ...(hbone === undefined ? [] : [`dst.hbone_addr=${hbone}`]),
    'dst.workload="server-0" dst.namespace="shop"',
    ...(identities ? ['dst.identity="spiffe://cluster.local/ns/shop/sa/server"'] : []),
    `direction="${direction}"`,
    ...(event === 'connection complete' ? [`bytes_sent=${bytesSent} bytes_recv=${bytesReceived} duration="${durationMs}ms"`] : []),
    ...(error === undefined ? [] : [`error=${JSON.stringify(error)}`]),
  ];
  return `${time(at)}\t${error === undefined ? level : 'error'}\taccess\t${event}\t${fields.join(' ')}\n`;
}

const socketOf = (text: string): Socket => {
  const [ip = '', port = ''] = text.split(':');
  return { ip: ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0), port: Number(port) };
};

export type Talk = {
  readonly from: string;
  readonly to: string;
  /** Seconds after the story's start. */
  readonly at: number;
  readonly isn?: number;
  readonly serverIsn?: number;
  readonly request?: Uint8Array;
  readonly reply?: Uint8Array;
  /** More of it, after the reply. */
  readonly more?: readonly (readonly ['client' | 'server', Uint8Array])[];
  /** 0 on a loopback device. */
  readonly macs?: number;
  readonly end?: 'fin' | 'none' | 'rst';
  readonly only?: 'client' | 'server';
};

export const REQUEST: Uint8Array = ascii('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
export const REPLY: Uint8Array = ascii('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');

/** A TCP connection from SYN to FIN, a packet every 100 µs. */
export function talk({
  from,
  to,
  at,
  isn = 1000,
  serverIsn = 5000,
  request = REQUEST,
  reply = REPLY,
  more = [],
  macs = 2,
  end = 'fin',
  only,
}: Talk): readonly Frame[] {
  const [client, server] = [socketOf(from), socketOf(to)];
  const next = { client: isn + 1, server: serverIsn + 1 };
  const frames: Frame[] = [];
  const send = (who: 'client' | 'server', packet: Partial<Packet>): void => {
    const [source, target] = who === 'client' ? [client, server] : [server, client];
    const [seq, ack] = who === 'client' ? [next.client, next.server] : [next.server, next.client];
    if (only === undefined || only === who)
      frames.push(frame({ from: source, to: target, flags: ACK, seq, ack, macs, at: Math.round(at * 1e6) + frames.length * 100, ...packet }));
    next[who] += (packet.payload?.length ?? 0) + (((packet.flags ?? 0) & FIN) !== 0 ? 1 : 0);
  };
  send('client', { flags: SYN, seq: isn, ack: 0 });
  send('server', { flags: SYN | ACK, seq: serverIsn, ack: isn + 1 });
  send('client', {});
  for (const [who, payload] of [['client', request], ['server', reply], ...more] as const) {
    if (payload.length > 0) send(who, { payload });
    send(who === 'client' ? 'server' : 'client', {});
  }
  if (end === 'rst') send('server', { flags: RST | ACK });
  if (end !== 'fin') return frames;
  send('client', { flags: FIN | ACK });
  send('server', { flags: FIN | ACK });
  send('client', {});
  return frames;
}

/** A tunnel as ztunnels make it, with one exchange inside. */
export const tunnel = (options: Pick<Talk, 'from' | 'to' | 'at'> & Partial<Talk>): readonly Frame[] =>
  talk({
    request: clientHello(),
    reply: SERVER_FLIGHT,
    more: [
      ['client', joined(CLIENT_FLIGHT, record(23, 120))],
      ['server', joined(record(23, 60), record(23, 300))],
    ],
    ...options,
  });
export const refusedTunnel = (options: Pick<Talk, 'from' | 'to' | 'at'>): readonly Frame[] =>
  talk({
    request: clientHello(),
    reply: SERVER_FLIGHT,
    more: [
      ['client', joined(CHANGE_CIPHER_SPEC, record(23, 25), record(23, 69))],
      ['server', record(23, 19)],
    ],
    ...options,
  });

/** pcap, µs, little-endian, Ethernet: https://www.tcpdump.org/manpages/pcap-savefile.5.html */
export function pcap(frames: readonly Frame[]): Uint8Array {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(262_144, 16);
  header.writeUInt32LE(1, 20);
  const records = [...frames]
    .sort((a, b) => a.time - b.time)
    .map(({ bytes, original, time: at }) => {
      const prefix = Buffer.alloc(16);
      prefix.writeUInt32LE(Math.floor(at / 1e6), 0);
      prefix.writeUInt32LE(at % 1e6, 4);
      prefix.writeUInt32LE(bytes.length, 8);
      prefix.writeUInt32LE(original, 12);
      return Buffer.concat([prefix, bytes]);
    });
  return Buffer.concat([header, ...records]);
}

export type Files = { readonly [name: string]: string | Uint8Array };

/** Writes the files into a folder of their own and asks for their flows. Names in the answer are the files'. */
export async function tell(files: Files, flags: readonly string[] = []): Promise<Answer> {
  const folder = mkdtempSync(join(tmpdir(), 'plainsight-story-'));
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    return await answerOf(
      Object.keys(files).map((name) => join(folder, name)),
      flags,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const logOf = (lines: readonly Line[]): string =>
  [...lines]
    .sort((a, b) => a.at - b.at)
    .map(line)
    .join('');

/** `from > to:port verdict reason`, then by whom: enough to compare whole answers by eye. */
export const shortly = ({ flows }: Answer): readonly string[] =>
  flows
    .map(({ kind, source, destination, verdict, reason, exempt, witnesses, evidence }) =>
      [
        kind,
        `${source.ip}:${source.port} > ${destination.ip}:${destination.port}`,
        verdict,
        reason,
        ...(exempt === null ? [] : [exempt]),
        witnesses.join('+'),
        evidence.length,
      ].join(' '),
    )
    .sort();
