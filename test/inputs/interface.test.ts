/** The choice between libpcap and a program, and giving up root: the last test becomes another user, in this file's own process. */
import { createSocket } from 'node:dgram';
import { accessSync, constants } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isMainThread } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { interfaceInput } from '../../src/inputs/interface.ts';
import { dropPrivileges } from '../../src/inputs/interface-privileges.ts';
import { findProgram } from '../../src/inputs/interface-program.ts';
import { builtBinding } from '../native/built.ts';
import { blocksOf, collect } from './interface-contract.ts';

const loaded = builtBinding();
const canCapture = process.platform === 'linux' && process.geteuid?.() === 0 && isMainThread;

async function ping(port: number): Promise<void> {
  const socket = createSocket('udp4');
  await new Promise((resolve) => socket.send('hello', port, '127.0.0.1', resolve));
  socket.close();
}

async function abortsAfter(work: Promise<unknown>, delayMs: number): Promise<AbortSignal> {
  await work;
  const controller = new AbortController();
  setTimeout(() => controller.abort(), delayMs);
  return controller.signal;
}

if (loaded === undefined || !canCapture)
  it('needs the binding, Linux and root', () => console.log('live capture was not tested: it needs Linux and root'));
else live(loaded);

function live(binding: NonNullable<typeof loaded>): void {
  describe('an interface as an input', () => {
    it('says once that a program stands in where libpcap is missing, and works', async () => {
      if (findProgram('tcpdump') === null) return console.log('there is no tcpdump to stand in');
      const said: string[] = [];
      const input = await interfaceInput('lo', { filter: 'udp port 9' }, (line) => said.push(line), {
        binding: null,
        missing: 'libpcap',
        why: 'hidden',
      });
      const bytes = await collect(input, await abortsAfter(ping(9), 1300));
      expect(blocksOf(bytes).packets).toBe(1);
      expect(said).toEqual(['lo: capturing through tcpdump, half a second behind, since there is no libpcap (hidden)']);
    });

    it('uses libpcap, without a word, where it is there', async () => {
      const said: string[] = [];
      const input = await interfaceInput('lo', { filter: 'udp port 9' }, (line) => said.push(line), binding);
      const bytes = await collect(input, await abortsAfter(ping(9), 60));
      expect([blocksOf(bytes).packets, said]).toEqual([1, []]);
    });

    it('goes on capturing after root was given up for good, through libpcap and through tcpdump', async () => {
      Object.assign(process.env, { SUDO_UID: '65534', SUDO_GID: '65534', SUDO_USER: 'nobody' });
      const quiet = (): void => {};
      const input = await interfaceInput('lo', { filter: 'udp port 9' }, quiet, binding);
      const other = await interfaceInput('lo', { filter: 'udp port 9' }, quiet, { binding: null, missing: 'binding', why: '' });
      expect(dropPrivileges()).toEqual({ uid: 65_534, gid: 65_534, user: 'nobody' });
      expect([process.getuid?.(), process.geteuid?.(), process.getgid?.(), process.getgroups?.()]).toEqual([65_534, 65_534, 65_534, [65_534]]);
      expect(() => accessSync('/etc/shadow', constants.R_OK)).toThrow('EACCES');
      await sleep(50);
      const signal = await abortsAfter(ping(9), 1300);
      const results = await Promise.all([collect(input, signal), collect(other, signal)]);
      expect(results.map((bytes) => blocksOf(bytes).packets)).toEqual([1, 1]);
      const error = await interfaceInput('lo', {}, quiet, binding).catch((problem: unknown) => problem);
      expect(String(error)).toMatch(/permission.*sudo setcap cap_net_raw\+eip .*--pod/s);
      expect(dropPrivileges()).toBeUndefined();
    });
  });
}
