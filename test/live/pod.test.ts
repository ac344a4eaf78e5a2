/** `--pod`: the program as installed, a stand-in kubectl, real tcpdump in a network namespace. */
import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { canMakeNamespaces } from '../native/netns.ts';
import { type Cluster, createCluster } from './cluster.ts';
import { flowsOf, inputsOf, start } from './program.ts';
import { createScene, http, type Scene } from './scene.ts';

const run = promisify(execFile);
const POD = ['flows', '-o', 'jsonl', '--pod', 'shop/web'];

if (!canMakeNamespaces()) it('needs Linux and root', () => {});
else live();

function live(): void {
  let scene: Scene;
  let cluster: Cluster;
  beforeAll(async () => {
    scene = await createScene();
  });
  afterEach(() => cluster.remove());
  afterAll(() => scene.remove());

  const request = (): Promise<void> => http(scene.link.peerAddress);

  describe('a capture in a pod', () => {
    it('runs tcpdump in a debug container that was started idle, and ends it on Ctrl-C', async () => {
      cluster = createCluster(scene.link);
      const program = start([...POD, '--filter', 'tcp port 9080'], cluster.env);
      await program.captures;
      await request();
      program.child.kill('SIGINT');
      const { code, out, err } = await program.ended;
      expect(code, err).toBe(130);
      expect(flowsOf(out)).toMatchObject([{ verdict: 'plaintext', application: 'http', destination: { ip: scene.link.peerAddress, port: 9080 } }]);
      expect(inputsOf(out)).toMatchObject([{ input: 'pod/shop/web', lost: 0 }]);
      expect(cluster.tcpdumps()).toBe(0);
      const commands = cluster.commands();
      expect(commands).toContainEqual(
        expect.stringMatching(
          /^debug --context=test -n shop web --image=nicolaka\/netshoot -c plainsight-\w{5} --profile=netadmin -- sleep infinity$/,
        ),
      );
      expect(commands).toContainEqual(
        expect.stringMatching(/^exec --context=test -n shop web -c plainsight-\w{5} -- .*tcpdump -i any -U -s 0 -B 32768 -w - tcp port 9080$/),
      );
    });

    it('reuses a container that has tcpdump, its own of an earlier run or the application’s', async () => {
      cluster = createCluster(scene.link);
      for (let runs = 0; runs < 2; runs++) expect((await start([...POD, '--duration', '300ms'], cluster.env).ended).code).toBe(0);
      expect(cluster.commands().filter((command) => command.startsWith('debug'))).toHaveLength(1);
      cluster.remove();
      cluster = createCluster(scene.link, 'app-tcpdump');
      expect((await start([...POD, '--duration', '300ms'], cluster.env).ended).code).toBe(0);
      expect(cluster.commands().filter((command) => command.startsWith('debug'))).toEqual([]);
    });

    it('waits for a container that is slow, through noise on stderr, and ends after --duration', async () => {
      cluster = createCluster(scene.link, 'slow', 'noise', 'policy-netadmin');
      const program = start([...POD, '--duration', '2s'], cluster.env);
      await program.captures;
      await request();
      const { code, out, err } = await program.ended;
      expect(code, err).toBe(0);
      expect(flowsOf(out)).toHaveLength(1);
      expect(cluster.tcpdumps()).toBe(0);
      expect(cluster.commands().join('\n')).toMatch(/--profile=baseline -- sleep infinity/);
    });

    it('prints commands that do the same', async () => {
      cluster = createCluster(scene.link);
      const { code, out } = await start(
        [...POD, '--print-commands', '--count', '4', '--filter', 'tcp port 9080 or (tcp port 15008)', '--kubeconfig', 'a b'],
        cluster.env,
      ).ended;
      expect(code).toBe(0);
      expect(cluster.commands()).toEqual([]);
      expect(out).toContain("'--kubeconfig=a b'");
      const script = run('sh', ['-c', out.replace(/plainsight flows .*/, 'cat')], { env: { ...process.env, ...cluster.env }, encoding: 'buffer' });
      for (let tries = 0; tries < 100 && cluster.tcpdumps() === 0; tries++) await sleep(50);
      await sleep(300);
      await request();
      const { stdout } = await script;
      expect(stdout.readUInt32LE(0)).toBe(0xa1b2c3d4);
    });
  });
}
