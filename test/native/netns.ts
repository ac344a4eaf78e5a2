/**
 * Real network namespaces for tests: a veth pair, one end here, the other in a namespace of its own. Names carry this process's
 * number, so that tests at the same time do not meet.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

export type Link = {
  /** The end here. */
  readonly device: string;
  readonly address: string;
  /** The end in the namespace. */
  readonly peerAddress: string;
  readonly namespace: string;
  /** Runs a program in the namespace; returns its stdout. */
  run(command: string, ...words: readonly string[]): string;
  /** Starts a program in the namespace and waits until its TCP port answers. */
  serve(port: number, command: string, ...words: readonly string[]): Promise<ChildProcess>;
  /** Deletes the device, as if it had been unplugged. */
  unplug(): void;
  /** Deletes all of it and ends what was started. */
  remove(): void;
};

let count = 0;

/** Says one line and gives false where namespaces cannot be made. */
export function canMakeNamespaces(): boolean {
  const name = `ps${process.pid.toString(36)}x`;
  const isPossible = process.platform === 'linux' && process.geteuid?.() === 0 && spawnSync('ip', ['netns', 'add', name]).status === 0;
  if (isPossible) ip('netns', 'del', name);
  else console.log('live capture was not tested: it needs Linux, root and iproute2');
  return isPossible;
}

export function createLink(): Link {
  const id = `${process.pid.toString(36)}${(count++).toString(36)}`;
  const namespace = `ps${id}`;
  const device = `psa${id}`;
  const subnet = `10.${200 + (process.pid % 50)}.${count % 256}`;
  const children: ChildProcess[] = [];
  ip('netns', 'add', namespace);
  ip('link', 'add', device, 'type', 'veth', 'peer', 'name', `psb${id}`, 'netns', namespace);
  ip('addr', 'add', `${subnet}.1/24`, 'dev', device);
  ip('link', 'set', device, 'up');
  ip('-n', namespace, 'addr', 'add', `${subnet}.2/24`, 'dev', `psb${id}`);
  ip('-n', namespace, 'link', 'set', `psb${id}`, 'up');
  ip('-n', namespace, 'link', 'set', 'lo', 'up');
  const link: Link = {
    device,
    address: `${subnet}.1`,
    peerAddress: `${subnet}.2`,
    namespace,
    run: (command, ...words) =>
      execFileSync('ip', ['netns', 'exec', namespace, command, ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    serve: async (port, command, ...words) => {
      // `exec` keeps the number of the process: stopping it stops the server.
      const child = spawn('ip', ['netns', 'exec', namespace, command, ...words], { stdio: 'ignore' });
      children.push(child);
      for (let tries = 0; tries < 100 && !listens(namespace, port); tries++) await sleep(20);
      return child;
    },
    unplug: () => ip('link', 'del', device),
    remove: () => {
      for (const child of children) child.kill('SIGKILL');
      spawnSync('ip', ['link', 'del', device]);
      spawnSync('ip', ['netns', 'del', namespace]);
    },
  };
  return link;
}

function listens(namespace: string, port: number): boolean {
  const table = spawnSync('ip', ['netns', 'exec', namespace, 'cat', '/proc/net/tcp', '/proc/net/tcp6'], { encoding: 'utf8' }).stdout;
  return new RegExp(`:${port.toString(16).toUpperCase().padStart(4, '0')} [0-9A-F]+:0000 0A`).test(table);
}

function ip(...words: readonly string[]): void {
  execFileSync('ip', words, { stdio: ['ignore', 'ignore', 'pipe'] });
}

/** `packets` datagrams of `size` bytes over the link; nobody has to listen. Resolves when the kernel has them all. */
export async function sendDatagrams(
  link: Link,
  packets: number,
  { port = 9999, size = 100 }: { readonly port?: number; readonly size?: number } = {},
): Promise<void> {
  const socket = createSocket('udp4');
  const message = Buffer.alloc(size, 'x');
  socket.bind(0, link.address);
  await once(socket, 'listening');
  const send = (): Promise<void> =>
    new Promise((resolve, reject) => socket.send(message, port, link.peerAddress, (error) => (error ? reject(error) : resolve())));
  for (let sent = 0; sent < packets; sent++) await send();
  socket.close();
}
