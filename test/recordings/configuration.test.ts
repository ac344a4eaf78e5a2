/** What configuration adds to the recordings: reasons, names, and the findings that need it; none of them false. */
import { describe, expect, it } from 'vitest';
import { answerOf, type FlowLine } from './answer.ts';
import { hasRecordings, RECORDINGS } from './program.ts';

const isThere = hasRecordings('configuration');
const NEED_CONFIGURATION = [
  'bypassed-mesh',
  'wire-contradicts-config',
  'strict-but-plaintext',
  'identity-mismatch',
  'foreign-trust-domain',
  'unlogged-flow',
];

const edge = ({ source, destination }: FlowLine): string => `${source.workload ?? source.ip} → ${destination.workload ?? destination.ip}`;
const leaks = (flows: readonly FlowLine[]): readonly FlowLine[] =>
  flows.filter(({ verdict, transport, exempt }) => verdict === 'plaintext' && transport === 'tcp' && exempt === null);
const reasons = (flows: readonly FlowLine[]): readonly string[] => [...new Set(leaks(flows).map((flow) => `${edge(flow)}: ${flow.reason}`))].sort();
const raised = (keys: readonly { readonly id: string; readonly key: string }[]): readonly string[] =>
  keys.filter(({ id }) => NEED_CONFIGURATION.includes(id)).map(({ key }) => key);

const TWO_NODES = [
  'curl-v1 → web-v1: destination-not-enrolled',
  'legacy-v1 → reviews-v1: source-not-enrolled',
  'legacy-v1 → stale-v1: source-not-enrolled',
  'legacy-v1 → web-v1: neither-enrolled',
  'productpage-v1 → legacy-v1: destination-not-enrolled',
  'reviews-v1 → redis-v1: destination-not-enrolled',
  'stale-v1 → reviews-v1: bypass',
];

describe.runIf(isThere)('two nodes', () => {
  it.each(['netns-text', 'netns-json-debug'])('%s: why each plaintext is in clear', async (name) => {
    const folder = `${RECORDINGS}${name}`;
    const captures = ['node1-eth0.pcap', 'node1-any.pcap', 'node2-any-nano.pcap', 'pod-stale-eth0.pcap', 'ztunnel-n1.log', 'ztunnel-n2.log'];
    const files = captures.map((file) => `${folder}/${file}`);
    const { flows, findings } = await answerOf([...files, `${folder}/config_dump-n1.json`, `${folder}/config_dump-n2.json`], ['--skew', '100ms']);
    expect(reasons(flows)).toEqual(TWO_NODES);
    expect(raised(findings)).toEqual([
      'bypassed-mesh:bookinfo/stale-v1 → bookinfo/reviews-v1:9080',
      'wire-contradicts-config:default/curl-v1 → bookinfo/stale-v1:9080',
      'wire-contradicts-config:legacy/legacy-v1 → bookinfo/stale-v1:9080',
      'unlogged-flow:legacy/legacy-v1 → bookinfo/stale-v1:9080',
    ]);
    expect(reasons((await answerOf([...files, `${folder}/mesh.yaml`])).flows)).toEqual(TWO_NODES);
  });

  it('any capture that shows the pod without redirection is enough', async () => {
    const folder = `${RECORDINGS}netns-text`;
    for (const capture of ['pod-stale-eth0.pcap', 'pod-reviews-eth0.pcap', 'node2-any-nano.pcap']) {
      const { findings } = await answerOf([`${folder}/${capture}`, `${folder}/mesh.yaml`]);
      expect(raised(findings)).toContain('bypassed-mesh:bookinfo/stale-v1 → bookinfo/reviews-v1:9080');
    }
  });
});

const CLUSTER = [
  'details-v1 → web-v1: destination-not-enrolled',
  'legacy-client → reviews-v1: source-not-enrolled',
  'legacy-client → reviews-v2: source-not-enrolled',
  'mixed-v1 → reviews-v1: source-not-enrolled',
  'mixed-v1 → reviews-v2: source-not-enrolled',
  'quiet-v1 → web-v1: neither-enrolled',
  'uncaptured-v1 → reviews-v1: source-not-enrolled',
  'uncaptured-v1 → reviews-v2: source-not-enrolled',
];

describe.runIf(isThere)('a cluster', () => {
  const folder = `${RECORDINGS}kubernetes-prometheus-kiali/`;
  const evidence = ['pcap/node1-any.pcap', 'pcap/node2-any.pcap', 'ztunnel/node1.log', 'ztunnel/node2.log'].map((file) => `${folder}${file}`);

  it.each([
    ['tables', ['istioctl/node1.ztunnel-config-all.with-headers.txt', 'kubectl/pods-services-nodes-namespaces.json']],
    [
      'JSON of istioctl',
      ['istioctl/node1.ztunnel-config-workload.json', 'istioctl/node1.ztunnel-config-services.json', 'kubectl/pods-services-nodes-namespaces.json'],
    ],
    ['objects of Kubernetes alone', ['kubectl/pods-services-nodes-namespaces.json', 'kubectl/peerauthentication-authorizationpolicy.yaml']],
  ])('why each plaintext is in clear, by %s', async (_, configuration) => {
    const { flows, findings } = await answerOf([...evidence, ...configuration.map((file) => `${folder}${file}`)]);
    expect(reasons(flows)).toEqual(CLUSTER);
    expect(raised(findings)).toEqual([]);
    const exempt = new Set(
      flows.filter((flow) => flow.exempt === 'kubelet-probe').map(({ destination }) => `${destination.workload}:${destination.port}`),
    );
    expect([...exempt].sort()).toEqual(['coredns:8181', 'istio-cni-node:8000', 'istiod:8080', 'reviews-v1:9080', 'reviews-v2:9080', 'ztunnel:15021']);
  });
});

describe.runIf(isThere)('a policy read at another time than the traffic', () => {
  it('proves nothing: a note, no error', async () => {
    const folder = `${RECORDINGS}kubernetes-strict/`;
    const inputs = ['node-any.pcap', 'ztunnel.log', 'get-pods.json', 'get-namespaces.json', 'get-peerauthentications.yaml'].map(
      (file) => folder + file,
    );
    const { findings } = await answerOf(inputs);
    expect(findings.filter(({ id }) => id === 'strict-but-plaintext').map(({ severity }) => severity)).toEqual(['note', 'note']);
    expect(raised(findings).filter((key) => !key.startsWith('strict-but-plaintext'))).toEqual([]);
  });
});
