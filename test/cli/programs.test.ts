/** The verdicts on what real programs say to each other, in the clear and after each kind of upgrade to TLS. */
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { run } from './end-to-end.ts';

const FOLDER = fileURLToPath(new URL('../captures', import.meta.url));

/** By capture; a prelude in the clear is `exposed`. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  amqp: ['amqp plaintext exposed'],
  'dns-tcp': ['dns plaintext exposed'],
  'dns-udp': ['dns plaintext exposed'],
  fragments: ['text plaintext exposed'],
  ftp: ['ftp plaintext exposed'],
  'ftp-tls': ['ftp tls exposed'],
  grpc: ['grpc plaintext exposed'],
  h2c: ['http2 plaintext exposed'],
  http: ['http plaintext exposed'],
  'http-connect': ['http tls exposed'],
  kafka: ['kafka plaintext exposed'],
  mongodb: ['mongodb plaintext exposed'],
  mqtt: ['mqtt plaintext exposed'],
  'mqtt-tls': ['null tls'],
  mysql: ['mysql plaintext exposed'],
  'mysql-tls': ['mysql tls exposed'],
  postgresql: ['postgresql plaintext exposed'],
  'postgresql-tls': ['postgresql tls exposed'],
  proxy: ['http plaintext exposed', 'null tls exposed'],
  quic: ['quic tls'],
  redis: ['redis plaintext exposed'],
  'redis-tls': ['null tls'],
  smtp: ['smtp plaintext exposed'],
  'smtp-starttls': ['smtp tls exposed'],
  ssh: ['ssh tls'],
};

test('every recorded program gets the verdict that it earns', async () => {
  const { out } = await run(['flows', '-o', 'jsonl', FOLDER]);
  const told = new Map<string, Set<string>>();
  for (const line of out.trim().split('\n')) {
    const flow = JSON.parse(line);
    if (flow.type !== 'flow') continue;
    const name = basename(flow.evidence[0].input, '.pcap');
    const words = `${flow.application} ${flow.verdict}${flow.exposedBytes > 0 ? ' exposed' : ''}`;
    told.set(name, (told.get(name) ?? new Set()).add(words));
  }
  expect(Object.fromEntries([...told].map(([name, words]) => [name, [...words].toSorted()]))).toEqual(EXPECTED);
});
