import { describe, expect, it } from 'vitest';
import type { Configuration } from '../../src/mesh/configuration.ts';
import { isControlPlane } from '../../src/mesh/control-plane.ts';
import { isDeclaredProbe, isNodeOf } from '../../src/mesh/probes.ts';
import type { Fact } from '../../src/model/batch.ts';
import { micros } from '../../src/model/time.ts';
import { factsIn, meshOf, newTables } from '../formats/config-reading.ts';

const tables = newTables();
const ip = (text: string) => tables.addresses.parse(text);
const at = (time: string) => micros(Date.parse(time) * 1000);
const NOON = at('2026-11-21T12:00:00Z');

async function mesh(...documents: readonly string[]): Promise<Configuration> {
  const inputs: Fact[][] = [];
  for (const document of documents) inputs.push((await factsIn(document, { tables })).facts);
  return meshOf(inputs);
}

type PodOptions = { readonly labels?: object; readonly annotations?: object; readonly spec?: object; readonly status?: object };
const pod = (name: string, address: string, { labels, annotations, spec, status }: PodOptions = {}): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'shop', labels, annotations },
  spec: { nodeName: 'node1', serviceAccountName: 'web', ...spec },
  status: { phase: 'Running', podIP: address, startTime: '2026-11-21T08:00:00Z', ...status },
});
const list = (...items: readonly object[]): string => JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
const zt = (name: string, address: string, protocol: string): string =>
  JSON.stringify({
    workloads: [
      {
        uid: `Kubernetes//Pod/shop/${name}`,
        name,
        namespace: 'shop',
        workloadIps: [address],
        protocol,
        trustDomain: 'example.org',
        serviceAccount: 'web',
        node: 'node1',
        workloadName: 'web',
      },
    ],
  });

describe('who has an address', () => {
  it('is the pod that had it then: an address is used again', async () => {
    const gone = pod('old', '10.0.0.1', {
      status: {
        phase: 'Succeeded',
        podIP: '10.0.0.1',
        startTime: '2026-11-21T07:00:00Z',
        containerStatuses: [{ state: { terminated: { finishedAt: '2026-11-21T09:00:00Z' } } }],
      },
    });
    const both = await mesh(
      list(gone, pod('new', '10.0.0.1', { status: { phase: 'Running', podIP: '10.0.0.1', startTime: '2026-11-21T10:00:00Z' } })),
    );
    expect(both.podAt(ip('10.0.0.1'), at('2026-11-21T08:00:00Z'))?.name).toBe('old');
    expect(both.podAt(ip('10.0.0.1'), NOON)?.name).toBe('new');
    expect(both.podAt(ip('10.0.0.1'), at('2026-11-21T09:30:00Z'))).toBeNull();
  });

  it('is nobody where two claim it, and for addresses of nodes', async () => {
    const two = await mesh(zt('a', '10.0.0.1', 'HBONE'), zt('b', '10.0.0.1', 'HBONE'));
    expect(two.podAt(ip('10.0.0.1'), NOON)).toBeNull();
    const host = await mesh(list(pod('proxy', '172.16.0.1', { spec: { hostNetwork: true, nodeName: 'node1' } })));
    expect(host.podAt(ip('172.16.0.1'), NOON)).toBeNull();
    expect(host.isHost(ip('172.16.0.1'))).toBe(true);
  });

  it('does not depend on the order of reading', async () => {
    const documents = [zt('web-1', '10.0.0.1', 'HBONE'), list(pod('web-1', '10.0.0.1'))];
    const [one, other] = [await mesh(...documents), await mesh(...documents.toReversed())];
    expect({ ...one.podAt(ip('10.0.0.1'), NOON), origin: null }).toEqual({ ...other.podAt(ip('10.0.0.1'), NOON), origin: null });
    expect(one.podAt(ip('10.0.0.1'), NOON)?.identity).toBe('spiffe://example.org/ns/shop/sa/web');
  });
});

