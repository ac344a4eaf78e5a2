import { byEdge, times } from './by-edge.ts';
import type { Finder } from './finder.ts';

export const exposedRequest: Finder = {
  id: 'exposed-request',
  severity: 'warning',
  looksAt: 'packets',
  open: () =>
    byEdge(
      (flow) => flow.exempt === null && (flow.verdict === 'denied' || flow.verdict === 'failed') && (flow.exposedBytes ?? 0) > 0,
      ({ edge, flows, exposed }) =>
        `${edge}: ${times(flows, 'connection')} ${flows === 1 ? 'was' : 'were'} turned away, yet ${times(exposed, 'readable byte')} had crossed the network by then; enrol the client or stop it.`,
    ),
};
