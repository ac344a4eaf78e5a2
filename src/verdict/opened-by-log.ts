/** Rules.md §1.7: `connection opened`, or ztunnel's own list of open connections. Inbound, ztunnel has taken it; outbound is written before the dial and proves nothing. */

import type { Joined } from '../model/flow.ts';
import { LineEvent } from '../model/line-event.ts';
import type { Rule, Verdict } from './rule.ts';

export const openedByLog: Rule = {
  id: 'opened-by-log',
  summary: 'ztunnel logged that a connection was opened',
  judge({ inbound, outbound }: Joined): Verdict | undefined {
    if (inbound?.identities === true) return { verdict: 'hbone', reason: 'hbone' };
    // An `opened` line without identities may yet be refused; what stands in the list was let in.
    if (inbound !== null) return inbound.event === LineEvent.open ? { verdict: 'plaintext', reason: null } : undefined;
    return outbound === null ? undefined : { verdict: 'unknown', reason: 'attempted' };
  },
};
