import { blindInput } from './blind-input.ts';
import { evidenceLost } from './evidence-lost.ts';
import { exposedRequest } from './exposed-request.ts';
import type { Finder } from './finder.ts';
import { graphContradictsFlows } from './graph-contradicts-flows.ts';
import { metricContradictsLog } from './metric-contradicts-log.ts';
import { notHboneOnHbonePort } from './not-hbone-on-hbone-port.ts';
import { plaintextOnHbonePort } from './plaintext-on-hbone-port.ts';
import { unloggedFlow } from './unlogged-flow.ts';
import { unseenFlow } from './unseen-flow.ts';
import { wireContradictsLog } from './wire-contradicts-log.ts';

/** In the order told. */
export const FINDERS: readonly Finder[] = [
  wireContradictsLog,
  metricContradictsLog,
  graphContradictsFlows,
  unloggedFlow,
  unseenFlow,
  exposedRequest,
  plaintextOnHbonePort,
  notHboneOnHbonePort,
  evidenceLost,
  blindInput,
];
