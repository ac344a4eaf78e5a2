/**
 * istio-cni rewrites the source of whatever a host process sends to an enrolled pod, so that ztunnel lets the kubelet's probes by:
 * `HOST_PROBE_SNAT_IP` and `HOST_PROBE_SNAT_IPV6` (istio/istio cni/pkg/config).
 */
export const PROBE_SOURCES: readonly string[] = ['169.254.7.127', 'fd16:9254:7127:1337:ffff:ffff:ffff:ffff'];
