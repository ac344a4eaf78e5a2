/** Rules.md §1.7: `connection opened`. Inbound, ztunnel has taken it; outbound is written before the dial and proves nothing. */
import type { Joined } from '../model/flow.ts';
import type { Rule, Verdict } from './rule.ts';

export const openedByLog: Rule = {
  id: 'opened-by-log',
  summary: 'ztunnel logged that a connection was opened',
  judge({ inbound, outbound }: Joined): Verdict | undefined {
    if (inbound !== null) return inbound.identities ? { verdict: 'hbone', reason: 'hbone' } : undefined;
    return outbound === null ? undefined : { verdict: 'unknown', reason: 'attempted' };
  },
};
