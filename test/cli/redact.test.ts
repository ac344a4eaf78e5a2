/** What `--redact` promises: no name and no address of the recording is in any output, and what was the same stays the same. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { REPORTERS } from '../../src/report/index.ts';
import { type Line as AccessLine, logOf } from '../flows/story.ts';
import { plainsight, SAMPLES } from '../recordings/program.ts';
import { save } from './end-to-end.ts';

const SAMPLE = join(SAMPLES, 'bookinfo');
const ENDS = ['ip', 'pod', 'workload', 'namespace', 'service', 'cluster', 'identity'] as const;

type End = { readonly [field in (typeof ENDS)[number]]: string | null };
type Line = {
  readonly type: string;
  readonly id: string;
  readonly source: End;
  readonly destination: End;
  readonly verdict: string;
  readonly communityId: string | null;
  readonly carrier: { readonly communityId: string | null } | null;
  readonly tls: { readonly sni: string | null } | null;
};

async function flowsOf(words: readonly string[]): Promise<readonly Line[]> {
  const { out } = await plainsight(['flows', '-o', 'jsonl', SAMPLE, ...words]);
  const lines: readonly Line[] = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return lines.filter(({ type }) => type === 'flow');
}

const original = await flowsOf([]);
/** Everything that names somebody, with the parts of it. */
const secrets = new Set<string>([
  'samples',
  'node1-eth0.pcap',
  'ztunnel-n1.log',
  'ztunnel-n2.log',
  'pod-productpage-eth0-lo.pcapng',
  'cluster.local',
  'istio_converted_static_strict',
  'istio-system',
]);
for (const { id, source, destination, communityId, carrier, tls } of original) {
  for (const end of [source, destination]) for (const field of ENDS) if (end[field] !== null) secrets.add(end[field]);
  for (const secret of [id, communityId, carrier?.communityId, tls?.sni]) if (secret !== null && secret !== undefined) secrets.add(secret);
}
for (const { identity } of original.flatMap(({ source, destination }) => [source, destination]))
  for (const part of identity?.split('/') ?? []) if (part.length > 4) secrets.add(part);
secrets.delete('spiffe:');

/** Not as a part of another word: `default-src` is no namespace. */
const told = (text: string): readonly string[] =>
  [...secrets].filter((secret) => new RegExp(`(?<![\\w-])${secret.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')}(?![\\w-])`).test(text));

describe('--redact', () => {
  test.for(REPORTERS.map(({ name }) => name))('%s tells no name and no address', async (output) => {
    const blocked = original.find(({ verdict }) => verdict === 'denied')?.id ?? '';
    for (const view of [['report'], ['flows'], ['verify'], ['strict'], ['explain', blocked]]) {
      const { out, err } = await plainsight([...view, '-o', output, '--redact', SAMPLE]);
      expect(out.length).toBeGreaterThan(100);
      expect(err).toBe('');
      expect(told(out), view.join(' ')).toEqual([]);
    }
    // The test can fail: without the flag there is much to find.
    const { out } = await plainsight(['flows', '-o', output, SAMPLE]);
    expect(told(out).length).toBeGreaterThan(5);
  });

  test('keeps who is the same as whom, families, loopback, ports and everything that is counted', async () => {
    const redacted = await flowsOf(['--redact']);
    expect(redacted).toHaveLength(original.length);
    const pairs = new Map<string, string>();
    for (const [index, flow] of original.entries()) {
      const other = redacted[index];
      expect(other?.verdict).toBe(flow.verdict);
      for (const end of ['source', 'destination'] as const) {
        for (const field of ENDS) {
          const [was, is] = [flow[end][field], other?.[end][field] ?? null];
          if (was === null) expect(is).toBeNull();
          else expect(pairs.get(`${field} ${was}`) ?? is, `${field} ${was}`).toBe(is);
          if (was !== null && is !== null) pairs.set(`${field} ${was}`, is);
        }
        expect(other?.[end].ip?.includes(':')).toBe(flow[end].ip?.includes(':'));
        expect(other?.[end].ip).toMatch(/^(?:192\.0\.2|198\.51\.100|203\.0\.113)\.\d+$|^2001:db8::/);
      }
      expect(other?.communityId).toBeNull();
    }
    // One pseudonym for one thing, and no two things under one.
    expect(new Set([...pairs].map(([was, is]) => `${was.split(' ')[0]} ${is}`)).size).toBe(pairs.size);
    expect(redacted.flatMap(({ source: { identity } }) => identity ?? [])[0]).toMatch(/^spiffe:\/\/trust-domain-1\/ns\/ns-\d+\/sa\/account-\d+$/);
  });
});

