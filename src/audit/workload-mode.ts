/** The mode of mutual TLS that holds for a port of a workload, over all its pods. */
import { type EffectiveMode, effectiveMode } from '../mesh/peer-authentication.ts';
import type { Pod } from '../mesh/pods.ts';
import type { PeerAuthenticationFact } from '../model/configuration.ts';

const STATIC_STRICT = /\/istio_converted_static_strict$/;

export type ModeSubject = { readonly namespace: string | null; readonly port: number | null; readonly pods: readonly Pod[] };

/** Of several pods the weakest counts. Without labels, what ztunnel applies to the pod says more than selectors that cannot be matched. */
export function workloadMode(policies: readonly PeerAuthenticationFact[], { namespace, port, pods }: ModeSubject): EffectiveMode {
  const labelled = pods.filter(({ labels }) => labels !== null);
  const modes = (labelled.length > 0 ? labelled : [null]).map((pod) =>
    effectiveMode(policies, { namespace: namespace ?? '', labels: pod?.labels ?? null }, port),
  );
  const weakest = modes.find(({ mode }) => mode === 'PERMISSIVE') ?? modes[0] ?? { mode: 'PERMISSIVE', from: null };
  const enforced = pods[0]?.policies?.find((policy) => STATIC_STRICT.test(policy)) ?? null;
  const isEnforced = enforced !== null && pods.every((pod) => pod.policies?.includes(enforced));
  return isEnforced && labelled.length === 0 && policies.length === 0 ? { mode: 'STRICT', from: enforced } : weakest;
}
