/** Which policy turned a connection away: as an access line names it, and what was read of it. */
import type { Configuration } from '../mesh/configuration.ts';
import type { Origin, Pod } from '../mesh/pods.ts';
import type { LineWitness } from '../model/flow.ts';
import { workloadMode } from './workload-mode.ts';

/** `explicitly denied by: NAMESPACE/NAME`, or that none of the policies that allow something allows this (ztunnel src/state.rs, assert_rbac). */
const DENIED_BY = /explicitly denied by: (\S+)/;
const NONE_ALLOWED = /allow policies exist, but none allowed/;
/** What ztunnel has in place of a PeerAuthentication (istio/istio pilot/pkg/serviceregistry/kube/controller/ambient/authorization.go). */
const STATIC_STRICT = /\/istio_converted_static_strict$/;
const CONVERTED = /^(.*)\/converted_peer_authentication_(.*)$/;
/** Stands for the policies that did not allow it: a line does not name them. */
const UNNAMED = '*';
const MOST_NAMES = 3;

/** `namespace/name`, or `*` where none allowed it; null where no line says anything of a policy. */
export function denyingPolicy(lines: readonly LineWitness[]): string | null {
  for (const { error } of lines) {
    const name = error === null ? undefined : DENIED_BY.exec(error)?.[1];
    if (name !== undefined) return name;
    if (error !== null && NONE_ALLOWED.test(error)) return UNNAMED;
  }
  return null;
}

/** Where the connection was to go: all pods of the workload. */
export type Denied = { readonly namespace: string | null; readonly port: number | null; readonly pods: readonly Pod[] };
export type Denial = {
  /** Who refuses it, as the rest of a sentence. */
  readonly text: string;
  /** What was read of them. */
  readonly policies: readonly { readonly origin: Origin; readonly text: string; readonly says: string }[];
};

/** `name`: as `denyingPolicy` has it. */
export function denialBy(name: string, denied: Denied, configuration: Configuration | null): Denial {
  if (name === UNNAMED) return noneAllowed(denied, configuration);
  const [, namespace, own] = CONVERTED.exec(name) ?? [];
  if (own !== undefined || STATIC_STRICT.test(name)) return byStrict(own === undefined ? null : `${namespace}/${own}`, denied, configuration);
  const policies = policiesOf(configuration, (policy) => policy === name);
  return { text: `AuthorizationPolicy ${name} refuses it`, policies };
}

/** `own`: the PeerAuthentication, where its converted form names it; else it is the one that is in effect. */
function byStrict(own: string | null, denied: Denied, configuration: Configuration | null): Denial {
  const read = configuration?.peerAuthentications ?? [];
  const facts = read.map(({ fact }) => fact);
  const { mode, from } = facts.length === 0 ? { mode: null, from: null } : workloadMode(facts, denied);
  const name = own ?? (mode === 'STRICT' ? from : null);
  if (name === null) return { text: 'a STRICT policy refuses plaintext', policies: [] };
  const told = read.find(({ fact }) => `${fact.namespace}/${fact.name}` === name);
  const policies = told === undefined ? [] : [{ origin: told.origin, text: `PeerAuthentication ${name}`, says: told.fact.mode }];
  return { text: `PeerAuthentication ${name} is STRICT and refuses plaintext`, policies };
}

function noneAllowed({ namespace, pods }: Denied, configuration: Configuration | null): Denial {
  // What ztunnel applies to a pod says more than a namespace, whose policies may select others.
  const applied = pods.find((pod) => pod.policies !== null)?.policies ?? null;
  const isMeant = (policy: string): boolean => (applied === null ? policy.startsWith(`${namespace}/`) : applied.includes(policy));
  const policies = policiesOf(configuration, isMeant).filter(({ says }) => says === 'ALLOW');
  const names = [...new Set(policies.map(({ text }) => text.replace(/^\S+ /, '')))];
  const shown = names.length > MOST_NAMES ? [...names.slice(0, MOST_NAMES), `${names.length - MOST_NAMES} more`] : names;
  return { text: `no ALLOW policy lets it in${names.length === 0 ? '' : ` (${shown.join(', ')})`}`, policies };
}

/** Of several sources that have it the first. */
function policiesOf(configuration: Configuration | null, isMeant: (name: string) => boolean): Denial['policies'] {
  const found = new Map<string, Denial['policies'][number]>();
  for (const { fact, origin } of configuration?.authorizations ?? []) {
    const name = `${fact.namespace}/${fact.name}`;
    if (isMeant(name) && !found.has(name)) found.set(name, { origin, text: `AuthorizationPolicy ${name}`, says: fact.action });
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, policy]) => policy);
}
