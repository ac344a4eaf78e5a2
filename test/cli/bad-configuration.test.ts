/** Configuration that is wrong, half, hostile or of something else: named, in bounds, and all other inputs are answered. */
import { describe, expect, test } from 'vitest';
import { hbone, run, save } from './end-to-end.ts';

type Told = {
  readonly edges: readonly unknown[];
  readonly summary: {
    readonly inputs: readonly { readonly input: string; readonly read: number; readonly skipped: object; readonly lost: number }[];
  };
};
async function told(
  name: string,
  content: string,
): Promise<{
  readonly code: number | null;
  readonly err: string;
  readonly edges: number;
  readonly input: Told['summary']['inputs'][number] | undefined;
}> {
  const path = save(name, content);
  const { code, out, err } = await run(['edges', '-o', 'json', hbone, path]);
  const { edges, summary }: Told = JSON.parse(out);
  return { code, err, edges: edges.length, input: summary.inputs.find(({ input }) => input === path) };
}

const levels = (count: number): string =>
  Array.from({ length: count }, (_, level) => `l${level + 1}: &l${level + 1} [${Array(9).fill(`*l${level}`).join(', ')}]`).join('\n');
const workload = (index: number): object => ({ name: `p${index}`, namespace: 'x', workloadIps: [`10.9.0.${index}`], protocol: 'HBONE' });

describe('configuration that cannot be read', () => {
  test.for<readonly [string, string, RegExp]>([
    ['a bomb of aliases', `kind: Pod\napiVersion: v1\nl0: &l0 [1]\n${levels(30)}\n`, /nothing of it can be read/],
    ['brackets without end', `{"workloadIps":${'['.repeat(3_000_000)}`, /nothing of it can be read/],
    ['JSON that is none', '{"workloadIps": tru', /nothing of it can be read/],
    ['too much YAML', `apiVersion: v1\nkind: List\nitems:\n${'- kind: Pod\n'.repeat(5_700_000)}`, /more than 64 MiB/],
  ])('is named, and the log beside it is answered: %s', { timeout: 30_000 }, async ([name, content, message]) => {
    const started = performance.now();
    const { code, err, edges } = await told(`${name.replaceAll(' ', '-')}.txt`, content);
    expect([code, edges]).toEqual([65, 1]);
    expect(err).toContain(`${name.replaceAll(' ', '-')}.txt`);
    expect(err).toMatch(message);
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});

describe('configuration of which a part can be read', () => {
  test('half a dump: what came before, and that something is missing', async () => {
    const text = JSON.stringify({ workloads: [1, 2, 3].map(workload) });
    const { code, edges, input } = await told('half.json', text.slice(0, -40));
    expect([code, edges, input?.read, input?.lost]).toEqual([0, 1, 2, 1]);
  });

  test('half a table: the row that breaks off is counted', async () => {
    const table = 'NAMESPACE POD NAME ADDRESS   NODE  WAYPOINT PROTOCOL\nshop      web-1    10.9.0.1  node1 None     HBONE\nshop      web-2    10.9';
    const { code, edges, input } = await told('half.txt', table);
    expect([code, edges, input?.read, input?.skipped]).toEqual([0, 1, 1, { malformed: 1 }]);
  });

  test('kinds that nobody asked for, and one that was', async () => {
    const items = [
      { kind: 'Secret', apiVersion: 'v1', metadata: { name: 's' } },
      { kind: 'Namespace', apiVersion: 'v1', metadata: { name: 'shop' } },
      null,
      7,
      'x',
    ];
    const { code, edges, input } = await told('kinds.json', JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
    expect([code, edges, input?.read, input?.skipped]).toEqual([0, 1, 1, { 'not-configuration': 4 }]);
  });
});
