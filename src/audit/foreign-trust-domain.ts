import { trustDomainOf } from '../mesh/spiffe.ts';
import type { Flow, FlowEnd } from '../model/flow.ts';
import { byEdge, times } from './by-edge.ts';
import type { Coverage, Finder } from './finder.ts';

export const foreignTrustDomain: Finder = {
  id: 'foreign-trust-domain',
  severity: 'warning',
  looksAt: 'flows',
  open: (coverage) =>
    byEdge(
      (flow) => knowsDomains(coverage) && [flow.source, flow.destination].some((end) => isForeign(flow, end, coverage)),
      ({ edge, flows }) =>
        `${edge}: ${times(flows, 'connection')} with an identity of a trust domain that none of the configured workloads has; see whether its root certificate is meant to be trusted.`,
      { sparesCommon: () => !knowsDomains(coverage) },
    ),
};

const knowsDomains = ({ configuration }: Coverage): boolean => configuration !== null && configuration.trustDomains.size > 0;

/** Rules.md §6: not behind gateways. Only what a certificate said, never what was expected of one. */
function isForeign({ start }: Flow, { ip, identity, identityFrom }: FlowEnd, { configuration, podAt }: Coverage): boolean {
  if (configuration === null || identity === null || identityFrom !== 'certificate') return false;
  const domain = trustDomainOf(identity);
  return domain !== null && !configuration.trustDomains.has(domain) && podAt(ip, start)?.gateway !== true;
}
