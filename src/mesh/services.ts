/** Services: which address stands for which pods. */
import type { Ip } from '../model/address.ts';
import type { EndpointsFact, ServiceFact } from '../model/configuration.ts';
import type { Pod, Told } from './pods.ts';

export type Service = {
  readonly name: string;
  readonly namespace: string;
  readonly hostname: string;
  readonly vips: readonly Ip[];
  /** Of the pods behind it. */
  readonly ips: readonly Ip[];
  /** Service port → target port. */
  readonly ports: ReadonlyMap<number, number | null>;
  /** Ports on which its pods serve. */
  readonly targets: readonly number[];
};

export function servicesOf(
  services: readonly Told<ServiceFact>[],
  endpoints: readonly Told<EndpointsFact>[],
  pods: ReadonlyMap<string, Pod>,
): readonly Service[] {
  const byUid = new Map<string, Pod>();
  for (const pod of pods.values()) for (const uid of pod.uids) byUid.set(uid, pod);
  const behind = grouped(endpoints, ({ fact }) => `${fact.namespace}/${fact.service}`);
  const groups = grouped(services, ({ fact }) => `${fact.namespace}/${fact.name}`);
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, group]) => {
      const facts = [...group].sort((a, b) => a.origin.input - b.origin.input || a.origin.record - b.origin.record).map(({ fact }) => fact);
      const slices = behind.get(key) ?? [];
      const uids = facts.flatMap(({ workloads }) => workloads);
      const told = [...uids.flatMap((uid) => byUid.get(podUid(uid))?.ips ?? []), ...slices.flatMap(({ fact }) => fact.ips)];
      const name = facts[0]?.name ?? '';
      const namespace = facts[0]?.namespace ?? '';
      const ports = new Map(facts.flatMap((fact) => fact.ports).sort(([, a], [, b]) => (a === null ? -1 : b === null ? 1 : a - b)));
      return {
        name,
        namespace,
        hostname: facts.map(({ hostname }) => hostname).find((hostname) => hostname !== null) ?? `${name}.${namespace}.svc.cluster.local`,
        vips: [...new Set(facts.flatMap(({ vips }) => vips))],
        ips: [...new Set([...told, ...(told.length === 0 && slices.length === 0 ? selected(facts, pods) : [])])],
        ports,
        targets: [...new Set([...[...ports.values()].filter((port) => port !== null), ...slices.flatMap(({ fact }) => fact.ports)])].sort(
          (a, b) => a - b,
        ),
      };
    });
}

/** Where nobody says which pods are behind a service: those that its selector chooses, as Kubernetes does. */
function selected(facts: readonly ServiceFact[], pods: ReadonlyMap<string, Pod>): readonly Ip[] {
  const fact = facts.find(({ selector }) => selector !== null && Object.keys(selector).length > 0);
  const wanted = Object.entries(fact?.selector ?? {});
  if (fact === undefined) return [];
  return [...pods.values()]
    .filter(({ namespace, labels }) => namespace === fact.namespace && labels !== null && wanted.every(([name, value]) => labels[name] === value))
    .flatMap(({ ips }) => ips);
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

/** Before 1.23 an endpoint's key was the workload's uid with the address behind it. */
const podUid = (key: string): string => key.replace(/:[^:/]*\/[^/]*$/, '');
