/** Contradictions planted in logs, packets and configuration: each is found from files, with both sides cited; and its harmless twin is not. */
import { describe, expect, test } from 'vitest';
import { type Files, type Line, logOf, pcap, talk, tell, tunnel } from '../flows/story.ts';
import type { FindingLine } from '../recordings/answer.ts';

const CLIENT = '10.0.0.1';
const SERVER = '10.0.0.2';
const OUTSIDER = '10.0.0.9';

type Cited = FindingLine & { readonly message: string; readonly evidence: readonly { readonly witness: string; readonly says: string }[] };
const found = async (files: Files): Promise<readonly Cited[]> => (await tell(files)).findings as readonly Cited[];
const brief = (findings: readonly Cited[]): unknown => findings.map(({ id, severity }) => [id, severity]);
const witnesses = ({ evidence }: Cited): readonly string[] => [...new Set(evidence.map(({ witness }) => witness))].sort();

const pod = (name: string, ip: string, { account = name.split('-')[0], annotations = {} as object } = {}): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name,
    namespace: 'shop',
    labels: { app: 'any' },
    annotations: { 'ambient.istio.io/redirection': 'enabled', ...annotations },
  },
  spec: { nodeName: 'n1', serviceAccountName: account, containers: [{ ports: [{ containerPort: 80 }] }] },
  status: { phase: 'Running', podIP: ip, startTime: '2020-01-01T00:00:00Z' },
});
const pods = (...items: readonly object[]): string =>
  JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [...items, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }] });
const workload = (name: string, ip: string, account: string): object => ({
  uid: `Kubernetes//Pod/shop/${name}`,
  name,
  namespace: 'shop',
  workloadIps: [ip],
  protocol: 'HBONE',
  trustDomain: 'cluster.local',
  serviceAccount: account,
  node: 'n1',
});
const table = (...workloads: readonly object[]): string => JSON.stringify({ workloads });

const hboneLine = (at: number): Line => ({ at, direction: 'inbound', from: `${CLIENT}:50000`, to: `${SERVER}:15008`, hbone: `${SERVER}:80` });

describe('identity-mismatch', () => {
  const log = logOf([hboneLine(1)]);
  test('names both identities, and cites the table beside the line', async () => {
    const [finding, ...others] = await found({
      'a.log': log,
      'dump.json': table(workload('server-0', SERVER, 'server'), workload('client-0', CLIENT, 'thief')),
    });
    expect(brief(others)).toEqual([]);
    expect(finding).toMatchObject({ id: 'identity-mismatch', severity: 'error' });
    expect(finding?.message).toContain("the certificate is spiffe://cluster.local/ns/shop/sa/client's");
    expect(finding?.message).toContain('spiffe://cluster.local/ns/shop/sa/thief');
    expect(finding && witnesses(finding)).toEqual(['config', 'log']);
  });
  test('not where the accounts fit, nor where another pod has the address', async () => {
    const server = workload('server-0', SERVER, 'server');
    expect(brief(await found({ 'a.log': log, 'dump.json': table(server, workload('client-0', CLIENT, 'client')) }))).toEqual([]);
    expect(brief(await found({ 'a.log': log, 'dump.json': table(server, workload('other-0', CLIENT, 'thief')) }))).toEqual([]);
  });
});

describe('foreign-trust-domain', () => {
  const log = logOf([hboneLine(1)]).replace('spiffe://cluster.local/ns/shop/sa/client', 'spiffe://evil.example/ns/shop/sa/client');
  test('names the identity and what the mesh has', async () => {
    const [finding, ...others] = await found({ 'a.log': log, 'dump.json': table(workload('server-0', SERVER, 'server')) });
    expect(brief(others)).toEqual([]);
    expect(finding).toMatchObject({ id: 'foreign-trust-domain', severity: 'warning' });
    expect(finding?.message).toContain('spiffe://evil.example/ns/shop/sa/client, and the configured workloads are all of cluster.local');
    expect(finding && witnesses(finding)).toEqual(['config', 'log']);
  });
  test('not of a name that was only expected, nor without configuration', async () => {
    const outbound = logOf([{ at: 1, direction: 'outbound', from: `${CLIENT}:40000`, to: `${SERVER}:15008`, hbone: `${SERVER}:80` }]).replace(
      'spiffe://cluster.local/ns/shop/sa/server',
      'spiffe://evil.example/ns/shop/sa/server',
    );
    expect(brief(await found({ 'a.log': outbound, 'dump.json': table(workload('server-0', SERVER, 'server')) }))).toEqual([]);
    expect(brief(await found({ 'a.log': log }))).toEqual([]);
  });
});