describe('names that are words like any other', () => {
  const WORDS = ['alpha', 'bravo', 'charlie', 'delta', 'echoes', 'foxtrot', 'golfer', 'hotel', 'indian', 'juliett', 'kilogram', 'limas', 'mikes'];
  const [client, ns, server, clientAccount, serverAccount, domain, strict, allow, node, other, cluster, log, thief] = WORDS;
  const file = (name: string, content: string): string => save(name, content);
  const named = (text: string): string =>
    text
      .replaceAll('client-0', `${client}`)
      .replaceAll('server-0', `${server}`)
      .replaceAll('"shop"', `"${ns}"`)
      .replaceAll('spiffe://cluster.local/ns/shop/sa/client', `spiffe://${domain}/ns/${ns}/sa/${clientAccount}`)
      .replaceAll('spiffe://cluster.local/ns/shop/sa/server', `spiffe://${domain}/ns/${ns}/sa/${serverAccount}`);
  const refused = (at: number, to: string, why: string): AccessLine => ({
    at,
    direction: 'inbound',
    from: `10.0.0.9:5000${at}`,
    to,
    sent: 0,
    received: 0,
    error: `connection closed due to policy rejection: ${why}`,
  });
  const workload = (name: string | undefined, ip: string, account: string | undefined): object => ({
    ...{ name, namespace: ns, workloadIps: [ip], protocol: 'HBONE', trustDomain: other, serviceAccount: account, node, clusterId: cluster },
    uid: `${cluster}//Pod/${ns}/${name}`,
  });
  const policy = (kind: string, name: string | undefined, spec: object): object => ({
    ...{ apiVersion: 'security.istio.io/v1', kind, metadata: { name, namespace: ns }, spec },
  });
  const inputs = [
    file(
      `${log}.log`,
      named(
        logOf([
          { at: 1, direction: 'inbound', from: '10.0.0.1:50000', to: '10.0.0.2:15008', hbone: '10.0.0.2:9080' },
          { at: 2, direction: 'inbound', from: '10.0.0.1:50001', to: '10.0.0.2:9080' },
          refused(3, '10.0.0.2:9080', `explicitly denied by: ${ns}/converted_peer_authentication_${strict}`),
          { at: 5, direction: 'inbound', from: '10.0.0.1:50004', to: '10.0.0.2:9080' },
          refused(6, '10.0.0.2:9081', 'allow policies exist, but none allowed'),
          refused(9, '10.0.0.2:9080', `explicitly denied by: ${ns}/converted_peer_authentication_${strict}`),
        ]),
      ),
    ),
    file('dump.json', JSON.stringify({ workloads: [workload(client, '10.0.0.1', thief), workload(server, '10.0.0.2', serverAccount)] })),
    file(
      'policies.json',
      JSON.stringify({
        ...{ apiVersion: 'v1', kind: 'List' },
        items: [policy('PeerAuthentication', strict, { mtls: { mode: 'STRICT' } }), policy('AuthorizationPolicy', allow, { action: 'ALLOW' })],
      }),
    ),
  ];
  const found = (text: string): readonly string[] => WORDS.filter((word) => new RegExp(`\\b${word}\\b`).test(text));

  test('are told where nothing is redacted, so that they could be found', async () => {
    const { out } = await plainsight(['report', '-o', 'html', ...inputs]);
    expect(found(out)).toEqual(WORDS.filter((word) => ![node, cluster].includes(word)));
  });

  test.for(REPORTERS.map(({ name }) => name))('are in no output: %s', async (output) => {
    const { out: flows } = await plainsight(['flows', '-o', 'jsonl', '--verdict', 'denied', ...inputs]);
    const ids = flows.split('\n').flatMap((line) => (line.startsWith('{"type":"flow"') ? [JSON.parse(line).id] : []));
    expect(ids.length).toBe(3);
    for (const view of [['report'], ['flows'], ['edges'], ['verify'], ['strict'], ...ids.map((id) => ['explain', id])]) {
      const { out, err } = await plainsight([...view, '-o', output, '--redact', ...inputs]);
      expect([view.join(' '), err, found(out)]).toEqual([view.join(' '), '', []]);
    }
  });
});

test('what cannot be read is complained of without its name', async () => {
  const bad = save('secretive.json', '{"workloadIps": tru');
  const plain = await plainsight(['report', SAMPLE, bad]);
  const { code, err } = await plainsight(['report', '--redact', SAMPLE, bad]);
  expect([plain.code, plain.err.includes('secretive')]).toEqual([65, true]);
  expect([code, err]).toEqual([65, expect.stringMatching(/^plainsight: input-\d+: nothing of it can be read/)]);
});

test('a workload may be called what plainsight calls things', async () => {
  const named = logOf([
    { at: 1, direction: 'inbound', from: '10.0.0.1:50000', to: '10.0.0.2:15008', hbone: '10.0.0.2:9080' },
    { at: 2, direction: 'inbound', from: '10.0.0.1:50001', to: '10.0.0.2:9080' },
  ])
    .replaceAll('client-0', 'mixed')
    .replaceAll('server-0', 'plaintext')
    .replaceAll('"shop"', '"hbone"');
  const path = save('called.log', named);
  for (const { name } of REPORTERS) expect([name, (await plainsight(['report', '-o', name, '--redact', path])).code]).toEqual([name, 0]);
  const flows = (await plainsight(['flows', '-o', 'jsonl', '--redact', path])).out.trim().split('\n');
  expect(flows.flatMap((line) => JSON.parse(line).evidence?.map(({ says }: { readonly says: string }) => says) ?? [])).toEqual([
    'hbone',
    'plaintext',
  ]);
});
