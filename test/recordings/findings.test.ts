/** Findings over every recording: those that its truth asks for by rules.md §6, and no other. */
import { expect, test } from 'vitest';
import { answerOf } from './answer.ts';
import { hasRecordings, RECORDINGS } from './program.ts';

type Golden = { readonly inputs: readonly string[]; readonly findings: readonly string[] };

const IN = (folder: string, files: readonly string[]): readonly string[] => files.map((file) => `${folder}/${file}`);
const BOTH_LOGS = ['ztunnel-n1.log', 'ztunnel-n2.log'];
const NODES = ['node1-any.pcap', 'node2-any-nano.pcap'];

/** The refused request to payments (STRICT), curl speaking HTTP to 15008, and openssl, which offers TLS 1.0 (not HBONE's hello): all of them seen on the network. */
const ADDRESSES = {
  strict: 'exposed-request:10.10.1.20 → 10.10.2.13:8443',
  plaintext: 'exposed-request:10.10.1.20 → 10.10.2.11:15008',
  port: 'plaintext-on-hbone-port:10.10.1.20 → 10.10.2.11:15008',
  hello: 'not-hbone-on-hbone-port:10.10.1.20 → 10.10.2.11:15008',
};
const NAMES = {
  strict: 'exposed-request:legacy/legacy → payments/payments-v1:8443',
  plaintext: 'exposed-request:legacy/legacy → bookinfo/reviews-v1:15008',
  port: 'plaintext-on-hbone-port:legacy/legacy → bookinfo/reviews-v1:15008',
  hello: 'not-hbone-on-hbone-port:legacy/legacy → bookinfo/reviews-v1:15008',
};
const ALL = ({ plaintext, strict, port, hello }: typeof NAMES): readonly string[] => [plaintext, strict, port, hello];

const netns = (folder: string): readonly Golden[] => [
  // "InvalidContentType" in the log says that it was no TLS.
  { inputs: IN(folder, BOTH_LOGS), findings: [NAMES.port] },
  { inputs: IN(folder, NODES), findings: ALL(ADDRESSES) },
  { inputs: IN(folder, ['node1-eth0.pcap']), findings: ALL(ADDRESSES) },
  { inputs: IN(folder, ['node1-any.pcap']), findings: ALL(ADDRESSES) },
  { inputs: IN(folder, ['node2-any-nano.pcap']), findings: ALL(ADDRESSES) },
  { inputs: IN(folder, [...BOTH_LOGS, ...NODES]), findings: ALL(NAMES) },
  { inputs: IN(folder, [...BOTH_LOGS, ...NODES, 'node1-eth0.pcap']), findings: ALL(NAMES) },
  { inputs: IN(folder, [...BOTH_LOGS, 'node1-eth0.pcap']), findings: ALL(NAMES) },
  { inputs: IN(folder, ['pod-legacy-eth0.pcap']), findings: ALL(ADDRESSES) },
  { inputs: IN(folder, ['pod-reviews-eth0.pcap']), findings: [ADDRESSES.plaintext, ADDRESSES.port, ADDRESSES.hello] },
  { inputs: IN(folder, ['pod-payments-eth0.pcap']), findings: [ADDRESSES.strict] },
  { inputs: IN(folder, ['pod-stale-eth0.pcap']), findings: [] },
  { inputs: IN(folder, [...BOTH_LOGS, 'pod-stale-eth0.pcap']), findings: [NAMES.port] },
  { inputs: IN(folder, ['pod-curl-eth0.pcap']), findings: [] },
  { inputs: IN(folder, ['pod-curl-any.pcap']), findings: [] },
  { inputs: IN(folder, ['pod-productpage-eth0-lo.pcapng']), findings: [] },
  { inputs: IN(folder, ['node1-eth0-midstream-snap128.pcap']), findings: [] },
  // Nothing of the network can be seen on lo.
  { inputs: IN(folder, ['pod-reviews-lo.pcap']), findings: [`blind-input:${RECORDINGS}${folder}/pod-reviews-lo.pcap`] },
  {
    inputs: IN(folder, [...BOTH_LOGS, ...NODES, 'pod-reviews-lo.pcap', 'pod-reviews-eth0.pcap', 'pod-curl-any.pcap']),
    findings: [...ALL(NAMES), `blind-input:${RECORDINGS}${folder}/pod-reviews-lo.pcap`],
  },
];

const exposed = (source: string, destinations: readonly string[]): readonly string[] =>
  destinations.map((destination) => `exposed-request:${source} → ${destination}:9080`);
const REVIEWS = ['bookinfo/reviews-v1', 'bookinfo/reviews-v2'];
const KIALI = ['pcap/node1-any.pcap', 'pcap/node2-any.pcap', 'pcap/node1-eth0.pcap', 'pcap/node2-eth0.pcap'];

const kubernetes: readonly Golden[] = [
  // Two of the three shapes of a STRICT refusal show the request. That STRICT was withdrawn meanwhile, only a policy seen at that time could say.
  { inputs: ['kubernetes-permissive'], findings: exposed('outside/legacy-client', REVIEWS) },
  { inputs: ['kubernetes-permissive/node-any.pcap'], findings: exposed('10.244.0.11', ['10.244.0.8', '10.244.0.9']) },
  { inputs: ['kubernetes-permissive/ztunnel.log'], findings: [] },
  { inputs: ['kubernetes-strict'], findings: exposed('outside/legacy-client', REVIEWS) },
  // Its own log ends before the captures begin: what is only on the wire then is no contradiction.
  {
    inputs: ['kubernetes-strict/ztunnel.log', 'kubernetes-strict/node-any.pcap', 'kubernetes-json-logs/ztunnel.log'],
    findings: exposed('outside/legacy-client', REVIEWS),
  },
  { inputs: ['kubernetes-strict/node-any.pcap'], findings: exposed('10.244.0.11', ['10.244.0.8', '10.244.0.9']) },
  { inputs: ['kubernetes-json-logs'], findings: [] },
  { inputs: ['kubernetes-no-endpoints'], findings: [] },
  { inputs: ['kubernetes-rotation'], findings: [] },
  { inputs: ['kubernetes-debug/exec-stdout.pcap'], findings: [] },
  { inputs: IN('kubernetes-prometheus-kiali', ['ztunnel/node1.log', 'ztunnel/node2.log']), findings: [] },
  { inputs: IN('kubernetes-prometheus-kiali', KIALI), findings: exposed('10.244.0.12', ['10.244.1.9']) },
  {
    inputs: IN('kubernetes-prometheus-kiali', ['ztunnel/node1.log', 'ztunnel/node2.log', ...KIALI]),
    findings: exposed('outside/legacy-strict-v1', ['vault/vault-v1']),
  },
];

const GOLDEN: readonly Golden[] = [...netns('netns-text'), ...netns('netns-json-debug'), ...kubernetes];
const isHere = hasRecordings('test/recordings/findings');

test.for((isHere ? GOLDEN : []).map((golden) => ({ ...golden, name: golden.inputs.join(' ') })))('$name', async ({ inputs, findings }) => {
  const answer = await answerOf(inputs.map((input) => `${RECORDINGS}${input}`));
  expect(answer.findings.map(({ key }) => key)).toEqual(findings);
});