describe('strict-but-plaintext', () => {
  const denied = (at: number, from = `${OUTSIDER}:40001`): Line => ({
    at,
    direction: 'inbound',
    from,
    to: `${SERVER}:80`,
    sent: 0,
    received: 0,
    durationMs: 0,
    error: 'connection closed due to policy rejection: explicitly denied by: istio-system/istio_converted_static_strict',
  });
  const accepted = (at: number, changes: Partial<Line> = {}): Line => ({
    at,
    direction: 'inbound',
    from: `${CLIENT}:40002`,
    to: `${SERVER}:80`,
    ...changes,
  });
  const strict = JSON.stringify({
    apiVersion: 'security.istio.io/v1',
    kind: 'PeerAuthentication',
    metadata: { name: 'default', namespace: 'shop' },
    spec: { mtls: { mode: 'STRICT' } },
  });

  test('denials around it prove the policy, read or not; those are cited, too', async () => {
    const log = logOf([denied(1), accepted(5), denied(9, `${OUTSIDER}:40003`)]);
    const [alone, ...others] = await found({ 'a.log': log });
    expect(brief(others)).toEqual([]);
    expect(alone).toMatchObject({ id: 'strict-but-plaintext', severity: 'error' });
    expect(alone?.message).toContain('1 plaintext connection accepted although istio-system/istio_converted_static_strict is STRICT');
    expect(alone?.evidence.map(({ says }) => says)).toEqual(['plaintext', 'denied', 'denied']);
    const read = await found({ 'a.log': log, 'pods.json': pods(pod('server-0', SERVER)), 'policy.json': strict });
    expect(read.find(({ id }) => id === 'strict-but-plaintext')).toMatchObject({ severity: 'error' });
    expect(read.flatMap(witnesses)).toContain('policy');
  });
  test('a policy that nothing shows in force is a note', async () => {
    for (const lines of [[accepted(5)], [denied(1), accepted(5)], [accepted(5), denied(9)]]) {
      const read = await found({ 'a.log': logOf(lines), 'pods.json': pods(pod('server-0', SERVER)), 'policy.json': strict });
      expect(brief(read.filter(({ id }) => id === 'strict-but-plaintext'))).toEqual([['strict-but-plaintext', 'note']]);
    }
  });
  test('a pod of ztunnel’s table has no labels: a policy of its whole namespace is its all the same, one with a selector may not be', async () => {
    const dump = table(workload('server-0', SERVER, 'server'));
    const noted = async (policy: string): Promise<unknown> =>
      brief(
        (await found({ 'a.log': logOf([accepted(5)]), 'dump.json': dump, 'policy.json': policy })).filter(({ id }) => id === 'strict-but-plaintext'),
      );
    expect(await noted(strict)).toEqual([['strict-but-plaintext', 'note']]);
    expect(await noted(strict.replace('"spec":{', '"spec":{"selector":{"matchLabels":{"app":"any"}},'))).toEqual([]);
  });
  test('not by denials of one side, of another port or of another policy, nor of what nobody answered', async () => {
    const other = { ...denied(9), to: `${SERVER}:81` };
    const allowed = { ...denied(9), error: 'connection closed due to policy rejection: allow policies exist, but none allowed' };
    for (const lines of [
      [denied(1), accepted(5)],
      [accepted(5), denied(9)],
      [denied(1), accepted(5), other],
      [denied(1), accepted(5), allowed],
      [denied(1), accepted(5, { received: 0 }), denied(9, `${OUTSIDER}:40003`)],
    ])
      expect(brief(await found({ 'a.log': logOf(lines) }))).toEqual([]);
  });
});

