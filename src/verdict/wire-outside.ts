/** Rules.md §3: a connection on the network, outside tunnels. For readability the wire outranks the log; what it cannot tell it leaves to the log. */
import { HBONE_PORT } from '../mesh/ports.ts';
import type { Joined, WireWitness } from '../model/flow.ts';
import { Seen } from '../model/wire-rows.ts';
import type { Rule, Verdict } from './rule.ts';
import { has, isReadable } from './wire.ts';

const UDP = 17;

export const wireOutside: Rule = {
  id: 'wire-outside',
  summary: 'what packets outside tunnels show: readable, TLS, refused, turned away',
  judge({ wire }: Joined): Verdict | undefined {
    if (wire === null || wire.serverPort === HBONE_PORT || has(wire, Seen.loopback)) return undefined;
    return wire.protocol === UDP ? udp(wire) : (unanswered(wire) ?? tls(wire) ?? readable(wire));
  },
};

function udp(wire: WireWitness): Verdict | undefined {
  if (has(wire, Seen.encrypted) || has(wire, Seen.established)) return { verdict: 'tls', reason: 'application-tls' };
  return isReadable(wire) ? { verdict: 'plaintext', reason: 'udp' } : undefined;
}

/** No SYN-ACK, or turned away at once. */
export function unanswered(wire: WireWitness): Verdict | undefined {
  if (has(wire, Seen.refused)) return { verdict: 'failed', reason: 'refused' };
  const answered = has(wire, Seen.synAck) || wire.received > 0 || has(wire, Seen.midStream);
  if (!answered && has(wire, Seen.unreachable)) return { verdict: 'failed', reason: 'unreachable' };
  if (!answered && has(wire, Seen.unanswered) && !has(wire, Seen.oneSided)) return { verdict: 'failed', reason: 'timeout' };
  if (has(wire, Seen.turnedAway) && wire.sent > 0) return { verdict: 'failed', reason: 'reset' };
  return undefined;
}

export function tls(wire: WireWitness): Verdict | undefined {
  if (has(wire, Seen.clientHello) && has(wire, Seen.serverReadable) && !has(wire, Seen.upgraded))
    return { verdict: 'failed', reason: 'tls-handshake' };
  if (has(wire, Seen.encrypted)) return { verdict: 'tls', reason: 'application-tls' };
  if (!has(wire, Seen.tls)) return undefined;
  if (has(wire, Seen.established)) return { verdict: 'tls', reason: has(wire, Seen.sidecarAlpn) ? 'sidecar-mtls' : 'application-tls' };
  const over = has(wire, Seen.ended) || has(wire, Seen.settled);
  return has(wire, Seen.clientHello) && over && !has(wire, Seen.oneSided) && !has(wire, Seen.cutShort)
    ? { verdict: 'failed', reason: 'tls-handshake' }
    : undefined;
}

/** Readable bytes that somebody took: acknowledged, or answered. */
function readable(wire: WireWitness): Verdict | undefined {
  if (!isReadable(wire) || has(wire, Seen.tls)) return undefined;
  const taken = has(wire, Seen.serverReadable) || has(wire, Seen.acknowledged);
  return taken ? { verdict: 'plaintext', reason: null } : undefined;
}
