/** rules.md §1 and §5, line by line. */
import { describe, expect, test } from 'vitest';
import { LineEvent } from '../../src/model/line-event.ts';
import { RULES, says } from '../../src/verdict/index.ts';
import { check, inbound, none, outbound, said, wire } from './judged.ts';

const STRICT = 'connection closed due to policy rejection: explicitly denied by: istio-system/istio_converted_static_strict';
const ALLOW = 'connection closed due to policy rejection: allow policies exist, but none allowed';

describe('the log: turned away', () => {
  check([
    ['STRICT, before a byte', { inbound: inbound({ identities: false, error: STRICT, ...none }) }, 'denied strict-policy'],
    [
      'STRICT as a converted PeerAuthentication',
      {
        inbound: inbound({
          identities: false,
          error: 'policy rejection: explicitly denied by: payments/converted_peer_authentication_strict',
          ...none,
        }),
      },
      'denied strict-policy',
    ],
    ['an allow policy that names nobody here', { inbound: inbound({ error: ALLOW, ...none }) }, 'denied authorization-policy'],
    [
      'a policy by name',
      { inbound: inbound({ error: 'connection closed due to policy rejection: explicitly denied by: shop/deny-9999', ...none }) },
      'denied authorization-policy',
    ],
    ['what the client is told of it', { outbound: outbound({ error: 'http status: 401 Unauthorized', ...none }) }, 'denied authorization-policy'],
    [
      'both lines of it',
      { outbound: outbound({ error: 'http status: 401 Unauthorized', ...none }), inbound: inbound({ error: STRICT, ...none }) },
      'denied strict-policy',
    ],
    ['a late rejection keeps what it was: tunnelled', { inbound: inbound({ error: ALLOW }) }, 'hbone hbone'],
    ['a late rejection keeps what it was: in clear', { inbound: inbound({ error: STRICT, identities: false }) }, 'plaintext passthrough'],
    [
      'the wire saw the refused request, and the log says why',
      {
        inbound: inbound({ identities: false, error: STRICT, ...none }),
        wire: wire(['syn', 'synAck', 'turnedAway', 'clientReadable', 'acknowledged'], { received: 0 }),
      },
      'denied strict-policy',
    ],
  ]);
});

describe('the log: every line of the error table', () => {
  const errors: readonly (readonly [string, string])[] = [
    ['http status: 503 Service Unavailable', 'upstream-unavailable'],
    ['http status: 500 Internal Server Error', 'upstream-unavailable'],
    ['no healthy upstream', 'upstream-unavailable'],
    ['no service for target address', 'upstream-unavailable'],
    ['no endpoints for service', 'upstream-unavailable'],
    ['unknown destination', 'upstream-unavailable'],
    ['io error: Connection refused (os error 111)', 'refused'],
    ['connection failed: Connection refused (os error 111)', 'refused'],
    ['connection timed out, maybe a NetworkPolicy is blocking HBONE port 15008: deadline has elapsed', 'timeout'],
    ['io error: Connection timed out (os error 110)', 'timeout'],
    ['io error: No route to host (os error 113)', 'unreachable'],
    ['io error: Network is unreachable (os error 101)', 'unreachable'],
    ['tls handshake error: NoCertificatesPresented', 'no-client-certificate'],
    ['tls handshake error: received corrupt message of type InvalidContentType', 'plaintext-on-hbone-port'],
    ['tls handshake error: invalid peer certificate: BadSignature', 'tls-handshake'],
    ['http2 handshake failed', 'tls-handshake'],
    ['identity error: not found', 'tls-handshake'],
    ['certificate revoked', 'tls-handshake'],
    ['io error: Connection reset by peer (os error 104)', 'reset'],
    ['something nobody has seen before', 'reset'],
  ];
  test.for(errors)('%s', ([error, reason]) => {
    expect(said({ outbound: outbound({ error, ...none }) })).toBe(`failed ${reason}`);
    expect(said({ inbound: inbound({ error, event: LineEvent.failed, sent: -1, received: -1 }) })).toBe(`failed ${reason}`);
    // After bytes it is no failure to connect.
    expect(said({ outbound: outbound({ error }) })).toBe('hbone hbone');
  });

  check([
    [
      'connection failed without a word',
      { outbound: outbound({ event: LineEvent.failed, sent: -1, received: -1, identities: false }) },
      'failed reset',
    ],
    [
      'the server’s own error says more than the 503 it led to',
      {
        outbound: outbound({ error: 'http status: 503 Service Unavailable', ...none }),
        inbound: inbound({ error: 'Connection refused (os error 111)', ...none }),
      },
      'failed refused',
    ],
  ]);
});

describe('the log: what came through', () => {
  check([
    ['both lines with identities', { outbound: outbound(), inbound: inbound() }, 'hbone hbone'],
    ['identities and no byte, but no error either', { inbound: inbound(none) }, 'hbone hbone'],
    [
      'no identities, no bytes, an error: not plaintext either',
      { outbound: outbound({ identities: false, error: 'io error', ...none }) },
      'failed reset',
    ],
    ['no identities', { outbound: outbound({ identities: false }) }, 'plaintext passthrough'],
    ['no identities, on both sides', { outbound: outbound({ identities: false }), inbound: inbound({ identities: false }) }, 'plaintext bypass'],
    ['opened, inbound', { inbound: inbound({ event: LineEvent.opened, sent: -1, received: -1 }) }, 'hbone hbone'],
    ['opened, outbound: written before the dial', { outbound: outbound({ event: LineEvent.opened, sent: -1, received: -1 }) }, 'unknown attempted'],
    [
      'opened without identities',
      { outbound: outbound({ event: LineEvent.opened, identities: false, sent: -1, received: -1 }) },
      'unknown attempted',
    ],
  ]);
});

