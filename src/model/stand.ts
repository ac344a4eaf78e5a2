/** The stand: what each witness says of an edge, by itself, and whether they agree. For people; no part of the contract. */
import type { Evidence, Witness } from './flow.ts';

/**
 * `encrypted`: by the mesh. `tls`: by the application, outside any tunnel. `mixed`: some in the mesh, some outside.
 * `blocked`: all was turned away or failed. `silent`: it knows of the edge and cannot say (an attempt, a set share, a policy
 * that allows both).
 */
export const SAYS = ['encrypted', 'tls', 'plaintext', 'mixed', 'blocked', 'silent'] as const;
export type Says = (typeof SAYS)[number];

export type Statement = {
  readonly says: Says;
  /** A few words for people: `58 mTLS, 3 not (destination)`. */
  readonly text: string;
  /** Where it is written; empty for log and wire, whose flows have theirs. */
  readonly evidence: readonly Evidence[];
};

/**
 * `disagree`: what one calls encrypted, another calls readable, or the application's own TLS, at least in part.
 * `alone`: fewer than two witnesses say anything that could agree.
 */
export type Agreement = 'agree' | 'disagree' | 'alone';

export type Stand = {
  /** Null where a witness says nothing of that edge. */
  readonly statements: { readonly [witness in Witness]: Statement | null };
  readonly agreement: Agreement;
};

export const NO_STATEMENTS: Stand['statements'] = { log: null, wire: null, config: null, policy: null, metric: null, graph: null };
export const NO_STAND: Stand = { statements: NO_STATEMENTS, agreement: 'alone' };
