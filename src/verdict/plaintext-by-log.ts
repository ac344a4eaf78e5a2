/** Rules.md §1.6: no identities, and no error or bytes in spite of it: passthrough. TLS of the application, seen on the wire, has decided before. */
import type { Joined } from '../model/flow.ts';
import { ended, passedBytes } from './lines.ts';
import type { Rule, Verdict } from './rule.ts';

export const plaintextByLog: Rule = {
  id: 'plaintext-by-log',
  summary: 'ztunnel logged a completed connection without identities',
  judge(joined: Joined): Verdict | undefined {
    const proof = ended(joined).some((line) => !line.identities && (line.error === null || passedBytes(line)));
    return proof ? { verdict: 'plaintext', reason: null } : undefined;
  },
};
