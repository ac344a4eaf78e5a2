/** Rules.md §1.4: identities, and no error or bytes in spite of it. Identities alone are no proof: outbound prints them before it dials. */
import type { Joined } from '../model/flow.ts';
import { ended, passedBytes } from './lines.ts';
import type { Rule, Verdict } from './rule.ts';

export const hboneByLog: Rule = {
  id: 'hbone-by-log',
  summary: 'ztunnel logged a completed connection with identities',
  judge(joined: Joined): Verdict | undefined {
    const proof = ended(joined).some((line) => line.identities && (line.error === null || passedBytes(line)));
    return proof ? { verdict: 'hbone', reason: 'hbone' } : undefined;
  },
};
