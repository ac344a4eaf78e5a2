import type { LineWitness } from '../model/flow.ts';

/** `connection closed due to policy rejection: explicitly denied by: NAMESPACE/NAME` (ztunnel src/state.rs, assert_rbac). */
const DENIED_BY = /explicitly denied by: (\S+)/;

/** `namespace/name` of the policy that an access line says turned the connection away; null where none is named. */
export function denyingPolicy(lines: readonly LineWitness[]): string | null {
  for (const { error } of lines) {
    const name = error === null ? undefined : DENIED_BY.exec(error)?.[1];
    if (name !== undefined) return name;
  }
  return null;
}