describe('what a pod sends and serves beside ztunnel', () => {
  /** Lines of the same ztunnel well before and after, of both pods. */
  const around = [-20, 30].flatMap((at): readonly Line[] => [
    { at, direction: 'inbound', from: `${OUTSIDER}:${41000 + at}`, to: `${SERVER}:80` },
    { at: at + 1, direction: 'outbound', from: `${CLIENT}:${42000 + at}`, to: `${OUTSIDER}:99` },
  ]);
  const log = logOf(around);
  const leak = pcap(talk({ from: `${CLIENT}:40000`, to: `${SERVER}:80`, at: 1 }));
  const config = pods(pod('server-0', SERVER), pod('client-0', CLIENT));

  test('is a bypass, contradicts the configuration and is in no log', async () => {
    const findings = await found({ 'a.log': log, 'a.pcap': leak, 'pods.json': config });
    expect(brief(findings)).toEqual([
      ['bypassed-mesh', 'error'],
      ['wire-contradicts-config', 'error'],
      ['unlogged-flow', 'warning'],
    ]);
    expect(findings.map(witnesses)).toEqual([['config', 'wire'], ['config', 'wire'], ['wire']]);
    expect(findings[1]?.message).toContain('configuration lists shop/client-0 as HBONE, yet it sent plaintext that its ztunnel did not log');
    expect(findings[2]?.message).toMatch(/\(\S+a\.log has lines before and after\)/);
  });
  test('is none of it where a process of the node sends it, to a port that is no probe’s', async () => {
    const host = pcap(talk({ from: '169.254.7.127:40000', to: `${SERVER}:80`, at: 1 }));
    const answer = await tell({ 'a.log': log, 'a.pcap': host, 'pods.json': config });
    expect(answer.flows.find(({ source }) => source.ip === '169.254.7.127')).toMatchObject({ verdict: 'plaintext', reason: 'host-network' });
    expect(answer.findings).toEqual([]);
  });
  test('is no bypass where a tunnel is seen, nor where nobody answered', async () => {
    expect(await found({ 'a.pcap': pcap(tunnel({ from: `${CLIENT}:40000`, to: `${SERVER}:15008`, at: 1 })), 'pods.json': config })).toEqual([]);
    const silent = pcap(talk({ from: `${CLIENT}:40000`, to: `${SERVER}:80`, at: 1, reply: new Uint8Array(0) }));
    expect((await found({ 'a.pcap': silent, 'pods.json': config })).filter(({ id }) => id === 'bypassed-mesh')).toEqual([]);
  });
  test('and logged by the client’s own ztunnel: the advice is about its table, not about redirection', async () => {
    const both = logOf([
      { at: 1, direction: 'outbound', from: `${CLIENT}:40000`, to: `${SERVER}:80` },
      { at: 1, direction: 'inbound', from: `${CLIENT}:45000`, to: `${SERVER}:80` },
    ]);
    const [finding] = await found({ 'a.log': both, 'pods.json': config });
    expect(finding).toMatchObject({ id: 'bypassed-mesh' });
    expect(finding?.message).toContain("the client's ztunnel logged it and opened no tunnel");
  });
});

describe('wire-contradicts-log', () => {
  const from = `${CLIENT}:50000`;
  test('the tunnel that a line names is readable', async () => {
    const [finding] = await found({ 'a.log': logOf([hboneLine(1)]), 'a.pcap': pcap(talk({ from, to: `${SERVER}:15008`, at: 0.99 })) });
    expect(finding).toMatchObject({ id: 'wire-contradicts-log', severity: 'error' });
    expect(finding && witnesses(finding)).toEqual(['log', 'wire']);
  });
  test('a plaintext line whose very connection is a tunnel', async () => {
    const line: Line = { at: 1, direction: 'inbound', from, to: `${SERVER}:15008` };
    const findings = await found({ 'a.log': logOf([line]), 'a.pcap': pcap(tunnel({ from, to: `${SERVER}:15008`, at: 0.99 })) });
    expect(brief(findings)).toEqual([['wire-contradicts-log', 'error']]);
  });
});

describe('graph-contradicts-flows', () => {
  const config = pods(pod('client-0', CLIENT), pod('server-0', SERVER));
  const END = 1_700_000_120;
  const graph = (data: object): string =>
    JSON.stringify({
      timestamp: END,
      duration: 60,
      graphType: 'workload',
      elements: {
        nodes: ['client-0', 'server-0'].map((workload) => ({
          data: { id: workload, nodeType: 'workload', namespace: 'shop', workload, app: workload },
        })),
        edges: [{ data: { id: 'e', source: 'client-0', target: 'server-0', traffic: { protocol: 'tcp', rates: { tcp: '10' } }, ...data } }],
      },
    });
  const inClear = (every: number): Uint8Array =>
    pcap(
      Array.from({ length: 120 / every }, (_, at) =>
        talk({ from: `${CLIENT}:${40000 + at}`, to: `${SERVER}:80`, at: at * every, isn: 1000 * (at + 1) }),
      ).flat(),
    );
  const contradicted = async (files: Files): Promise<readonly Cited[]> =>
    (await found({ 'pods.json': config, ...files })).filter(({ id }) => id === 'graph-contradicts-flows');

  test('a full padlock over connections that packets show in clear, without any log', async () => {
    const [finding, ...others] = await contradicted({ 'a.pcap': inClear(2), 'graph.json': graph({ isMTLS: '100' }) });
    expect(others).toEqual([]);
    expect(finding?.message).toContain("Kiali's workload graph shows a padlock over plaintext: 100 % mTLS");
    expect(finding && witnesses(finding)).toEqual(['graph', 'wire']);
  });
  test('not of a few, nor of too little to show, nor of another hour, nor under part of a padlock', async () => {
    const few = { 'a.pcap': inClear(20), 'graph.json': graph({ isMTLS: '100' }) };
    const little = { 'a.pcap': inClear(2), 'graph.json': graph({ isMTLS: '100', traffic: { protocol: 'tcp', rates: { tcp: '90000' } } }) };
    const later = { 'a.pcap': inClear(2), 'graph.json': graph({ isMTLS: '100' }).replace(String(END), String(END + 3600)) };
    const part = { 'a.pcap': inClear(2), 'graph.json': graph({ isMTLS: '50' }) };
    for (const files of [few, little, later, part]) expect(await contradicted(files)).toEqual([]);
  });
});