describe('the wire outranks the log for readability', () => {
  const readable = wire(['syn', 'synAck', 'clientReadable', 'serverReadable', 'acknowledged'], { exposed: 300 });
  check([
    ['the log says hbone, that very connection is readable', { inbound: inbound(), wire: readable }, 'plaintext passthrough'],
    [
      'the tunnel that the log names answers readably',
      { inbound: inbound(), tunnel: wire(['syn', 'synAck', 'clientReadable', 'serverReadable'], { serverPort: 15008 }) },
      'plaintext passthrough',
    ],
    [
      'an established tunnel changes nothing',
      { inbound: inbound(), tunnel: wire(['syn', 'synAck', 'tls', 'established'], { serverPort: 15008 }) },
      'hbone hbone',
    ],
    [
      'an established tunnel makes no denied stream encrypted',
      {
        outbound: outbound({ error: 'http status: 401 Unauthorized', ...none }),
        tunnel: wire(['syn', 'synAck', 'tls', 'established'], { serverPort: 15008 }),
      },
      'denied authorization-policy',
    ],
    [
      'nor a failed one',
      { outbound: outbound({ error: 'http status: 503 Service Unavailable', ...none }), tunnel: wire(['tls', 'established'], { serverPort: 15008 }) },
      'failed upstream-unavailable',
    ],
    [
      'the log says plaintext, the application speaks TLS',
      { inbound: inbound({ identities: false }), wire: wire(['syn', 'synAck', 'tls', 'clientHello', 'serverHello', 'established']) },
      'tls application-tls',
    ],
    [
      'a leg on loopback decides nothing',
      { outbound: outbound(), wire: wire(['loopback', 'clientReadable', 'serverReadable', 'acknowledged']) },
      'hbone hbone',
    ],
  ]);
});

describe('legs', () => {
  check([
    [
      'in clear by design',
      { kind: 'leg', wire: wire(['loopback', 'clientReadable', 'serverReadable', 'acknowledged']) },
      'plaintext loopback loopback',
    ],
    ['a half, of which nothing is known', { kind: 'leg', wire: wire(['loopback', 'midStream', 'oneSided'], none) }, 'plaintext loopback loopback'],
  ]);
});

describe('why in clear, and what is exempt', () => {
  const readable = (changes: Parameters<typeof wire>[1] = {}): ReturnType<typeof wire> =>
    wire(['syn', 'synAck', 'clientReadable', 'serverReadable', 'acknowledged'], changes);
  check([
    ['nothing known of either end', { wire: readable() }, 'plaintext passthrough'],
    ['a line of each end', { outbound: outbound({ identities: false }), inbound: inbound({ identities: false }) }, 'plaintext bypass'],
    ['both ends proven enrolled at that time', { wire: readable(), enrolled: ['10.0.0.1', '10.0.0.2'] }, 'plaintext bypass'],
    ['one of them', { wire: readable(), enrolled: ['10.0.0.2'] }, 'plaintext passthrough'],
    ['a line of one end, and the other enrolled', { inbound: inbound({ identities: false }), enrolled: ['10.0.0.1'] }, 'plaintext bypass'],
    ['UDP before everything', { wire: wire(['clientReadable'], { protocol: 17 }), enrolled: ['10.0.0.1', '10.0.0.2'] }, 'plaintext udp'],
    ['the kubelet’s probe', { wire: readable(), from: '169.254.7.127' }, 'plaintext passthrough kubelet-probe'],
    [
      'something from that address to 15008 is no probe',
      { kind: 'tunnel', wire: wire(['syn', 'synAck', 'clientReadable', 'ended'], { serverPort: 15008 }), from: '169.254.7.127' },
      'failed plaintext-on-hbone-port',
    ],
    ['DNS', { wire: wire(['clientReadable'], { protocol: 17, serverPort: 53, application: 'dns' }) }, 'plaintext udp dns'],
    ['DNS through ztunnel’s proxy', { wire: wire(['clientReadable'], { protocol: 17, serverPort: 15053, application: 'dns' }) }, 'plaintext udp dns'],
    [
      'DNS on a port of its own is no exemption',
      { wire: wire(['clientReadable'], { protocol: 17, serverPort: 5300, application: 'dns' }) },
      'plaintext udp',
    ],
    ['port 53 without DNS is none either', { wire: readable({ serverPort: 53, application: 'http' }) }, 'plaintext passthrough'],
    [
      'istiod, by its name',
      {
        wire: wire(['tls', 'clientHello', 'established'], {
          serverPort: 15012,
          tls: { version: '1.3', alpn: ['h2'], sni: 'istiod.istio-system.svc' },
        }),
      },
      'tls application-tls control-plane',
    ],
    ['15012 without that name', { wire: wire(['tls', 'clientHello', 'established'], { serverPort: 15012 }) }, 'tls application-tls'],
    ['15020, where any pod may listen', { wire: readable({ serverPort: 15020 }) }, 'plaintext passthrough'],
  ]);
});

test('what each witness alone would lead to is one word of the contract', () => {
  expect(says({ kind: 'connection', wire: null, tunnel: null, outbound: outbound(), inbound: null })).toBe('hbone');
  expect(says({ kind: 'connection', wire: null, tunnel: null, outbound: null, inbound: null })).toBe('unknown');
});

test('the last rule decides everything', () => {
  expect(RULES.at(-1)?.judge({ kind: 'connection', wire: null, tunnel: null, outbound: null, inbound: null })).toEqual({
    verdict: 'unknown',
    reason: 'cut-short',
  });
  expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length);
});