describe('whether it is captured', () => {
  const captured = async (...documents: readonly string[]): Promise<boolean | null> => (await mesh(...documents)).isCaptured(ip('10.0.0.1'), NOON);
  const namespace = JSON.stringify({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'shop', labels: { 'istio.io/dataplane-mode': 'ambient' } },
  });

  it('is said by istio-cni, by ztunnel, and else by labels', async () => {
    expect(await captured(list(pod('a', '10.0.0.1', { annotations: { 'ambient.istio.io/redirection': 'enabled' } })))).toBe(true);
    expect(await captured(zt('a', '10.0.0.1', 'HBONE'))).toBe(true);
    expect(await captured(zt('a', '10.0.0.1', 'TCP'), namespace)).toBe(false);
    expect(await captured(list(pod('a', '10.0.0.1')), namespace)).toBe(true);
    expect(await captured(list(pod('a', '10.0.0.1', { labels: { 'istio.io/dataplane-mode': 'none' } })), namespace)).toBe(false);
    expect(await captured(list(pod('a', '10.0.0.1')))).toBeNull();
    // Where istio-cni annotates pods, one without the annotation is none of its.
    const other = pod('b', '10.0.0.2', { annotations: { 'ambient.istio.io/redirection': 'enabled' } });
    expect(await captured(list(pod('a', '10.0.0.1')), list(other))).toBe(false);
    expect(await captured(list(pod('a', '10.0.0.1')), list(other), namespace)).toBe(true);
  });
});

describe('a service', () => {
  it('stands for the pods behind it', async () => {
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { clusterIP: '10.96.0.1', ports: [{ port: 80, targetPort: 8080 }] },
    };
    const slice = {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: 'web-x', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'web' } },
      endpoints: [{ addresses: ['10.0.0.1'] }],
      ports: [{ port: 8080 }],
    };
    const both = await mesh(list(service, slice, pod('web-1', '10.0.0.1', { annotations: { 'ambient.istio.io/redirection': 'enabled' } })));
    expect(both.isCaptured(ip('10.96.0.1'), NOON)).toBe(true);
    expect(both.podAt(ip('10.96.0.1'), NOON)).toBeNull();
    expect(both.serviceAt(ip('10.96.0.1'))?.targets).toEqual([8080]);
  });

  it('stands, where no endpoints were read, for those that its selector chooses', async () => {
    const service = (selector: object): object => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { clusterIP: '10.96.0.1', selector, ports: [{ port: 80 }] },
    });
    const behind = async (...documents: readonly object[]): Promise<unknown> => {
      const pods = [pod('web-1', '10.0.0.1', { labels: { app: 'web', tier: 'x' } }), pod('db-1', '10.0.0.2', { labels: { app: 'db', tier: 'x' } })];
      return (await mesh(list(...pods, ...documents))).serviceAt(ip('10.96.0.1'))?.ips;
    };
    expect(await behind(service({ app: 'web', tier: 'x' }))).toEqual([ip('10.0.0.1')]);
    expect(await behind(service({ tier: 'x' }))).toEqual(expect.arrayContaining([ip('10.0.0.1'), ip('10.0.0.2')]));
    expect(await behind(service({ app: 'web', tier: 'y' }))).toEqual([]);
    expect(await behind(service({}))).toEqual([]);
    const none = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { name: 'web', namespace: 'shop' }, endpoints: [] };
    expect(await behind(service({ app: 'web' }), none)).toEqual([]);
  });
});

describe('what a pod is asked', () => {
  it('by the kubelet of its own node, on the ports it names, is a probe', async () => {
    const container = { name: 'web', ports: [{ name: 'health', containerPort: 8086 }], readinessProbe: { httpGet: { port: 'health' } } };
    const node = {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'node1' },
      spec: { podCIDR: '10.0.0.0/24' },
      status: { addresses: [{ type: 'InternalIP', address: '172.16.0.1' }] },
    };
    const one = await mesh(list(pod('web-1', '10.0.0.9', { spec: { containers: [container] } }), node));
    const asked = one.podAt(ip('10.0.0.9'), NOON);
    expect([isDeclaredProbe(asked, 8086), isDeclaredProbe(asked, 80), isDeclaredProbe(null, 80)]).toEqual([true, false, null]);
    if (asked === null) throw new Error('no pod');
    const from = (source: string): boolean => isNodeOf(one, { pod: asked, source: ip(source), destination: ip('10.0.0.9') });
    expect([from('172.16.0.1'), from('10.0.0.1'), from('10.0.0.2')]).toEqual([true, true, false]);
  });

  it('of istiod on its own ports is the control plane', async () => {
    const istiod = await mesh(list(pod('istiod-abc-xyz', '10.0.0.3', { labels: { app: 'istiod' } }), pod('web', '10.0.0.4')));
    const is = (address: string, port: number): boolean => isControlPlane(istiod, { ip: ip(address), port, time: NOON });
    expect([is('10.0.0.3', 15_012), is('10.0.0.3', 9080), is('10.0.0.4', 15_020)]).toEqual([true, false, false]);
  });
});
