import { blindInput } from './blind-input.ts';
import { bypassedMesh } from './bypassed-mesh.ts';
import { certificateExpiring } from './certificate-expiring.ts';
import { evidenceLost } from './evidence-lost.ts';
import { exposedRequest } from './exposed-request.ts';
import type { Finder } from './finder.ts';
import { foreignTrustDomain } from './foreign-trust-domain.ts';
import { graphContradictsFlows } from './graph-contradicts-flows.ts';
import { identityMismatch } from './identity-mismatch.ts';
import { metricContradictsLog } from './metric-contradicts-log.ts';
import { notHboneOnHbonePort } from './not-hbone-on-hbone-port.ts';
import { plaintextOnHbonePort } from './plaintext-on-hbone-port.ts';
import { strictButPlaintext } from './strict-but-plaintext.ts';
import { unloggedFlow } from './unlogged-flow.ts';
import { unseenFlow } from './unseen-flow.ts';
import { wireContradictsConfig } from './wire-contradicts-config.ts';
import { wireContradictsLog } from './wire-contradicts-log.ts';

/** In the order told. */
export const FINDERS: readonly Finder[] = [
  bypassedMesh,
  wireContradictsLog,
  wireContradictsConfig,
  metricContradictsLog,
  graphContradictsFlows,
  strictButPlaintext,
  identityMismatch,
  foreignTrustDomain,
  unloggedFlow,
  unseenFlow,
  certificateExpiring,
  exposedRequest,
  plaintextOnHbonePort,
  notHboneOnHbonePort,
  evidenceLost,
  blindInput,
];
