/** istiod, ztunnel and istio-cni: what they serve is in clear, or secured in ways of its own, by design. */
import type { Ip } from '../model/address.ts';
import type { Micros } from '../model/time.ts';
import type { Configuration } from './configuration.ts';
import type { Pod } from './pods.ts';

/** XDS, CA, webhooks, metrics, readiness. */
const PORTS: ReadonlySet<number> = new Set([15_010, 15_012, 15_014, 15_017, 15_020, 15_021]);
const COMPONENTS: ReadonlySet<string> = new Set(['istiod', 'ztunnel', 'istio-cni-node', 'istio-cni']);

type Place = { readonly ip: Ip; readonly port: number | null; readonly time: Micros };

export function isControlPlane(configuration: Configuration, { ip, port, time }: Place): boolean {
  if (port === null || !PORTS.has(port)) return false;
  const service = configuration.serviceAt(ip);
  if (service !== null) return /^istiod(-|$)/.test(service.name) || configuration.podsOf(service, time).some(isComponent);
  const pod = configuration.podAt(ip, time);
  return pod !== null && isComponent(pod);
}

/** Revisions are told by a suffix: `istiod-1-28`. */
const isComponent = ({ workload, labels }: Pod): boolean =>
  COMPONENTS.has(workload) || COMPONENTS.has(labels?.['app'] ?? '') || /^istiod-/.test(workload) || labels?.['k8s-app'] === 'istio-cni-node';
