/**
 * What a ztunnel has been told: istioctl's `ztunnel-config … -o json|yaml`, and `/config_dump`, which it is made from.
 * istio/istio istioctl/pkg/writer/ztunnel/configdump/api.go; istio/ztunnel src/admin.rs.
 */
import type { Fact } from '../model/batch.ts';
import type { CertificateFact, ServiceFact, WorkloadFact } from '../model/configuration.ts';
import type { Addresses } from '../model/tables.ts';
import { at, entriesAt, ipsOf, listAt, portOf, portsOf, textAt, textsOf, timeAt } from './config-values.ts';
import type { Piece } from './json-pieces.ts';
import { connectionsOf } from './ztunnel-config-connections.ts';

/** Parts of a dump that say nothing of the mesh. */
const OF_NO_USE = new Set(['config', 'version', 'staticConfig', 'stagedServices']);

export function readZtunnelPiece({ section, value }: Piece, record: number, addresses: Addresses): readonly Fact[] | null {
  if (OF_NO_USE.has(section)) return [];
  if (at(value, 'workloadIps') !== undefined || (section === 'workloads' && textAt(value, 'name') !== null))
    return [workload(value, record, addresses)];
  if (at(value, 'hostname') !== undefined && (at(value, 'vips') !== undefined || section === 'services')) return [service(value, record, addresses)];
  if (at(value, 'certChain') !== undefined || textAt(value, 'identity') !== null) return certificates(value, record);
  if (textAt(value, 'scope') !== null && textAt(value, 'name') !== null) return [policy(value, record)];
  if (at(value, 'connections') !== undefined) return connectionsOf(value, record, addresses);
  return section === 'workloadState' ? [] : null;
}

function workload(value: unknown, record: number, addresses: Addresses): WorkloadFact {
  const protocol = textAt(value, 'protocol');
  const policies = at(value, 'authorizationPolicies');
  return {
    kind: 'workload',
    from: 'ztunnel',
    record,
    uid: textAt(value, 'uid'),
    pod: textAt(value, 'name') ?? '',
    namespace: textAt(value, 'namespace') ?? '',
    workload: textAt(value, 'workloadName'),
    ips: ipsOf(textsOf(listAt(value, 'workloadIps')), addresses),
    node: textAt(value, 'node'),
    serviceAccount: textAt(value, 'serviceAccount'),
    trustDomain: textAt(value, 'trustDomain'),
    cluster: textAt(value, 'clusterId'),
    captured: protocol === null ? null : protocol === 'HBONE',
    hostNetwork: textAt(value, 'networkMode') === 'HostNetwork',
    gateway: false,
    labels: null,
    probePorts: null,
    ports: [],
    since: null,
    until: null,
    policies: Array.isArray(policies) ? textsOf(policies) : null,
  };
}

function service(value: unknown, record: number, addresses: Addresses): ServiceFact {
  const endpoints = entriesAt(value, 'endpoints').map(([key, endpoint]) => textAt(endpoint, 'workloadUid') ?? key);
  return {
    kind: 'service',
    record,
    name: textAt(value, 'name') ?? '',
    namespace: textAt(value, 'namespace') ?? '',
    hostname: textAt(value, 'hostname'),
    vips: ipsOf(textsOf(listAt(value, 'vips')), addresses),
    ports: entriesAt(value, 'ports').flatMap(([port, target]) => portsOf([port]).map((number) => [number, portOf(target)] as const)),
    workloads: endpoints,
    selector: null,
  };
}

const policy = (value: unknown, record: number): Fact => ({
  kind: 'authorization',
  record,
  name: textAt(value, 'name') ?? '',
  namespace: textAt(value, 'namespace') ?? '',
  action: (textAt(value, 'action') ?? '').toUpperCase(),
  scope: textAt(value, 'scope'),
});

function certificates(value: unknown, record: number): readonly CertificateFact[] {
  const identity = textAt(value, 'identity');
  if (identity === null) return [];
  const of = (role: CertificateFact['role'], list: readonly unknown[]): CertificateFact[] =>
    list.map((certificate) => ({
      kind: 'certificate',
      record,
      identity,
      role,
      serial: hexadecimal(textAt(certificate, 'serialNumber')),
      notBefore: timeAt(certificate, 'validFrom'),
      notAfter: timeAt(certificate, 'expirationTime'),
      valid: null,
    }));
  // Behind the first of a chain stand those that signed it.
  return [...of('leaf', listAt(value, 'certChain').slice(0, 1)), ...of('root', listAt(value, 'rootCerts'))];
}

/** A dump has serial numbers in decimals, the table in hexadecimals. */
const hexadecimal = (serial: string | null): string | null => (serial !== null && /^\d{1,60}$/.test(serial) ? BigInt(serial).toString(16) : serial);
