/** `--pod` when the connection to the cluster breaks, or the program is ended at once. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { canMakeNamespaces } from '../native/netns.ts';
import { type Cluster, createCluster } from './cluster.ts';
import { flowsOf, inputsOf, start } from './program.ts';
import { createScene, http, type Scene } from './scene.ts';

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
    it.each(['reset', 'reset-mute'])('goes on after a connection that broke (%s), and says what it may have missed', async (mode) => {
      cluster = createCluster(scene.link, mode);
      const program = start(POD, cluster.env);
      await program.captures;
      await request();
      await until(program, /capturing again after [\d.]+ s/);
      await request();
      expect(cluster.tcpdumps()).toBe(1);
      program.child.kill('SIGINT');
      const { code, out, err } = await program.ended;
      expect(code, err).toBe(130);
      expect(flowsOf(out).map(({ verdict }) => verdict)).toEqual(['plaintext', 'plaintext']);
      expect(inputsOf(out)).toMatchObject([{ lost: 1 }]);
      expect(out).toContain('"id":"evidence-lost"');
      expect(cluster.tcpdumps()).toBe(0);
    });

    it('leaves nothing running when a second Ctrl-C ends it at once', async () => {
      cluster = createCluster(scene.link);
      const program = start(POD, cluster.env);
      await program.captures;
      program.child.kill('SIGINT');
      await sleep(20);
      program.child.kill('SIGINT');
      expect((await program.ended).code).toBe(130);
      for (let tries = 0; tries < 40 && cluster.tcpdumps() > 0; tries++) await sleep(50);
      expect(cluster.tcpdumps()).toBe(0);
    });
  });
}

async function until(program: ReturnType<typeof start>, says: RegExp): Promise<void> {
  let text = '';
  await new Promise<void>((resolve, reject) => {
    program.child.stderr?.on('data', (part: string) => {
      text += part;
      if (says.test(text)) resolve();
    });
    void program.ended.then(({ err }) => reject(new Error(`it never said ${says}: ${err}`)));
  });
}
