/** Rules.md §1.1: turned away by policy, no bytes passed. A late rejection, after bytes, keeps what it was. */
import type { Joined } from '../model/flow.ts';
import { ended, passedBytes } from './lines.ts';
import type { Rule, Verdict } from './rule.ts';

const REJECTED = /policy rejection|http status: 401/;
/** STRICT is a DENY policy in ambient; its names are istiod's (istio/istio pilot/pkg/serviceregistry/kube/controller/ambient/authorization.go). */
const STRICT = /istio_converted_static_strict|converted_peer_authentication_/;

export const deniedByLog: Rule = {
  id: 'denied-by-log',
  summary: 'ztunnel logged a policy rejection before a byte passed',
  judge(joined: Joined): Verdict | undefined {
    const lines = ended(joined);
    const rejected = lines.filter((line) => line.error !== null && REJECTED.test(line.error));
    if (rejected.length === 0 || lines.some(passedBytes)) return undefined;
    const strict = rejected.some((line) => line.error !== null && STRICT.test(line.error));
    return { verdict: 'denied', reason: strict ? 'strict-policy' : 'authorization-policy' };
  },
};
