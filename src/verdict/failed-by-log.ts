/** Rules.md §1.2 and its error table: an error and no bytes, or `connection failed`. */
import type { Joined, Reason } from '../model/flow.ts';
import { errorOf, isError, passedBytes, someEnded } from './lines.ts';
import type { Rule, Verdict } from './rule.ts';

const ERRORS: readonly (readonly [RegExp, Reason])[] = [
  [/NoCertificatesPresented/, 'no-client-certificate'],
  [/InvalidContentType/, 'plaintext-on-hbone-port'],
  [/connection refused/i, 'refused'],
  [/timed? ?out|deadline/i, 'timeout'],
  [/no route|unreachable/i, 'unreachable'],
  [/http status: 5\d\d|no healthy upstream|no (valid )?(service|endpoint|destination)|unknown (service|destination)/i, 'upstream-unavailable'],
  [/\btls\b|http2 handshake|h2 handshake|identity error|revoked|certificate/i, 'tls-handshake'],
];

export const failedByLog: Rule = {
  id: 'failed-by-log',
  summary: 'ztunnel logged an error and no bytes',
  judge(joined: Joined): Verdict | undefined {
    if (!someEnded(joined, isError) || someEnded(joined, passedBytes)) return undefined;
    return { verdict: 'failed', reason: reasonOf(errorOf(joined) ?? '') };
  },
};

function reasonOf(error: string): Reason {
  return ERRORS.find(([pattern]) => pattern.test(error))?.[1] ?? 'reset';
}
