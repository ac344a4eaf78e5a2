/** `--pod` where it cannot be: exit 69, why, and what to do. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { canMakeNamespaces, createLink, type Link } from '../native/netns.ts';
import { type Cluster, createCluster } from './cluster.ts';
import { start } from './program.ts';

const POD = ['flows', '-o', 'jsonl', '--pod', 'shop/web'];

if (!canMakeNamespaces()) it('needs Linux and root', () => {});
else refusals();

function refusals(): void {
  let link: Link;
  let cluster: Cluster;
  beforeAll(() => {
    link = createLink();
  });
  afterEach(() => cluster.remove());
  afterAll(() => link.remove());

  describe('what hinders a capture in a pod is told, with what to do', () => {
    it.each([
      ['image', /did not start: ImagePullBackOff: .*--debug-image/s],
      ['config', /CreateContainerConfigError: container has runAsNonRoot/],
      ['dies', /did not start: Error/],
      ['policy', /violates PodSecurity.*--node NODE/s],
      ['rbac', /cannot patch resource.*--print-commands/s],
      ['pending', /the pod does not run: it is Pending/],
      ['down', /i\/o timeout.*kubectl cluster-info/s],
      ['no-tcpdump', /nicolaka\/netshoot has no tcpdump.*--debug-image/s],
      ['no-right', /permission to perform this capture.*--node NODE/s],
    ])('%s', async (mode, says) => {
      cluster = createCluster(link, mode);
      const { code, out, err } = await start(POD, cluster.env).ended;
      expect(err).toMatch(says);
      expect(err).toMatch(/^plainsight: pod\/shop\/web: /);
      expect([code, out, cluster.tcpdumps()]).toEqual([69, '', 0]);
    });

    it('a filter that tcpdump does not take', async () => {
      cluster = createCluster(link, 'app-tcpdump');
      const { code, err } = await start([...POD, '--filter', 'tcp prot 80'], cluster.env).ended;
      expect([code, err]).toEqual([64, expect.stringMatching(/--filter: .*syntax error\ntcp prot 80\n {4}\^ here/)]);
    });

    it('no kubectl', async () => {
      const { code, err } = await start(POD, { PATH: '/nonexistent' }).ended;
      expect([code, err]).toEqual([69, expect.stringMatching(/kubectl was not found on PATH.*\n"plainsight doctor" says how to install it/)]);
    });

    it('no such pod', async () => {
      cluster = createCluster(link);
      const none = await start(['--pod', 'shop/nosuch'], cluster.env).ended;
      expect([none.code, none.err]).toEqual([69, expect.stringMatching(/pods "nosuch" not found\nkubectl get pods -n shop/)]);
    });

    it('an interruption while it waits', async () => {
      cluster = createCluster(link, 'slow');
      const program = start(POD, cluster.env);
      await cluster.asked('debug');
      program.child.kill('SIGINT');
      const { code, err } = await program.ended;
      expect([code, err]).toEqual([130, 'plainsight: interrupted before the capture had begun\n']);
    });
  });
}
