import { expect, test } from 'vitest';
import { identityNamespace } from '../../src/mesh/spiffe.ts';
import { workloadName } from '../../src/mesh/workload-name.ts';

test.for([
  // Deployments, from the recordings.
  ['productpage-v1-5c667fb5db-7f7sd', 'productpage-v1'],
  ['reviews-v2-79574794db-mwszp', 'reviews-v2'],
  ['vault-v1-66899d68b-v9v48', 'vault-v1'],
  ['istiod-6df5b98954-lr2k8', 'istiod'],
  ['legacy-client-5f6d46675f-sf7d8', 'legacy-client'],
  ['ratings-v1-956f766d-l8dgg', 'ratings-v1'],
  // A DaemonSet's and a Job's pods.
  ['ztunnel-8qz24', 'ztunnel'],
  ['istio-cni-node-n2kcz', 'istio-cni-node'],
  // A CronJob's.
  ['report-29384756-tz4lm', 'report'],
  ['nightly-backup-29384756-tzqlm', 'nightly-backup'],
  // A StatefulSet's.
  ['kafka-0', 'kafka'],
  ['kafka-broker-12', 'kafka-broker'],
  // Bare pods, whose names are whole.
  ['web', 'web'],
  ['my-shell', 'my-shell'],
  ['curl-client', 'curl-client'],
  ['gateway-istio', 'gateway-istio'],
  ['reviews-v1', 'reviews-v1'],
  ['', ''],
] as const)('pod %s belongs to %s', ([pod, workload]) => {
  expect(workloadName(pod)).toBe(workload);
});

test.for([
  ['spiffe://cluster.local/ns/default/sa/curl', 'default'],
  ['spiffe://td-1.example/ns/kube-system/sa/x', 'kube-system'],
  ['spiffe://cluster.local/ns/default', null],
  ['spiffe://cluster.local/ns/default/sa/curl/more', null],
  ['https://cluster.local/ns/default/sa/curl', null],
  ['', null],
] as const)('the namespace in %s is %s', ([id, namespace]) => {
  expect(identityNamespace(id)).toBe(namespace);
});
