/**
 * Rules.md §6: begun and ended inside the capture, from or to a pod whose ztunnel's log surrounds it, and yet in no line:
 * something let it by ztunnel. Only pods that lines prove captured are asked for.
 */
import type { Flow } from '../model/flow.ts';
import { Seen } from '../model/wire-rows.ts';
import { byEdge, times } from './by-edge.ts';
import type { Coverage, Finder } from './finder.ts';

export const unloggedFlow: Finder = {
  id: 'unlogged-flow',
  severity: 'warning',
  looksAt: 'packets',
  open: (coverage) =>
    byEdge(
      (flow) => [flow.source.ip, flow.destination.ip].some((ip) => isUnlogged(flow, ip, coverage)),
      ({ edge, flows }) =>
        `${edge}: ${times(flows, 'connection')} on the wire that the enrolled pod's ztunnel never logged; check that the pod's redirection is in place (istio-cni, node restarts).`,
    ),
};

/** Begun and ended in view, with bytes, and in no log. */
export function isUnlogged(flow: Flow, ip: string, coverage: Coverage): boolean {
  return isWhole(flow) && isEnclosed(flow, ip, coverage);
}

function isWhole(flow: Flow): boolean {
  const whole = Seen.syn | Seen.synAck | Seen.ended;
  return (
    flow.witnesses.length === 1 &&
    flow.witnesses[0] === 'wire' &&
    flow.kind === 'connection' &&
    flow.transport === 'tcp' &&
    flow.exempt === null &&
    (flow.wireSeen & whole) === whole &&
    (flow.wireSeen & (Seen.midStream | Seen.loopback)) === 0 &&
    ((flow.bytes.sent ?? 0) > 0 || (flow.bytes.received ?? 0) > 0)
  );
}

function isEnclosed({ start, end }: Flow, ip: string, { logsOf, skew }: Coverage): boolean {
  return end !== null && logsOf(ip, start).some((log) => log.first < start - skew && log.last > end + skew);
}
