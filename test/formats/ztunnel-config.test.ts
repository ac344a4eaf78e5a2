import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { factsIn } from './config-reading.ts';

const WORKLOADS = `NAMESPACE    POD NAME                          ADDRESS     NODE  WAYPOINT PROTOCOL
bookinfo     reviews-v1-5bcb78896f-vxhqq       10.244.0.5  node1 None     HBONE
default      kubernetes                        172.30.77.2       None     TCP
`;

const kinds = (facts: readonly { readonly kind: string }[]): string[] => facts.map(({ kind }) => kind);

describe('tables of istioctl ztunnel-config', () => {
  it('are read by where their columns stand, empty cells and all', async () => {
    const { format, facts } = await factsIn(WORKLOADS);
    expect(format).toBe('ztunnel-config-table');
    expect(facts).toMatchObject([
      { kind: 'workload', pod: 'reviews-v1-5bcb78896f-vxhqq', namespace: 'bookinfo', node: 'node1', captured: true, record: 2 },
      { kind: 'workload', pod: 'kubernetes', namespace: 'default', node: null, captured: false, record: 3 },
    ]);
  });

  it('may follow each other, under titles, and with their columns elsewhere', async () => {
    const other = WORKLOADS.replaceAll('ADDRESS    ', 'ADDRESS                        ')
      .replaceAll('10.244.0.5 ', 'fd00:10:2::b                  ')
      .replace('172.30.77.2      ', '172.30.77.2                         ');
    const { facts } = await factsIn(`\n------ WORKLOAD INFO ------\n\n${WORKLOADS}\n${other}`);
    expect(kinds(facts)).toEqual(['workload', 'workload', 'workload', 'workload']);
  });

  it('that have lost their spaces, their header or their end are read as far as they say something', async () => {
    const squeezed = WORKLOADS.replaceAll(/ +/g, ' ').replace('POD NAME', 'POD NAME ');
    expect(kinds((await factsIn(squeezed)).facts)).toEqual(['workload', 'workload']);
    const [, ...rows] = WORKLOADS.split('\n');
    expect(kinds((await factsIn(rows.join('\n'))).facts)).toEqual(['workload', 'workload']);
    expect(kinds((await factsIn(WORKLOADS.slice(0, -30))).facts)).toEqual(['workload', 'skipped']);
  });

  it('give the same facts however they are cut', async () => {
    const whole = await factsIn(WORKLOADS);
    for (const size of [1, 7, 100]) expect(await factsIn(WORKLOADS, { size })).toEqual(whole);
  });

  it('skip a line that is longer than any row, and no other, however they are cut', async () => {
    const long = `${WORKLOADS}${'x'.repeat(70_000)}\n${WORKLOADS}`;
    for (const size of [1, 5000, 1 << 20])
      expect(kinds((await factsIn(long, { size })).facts)).toEqual(['workload', 'workload', 'skipped', 'workload', 'workload']);
  });
});

describe('documents', () => {
  it('one after the other in one file are all read', async () => {
    const one = JSON.stringify([{ name: 'a', namespace: 'x', workloadIps: ['10.0.0.1'], protocol: 'HBONE' }]);
    expect((await factsIn(`${one}\n${one}`)).facts).toHaveLength(2);
  });

  it('that break off say so, and keep what came before', async () => {
    const text = JSON.stringify({
      workloads: [1, 2, 3].map((n) => ({ name: `p${n}`, namespace: 'x', workloadIps: [`10.0.0.${n}`], protocol: 'TCP' })),
    });
    expect(kinds((await factsIn(text.slice(0, -40))).facts)).toEqual(['workload', 'workload', 'lost']);
    await expect(factsIn('{"workloadIps": tru')).rejects.toThrow(/nothing of it can be read/);
  });

  it('of YAML whose aliases multiply are refused in no time', async () => {
    const levels = Array.from({ length: 30 }, (_, level) => `l${level + 1}: &l${level + 1} [${Array(9).fill(`*l${level}`).join(', ')}]`);
    const started = performance.now();
    await expect(factsIn(`kind: Pod\nl0: &l0 [1]\n${levels.join('\n')}\n`)).rejects.toThrow(/nothing of it can be read/);
    expect(performance.now() - started).toBeLessThan(3000);
  });

  it('of random text never throw anything but what a user can act on', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(
          '{"workloadIps":',
          '[{"apiVersion": "v1",',
          'kind: Pod\n',
          'apiVersion: v1\nitems:\n- ',
          'NAMESPACE POD NAME ADDRESS NODE WAYPOINT PROTOCOL\n',
        ),
        fc.string({ unit: 'binary', maxLength: 300 }),
        async (head, tail) => {
          await factsIn(head + tail).catch((error: unknown) => expect(error).toHaveProperty('name', 'PlainsightError'));
        },
      ),
      { numRuns: 300 },
    );
  });
});
