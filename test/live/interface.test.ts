/** Real traffic in network namespaces, captured live by the program as installed, beside tcpdump. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtBinding } from '../native/built.ts';
import { canMakeNamespaces } from '../native/netns.ts';
import { flowsOf, inputsOf, start, told } from './program.ts';
import { createScene, type Scene, type Sent, send } from './scene.ts';

if (!canMakeNamespaces() || builtBinding() === undefined) it('needs Linux, root and the binding', () => {});
else live();

function live(): void {
  describe('traffic as it happens', () => {
    let scene: Scene;
    let sent: readonly Sent[];
    let flows: ReturnType<typeof flowsOf>;
    let out: string;
    beforeAll(async () => {
      scene = await createScene();
      const beside = spawn('tcpdump', ['-i', scene.link.device, '-p', '-U', '-B', '32768', '-Z', 'root', '-w', join(scene.folder, 'beside.pcap')]);
      await once(beside.stderr, 'data');
      const program = start(['flows', '-o', 'jsonl', '-i', scene.link.device, '-i', 'lo', '--write', join(scene.folder, 'kept.pcapng')]);
      await program.captures;
      sent = await send(scene);
      await sleep(1200);
      beside.kill('SIGINT');
      program.child.kill('SIGINT');
      const ended = await program.ended;
      expect(ended.code, ended.err).toBe(130);
      out = ended.out;
      flows = flowsOf(out).filter(({ source }) => !source.ip.startsWith('127.'));
    });
    afterAll(() => scene.remove());

    it('is judged as it was sent', () => {
      const said = flows.map(({ destination: { ip: to, port }, verdict, reason, application, underlay }) => ({
        to,
        port,
        verdict,
        reason,
        application,
        underlay,
      }));
      expect(sorted(said)).toEqual(sorted(sent));
    });

    it('has its account: every packet read or counted, nothing lost', () => {
      const [lo, device] = inputsOf(out);
      expect([lo?.input, lo?.lost, device?.input, device?.lost]).toEqual(['lo', 0, scene.link.device, 0]);
      expect(device?.records).toBeGreaterThan(80);
    });

    it('gives the same flows as the file that tcpdump wrote meanwhile', async () => {
      const { out: replayed, code } = await start(['flows', '-o', 'jsonl', join(scene.folder, 'beside.pcap')]).ended;
      expect(code).toBe(0);
      expect(flowsOf(replayed).map(told)).toEqual(flows.map(told));
    });

    it('gives the same flows, and the same ids, as the file that --write kept', async () => {
      const { out: replayed } = await start(['flows', '-o', 'jsonl', join(scene.folder, 'kept.pcapng')]).ended;
      const again = flowsOf(replayed).filter(({ source }) => !source.ip.startsWith('127.'));
      expect(again.map(told)).toEqual(flows.map(told));
      expect(again.map(({ id }) => id)).toEqual(flows.map(({ id }) => id));
    });
  });

  describe('a live capture on the command line', () => {
    let scene: Scene;
    beforeAll(async () => {
      scene = await createScene();
    });
    afterAll(() => scene.remove());

    it('ends by itself after --duration, and --filter leaves the rest out', async () => {
      const program = start(['flows', '-o', 'jsonl', '-i', scene.link.device, '--filter', 'tcp port 6379', '--duration', '3s']);
      await program.captures;
      await send(scene);
      const { code, out } = await program.ended;
      expect(code).toBe(0);
      expect(flowsOf(out).map(({ destination }) => destination.port)).toEqual([6379]);
    });

    it('ends after --count packets', async () => {
      const program = start(['-o', 'jsonl', '-i', scene.link.device, '--filter', 'tcp port 6379', '--count', '3']);
      await program.captures;
      await send(scene);
      expect(inputsOf((await program.ended).out)[0]?.records).toBe(3);
    });

    it.each([
      [['-i', 'nosuch0'], 69, /nosuch0: .*plainsight interfaces/s],
      [['-i', 'lo', '--filter', 'tcp prot 80'], 64, /--filter: .*\^ here/s],
      [['-i', 'lo', '--write', '/nosuch/x.pcapng'], 69, /--write \/nosuch\/x.pcapng/],
      [['-i', 'lo', '--snaplen', '9999999'], 64, /--snaplen: 9999999/],
      [['--filter', 'tcp', 'x.pcap'], 64, /--filter is for live capture/],
      [['--pod', 'web'], 64, /NAMESPACE\/POD/],
      [['doctor', 'x'], 64, /doctor takes no input/],
    ])('says what is wrong with %j', async (words, code, says) => {
      const ended = await start(words).ended;
      expect(ended.err).toMatch(says);
      expect([ended.code, ended.out]).toEqual([code, '']);
    });

    it('lists what there is to capture on', async () => {
      const { out, code } = await start(['interfaces']).ended;
      expect(code).toBe(0);
      expect(out).toMatch(/^lo +up, loopback +127\.0\.0\.1/m);
      expect(out).toContain(scene.link.address);
    });

    it('says that nothing is missing here', async () => {
      const { out, code } = await start(['doctor']).ended;
      expect(code).toBe(0);
      expect(out).toMatch(/^ok +privileges +root, with CAP_NET_RAW$/m);
      expect(out).toMatch(/^ok +libpcap +libpcap version/m);
    });
  });
}

const sorted = (all: readonly unknown[]): readonly string[] => all.map((one) => JSON.stringify(one, Object.keys(Object(one)).sort())).sort();
