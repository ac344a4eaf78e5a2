/** Rules.md §5: why it is in clear. A line proves its own end enrolled; of the other end silence says nothing, and configuration may. */
import type { Configuration } from '../mesh/configuration.ts';
import { isDeclaredProbe, PROBE_SOURCES } from '../mesh/probes.ts';
import type { Ip } from '../model/address.ts';
import type { Joined, Reason } from '../model/flow.ts';
import type { Micros } from '../model/time.ts';
import type { Judged, Mesh } from './rule.ts';

/** UDP has a reason of its own before anybody asks here. */
export function plaintextReason(joined: Joined, judged: Judged, mesh: Mesh): Reason {
  const time = (joined.wire ?? joined.outbound ?? joined.inbound)?.start;
  if (time === undefined) return 'passthrough';
  const { sourceIp, destinationIp } = judged;
  const { configuration } = mesh;
  if (configuration !== null && isOfHost(configuration, judged, time)) return 'host-network';
  const source = enrolment(joined.outbound !== null, sourceIp, { mesh, time });
  const destination = enrolment(joined.inbound !== null, destinationIp, { mesh, time });
  if (source === true && destination === true) return 'bypass';
  if (source === false && destination === false) return 'neither-enrolled';
  if (source === null || destination === null) return 'passthrough';
  return source ? 'destination-not-enrolled' : 'source-not-enrolled';
}

/** Null: not known. */
function enrolment(isLogged: boolean, ip: Ip, { mesh, time }: { readonly mesh: Mesh; readonly time: Micros }): boolean | null {
  if (isLogged || mesh.isEnrolled(ip, time)) return true;
  return mesh.isLeftOut(ip, time) ? false : null;
}

/** An end without a network namespace of its own: a node, a pod of its network, or what istio-cni rewrote of them, unless it may be a probe. */
function isOfHost(configuration: Configuration, { source, sourceIp, destination, destinationIp }: Judged, time: Micros): boolean {
  if (configuration.isHost(sourceIp) || configuration.isHost(destinationIp)) return true;
  return PROBE_SOURCES.includes(source.ip) && isDeclaredProbe(configuration.podAt(destinationIp, time), destination.port) === false;
}
