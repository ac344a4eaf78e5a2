/**
 * Rules.md §1.3: a leg on a loopback device, between the application and ztunnel, in clear by design. It decides nothing but itself;
 * what on the host speaks TLS to itself, or is refused, is called that.
 */
import type { Joined } from '../model/flow.ts';
import type { Rule, Verdict } from './rule.ts';
import { tls, unanswered } from './wire-outside.ts';

export const leg: Rule = {
  id: 'leg',
  summary: 'a leg inside the pod stands alone',
  judge({ kind, wire }: Joined): Verdict | undefined {
    if (kind !== 'leg' || wire === null) return undefined;
    return unanswered(wire) ?? tls(wire) ?? { verdict: 'plaintext', reason: 'loopback' };
  },
};
