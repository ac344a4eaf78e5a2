/** Pods as all sources together tell them: one object a pod, whichever of them came first. */
import type { Ip } from '../model/address.ts';
import type { WorkloadFact } from '../model/configuration.ts';
import type { Micros } from '../model/time.ts';
import { spiffeId } from './spiffe.ts';
import { workloadName } from './workload-name.ts';

/** Where it was read, for evidence. */
export type Origin = { readonly input: number; readonly record: number };
export type Told<T> = { readonly fact: T; readonly origin: Origin };

export type Pod = {
  readonly name: string;
  readonly namespace: string;
  /** The owner's name. */
  readonly workload: string;
  readonly ips: readonly Ip[];
  readonly node: string | null;
  readonly cluster: string | null;
  /** As its certificate names it, or would. */
  readonly identity: string | null;
  /** Is ambient to carry its traffic? Null: nothing says. */
  readonly captured: boolean | null;
  readonly hostNetwork: boolean;
  readonly gateway: boolean;
  readonly labels: { readonly [name: string]: string } | null;
  readonly probePorts: readonly number[] | null;
  readonly ports: readonly number[];
  readonly since: Micros | null;
  readonly until: Micros | null;
  /** Policies that ztunnel applies to it. */
  readonly policies: readonly string[] | null;
  readonly uids: readonly string[];
  /** Who says whether it is captured. */
  readonly origin: Origin;
};

export type Surroundings = {
  /** Value of the label `istio.io/dataplane-mode` of a namespace; '' for one without it, null for one that was not told. */
  dataplane(namespace: string): string | null;
  /** Where a source does not say. */
  readonly trustDomain: string | null;
  /** Some pod of the Kubernetes listings bears istio-cni's annotation: the others would, had it redirected them. */
  readonly isAnnotated: boolean;
};

const ORDER = ['ztunnel', 'kubernetes'] as const;

/** `told`: of one pod, at least one. What is said twice is taken from ztunnel, then in the order of inputs: never of reading. */
export function podOf(told: readonly Told<WorkloadFact>[], surroundings: Surroundings): Pod {
  const sorted = [...told].sort(
    (a, b) => ORDER.indexOf(a.fact.from) - ORDER.indexOf(b.fact.from) || a.origin.input - b.origin.input || a.origin.record - b.origin.record,
  );
  const facts = sorted.map(({ fact }) => fact);
  const first = <T>(of: (fact: WorkloadFact) => T | null): T | null => facts.map(of).find((value) => value !== null) ?? null;
  const kubernetes = facts.find(({ from }) => from === 'kubernetes');
  const name = facts[0]?.pod ?? '';
  const namespace = facts[0]?.namespace ?? '';
  const captured = capturedOf(facts, surroundings.dataplane(namespace), surroundings.isAnnotated);
  return {
    name,
    namespace,
    // A name that is no more than the pod's own is what sources without owners say.
    workload: first((fact) => (fact.workload === '' ? null : fact.workload)) ?? workloadName(name),
    ips: [...new Set(facts.flatMap(({ ips }) => ips))],
    node: first(({ node }) => node),
    cluster: first(({ cluster }) => cluster),
    identity: spiffeId(
      first(({ trustDomain }) => trustDomain) ?? surroundings.trustDomain,
      namespace,
      first(({ serviceAccount }) => serviceAccount),
    ),
    captured,
    hostNetwork: facts.some(({ hostNetwork }) => hostNetwork),
    gateway: facts.some(({ gateway }) => gateway),
    labels: first(({ labels }) => labels),
    probePorts: first(({ probePorts }) => probePorts),
    ports: [...new Set(facts.flatMap(({ ports }) => ports))],
    since: kubernetes?.since ?? null,
    until: kubernetes?.until ?? null,
    policies: first(({ policies }) => policies),
    uids: facts.flatMap(({ uid }) => (uid === null ? [] : [uid])),
    origin: (sorted.find(({ fact }) => fact.captured === captured) ?? sorted[0])?.origin ?? { input: 0, record: 0 },
  };
}

/**
 * Captured as soon as one says so: two snapshots may lie on both sides of its enrolment. Labels decide only where
 * neither ztunnel nor istio-cni says anything.
 */
function capturedOf(facts: readonly WorkloadFact[], dataplane: string | null, isAnnotated: boolean): boolean | null {
  if (facts.some(({ captured }) => captured === true)) return true;
  if (facts.some(({ captured }) => captured === false)) return false;
  const kubernetes = facts.find(({ from }) => from === 'kubernetes');
  if (kubernetes === undefined) return null;
  const mode = kubernetes.labels?.['istio.io/dataplane-mode'] ?? dataplane;
  if (mode !== null) return mode === 'ambient';
  return isAnnotated && kubernetes.ips.length > 0 ? false : null;
}
