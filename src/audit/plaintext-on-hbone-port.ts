import { byEdge, times } from './by-edge.ts';
import type { Finder } from './finder.ts';

export const plaintextOnHbonePort: Finder = {
  id: 'plaintext-on-hbone-port',
  severity: 'warning',
  looksAt: 'flows',
  open: () =>
    byEdge(
      ({ kind, reason, verdict, carrier }) =>
        kind === 'tunnel' ? reason === 'plaintext-on-hbone-port' || verdict === 'plaintext' : verdict === 'plaintext' && carrier !== null,
      ({ edge, flows }) =>
        `${edge}: ${times(flows, 'connection')} to ztunnel's tunnel port began with bytes that are no TLS; find out what on the client speaks plaintext to 15008.`,
      { sparesCommon: () => true },
    ),
};
