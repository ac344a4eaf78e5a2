/** Rules.md §1.5 and §2: a connection to port 15008 that stands for itself. */
import { HBONE_PORT } from '../mesh/ports.ts';
import type { Joined, WireWitness } from '../model/flow.ts';
import { Seen } from '../model/wire-rows.ts';
import type { Rule, Verdict } from './rule.ts';
import { has, isReadable } from './wire.ts';

export const tunnelByWire: Rule = {
  id: 'tunnel-by-wire',
  summary: 'what packets to port 15008 show: an established tunnel, another TLS, plaintext',
  judge({ wire }: Joined): Verdict | undefined {
    if (wire === null || wire.serverPort !== HBONE_PORT) return undefined;
    if (has(wire, Seen.refused)) return { verdict: 'failed', reason: 'refused' };
    if (has(wire, Seen.established) && !has(wire, Seen.upgraded)) return established(wire);
    if (isReadable(wire)) return plaintext(wire);
    return unfinished(wire);
  },
};

function established(wire: WireWitness): Verdict {
  const foreign = has(wire, Seen.clientHello) && !has(wire, Seen.hboneShape);
  return foreign ? { verdict: 'tls', reason: 'application-tls' } : { verdict: 'hbone', reason: 'hbone' };
}

/** Turned away unread, unless readable bytes answered it. */
function plaintext(wire: WireWitness): Verdict {
  if (has(wire, Seen.clientHello) && !has(wire, Seen.upgraded)) return { verdict: 'failed', reason: 'tls-handshake' };
  return has(wire, Seen.serverReadable) ? { verdict: 'plaintext', reason: null } : { verdict: 'failed', reason: 'plaintext-on-hbone-port' };
}

function unfinished(wire: WireWitness): Verdict | undefined {
  const answered = has(wire, Seen.synAck) || wire.received > 0 || has(wire, Seen.midStream);
  if (!answered && has(wire, Seen.unreachable)) return { verdict: 'failed', reason: 'unreachable' };
  if (!answered && has(wire, Seen.unanswered) && !has(wire, Seen.oneSided)) return { verdict: 'failed', reason: 'timeout' };
  const over = has(wire, Seen.ended) || has(wire, Seen.settled);
  if (has(wire, Seen.clientHello) && over && !has(wire, Seen.oneSided) && !has(wire, Seen.cutShort))
    return { verdict: 'failed', reason: 'tls-handshake' };
  return undefined;
}
