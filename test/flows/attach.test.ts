/** Lines and packets of one connection are one flow (rules.md §4). */
import { describe, expect, test } from 'vitest';
import { type Line, logOf, pcap, REPLY, REQUEST, refusedTunnel, shortly, talk, tell, tunnel } from './story.ts';

const OUT: Line = { at: 1.2, direction: 'outbound', from: '10.0.0.1:40000', to: '10.0.0.2:15008', hbone: '10.0.0.2:9080', durationMs: 150 };
const IN: Line = { at: 1.2, direction: 'inbound', from: '10.0.0.1:50000', to: '10.0.0.2:15008', hbone: '10.0.0.2:9080', durationMs: 150 };
const TUNNEL = tunnel({ from: '10.0.0.1:50000', to: '10.0.0.2:15008', at: 1 });
const flows = async (lines: readonly Line[], frames: Parameters<typeof pcap>[0]): Promise<readonly string[]> =>
  shortly(await tell({ 'a.log': logOf(lines), 'a.pcap': pcap(frames) }));

describe('tunnels', () => {
  test('a tunnel whose streams lines tell is no flow of its own', async () => {
    expect(await flows([OUT, IN], TUNNEL)).toEqual(['connection 10.0.0.1:40000 > 10.0.0.2:9080 hbone hbone log+wire 3']);
    expect(await flows([IN], TUNNEL)).toEqual(['connection 10.0.0.1:null > 10.0.0.2:9080 hbone hbone log+wire 2']);
    expect(await flows([OUT], TUNNEL)).toEqual(['connection 10.0.0.1:40000 > 10.0.0.2:9080 hbone hbone log+wire 2']);
  });

  test('many streams of one tunnel are many flows', async () => {
    const streams = [0, 1, 2, 3].map((index): Line => ({ ...IN, at: 1.1 + index / 100, durationMs: 5, sent: 10 + index }));
    expect(await flows(streams, TUNNEL)).toHaveLength(4);
  });

  test('a tunnel of another pair, or long before the line, is not its tunnel', async () => {
    expect(await flows([IN], tunnel({ from: '10.0.0.7:50000', to: '10.0.0.2:15008', at: 1 }))).toHaveLength(2);
    expect(await flows([{ ...IN, at: 60 }], TUNNEL)).toHaveLength(2);
  });

  test('up to 1.23 the inbound line has the application’s port, and its tunnel is found all the same', async () => {
    expect(await flows([{ ...IN, to: '10.0.0.2:9080' }], TUNNEL)).toEqual(['connection 10.0.0.1:null > 10.0.0.2:9080 hbone hbone log+wire 2']);
  });

  test('a denial inside an established tunnel is denied by the log, and takes nothing from the tunnel', async () => {
    const denied: readonly Line[] = [
      { ...OUT, sent: 0, received: 0, error: 'http status: 401 Unauthorized' },
      { ...IN, sent: 0, received: 0, error: 'connection closed due to policy rejection: allow policies exist, but none allowed' },
    ];
    const { flows: told, summary } = await tell({ 'a.log': logOf(denied), 'a.pcap': pcap(TUNNEL) });
    expect(told.map(({ verdict, reason }) => [verdict, reason])).toEqual([['denied', 'authorization-policy']]);
    expect(summary).toMatchObject({ tunnels: { count: 1 } });
  });

  test('failed dials of one pair are told apart: each line has its own', async () => {
    const dials = [1, 1.5, 2, 2.5];
    const failed = dials.map((at): Line => ({ ...OUT, at: at + 0.01, durationMs: 9, sent: 0, received: 0, error: 'tls handshake: alert' }));
    const wires = dials.flatMap((at, index) => refusedTunnel({ from: `10.0.0.1:${50001 + index}`, to: '10.0.0.2:15008', at }));
    expect(await flows(failed, wires)).toEqual(dials.map(() => 'connection 10.0.0.1:40000 > 10.0.0.2:9080 failed tls-handshake log+wire 2'));
  });

  test('a client’s failed dial is joined with the connection that failed, not with the tunnel that stands', async () => {
    const failed: Line = { ...OUT, sent: 0, received: 0, error: 'tls handshake: alert' };
    const told = await flows([failed], [...TUNNEL, ...refusedTunnel({ from: '10.0.0.1:50001', to: '10.0.0.2:15008', at: 1.1 })]);
    expect(told).toEqual([
      'connection 10.0.0.1:40000 > 10.0.0.2:9080 failed tls-handshake log+wire 2',
      'tunnel 10.0.0.1:50000 > 10.0.0.2:15008 hbone hbone wire 1',
    ]);
  });
});

