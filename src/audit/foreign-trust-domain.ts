import { trustDomainOf } from '../mesh/spiffe.ts';
import type { Flow, FlowEnd } from '../model/flow.ts';
import { byEdge, times } from './by-edge.ts';
import { configEvidence } from './config-evidence.ts';
import type { Coverage, Finder } from './finder.ts';

export const foreignTrustDomain: Finder = {
  id: 'foreign-trust-domain',
  severity: 'warning',
  looksAt: 'flows',
  open: (coverage) =>
    byEdge(
      (flow) => knowsDomains(coverage) && foreignIdentity(flow, coverage) !== null,
      ({ edge, flows, detail }) =>
        `${edge}: ${times(flows, 'connection')} with the identity ${detail}; see whether its root certificate is meant to be trusted.`,
      {
        cites: (flow) => configEvidence(flow, coverage),
        detail: (flow) => `${foreignIdentity(flow, coverage)}, and the configured workloads are all of ${domainsText(coverage)}`,
        sparesCommon: () => !knowsDomains(coverage),
      },
    ),
};

const knowsDomains = ({ configuration }: Coverage): boolean => configuration !== null && configuration.trustDomains.size > 0;

const foreignIdentity = (flow: Flow, coverage: Coverage): string | null =>
  [flow.source, flow.destination].find((end) => isForeign(flow, end, coverage))?.identity ?? null;

const domainsText = ({ configuration }: Coverage): string => [...(configuration?.trustDomains ?? [])].sort().join(', ');

/** Rules.md §6: not behind gateways. Only what a certificate said, never what was expected of one. */
function isForeign({ start }: Flow, { ip, identity, identityFrom }: FlowEnd, { configuration, podAt }: Coverage): boolean {
  if (configuration === null || identity === null || identityFrom !== 'certificate') return false;
  const domain = trustDomainOf(identity);
  return domain !== null && !configuration.trustDomains.has(domain) && podAt(ip, start)?.gateway !== true;
}
