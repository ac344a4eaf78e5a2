/** Rules.md §1.8: the evidence does not decide; the reason says what is missing. Always last. */
import type { Joined, Reason } from '../model/flow.ts';
import { Seen } from '../model/wire-rows.ts';
import type { Rule, Verdict } from './rule.ts';
import { has } from './wire.ts';

const UDP = 17;

export const undecided: Rule = {
  id: 'undecided',
  summary: 'the evidence does not decide',
  judge(joined: Joined): Verdict {
    return { verdict: 'unknown', reason: missing(joined) };
  },
};

function missing({ wire, inbound, outbound }: Joined): Reason {
  if (wire === null) return inbound !== null || outbound !== null ? 'attempted' : 'cut-short';
  if (wire.protocol === UDP) return 'udp';
  if (has(wire, Seen.midStream) || has(wire, Seen.oneSided)) return 'mid-stream';
  if (has(wire, Seen.cutShort) || has(wire, Seen.evicted) || !has(wire, Seen.synAck)) return 'cut-short';
  if (wire.sent === 0 && wire.received === 0) return 'no-payload';
  return 'cut-short';
}
