/** The view `strict` over the recordings: what each port has, who would be turned away, and the exit code. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { hasRecordings, plainsight, RECORDINGS } from './program.ts';

type Row = {
  readonly type: string;
  readonly namespace: string;
  readonly workload: string;
  readonly port: number;
  readonly mode: string;
  readonly modeFrom: string | null;
  readonly state: string;
  readonly wouldBreak: readonly { readonly workload: string }[];
};

async function rowsOf(words: readonly string[]): Promise<{ readonly code: number; readonly rows: readonly string[] }> {
  const { code, out } = await plainsight(['strict', '-o', 'jsonl', ...words]);
  const lines: readonly Row[] = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const rows = lines.filter(({ type }) => type === 'strict');
  return {
    code,
    rows: rows.map(
      ({ workload, port, mode, state, wouldBreak }) =>
        `${workload}:${port} ${mode} ${state}${wouldBreak.map((client) => ` ${client.workload}`).join('')}`,
    ),
  };
}

describe.runIf(hasRecordings('strict'))('strict', () => {
  it('says of two nodes who would break', async () => {
    const folder = `${RECORDINGS}netns-text/`;
    const { code, rows } = await rowsOf(
      ['node1-eth0.pcap', 'node2-any-nano.pcap', 'ztunnel-n1.log', 'ztunnel-n2.log', 'mesh.yaml'].map((file) => folder + file),
    );
    expect(code).toBe(1);
    expect(rows).toContain('reviews-v1:9080 PERMISSIVE would break legacy-v1 stale-v1');
    expect(rows).toContain('payments-v1:8443 STRICT already strict');
    expect(rows).toContain('ratings-v1:9080 PERMISSIVE ready');
  });

  it('tries out policies on a cluster', async () => {
    const folder = `${RECORDINGS}kubernetes-prometheus-kiali/`;
    const inputs = [
      'ztunnel/node1.log',
      'ztunnel/node2.log',
      'kubectl/pods-services-nodes-namespaces.json',
      'kubectl/peerauthentication-authorizationpolicy.yaml',
    ].map((file) => folder + file);
    const file = `${mkdtempSync(`${tmpdir()}/strict-`)}/policies.yaml`;
    writeFileSync(
      file,
      'apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: all, namespace: bookinfo}\nspec: {mtls: {mode: STRICT}}\n',
    );
    const [now, then] = [await rowsOf(inputs), await rowsOf(['--from-policies', file, ...inputs])];
    expect([now.code, then.code]).toEqual([1, 1]);
    expect(now.rows).toContain('vault-v1:9080 STRICT already strict');
    expect(now.rows).toContain('reviews-v1:9080 PERMISSIVE would break uncaptured-v1 legacy-client mixed-v1');
    expect(then.rows).toContain('reviews-v1:9080 STRICT would break uncaptured-v1 legacy-client mixed-v1');
    expect((await plainsight(['strict', '--from-policies', '/nowhere.yaml', ...inputs])).code).toBe(65);
    expect((await plainsight(['flows', '--from-policies', file, ...inputs])).code).toBe(64);
  });
});
