/** Objects of Kubernetes and Istio as facts. Kinds that say nothing of the mesh are none of ours. */
import type { Fact } from '../model/batch.ts';
import {
  type EndpointsFact,
  MTLS_MODES,
  type MtlsMode,
  type NodeFact,
  type PeerAuthenticationFact,
  type ServiceFact,
} from '../model/configuration.ts';
import type { Addresses } from '../model/tables.ts';
import { at, entriesAt, ipsOf, labelsAt, listAt, portOf, portsOf, textAt, textsOf, timeAt } from './config-values.ts';
import type { Piece } from './json-pieces.ts';
import { podFact } from './kubernetes-pods.ts';

type Source = { readonly value: unknown; readonly record: number; readonly addresses: Addresses };

const KINDS: { readonly [kind: string]: (source: Source) => Fact } = {
  Pod: podFact,
  Service: service,
  EndpointSlice: endpointSlice,
  Node: node,
  Namespace: ({ value, record }) => ({
    kind: 'namespace',
    record,
    name: textAt(value, 'metadata', 'name') ?? '',
    dataplane: textAt(value, 'metadata', 'labels', 'istio.io/dataplane-mode'),
  }),
  PeerAuthentication: peerAuthentication,
  AuthorizationPolicy: ({ value, record }) => ({
    kind: 'authorization',
    record,
    ...named(value),
    action: textAt(value, 'spec', 'action') ?? 'ALLOW',
    scope: null,
  }),
};

export function readKubernetesPiece({ section, value }: Piece, record: number, addresses: Addresses): readonly Fact[] | null {
  // A List's own metadata.
  if (section === 'metadata') return [];
  const kind = textAt(value, 'kind') ?? '';
  const read = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  return read === undefined ? null : [read({ value, record, addresses })];
}

/** Namespaced objects without a namespace are applied to `default`. */
const named = (value: unknown): { readonly name: string; readonly namespace: string } => ({
  name: textAt(value, 'metadata', 'name') ?? '',
  namespace: textAt(value, 'metadata', 'namespace') ?? 'default',
});

function service({ value, record, addresses }: Source): ServiceFact {
  const { name, namespace } = named(value);
  const texts = [textAt(value, 'spec', 'clusterIP'), ...textsOf(listAt(value, 'spec', 'clusterIPs'))].filter((text) => text !== null);
  const balancers = listAt(value, 'status', 'loadBalancer', 'ingress')
    .map((ingress) => textAt(ingress, 'ip'))
    .filter((text) => text !== null);
  return {
    kind: 'service',
    record,
    name,
    namespace,
    hostname: null,
    vips: [...new Set(ipsOf([...texts, ...textsOf(listAt(value, 'spec', 'externalIPs')), ...balancers], addresses))],
    ports: listAt(value, 'spec', 'ports').flatMap((port) =>
      portsOf([at(port, 'port')]).map((number) => [number, portOf(at(port, 'targetPort'))] as const),
    ),
    workloads: [],
    selector: labelsAt(value, 'spec', 'selector'),
  };
}

function endpointSlice({ value, record, addresses }: Source): EndpointsFact {
  const { name, namespace } = named(value);
  return {
    kind: 'endpoints',
    record,
    service: textAt(value, 'metadata', 'labels', 'kubernetes.io/service-name') ?? name,
    namespace,
    ips: listAt(value, 'endpoints').flatMap((endpoint) => ipsOf(textsOf(listAt(endpoint, 'addresses')), addresses)),
    ports: portsOf(listAt(value, 'ports').map((port) => at(port, 'port'))),
  };
}

function node({ value, record, addresses }: Source): NodeFact {
  const own = listAt(value, 'status', 'addresses').map((address) => textAt(address, 'address') ?? '');
  const ranges = [textAt(value, 'spec', 'podCIDR') ?? '', ...textsOf(listAt(value, 'spec', 'podCIDRs'))];
  // The bridge of the commonest network plugins has the first address of the pods' range.
  const bridges = ranges
    .map((range) => /^(\d+\.\d+\.\d+\.)0\/\d+$/.exec(range)?.[1])
    .flatMap((prefix) => (prefix === undefined ? [] : [`${prefix}1`]));
  return { kind: 'node', record, name: textAt(value, 'metadata', 'name') ?? '', ips: ipsOf([...own, ...bridges], addresses) };
}

const modeOf = (text: string | null): MtlsMode => MTLS_MODES.find((mode) => mode === text) ?? 'UNSET';

function peerAuthentication({ value, record }: Source): PeerAuthenticationFact {
  return {
    kind: 'peer-authentication',
    record,
    ...named(value),
    selector: labelsAt(value, 'spec', 'selector', 'matchLabels'),
    mode: modeOf(textAt(value, 'spec', 'mtls', 'mode')),
    ports: entriesAt(value, 'spec', 'portLevelMtls').flatMap(([port, mtls]) =>
      portsOf([port]).map((number) => [number, modeOf(textAt(mtls, 'mode'))] as const),
    ),
    created: timeAt(value, 'metadata', 'creationTimestamp'),
  };
}
