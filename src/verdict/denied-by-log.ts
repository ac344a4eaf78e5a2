/** Rules.md §1.1: turned away by policy, no bytes passed. A late rejection, after bytes, keeps what it was. */
import type { Joined, LineWitness } from '../model/flow.ts';
import { passedBytes, someEnded } from './lines.ts';
import type { Rule, Verdict } from './rule.ts';

const REJECTED = /policy rejection|http status: 401/;
/** STRICT is a DENY policy in ambient; its names are istiod's (istio/istio pilot/pkg/serviceregistry/kube/controller/ambient/authorization.go). */
const STRICT = /istio_converted_static_strict|converted_peer_authentication_/;

export const deniedByLog: Rule = {
  id: 'denied-by-log',
  summary: 'ztunnel logged a policy rejection before a byte passed',
  judge(joined: Joined): Verdict | undefined {
    if (!someEnded(joined, isRejected) || someEnded(joined, passedBytes)) return undefined;
    return someEnded(joined, isStrict) ? BY_STRICT : BY_AUTHORIZATION;
  },
};

const isRejected = (line: LineWitness): boolean => line.error !== null && REJECTED.test(line.error);
const isStrict = (line: LineWitness): boolean => line.error !== null && STRICT.test(line.error);
const BY_STRICT: Verdict = { verdict: 'denied', reason: 'strict-policy' };
const BY_AUTHORIZATION: Verdict = { verdict: 'denied', reason: 'authorization-policy' };
