/** Rules.md §5: what is in clear by design. Shown, never counted as a leak. */
import { isControlPlane } from '../mesh/control-plane.ts';
import { DNS_PORT, DNS_PROXY_PORT, HBONE_PORT, XDS_TLS_PORT } from '../mesh/ports.ts';
import { isDeclaredProbe, isNodeOf, PROBE_SOURCES } from '../mesh/probes.ts';
import type { Exemption, Joined } from '../model/flow.ts';
import { Seen } from '../model/wire-rows.ts';
import type { Judged, Mesh, Verdict } from './rule.ts';
import { has } from './wire.ts';

type Case = { readonly joined: Joined; readonly judged: Judged; readonly verdict: Verdict; readonly mesh: Mesh };

const ISTIOD_SNI = /^istiod(-[a-z0-9-]+)?\.[a-z0-9-]+(\.svc(\.[a-z0-9.-]+)?)?$/;

/** First match. A flow's ends are made when they are first asked for, which most flows are not: so they are asked for last. */
const EXEMPTIONS: readonly (readonly [Exemption, (flow: Case) => boolean])[] = [
  ['loopback', ({ joined: { wire, inbound, outbound } }) => wire !== null && has(wire, Seen.loopback) && inbound === null && outbound === null],
  ['kubelet-probe', isProbe],
  [
    'dns',
    ({ joined: { wire }, judged }) =>
      wire?.application === 'dns' && (judged.destination.port === DNS_PORT || judged.destination.port === DNS_PROXY_PORT),
  ],
  ['control-plane', isOfControlPlane],
];

export function exemptionOf(flow: Case): Exemption | null {
  return EXEMPTIONS.find(([, exempts]) => exempts(flow))?.[0] ?? null;
}

/** From the address that istio-cni gives all host processes, unless the pod's spec says that nobody probes that port; or from the pod's node to a port that is probed. */
function isProbe({ joined, judged, verdict, mesh: { configuration } }: Case): boolean {
  if (verdict.verdict === 'hbone') return false;
  const { source, sourceIp, destination, destinationIp } = judged;
  if (destination.port === HBONE_PORT) return false;
  const time = (joined.wire ?? joined.outbound ?? joined.inbound)?.start;
  const pod = time === undefined ? null : (configuration?.podAt(destinationIp, time) ?? null);
  const declared = isDeclaredProbe(pod, destination.port);
  if (PROBE_SOURCES.includes(source.ip)) return declared !== false;
  return (
    declared === true && pod !== null && configuration !== null && isNodeOf(configuration, { pod, source: sourceIp, destination: destinationIp })
  );
}

function isOfControlPlane({ joined: { wire, inbound, outbound }, judged, mesh: { configuration } }: Case): boolean {
  if (wire === null && (configuration === null || configuration.version === 0)) return false;
  const { destination, destinationIp } = judged;
  if (destination.port === XDS_TLS_PORT && wire !== null && ISTIOD_SNI.test(wire.tls?.sni ?? '')) return true;
  const time = (wire ?? outbound ?? inbound)?.start;
  return configuration !== null && time !== undefined && isControlPlane(configuration, { ip: destinationIp, port: destination.port, time });
}
