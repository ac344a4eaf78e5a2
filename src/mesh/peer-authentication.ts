/**
 * Which mode of mutual TLS holds for a workload's port: workload before namespace before root namespace, UNSET inherits, the
 * oldest of several wins. ztunnel knows two: STRICT, and PERMISSIVE, as which DISABLE works too.
 * istio/istio pilot/pkg/serviceregistry/kube/controller/ambient/policies.go, authorization.go (convertedSelectorPeerAuthentications).
 */
import type { MtlsMode, PeerAuthenticationFact } from '../model/configuration.ts';

export type EffectiveMode = {
  readonly mode: 'STRICT' | 'PERMISSIVE';
  /** `namespace/name` of the policy that says so; null: none does. */
  readonly from: string | null;
};

export type PolicySubject = { readonly namespace: string; readonly labels: { readonly [name: string]: string } | null };

type Policies = readonly PeerAuthenticationFact[];

const ROOT_NAMESPACE = 'istio-system';

export function effectiveMode(policies: Policies, { namespace, labels }: PolicySubject, port: number | null): EffectiveMode {
  const wide = policies.filter(({ selector }) => isWide(selector));
  const root = oldest(wide.filter((policy) => policy.namespace === ROOT_NAMESPACE));
  const own = namespace === ROOT_NAMESPACE ? undefined : oldest(wide.filter((policy) => policy.namespace === namespace));
  // A selector in the root namespace selects nothing: such policies are left out.
  const selecting = policies.filter((policy) => policy.namespace === namespace && namespace !== ROOT_NAMESPACE && !isWide(policy.selector));
  const workload = oldest(selecting.filter(({ selector }) => labels !== null && matches(selector, labels)));
  const inherited = [own, root].find((policy) => policy !== undefined && policy.mode !== 'UNSET');
  const base = workload !== undefined && workload.mode !== 'UNSET' ? workload : inherited;
  const mode = ofPort(workload, port, isStrict(inherited));
  if (workload !== undefined && mode !== undefined) return { mode: shown(mode), from: nameOf(workload) };
  return { mode: isStrict(base) ? 'STRICT' : 'PERMISSIVE', from: base === undefined ? null : nameOf(base) };
}

const isStrict = (policy: PeerAuthenticationFact | undefined): boolean => policy?.mode === 'STRICT';
const isWide = (selector: PeerAuthenticationFact['selector']): boolean => selector === null || Object.keys(selector).length === 0;
const shown = (mode: MtlsMode): 'STRICT' | 'PERMISSIVE' => (mode === 'STRICT' ? 'STRICT' : 'PERMISSIVE');
const nameOf = ({ namespace, name }: PeerAuthenticationFact): string => `${namespace}/${name}`;

/** The port's own mode; of a workload policy alone. Under an UNSET workload mode a DISABLE takes nothing away from an inherited STRICT. */
function ofPort(workload: PeerAuthenticationFact | undefined, port: number | null, isInheritedStrict: boolean): MtlsMode | undefined {
  const mode = workload?.ports.find(([number]) => number === port)?.[1];
  if (mode === undefined || mode === 'UNSET') return undefined;
  return mode === 'DISABLE' && workload?.mode === 'UNSET' && isInheritedStrict ? undefined : mode;
}

function matches(selector: PeerAuthenticationFact['selector'], labels: { readonly [name: string]: string }): boolean {
  return Object.entries(selector ?? {}).every(([name, value]) => labels[name] === value);
}

/** By creation, then by name. */
function oldest(policies: Policies): PeerAuthenticationFact | undefined {
  const [first] = [...policies].sort((a, b) => (a.created ?? 0) - (b.created ?? 0) || (nameOf(a) < nameOf(b) ? -1 : 1));
  return first;
}
