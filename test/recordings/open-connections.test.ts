/** ztunnel's list of open connections decides them as a log line would, and the same connection is one flow. */
import { describe, expect, test } from 'vitest';
import { save } from '../cli/end-to-end.ts';
import { logOf } from '../flows/story.ts';
import { answerOf } from './answer.ts';
import { hasRecordings, RECORDINGS, SAMPLES } from './program.ts';

const ALL = `${SAMPLES}all-witnesses/`;
type Entry = { readonly src: string; readonly originalDst: string; readonly actualDst: string; readonly protocol: string };
const list = (name: string, entries: { readonly inbound?: readonly Entry[]; readonly outbound?: readonly Entry[] }): string =>
  save(
    name,
    JSON.stringify([
      {
        state: 'Up',
        connections: { inbound: [], outbound: [], ...entries },
        info: { name: 'web-0', namespace: 'shop', trustDomain: '', serviceAccount: 'web' },
      },
    ]),
  );
const hbone = { src: '10.0.0.1:50000', originalDst: 'web.shop.svc.cluster.local', actualDst: '10.0.0.2:9080', protocol: 'HBONE' };
const brief = ({ flows }: Awaited<ReturnType<typeof answerOf>>): unknown =>
  flows.map(({ verdict, reason, open, destination }) => [verdict, reason, open, destination.port]);

describe('an entry of the list', () => {
  test('inbound over HBONE is proven, inbound without is plaintext, outbound proves nothing alone', async () => {
    expect(brief(await answerOf([list('hbone.json', { inbound: [hbone] })]))).toEqual([['hbone', 'hbone', true, 9080]]);
    expect(brief(await answerOf([list('tcp.json', { inbound: [{ ...hbone, protocol: 'TCP' }] })]))).toEqual([
      ['plaintext', 'passthrough', true, 9080],
    ]);
    const outbound = { src: '10.0.0.1:40000', originalDst: '10.96.0.1:80', actualDst: '10.0.0.2:15008', protocol: 'HBONE' };
    expect(brief(await answerOf([list('out.json', { outbound: [outbound] })]))).toEqual([['unknown', 'attempted', true, null]]);
    // Both ends' lists of one connection.
    const both = await answerOf([list('both.json', { inbound: [hbone], outbound: [outbound] })]);
    expect(brief(both)).toEqual([['hbone', 'hbone', true, 9080]]);
    expect(both.flows[0]?.evidence).toHaveLength(2);
  });

  test('twice in one list is two streams, with ids of their own; again in another list is none', async () => {
    const once = list('once.json', { inbound: [hbone] });
    const { flows, summary } = await answerOf([list('twice.json', { inbound: [hbone, hbone] }), once]);
    expect(new Set(flows.map(({ id }) => id)).size).toBe(2);
    expect(summary.inputs.map(({ skipped }) => skipped['duplicate'] ?? 0).toSorted()).toEqual([0, 1]);
  });

  test('is one flow with the line that tells its end, and stays one beside that of another connection', async () => {
    const line = (port: number): string =>
      save(`line-${port}.log`, logOf([{ at: 5, direction: 'inbound', from: `10.0.0.1:${port}`, to: '10.0.0.2:15008', hbone: '10.0.0.2:9080' }]));
    expect(brief(await answerOf([list('open.json', { inbound: [hbone] }), line(50_000)]))).toEqual([['hbone', 'hbone', false, 9080]]);
    expect(brief(await answerOf([list('open.json', { inbound: [hbone] }), line(50_001)]))).toHaveLength(2);
  });

  test('without sockets that can be read is counted, and the others are told', async () => {
    const { flows, summary } = await answerOf([
      list('odd.json', { inbound: [hbone, { ...hbone, src: 'nobody' }, { ...hbone, src: 'gone.shop:1' }] }),
    ]);
    expect(flows).toHaveLength(1);
    expect(summary.inputs[0]).toMatchObject({ records: 3, read: 1, skipped: { malformed: 1, 'unknown-pod': 1 } });
  });
});

describe('a keep-alive connection that no line tells', () => {
  const names = ['ztunnel-config-connections-n1.json', 'ztunnel-config-connections-n2.json', 'ztunnel-config-workload-n1.json'];
  const ofRatings = async (inputs: readonly string[]): Promise<unknown> => {
    const { flows } = await answerOf(
      inputs.map((name) => `${ALL}${name}`),
      ['--workload', 'ratings-v1', '--reason', 'hbone'],
    );
    return flows.map(({ kind, destination, open, witnesses, evidence }) => [kind, destination.port, open, witnesses, evidence.length]);
  };
  test('is told by both ztunnels’ lists, and by their tables, with the tunnel that carries it where packets show that', async () => {
    expect(await ofRatings(names)).toEqual([['connection', 9080, true, ['log'], 2]]);
    expect(await ofRatings(['ztunnel-config-all-n1.txt', 'ztunnel-config-all-n2.txt'])).toEqual([['connection', 9080, true, ['log'], 2]]);
    expect(await ofRatings([...names, 'node1-eth0.pcap'])).toEqual([['connection', 9080, true, ['log', 'wire'], 3]]);
  });

  test.runIf(hasRecordings('open connections'))('is the same whether JSON, YAML or the table lists it', async () => {
    const told: unknown[] = [];
    for (const form of ['connections.json', 'connections.yaml', 'all.json', 'all.yaml', 'all.txt', 'connections.txt']) {
      const config = [`${RECORDINGS}kubernetes-json-logs/ztunnel-config-${form}`, `${RECORDINGS}kubernetes-json-logs/ztunnel-config-workload.json`];
      const { flows } = await answerOf(config);
      told.push(flows.map(({ id, verdict, source, destination }) => [id, verdict, source.port, destination.workload, destination.port]));
    }
    expect(told[0]).toEqual([[expect.any(String), 'hbone', 50_420, 'reviews-v2', 9080]]);
    for (const other of told) expect(other).toEqual(told[0]);
  });
});
