/** Rules.md §1.3: a leg on a loopback device, between the application and ztunnel, in clear by design. It decides nothing but itself. */
import type { Joined } from '../model/flow.ts';
import type { Rule, Verdict } from './rule.ts';

export const leg: Rule = {
  id: 'leg',
  summary: 'a leg inside the pod stands alone',
  judge({ kind }: Joined): Verdict | undefined {
    return kind === 'leg' ? { verdict: 'plaintext', reason: 'loopback' } : undefined;
  },
};
