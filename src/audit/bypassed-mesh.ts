/** Rules.md §6: both ends are enrolled, and yet application bytes were answered in clear: one of them has lost its redirection. */

import type { Flow } from '../model/flow.ts';
import { Direction } from '../model/line-event.ts';
import { byEdge, times } from './by-edge.ts';
import { configEvidence } from './config-evidence.ts';
import type { Coverage, Finder } from './finder.ts';

export const bypassedMesh: Finder = {
  id: 'bypassed-mesh',
  severity: 'error',
  looksAt: 'flows',
  open: (coverage) =>
    byEdge(
      (flow) => isBypass(flow) && !isBehindGateway(flow, coverage),
      ({ edge, flows, bytes, detail }) =>
        `${edge}: both ends are enrolled in ambient, yet ${times(flows, 'connection')} (${times(bytes, 'byte')}) went in plaintext, outside any tunnel; ${detail}.`,
      { cites: (flow) => configEvidence(flow, coverage), detail: whatToDo, sparesCommon: () => true },
    ),
};

/** A line of the client's own ztunnel says that it took the connection, and chose to send it in clear: no redirection is missing there. */
const whatToDo = ({ lines = [] }: Flow): string =>
  lines.some(({ direction }) => direction === Direction.outbound)
    ? "the client's ztunnel logged it and opened no tunnel: compare what its `istioctl ztunnel-config workloads` has for the server"
    : 'restart the pod that has lost its redirection, and see whether istio-cni runs on its node';

const isBypass = ({ reason, verdict, transport, kind, exempt, bytes }: Flow): boolean =>
  reason === 'bypass' && verdict === 'plaintext' && transport === 'tcp' && kind === 'connection' && exempt === null && (bytes.received ?? 0) > 0;

const isBehindGateway = ({ source, destination, start }: Flow, { podAt }: Coverage): boolean =>
  [source, destination].some(({ ip }) => podAt(ip, start)?.gateway === true);
