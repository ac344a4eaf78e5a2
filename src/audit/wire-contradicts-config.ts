/**
 * Rules.md §6: a workload that ztunnel's table lists as HBONE refuses port 15008, or sends or serves plaintext that no ztunnel logs.
 * Plaintext that a PERMISSIVE workload's ztunnel took in, and logged, is no contradiction.
 */
import type { Flow, FlowEnd } from '../model/flow.ts';
import { Seen } from '../model/wire-rows.ts';
import { byEdge, times } from './by-edge.ts';
import { configEvidence } from './config-evidence.ts';
import { type Coverage, endText, type Finder, subjectEnd } from './finder.ts';
import { isUnlogged } from './unlogged-flow.ts';

const HBONE_PORT = 15008;

export const wireContradictsConfig: Finder = {
  id: 'wire-contradicts-config',
  severity: 'error',
  looksAt: 'packets',
  open: (coverage) =>
    byEdge(
      (flow) => refusesTunnels(flow, coverage) || unseenEnd(flow, coverage) !== undefined,
      ({ edge, flows, detail }) =>
        `${edge}: configuration lists ${detail} (${times(flows, 'connection')}); its redirection is gone: restart the pod and look at istio-cni on its node.`,
      {
        cites: (flow) => configEvidence(flow, coverage),
        detail: (flow) => {
          const unseen = unseenEnd(flow, coverage);
          if (unseen === undefined) return `${nameOf(flow.destination)} as HBONE, yet it refused port 15008`;
          return `${nameOf(unseen)} as HBONE, yet it ${unseen === flow.source ? 'sent' : 'served'} plaintext that its ztunnel did not log`;
        },
      },
    ),
};

const isListed = (flow: Flow, ip: string, { podAt }: Coverage): boolean => {
  const pod = podAt(ip, flow.start);
  return pod !== null && pod.captured === true && !pod.gateway;
};

function refusesTunnels(flow: Flow, coverage: Coverage): boolean {
  if (flow.verdict !== 'failed' || (flow.wireSeen & Seen.refused) === 0) return false;
  const isTunnel = flow.kind === 'tunnel' || flow.carrier?.destination.port === HBONE_PORT;
  return isTunnel && isListed(flow, flow.carrier?.destination.ip ?? flow.destination.ip, coverage);
}

/** The end whose plaintext no ztunnel logged. */
function unseenEnd(flow: Flow, coverage: Coverage): FlowEnd | undefined {
  if (flow.verdict !== 'plaintext' || flow.exempt !== null) return undefined;
  return [flow.source, flow.destination].find(({ ip }) => isListed(flow, ip, coverage) && isUnlogged(flow, ip, coverage));
}

const nameOf = (end: FlowEnd): string => endText(subjectEnd(end));
