/**
 * A network of two hosts for the live tests: this one and a namespace with real servers, joined by a veth pair, with a VLAN and a VXLAN on
 * top, and IPv6. What is sent over it, and what plainsight has to say of it.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createLink, type Link } from '../native/netns.ts';

const run = promisify(execFile);
const ip = (...words: readonly string[]): Promise<unknown> => run('ip', words);
const VLAN = fileURLToPath(new URL('vlan.py', import.meta.url));
const SERVERS = fileURLToPath(new URL('servers.mjs', import.meta.url));

export type Scene = {
  readonly link: Link;
  readonly folder: string;
  /** The server's addresses: over IPv6, in the VLAN, in the VXLAN. */
  readonly six: string;
  readonly vlan: string;
  readonly vxlan: string;
  remove(): void;
};

export async function createScene(): Promise<Scene> {
  const link = createLink();
  const folder = mkdtempSync(join(tmpdir(), 'plainsight-live-'));
  const subnet = process.pid % 200;
  const six = `fd00:${subnet}:1::2`;
  const peer = (await namesIn(link.namespace)).find((name) => name.startsWith('psb')) ?? '';
  const here = (...words: readonly string[]): Promise<unknown> => ip(...words);
  const there = (...words: readonly string[]): Promise<unknown> => ip('-n', link.namespace, ...words);
  await here('addr', 'add', `fd00:${subnet}:1::1/64`, 'dev', link.device, 'nodad');
  await there('addr', 'add', `${six}/64`, 'dev', peer, 'nodad');
  const ends = [
    { on: here, device: link.device, host: 1, remote: link.peerAddress },
    { on: there, device: peer, host: 2, remote: link.address },
  ];
  const vlans: ChildProcess[] = [];
  for (const { on, device, host, remote } of ends) {
    const [vlan, vxlan] = [`psv${link.device.slice(3)}`, `psx${link.device.slice(3)}`];
    vlans.push(await vlanEnd(host === 1 ? [] : ['ip', 'netns', 'exec', link.namespace], device, vlan));
    await on('addr', 'add', `10.77.${subnet}.${host}/24`, 'dev', vlan);
    await on('link', 'set', vlan, 'mtu', '1400', 'up');
    await on('link', 'add', vxlan, 'type', 'vxlan', 'id', String(process.pid), 'dev', device, 'remote', remote, 'dstport', '4789');
    await on('addr', 'add', `10.78.${subnet}.${host}/24`, 'dev', vxlan);
    await on('link', 'set', vxlan, 'up');
  }
  await serve(link, folder);
  return { link, folder, six, vlan: `10.77.${subnet}.2`, vxlan: `10.78.${subnet}.2`, remove: () => removeAll(link, folder, vlans) };
}

function removeAll(link: Link, folder: string, vlans: readonly ChildProcess[]): void {
  for (const vlan of vlans) vlan.kill('SIGKILL');
  link.remove();
  rmSync(folder, { recursive: true, force: true });
}

/** In userspace: not every kernel has VLAN devices. */
async function vlanEnd(where: readonly string[], device: string, name: string): Promise<ChildProcess> {
  const [command = '', ...words] = [...where, 'python3', VLAN, device, name, '7'];
  const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  return child;
}

async function namesIn(namespace: string): Promise<readonly string[]> {
  const { stdout } = await run('ip', ['-n', namespace, '-br', 'link']);
  return stdout.split('\n').map((line) => line.split(/[@\s]/)[0] ?? '');
}

async function serve(link: Link, folder: string): Promise<void> {
  const certificate = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'certificate.pem'), '-subj', '/CN=test', '-days', '1'];
  await run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', ...certificate]);
  await link.serve(6379, 'redis-server', '--port', '6379', '--protected-mode', 'no', '--save', '', '--dir', folder);
  await link.serve(15008, process.execPath, SERVERS, folder);
}

export type Sent = {
  readonly to: string;
  readonly port: number;
  readonly verdict: string;
  readonly reason: string;
  readonly application: string | null;
  readonly underlay: string | null;
};

/** One connection of each kind, one after the other; what each has to be judged. */
export async function send(scene: Scene): Promise<readonly Sent[]> {
  const to = scene.link.peerAddress;
  for (const [what, work] of Object.entries({
    HTTP: () => http(to),
    'HTTP over IPv6': () => http(scene.six),
    'HTTP in a VLAN': () => http(scene.vlan),
    'HTTP in VXLAN': () => http(scene.vxlan),
    Redis: () => run('redis-cli', ['-h', to, 'SET', 'greeting', 'hello']),
    PostgreSQL: () => postgresql(to),
    TLS: () => tls(to),
    'a tunnel': () => tunnel(to),
    'plaintext to 15008': () => plaintextToTunnel(to),
  })) {
    await Promise.race([work(), sleep(5000).then(() => Promise.reject(new Error(`${what} was not answered`)))]);
  }
  const plaintext = { verdict: 'plaintext', reason: 'passthrough', underlay: null };
  return [
    { ...plaintext, to, port: 9080, application: 'http' },
    { ...plaintext, to: scene.six, port: 9080, application: 'http' },
    { ...plaintext, to: scene.vlan, port: 9080, application: 'http' },
    { ...plaintext, to: scene.vxlan, port: 9080, application: 'http', underlay: 'vxlan' },
    { ...plaintext, to, port: 6379, application: 'redis' },
    { ...plaintext, to, port: 5432, application: 'postgresql' },
    { to, port: 8443, verdict: 'tls', reason: 'application-tls', application: null, underlay: null },
    { to, port: 15008, verdict: 'hbone', reason: 'hbone', application: null, underlay: null },
    { to, port: 15008, verdict: 'failed', reason: 'plaintext-on-hbone-port', application: 'http', underlay: null },
  ];
}

export async function http(host: string, port = 9080): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    get({ host, port, path: '/', agent: false }, (response) => response.resume().on('close', resolve)).on('error', reject);
  });
}

async function postgresql(host: string): Promise<void> {
  const socket = connect(5432, host);
  // StartupMessage: length, protocol 3.0, user.
  socket.write(Buffer.concat([Buffer.from('0000001300030000', 'hex'), Buffer.from('user\0test\0\0')]));
  await once(socket, 'data');
  socket.write(Buffer.concat([Buffer.from('510000000e', 'hex'), Buffer.from('SELECT 1;\0')]));
  await once(socket, 'data');
  socket.end();
  await once(socket, 'close');
}

async function tls(host: string): Promise<void> {
  const socket = connectTls({ host, port: 8443, servername: 'reviews.example', rejectUnauthorized: false });
  socket.write('hello');
  socket.resume();
  await once(socket, 'close');
}

/** The hello of a ztunnel: ALPN exactly h2, no SNI (the host is an address), TLS 1.2 and later. */
async function tunnel(host: string): Promise<void> {
  const session = connectHttp2(`https://${host}:15008`, { rejectUnauthorized: false, minVersion: 'TLSv1.2', ALPNProtocols: ['h2'] });
  const stream = session.request({ ':method': 'CONNECT', ':authority': '10.0.0.1:8080' });
  stream.end('GET / HTTP/1.1\r\n\r\n');
  stream.resume();
  await once(stream, 'end');
  session.close();
  await once(session, 'close');
}

async function plaintextToTunnel(host: string): Promise<void> {
  await http(host, 15008).catch(() => undefined);
}
