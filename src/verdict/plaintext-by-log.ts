/** Rules.md §1.6: no identities, and no error or bytes in spite of it: passthrough. TLS of the application, seen on the wire, has decided before. */
import type { Joined, LineWitness } from '../model/flow.ts';
import { passedBytes, someEnded } from './lines.ts';
import type { Rule, Verdict } from './rule.ts';

export const plaintextByLog: Rule = {
  id: 'plaintext-by-log',
  summary: 'ztunnel logged a completed connection without identities',
  judge(joined: Joined): Verdict | undefined {
    return someEnded(joined, isProof) ? DECIDED : undefined;
  },
};

const isProof = (line: LineWitness): boolean => !line.identities && (line.error === null || passedBytes(line));
const DECIDED: Verdict = { verdict: 'plaintext', reason: null };
