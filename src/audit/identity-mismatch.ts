/** Rules.md §6: the certificate names another service account than configuration has for the pod that held the address then. */
import type { Flow, FlowEnd } from '../model/flow.ts';
import { byEdge, times } from './by-edge.ts';
import { configEvidence } from './config-evidence.ts';
import type { Coverage, Finder } from './finder.ts';

export const identityMismatch: Finder = {
  id: 'identity-mismatch',
  severity: 'error',
  looksAt: 'flows',
  open: (coverage) =>
    byEdge(
      (flow) => mayBeWrong(flow, coverage) && (isWrong(flow, flow.source, coverage) || isWrong(flow, flow.destination, coverage)),
      ({ edge, flows }) =>
        `${edge}: in ${times(flows, 'connection')} a certificate named another identity than the pod's service account; find out who holds that certificate, and whether the configuration is of the same time.`,
      { cites: (flow) => configEvidence(flow, coverage), sparesCommon: () => !hasConfiguration(coverage) },
    ),
};

/** Asked of every flow: before its ends are made, and addresses looked up. */
const mayBeWrong = ({ verdict }: Flow, coverage: Coverage): boolean => verdict === 'hbone' && hasConfiguration(coverage);

const hasConfiguration = ({ configuration }: Coverage): boolean => configuration !== null && configuration.version > 0;

/** The line has to name the very pod that configuration has at the address: behind gateways, waypoints and a node's SNAT it does not. */
function isWrong({ start }: Flow, { ip, pod: name, namespace, identity, identityFrom }: FlowEnd, { podAt }: Coverage): boolean {
  if (identityFrom !== 'certificate') return false;
  const pod = podAt(ip, start);
  if (pod === null || pod.gateway || pod.identity === null) return false;
  return pod.name === name && pod.namespace === namespace && pod.identity !== identity;
}