describe('plaintext', () => {
  const [sent, received] = [REQUEST.length, REPLY.length];
  const IN_CLEAR: Line = { at: 1.003, direction: 'inbound', from: '10.0.0.1:40000', to: '10.0.0.2:9080', sent, received, durationMs: 2 };
  const OUT_CLEAR: Line = { at: 1.003, direction: 'outbound', from: '10.0.0.1:40000', to: '10.0.0.2:9080', sent, received, durationMs: 2 };

  test('an inbound line names its packets by the very tuple', async () => {
    expect(await flows([IN_CLEAR], talk({ from: '10.0.0.1:40000', to: '10.0.0.2:9080', at: 1 }))).toEqual([
      'connection 10.0.0.1:40000 > 10.0.0.2:9080 plaintext passthrough log+wire 2',
    ]);
  });

  test('… or, captured before the service’s address was translated, by the client’s socket and equal bytes', async () => {
    expect(await flows([IN_CLEAR], talk({ from: '10.0.0.1:40000', to: '10.96.0.1:80', at: 1 }))).toHaveLength(1);
    expect(await flows([{ ...IN_CLEAR, sent: 1 }], talk({ from: '10.0.0.1:40000', to: '10.96.0.1:80', at: 1 }))).toHaveLength(2);
  });

  test('an outbound line finds the connection that ztunnel dialled from a port of its own, by equal bytes', async () => {
    expect(await flows([OUT_CLEAR], talk({ from: '10.0.0.1:51234', to: '10.0.0.2:9080', at: 1 }))).toEqual([
      'connection 10.0.0.1:40000 > 10.0.0.2:9080 plaintext passthrough log+wire 2',
    ]);
    expect(await flows([{ ...OUT_CLEAR, sent: sent + 1 }], talk({ from: '10.0.0.1:51234', to: '10.0.0.2:9080', at: 1 }))).toHaveLength(2);
  });

  test('captured in part, it has no more than was logged', async () => {
    const part = talk({ from: '10.0.0.1:51234', to: '10.0.0.2:9080', at: 1 }).slice(3);
    expect(await flows([{ ...OUT_CLEAR, sent: 5000, received: 5000 }], part)).toHaveLength(1);
    expect(await flows([{ ...OUT_CLEAR, sent: 1, received: 1 }], part)).toHaveLength(2);
  });

  test('TLS of the application, seen on the wire, refines what ztunnel passed through', async () => {
    const { flows: told, findings } = await tell({
      'a.log': logOf([{ ...IN_CLEAR, at: 1.3, durationMs: 300, sent: 3000, received: 3000 }]),
      'a.pcap': pcap(tunnel({ from: '10.0.0.1:40000', to: '10.0.0.2:9080', at: 1 })),
    });
    expect(told.map(({ verdict, reason, witnesses }) => [verdict, reason, witnesses.join('+')])).toEqual([['tls', 'application-tls', 'log+wire']]);
    expect(findings.map(({ id }) => id)).not.toContain('wire-contradicts-log');
  });

  test('a refused request joined with its line is denied, and was exposed', async () => {
    const strict: Line = {
      ...IN_CLEAR,
      sent: 0,
      received: 0,
      error: 'connection closed due to policy rejection: explicitly denied by: istio-system/istio_converted_static_strict',
    };
    const { flows: told, findings } = await tell({
      'a.log': logOf([strict]),
      'a.pcap': pcap(talk({ from: '10.0.0.1:40000', to: '10.0.0.2:9080', at: 1, reply: new Uint8Array(0), end: 'rst' })),
    });
    expect(told.map(({ verdict, reason, exposedBytes }) => [verdict, reason, exposedBytes])).toEqual([['denied', 'strict-policy', sent]]);
    expect(findings.map(({ id }) => id)).toEqual(['exposed-request']);
  });
});

