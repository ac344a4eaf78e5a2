/** Rules.md §1: for readability the wire outranks the log, also where the log says that this very tuple was a tunnel. */
import type { Joined } from '../model/flow.ts';
import { Seen } from '../model/wire-rows.ts';
import type { Rule, Verdict } from './rule.ts';
import { has, isReadable } from './wire.ts';

export const carrierReadable: Rule = {
  id: 'carrier-readable',
  summary: 'the tunnel that the log names carried readable bytes',
  judge({ tunnel }: Joined): Verdict | undefined {
    if (tunnel === null || has(tunnel, Seen.tls) || !isReadable(tunnel)) return undefined;
    return has(tunnel, Seen.serverReadable) ? { verdict: 'plaintext', reason: null } : undefined;
  },
};
