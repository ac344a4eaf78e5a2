/** rules.md §2 and §3, line by line: what packets alone lead to. */
import { describe, expect, test } from 'vitest';
import { check, none, type Scene, type Sign, said, wire } from './judged.ts';

describe('outside tunnels', () => {
  const seen = (signs: readonly Sign[], changes: Parameters<typeof wire>[1] = {}): Scene => ({ wire: wire(signs, changes) });
  check([
    ['RST for a SYN', seen(['syn', 'refused'], none), 'failed refused'],
    ['ICMP unreachable', seen(['syn', 'unreachable'], none), 'failed unreachable'],
    ['silence for 5 s', seen(['syn', 'unanswered'], none), 'failed timeout'],
    ['silence until the capture ends', seen(['syn'], none), 'unknown cut-short'],
    ['silence, but only one direction is captured', seen(['syn', 'unanswered', 'oneSided'], none), 'unknown mid-stream'],
    [
      'an ICMP error after it had been answered is no failure',
      seen(['syn', 'synAck', 'unreachable', 'clientReadable', 'serverReadable', 'acknowledged']),
      'plaintext passthrough',
    ],
    [
      'turned away after FIN, request, RST',
      seen(['syn', 'synAck', 'turnedAway', 'clientReadable', 'ended', 'serverEnded'], { received: 0 }),
      'failed reset',
    ],
    [
      'turned away after request, ACK, RST: acknowledged is not accepted',
      seen(['syn', 'synAck', 'turnedAway', 'clientReadable', 'acknowledged', 'ended', 'serverReset'], { received: 0 }),
      'failed reset',
    ],
    ['turned away without a byte', seen(['syn', 'synAck', 'turnedAway', 'ended', 'serverEnded'], none), 'unknown no-payload'],
    ['readable, answered', seen(['syn', 'synAck', 'clientReadable', 'serverReadable']), 'plaintext passthrough'],
    ['readable, one way, acknowledged: syslog', seen(['syn', 'synAck', 'clientReadable', 'acknowledged'], { received: 0 }), 'plaintext passthrough'],
    ['readable and never acknowledged', seen(['syn', 'synAck', 'clientReadable'], { received: 0 }), 'unknown cut-short'],
    ['readable server first: SMTP', seen(['syn', 'synAck', 'serverReadable'], { sent: 0 }), 'plaintext passthrough'],
    ['TLS, established', seen(['syn', 'synAck', 'tls', 'clientHello', 'serverHello', 'established']), 'tls application-tls'],
    ['sidecar mutual TLS', seen(['syn', 'synAck', 'tls', 'clientHello', 'established', 'sidecarAlpn']), 'tls sidecar-mtls'],
    [
      'TLS after STARTTLS',
      seen(['syn', 'synAck', 'tls', 'clientHello', 'established', 'upgraded', 'clientReadable', 'serverReadable']),
      'tls application-tls',
    ],
    ['SSH', seen(['syn', 'synAck', 'encrypted', 'serverReadable']), 'tls application-tls'],
    ['a ClientHello answered readably', seen(['syn', 'synAck', 'tls', 'clientHello', 'serverReadable']), 'failed tls-handshake'],
    ['a handshake that came to nothing', seen(['syn', 'synAck', 'tls', 'clientHello', 'serverHello', 'ended']), 'failed tls-handshake'],
    ['… or stood still for 5 s', seen(['syn', 'synAck', 'tls', 'clientHello', 'settled']), 'failed tls-handshake'],
    ['a handshake still going on', seen(['syn', 'synAck', 'tls', 'clientHello', 'serverHello']), 'unknown cut-short'],
    ['a handshake of which bytes are missing', seen(['syn', 'synAck', 'tls', 'clientHello', 'cutShort', 'ended']), 'unknown cut-short'],
    ['no payload at all', seen(['syn', 'synAck', 'ended'], none), 'unknown no-payload'],
    ['from the middle, of no known shape', seen(['midStream']), 'unknown mid-stream'],
    ['from the middle, readable', seen(['midStream', 'clientReadable', 'serverReadable']), 'plaintext passthrough'],
    ['one direction only', seen(['syn', 'oneSided', 'clientReadable'], { received: 0 }), 'unknown mid-stream'],
    ['UDP, readable', seen(['clientReadable'], { protocol: 17 }), 'plaintext udp'],
    ['UDP, QUIC', seen(['encrypted'], { protocol: 17, serverPort: 443 }), 'tls application-tls'],
    ['UDP, unknown', seen([], { protocol: 17 }), 'unknown udp'],
    ['evicted', seen(['syn', 'synAck', 'evicted']), 'unknown cut-short'],
  ]);
});

describe('to port 15008', () => {
  const seen = (signs: readonly Sign[], changes: Parameters<typeof wire>[1] = {}): Scene => ({
    kind: 'tunnel',
    wire: wire(signs, { serverPort: 15008, ...changes }),
  });
  check([
    ['established, of HBONE’s shape', seen(['syn', 'synAck', 'tls', 'clientHello', 'hboneShape', 'serverHello', 'established']), 'hbone hbone'],
    ['established, of another shape', seen(['syn', 'synAck', 'tls', 'clientHello', 'serverHello', 'established']), 'tls application-tls'],
    ['joined in the middle: by what is exchanged alone', seen(['midStream', 'tls', 'established']), 'hbone hbone'],
    ['joined in the middle, one direction only', seen(['midStream', 'tls', 'oneSided']), 'unknown mid-stream'],
    ['not established, ended', seen(['syn', 'synAck', 'tls', 'clientHello', 'hboneShape', 'serverHello', 'ended']), 'failed tls-handshake'],
    ['not established, silent for 5 s', seen(['syn', 'synAck', 'tls', 'clientHello', 'hboneShape', 'settled']), 'failed tls-handshake'],
    ['not established yet', seen(['syn', 'synAck', 'tls', 'clientHello', 'hboneShape', 'serverHello']), 'unknown cut-short'],
    ['refused: the pod’s redirection is lost', seen(['syn', 'refused'], none), 'failed refused'],
    ['unreachable', seen(['syn', 'unreachable'], none), 'failed unreachable'],
    ['never answered', seen(['syn', 'unanswered'], none), 'failed timeout'],
    ['plaintext, answered by an alert at most', seen(['syn', 'synAck', 'clientReadable', 'ended']), 'failed plaintext-on-hbone-port'],
    ['plaintext, answered readably', seen(['syn', 'synAck', 'clientReadable', 'serverReadable', 'acknowledged']), 'plaintext passthrough'],
    ['no payload', seen(['syn', 'synAck'], none), 'unknown no-payload'],
  ]);

  test('whatever was not established is never called hbone', () => {
    const signs: readonly Sign[] = [
      'syn',
      'synAck',
      'tls',
      'clientHello',
      'hboneShape',
      'serverHello',
      'ended',
      'settled',
      'midStream',
      'clientReadable',
      'serverReadable',
      'acknowledged',
    ];
    for (let mask = 0; mask < 1 << signs.length; mask++)
      expect(said(seen(signs.filter((_, bit) => (mask & (1 << bit)) !== 0)))).not.toMatch(/^hbone/);
  });
});
