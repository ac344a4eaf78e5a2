/** A pod: who it is, where it runs, whether ambient has it, what the kubelet asks it. */
import type { WorkloadFact } from '../model/configuration.ts';
import type { Addresses } from '../model/tables.ts';
import type { Micros } from '../model/time.ts';
import { at, ipsOf, labelsAt, listAt, portOf, portsOf, textAt, timeAt } from './config-values.ts';

type Source = { readonly value: unknown; readonly record: number; readonly addresses: Addresses };

export function podFact({ value, record, addresses }: Source): WorkloadFact {
  const labels = labelsAt(value, 'metadata', 'labels') ?? {};
  const pod = textAt(value, 'metadata', 'name') ?? textAt(value, 'metadata', 'generateName') ?? '';
  const addressed = [textAt(value, 'status', 'podIP'), ...listAt(value, 'status', 'podIPs').map((entry) => textAt(entry, 'ip'))];
  const containers = ['containers', 'initContainers'].flatMap((kind) => listAt(value, 'spec', kind));
  return {
    kind: 'workload',
    from: 'kubernetes',
    record,
    uid: null,
    pod,
    namespace: textAt(value, 'metadata', 'namespace') ?? 'default',
    workload: ownerOf(value, pod, labels),
    ips: [
      ...new Set(
        ipsOf(
          addressed.filter((text) => text !== null),
          addresses,
        ),
      ),
    ],
    node: textAt(value, 'spec', 'nodeName'),
    serviceAccount: textAt(value, 'spec', 'serviceAccountName') ?? 'default',
    trustDomain: null,
    cluster: null,
    captured: capturedOf(value, labels),
    hostNetwork: at(value, 'spec', 'hostNetwork') === true,
    // istio/istio pilot/pkg/model/service.go: gateways are told by the labels their deployments are made with.
    gateway: labels['gateway.networking.k8s.io/gateway-name'] !== undefined || labels['gateway.istio.io/managed'] !== undefined,
    labels,
    probePorts: containers.flatMap(probePortsOf),
    ports: containers.flatMap((container) =>
      portsOf(
        listAt(container, 'ports')
          .filter((port) => (textAt(port, 'protocol') ?? 'TCP') === 'TCP')
          .map((port) => at(port, 'containerPort')),
      ),
    ),
    since: timeAt(value, 'status', 'startTime') ?? timeAt(value, 'metadata', 'creationTimestamp'),
    until: endOf(value),
    policies: null,
  };
}

/** istio/istio pkg/kube/inject: a ReplicaSet stands for its Deployment, whose name is what stands before the hash. */
function ownerOf(value: unknown, pod: string, labels: { readonly [name: string]: string }): string | null {
  const owner = listAt(value, 'metadata', 'ownerReferences').find((reference) => at(reference, 'controller') === true);
  if (owner === undefined) return pod;
  const name = textAt(owner, 'name');
  const hash = labels['pod-template-hash'];
  if (textAt(owner, 'kind') === 'ReplicaSet' && name !== null && hash !== undefined && name.endsWith(`-${hash}`))
    return name.slice(0, -hash.length - 1);
  // A CronJob's Jobs have the minute they were due behind its name.
  return textAt(owner, 'kind') === 'Job' ? (name?.replace(/-\d{8,}$/, '') ?? null) : name;
}

/** istio-cni writes the annotation when it redirects the pod; it leaves out pods with a sidecar and of the host's network (istio/istio cni/pkg/util/podutil.go). */
function capturedOf(value: unknown, labels: { readonly [name: string]: string }): boolean | null {
  if (textAt(value, 'metadata', 'annotations', 'ambient.istio.io/redirection') === 'enabled') return true;
  if (at(value, 'spec', 'hostNetwork') === true || textAt(value, 'metadata', 'annotations', 'sidecar.istio.io/status') !== null) return false;
  return labels['istio.io/dataplane-mode'] === 'none' ? false : null;
}

/** A pod that has run its course keeps its address in its status, while another may have it. */
function endOf(value: unknown): Micros | null {
  const phase = textAt(value, 'status', 'phase');
  if (phase !== 'Succeeded' && phase !== 'Failed') return timeAt(value, 'metadata', 'deletionTimestamp');
  const ends = listAt(value, 'status', 'containerStatuses')
    .map((status) => timeAt(status, 'state', 'terminated', 'finishedAt'))
    .filter((time) => time !== null);
  const [last] = ends.sort((a, b) => b - a);
  return last ?? timeAt(value, 'status', 'startTime');
}

function probePortsOf(container: unknown): number[] {
  const named = new Map(listAt(container, 'ports').map((port) => [textAt(port, 'name'), portOf(at(port, 'containerPort'))] as const));
  const ports = ['livenessProbe', 'readinessProbe', 'startupProbe'].flatMap((probe) =>
    ['httpGet', 'tcpSocket', 'grpc'].map((kind) => at(container, probe, kind, 'port')),
  );
  return ports.map((port) => portOf(port) ?? (typeof port === 'string' ? (named.get(port) ?? null) : null)).filter((port) => port !== null);
}
