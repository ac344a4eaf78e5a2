/** Rules.md §5: what is in clear by design. Shown, never counted as a leak. */
import { DNS_PORT, DNS_PROXY_PORT, HBONE_PORT, XDS_TLS_PORT } from '../mesh/ports.ts';
import { PROBE_SOURCES } from '../mesh/probes.ts';
import type { Exemption, Joined } from '../model/flow.ts';
import { Seen } from '../model/wire-rows.ts';
import type { Judged, Verdict } from './rule.ts';
import { has } from './wire.ts';

type Exempts = (joined: Joined, judged: Judged, verdict: Verdict) => boolean;

const ISTIOD_SNI = /^istiod(-[a-z0-9-]+)?\.[a-z0-9-]+(\.svc(\.[a-z0-9.-]+)?)?$/;

/** First match. */
const EXEMPTIONS: readonly (readonly [Exemption, Exempts])[] = [
  ['loopback', ({ wire, inbound, outbound }) => wire !== null && has(wire, Seen.loopback) && inbound === null && outbound === null],
  [
    'kubelet-probe',
    (_, { source, destination }, { verdict }) => PROBE_SOURCES.includes(source.ip) && destination.port !== HBONE_PORT && verdict !== 'hbone',
  ],
  ['dns', ({ wire }, { destination }) => wire?.application === 'dns' && (destination.port === DNS_PORT || destination.port === DNS_PROXY_PORT)],
  ['control-plane', ({ wire }, { destination }) => destination.port === XDS_TLS_PORT && wire !== null && ISTIOD_SNI.test(wire.tls?.sni ?? '')],
];

export function exemptionOf(joined: Joined, judged: Judged, verdict: Verdict): Exemption | null {
  return EXEMPTIONS.find(([, exempts]) => exempts(joined, judged, verdict))?.[0] ?? null;
}
