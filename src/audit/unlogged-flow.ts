/**
 * Rules.md §6: begun and ended inside the capture, from or to a pod whose ztunnel's log surrounds it, and yet in no line:
 * something let it by ztunnel. Only pods that lines prove captured are asked for.
 */
import { PROBE_SOURCES } from '../mesh/probes.ts';
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
      ({ edge, flows, detail }) =>
        `${edge}: ${times(flows, 'connection')} on the wire that the enrolled pod's ztunnel never logged (${detail}); check that the pod's redirection is in place (istio-cni, node restarts).`,
      { detail: (flow) => silentLogs(flow, coverage) },
    ),
};

/** Begun and ended in view, with bytes, and in no log. */
export function isUnlogged(flow: Flow, ip: string, coverage: Coverage): boolean {
  return isWhole(flow) && enclosing(flow, ip, coverage).length > 0;
}

/** `ztunnel-n2.log has lines before and after`. */
function silentLogs(flow: Flow, coverage: Coverage): string {
  const logs = new Set([flow.source.ip, flow.destination.ip].flatMap((ip) => enclosing(flow, ip, coverage).map(({ input }) => input)));
  return `${[...logs].join(' and ')} ${logs.size === 1 ? 'has' : 'have'} lines before and after`;
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
    // What a process of the node sends is let by ztunnel by design, whatever port it goes to (rules.md §5).
    !PROBE_SOURCES.includes(flow.source.ip) &&
    ((flow.bytes.sent ?? 0) > 0 || (flow.bytes.received ?? 0) > 0)
  );
}

function enclosing({ start, end }: Flow, ip: string, { logsOf, skew }: Coverage): ReturnType<Coverage['logsOf']> {
  return end === null ? [] : logsOf(ip, start).filter((log) => log.first < start - skew && log.last > end + skew);
}
