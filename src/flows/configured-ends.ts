/** What configuration adds to an end of a flow: names where no line has any, the identity it would have, the service whose address it is. */
import type { Configuration } from '../mesh/configuration.ts';
import type { Pod } from '../mesh/pods.ts';
import type { Ip } from '../model/address.ts';
import type { Micros } from '../model/time.ts';

export type ConfiguredEnd = {
  readonly pod: string | null;
  readonly workload: string | null;
  readonly namespace: string | null;
  readonly cluster: string | null;
  /** Of a pod that ambient is to carry: others have none that anybody could check. */
  readonly identity: string | null;
  readonly service: string | null;
};

const NOBODY: ConfiguredEnd = { pod: null, workload: null, namespace: null, cluster: null, identity: null, service: null };

export function configuredEnd(configuration: Configuration, ip: Ip, time: Micros): ConfiguredEnd {
  const service = configuration.serviceAt(ip);
  if (service === null) {
    const pod = configuration.podAt(ip, time);
    return pod === null ? NOBODY : { ...shared([pod]), service: null };
  }
  return { ...shared(configuration.podsOf(service, time)), service: service.hostname };
}

/** What several pods behind one address have in common. */
function shared(pods: readonly Pod[]): Omit<ConfiguredEnd, 'service'> {
  const same = <T>(of: (pod: Pod) => T | null): T | null => {
    const [only = null, other] = new Set(pods.map(of));
    return other === undefined ? only : null;
  };
  const namespace = same((pod) => pod.namespace);
  const workload = namespace === null ? null : same((pod) => pod.workload);
  if (workload === null) return NOBODY;
  return {
    pod: same((pod) => pod.name),
    workload,
    namespace,
    cluster: same((pod) => pod.cluster),
    identity: same((pod) => (pod.captured === true ? pod.identity : null)),
  };
}
