/** `--node`: as pod.test.ts; what matters here is that the debug pod goes, whatever happens. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { canMakeNamespaces } from '../native/netns.ts';
import { type Cluster, createCluster } from './cluster.ts';
import { flowsOf, inputsOf, start } from './program.ts';
import { createScene, http, type Scene } from './scene.ts';

const NODE = ['flows', '-o', 'jsonl', '--node', 'n1'];

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

  describe('a capture on a node', () => {
    it('runs in a debug pod that is deleted, and does not capture itself', async () => {
      cluster = createCluster(scene.link);
      const program = start([...NODE, '--filter', 'tcp', '--pod', 'shop/web', '-i', scene.link.device], cluster.env);
      await program.captures;
      expect(cluster.debugPods()).toEqual(['node-debugger-n1-x7k2f']);
      await http(scene.link.peerAddress);
      program.child.kill('SIGTERM');
      const { code, out, err } = await program.ended;
      expect(code, err).toBe(130);
      // Three witnesses of one connection.
      expect(flowsOf(out)).toMatchObject([{ verdict: 'plaintext', application: 'http' }]);
      expect(inputsOf(out).map(({ input, lost }) => [input, lost])).toEqual([
        ['node/n1', 0],
        ['pod/shop/web', 0],
        [scene.link.device, 0],
      ]);
      expect([cluster.debugPods(), cluster.tcpdumps()]).toEqual([[], 0]);
      const commands = cluster.commands().join('\n');
      expect(commands).toMatch(
        /^debug --context=test node\/n1 --image=nicolaka\/netshoot -c plainsight-\w{5} --profile=netadmin -- sleep infinity$/m,
      );
      expect(commands).toMatch(/-w - \(tcp\) and not \(tcp port 10250 or .* or host ::1\)$/m);
      expect(commands).toMatch(/^delete --context=test pod -n default node-debugger-n1-x7k2f --now --wait=false$/m);
    });

    it.each([
      ['mute', 0, /^$/],
      ['stuck', 0, /^$/],
      ['image', 69, /node\/n1: the debug container did not start: ImagePullBackOff/],
      ['no-tcpdump', 69, /node\/n1: the image nicolaka\/netshoot has no tcpdump/],
      ['quota', 69, /exceeded quota.*kubectl describe quota/s],
      ['policy', 69, /violates PodSecurity/],
    ])('is deleted all the same: %s', async (mode, exit, says) => {
      cluster = createCluster(scene.link, mode);
      const { code, err } = await start([...NODE, '-q', '--duration', '300ms'], cluster.env).ended;
      expect([code, err]).toEqual([exit, expect.stringMatching(says)]);
      expect([cluster.debugPods(), cluster.tcpdumps()]).toEqual([[], 0]);
    });

    it('is deleted when another capture cannot begin', async () => {
      cluster = createCluster(scene.link);
      const { code, err } = await start([...NODE, '-i', 'nosuch0'], cluster.env).ended;
      expect([code, err]).toEqual([69, expect.stringMatching(/nosuch0/)]);
      expect([cluster.debugPods(), cluster.tcpdumps()]).toEqual([[], 0]);
    });

    it('is deleted when it is interrupted while it starts, or ended at once', async () => {
      cluster = createCluster(scene.link, 'slow');
      const waiting = start(NODE, cluster.env);
      await cluster.asked('debug');
      waiting.child.kill('SIGINT');
      expect((await waiting.ended).code).toBe(130);
      expect(cluster.debugPods()).toEqual([]);
      const program = start(NODE, cluster.env);
      await program.captures;
      program.child.kill('SIGINT');
      program.child.kill('SIGTERM');
      expect((await program.ended).code).toBe(130);
      for (let tries = 0; tries < 40 && cluster.debugPods().length + cluster.tcpdumps() > 0; tries++) await sleep(50);
      expect([cluster.debugPods(), cluster.tcpdumps()]).toEqual([[], 0]);
    });

    it('prints its commands', async () => {
      cluster = createCluster(scene.link);
      const { code, out } = await start(['--node', 'n1', '--print-commands', '--context', 'prod'], cluster.env).ended;
      expect(code).toBe(0);
      expect(out).toMatch(/^POD=\$\(kubectl debug --context=prod node\/n1 .* \| sed .*\)$/m);
      expect(out).toMatch(/^kubectl delete --context=prod pod "\$POD" --now --wait=false$/m);
    });
  });
}
