/** Rules.md §1.4: identities, and no error or bytes in spite of it. Identities alone are no proof: outbound prints them before it dials. */
import type { Joined, LineWitness } from '../model/flow.ts';
import { passedBytes, someEnded } from './lines.ts';
import type { Rule, Verdict } from './rule.ts';

export const hboneByLog: Rule = {
  id: 'hbone-by-log',
  summary: 'ztunnel logged a completed connection with identities',
  judge(joined: Joined): Verdict | undefined {
    return someEnded(joined, isProof) ? DECIDED : undefined;
  },
};

const isProof = (line: LineWitness): boolean => line.identities && (line.error === null || passedBytes(line));
const DECIDED: Verdict = { verdict: 'hbone', reason: 'hbone' };
