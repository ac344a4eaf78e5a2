/** What the verdicts of an edge come to, worst first (contract, Fields: secured, reason). */
import { REASONS, type Reason, type Verdict } from './flow.ts';
import type { Secured, VerdictCounts } from './summary.ts';

export const WORST_FIRST: readonly Verdict[] = ['plaintext', 'tls', 'unknown', 'denied', 'failed', 'hbone'];

export function secured({ hbone, tls, plaintext, unknown }: VerdictCounts): Secured {
  if (hbone === 0) return tls + plaintext > 0 ? 'no' : 'unproven';
  return tls + plaintext + unknown === 0 ? 'yes' : 'partly';
}

export type CountedReason = { readonly verdict: Verdict; readonly reason: Reason; readonly flows: number };

/** The commonest reason of the worst verdict, the first of the list among equals; null without flows. */
export function worstReason(counted: readonly CountedReason[]): Reason | null {
  for (const verdict of WORST_FIRST) {
    const [commonest] = counted
      .filter((known) => known.verdict === verdict && known.flows > 0)
      .sort((a, b) => b.flows - a.flows || REASONS.indexOf(a.reason) - REASONS.indexOf(b.reason));
    if (commonest !== undefined) return commonest.reason;
  }
  return null;
}