describe('a line that claims a tunnel', () => {
  const [sent, received] = [REQUEST.length, REPLY.length];
  const claims = (changes: Partial<Line>): Line => ({ ...OUT, at: 1.003, durationMs: 2, sent, received, ...changes });
  const clear = (to: string): ReturnType<typeof talk> => talk({ from: '10.0.0.1:40000', to, at: 1 });

  test.each<[string, Line, string]>([
    ['outbound, of the client’s socket that is seen on the network', claims({}), '10.0.0.2:9080'],
    ['outbound, of the socket as a client’s capture has it', claims({}), '10.96.0.1:80'],
    ['inbound, of the very tuple', claims({ direction: 'inbound', from: '10.0.0.1:40000' }), '10.0.0.2:9080'],
    ['inbound, as up to 1.23', claims({ direction: 'inbound', from: '10.0.0.1:40000', to: '10.0.0.2:9080' }), '10.0.0.2:9080'],
  ])('%s, and readable: the packets are right', async (_, line, to) => {
    const { flows: told, findings } = await tell({ 'a.log': logOf([line]), 'a.pcap': pcap(clear(to)) });
    expect(told.map(({ verdict, source, carrier, exposedBytes }) => [verdict, source.port, carrier, exposedBytes])).toEqual([
      ['plaintext', 40000, null, sent + received],
    ]);
    expect(findings.map(({ id }) => id)).toContain('wire-contradicts-log');
  });

  test('and no tunnel’s port is held against what was dialled there', async () => {
    const dialled = talk({ from: '10.0.0.1:51234', to: '10.0.0.2:9080', at: 1 });
    const line = claims({ to: '10.0.0.2:9080' });
    const { flows: told, findings } = await tell({ 'a.log': logOf([line]), 'a.pcap': pcap(dialled) });
    expect(told.map(({ verdict, witnesses }) => [verdict, witnesses.join('+')])).toEqual([['plaintext', 'log+wire']]);
    expect(findings.map(({ id }) => id)).toContain('wire-contradicts-log');
    expect(await flows([{ ...line, sent: 1 }], dialled)).toHaveLength(2);
  });

  test('with a readable connection to the tunnel’s port and no tunnel: that one', async () => {
    const answer = await tell({ 'a.log': logOf([claims({})]), 'a.pcap': pcap(talk({ from: '10.0.0.1:50000', to: '10.0.0.2:15008', at: 1 })) });
    expect(shortly(answer)).toEqual(['connection 10.0.0.1:40000 > 10.0.0.2:9080 plaintext passthrough log+wire 2']);
    expect(answer.findings.map(({ id }) => id).sort()).toEqual(['plaintext-on-hbone-port', 'wire-contradicts-log']);
  });

  test('is not of packets with other bytes, to another server, nor where its tunnel is seen', async () => {
    expect(await flows([claims({ sent: 1 })], clear('10.0.0.2:9080'))).toHaveLength(2);
    expect(await flows([claims({ durationMs: 900 })], clear('10.0.0.9:80'))).toHaveLength(2);
    expect(await flows([claims({ direction: 'inbound', from: '10.0.0.1:40000' })], clear('10.0.0.9:80'))).toHaveLength(2);
    const inbound = claims({ direction: 'inbound', from: '10.0.0.1:50000' });
    expect(await flows([claims({}), inbound], [...TUNNEL, ...clear('10.0.0.2:9080')])).toContain(
      'connection 10.0.0.1:40000 > 10.0.0.2:9080 hbone hbone log+wire 3',
    );
  });
});

test('the leg on the pod’s loopback belongs to the client’s line, and changes nothing of it', async () => {
  const leg = [
    ...talk({ from: '10.0.0.1:40000', to: '127.0.0.1:15001', at: 1, only: 'client', macs: 0 }),
    ...talk({ from: '10.0.0.1:40000', to: '10.96.0.1:9080', at: 1, only: 'server', macs: 0 }),
  ];
  const { flows: told } = await tell({ 'a.log': logOf([OUT]), 'a.pcap': pcap(leg) });
  expect(told.map(({ kind, verdict, exposedBytes, evidence }) => [kind, verdict, exposedBytes, evidence.map(({ says }) => says)])).toEqual([
    ['connection', 'hbone', null, ['hbone', 'loopback leg']],
  ]);
});
