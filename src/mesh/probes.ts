import { type Ip, isIpv6 } from '../model/address.ts';
import type { Configuration } from './configuration.ts';
import type { Pod } from './pods.ts';

/**
 * istio-cni rewrites the source of whatever a host process sends to an enrolled pod, so that ztunnel lets the kubelet's probes by:
 * `HOST_PROBE_SNAT_IP` and `HOST_PROBE_SNAT_IPV6` (istio/istio cni/pkg/config).
 */
export const PROBE_SOURCES: readonly string[] = ['169.254.7.127', 'fd16:9254:7127:1337:ffff:ffff:ffff:ffff'];

/** Whether the kubelet asks that pod on that port; null where the pod's spec is not known. */
export function isDeclaredProbe(pod: Pod | null, port: number | null): boolean | null {
  if (pod === null || pod.probePorts === null || port === null) return null;
  return pod.probePorts.includes(port);
}

type Ends = { readonly pod: Pod; readonly source: Ip; readonly destination: Ip };

/**
 * Whether `source` is the node that runs the pod: one of its addresses; or, where its range of pods was not told, the address that
 * the common plugins give its bridge (the first of the pod's own /24), when no pod has that.
 */
export function isNodeOf(configuration: Configuration, { pod, source, destination }: Ends): boolean {
  if (configuration.isHost(source)) return pod.node === null || configuration.nodeAt(source) === pod.node;
  if (isIpv6(source) || isIpv6(destination) || source < 0) return false;
  return source >>> 8 === destination >>> 8 && (source & 255) === 1 && !configuration.isPod(source);
}
