import type { Flow } from '../model/flow.ts';
import { Seen } from '../model/wire-rows.ts';
import { byEdge, times } from './by-edge.ts';
import type { Finder } from './finder.ts';

export const notHboneOnHbonePort: Finder = {
  id: 'not-hbone-on-hbone-port',
  severity: 'warning',
  looksAt: 'packets',
  open: () =>
    byEdge(
      (flow: Flow) => flow.kind === 'tunnel' && (flow.wireSeen & Seen.clientHello) !== 0 && (flow.wireSeen & Seen.hboneShape) === 0,
      ({ edge, flows }) =>
        `${edge}: ${times(flows, 'TLS connection')} to port 15008 did not look like HBONE (ALPN h2 alone, no SNI, TLS 1.2 or newer); another client uses ztunnel's port.`,
    ),
};
