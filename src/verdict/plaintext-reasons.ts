/** Rules.md §5: why it is in clear. A line proves its own end enrolled; of the other end silence says nothing. */
import type { Joined, Reason } from '../model/flow.ts';
import type { Judged, Mesh } from './rule.ts';

export function plaintextReason(joined: Joined, { sourceIp, destinationIp }: Judged, mesh: Mesh): Reason {
  const time = (joined.wire ?? joined.outbound ?? joined.inbound)?.start;
  if (time === undefined) return 'passthrough';
  const source = joined.outbound !== null || mesh.isEnrolled(sourceIp, time);
  const destination = joined.inbound !== null || mesh.isEnrolled(destinationIp, time);
  return source && destination ? 'bypass' : 'passthrough';
}
