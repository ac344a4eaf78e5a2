/** What real programs say to each other, as recorded in test/captures: whole, one direction alone, and joined after the handshake. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { PCAP } from '../../src/formats/pcap.ts';
import type { PacketBatch } from '../../src/model/batch.ts';
import { cut } from '../formats/captures.ts';
import { newTables, type Row, reduceBatches } from './scene.ts';

const FOLDER = fileURLToPath(new URL('../captures/', import.meta.url));
/** The server's address in all of them. */
const SERVER = 0x0a4d0002;
const ETHERNET_BYTES = 14;
const HANDSHAKE = 3;

/** The packets that `keep` keeps, by their number in the capture and who sent them. */
async function rowsOf(name: string, keep: (index: number, isServer: boolean) => boolean): Promise<readonly Row[]> {
  const kept: PacketBatch[] = [];
  for await (const batch of PCAP.decode(cut(readFileSync(`${FOLDER}${name}.pcap`), [1 << 20]), newTables())) {
    if (batch.kind !== 'packets') continue;
    const indexes = Array.from({ length: batch.count }, (_, index) => index).filter((index) =>
      keep(batch.firstRecord + index, batch.bytes.getUint32((batch.offset[index] ?? 0) + ETHERNET_BYTES + 12) === SERVER),
    );
    const pick = (column: Uint32Array | Uint16Array | Float64Array): number[] => indexes.map((index) => column[index] ?? 0);
    kept.push({
      ...batch,
      bytes: new DataView(batch.bytes.buffer.slice(0), batch.bytes.byteOffset, batch.bytes.byteLength),
      count: indexes.length,
      offset: Uint32Array.from(pick(batch.offset)),
      captured: Uint32Array.from(pick(batch.captured)),
      original: Uint32Array.from(pick(batch.original)),
      time: Float64Array.from(pick(batch.time)),
      point: Uint16Array.from(pick(batch.point)),
    });
  }
  return reduceBatches(kept).rows;
}

/** The protocol, whose bytes could be read, and what was encrypted; the same of all connections in a capture. */
function told(rows: readonly Row[]): string {
  const words = rows.map(({ application, seen }) =>
    [
      application ?? '-',
      seen.includes('clientReadable') ? 'client' : '',
      seen.includes('serverReadable') ? 'server' : '',
      seen.includes('established') || seen.includes('encrypted') ? 'encrypted' : '',
    ]
      .filter(Boolean)
      .join(' '),
  );
  return [...new Set(words)].join(' | ');
}

/** By capture: both directions · the client's packets alone · the server's alone. `client`, `server`: whose bytes are readable. */
const EXPECTED: Readonly<Record<string, readonly [both: string, client: string, server: string]>> = {
  amqp: ['amqp client server', 'amqp client', 'amqp server'],
  'dns-tcp': ['dns client server', 'dns client', 'dns server'],
  'dns-udp': ['dns client server', 'dns client', 'dns server'],
  'ftp-tls': ['ftp client server encrypted', 'ftp client', 'ftp server'],
  ftp: ['ftp client server', 'ftp client', 'ftp server'],
  grpc: ['grpc client server', 'grpc client', 'grpc server'],
  h2c: ['http2 client server', 'http2 client', 'http2 server'],
  'http-connect': ['http client server encrypted', 'http client', 'http server'],
  http: ['http client server', 'http client', 'http server'],
  // Kafka's answers begin with numbers only: readable, and nobody's.
  kafka: ['kafka client server', 'kafka client', '- server'],
  mongodb: ['mongodb client server', 'mongodb client', 'mongodb server'],
  'mqtt-tls': ['- encrypted', '-', '-'],
  mqtt: ['mqtt client server', 'mqtt client', 'mqtt server'],
  'mysql-tls': ['mysql client server encrypted', 'mysql client', 'mysql server'],
  mysql: ['mysql client server', 'mysql client', 'mysql server'],
  'postgresql-tls': ['postgresql client server encrypted', 'postgresql client', 'postgresql server'],
  postgresql: ['postgresql client server', 'postgresql client', 'postgresql server'],
  // TLS 1.2 behind it: the server's Finished comes after the client's, and proves the handshake alone.
  proxy: ['http client server | - client encrypted', 'http client | - client', 'http server | - encrypted'],
  quic: ['quic encrypted', 'quic encrypted', 'quic encrypted'],
  'redis-tls': ['- encrypted', '-', '-'],
  redis: ['redis client server', 'redis client', 'redis server'],
  'smtp-starttls': ['smtp client server encrypted', 'smtp client', 'smtp server'],
  smtp: ['smtp client server', 'smtp client', 'smtp server'],
  ssh: ['ssh encrypted', 'ssh encrypted', 'ssh encrypted'],
};

test('every capture is expected to say something', () => {
  const names = readdirSync(FOLDER).flatMap((file) => (file.endsWith('.pcap') && file !== 'fragments.pcap' ? [file.slice(0, -5)] : []));
  expect(Object.keys(EXPECTED).toSorted()).toEqual(names.toSorted());
});

test.for(Object.entries(EXPECTED))('%s', async ([name, [both, client, server]]) => {
  const whole = await rowsOf(name, () => true);
  expect(told(whole)).toBe(both);
  expect(told(await rowsOf(name, (_, isServer) => !isServer))).toBe(client);
  expect(told(await rowsOf(name, (_, isServer) => isServer))).toBe(server);
});

test.for(Object.entries(EXPECTED).filter(([name]) => name !== 'dns-udp' && name !== 'quic'))(
  '%s is the same without its handshake',
  async ([name, [both]]) => {
    expect(told(await rowsOf(name, (record) => record > HANDSHAKE))).toBe(both);
  },
);
