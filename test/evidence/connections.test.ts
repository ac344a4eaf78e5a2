import { expect, test } from 'vitest';
import { ACK, ascii, batches, CLIENT, FIN, frame, RST, reduce, reduceBatches, SERVER, START, SYN, Talk, unreachable } from './scene.ts';

const GET = 'GET / HTTP/1.1\r\nHost: reviews\r\n\r\n';
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const SECOND = 1_000_000;

test('a request and its answer are one readable, acknowledged, ended connection', () => {
  const talk = new Talk().handshake().client(GET).server(OK).close();
  const [row, ...others] = reduce(talk.frames);
  expect(others).toEqual([]);
  expect(row).toMatchObject({
    client: '10.10.1.11:40000',
    server: '10.10.2.11:8080',
    sent: GET.length,
    received: OK.length,
    exposed: GET.length + OK.length,
    packets: 8,
    record: 1,
  });
  expect(row?.seen).toEqual([
    'syn',
    'synAck',
    'clientIsA',
    'roles',
    'clientEnded',
    'serverEnded',
    'clientReadable',
    'serverReadable',
    'acknowledged',
    'ended',
    'firstFromA',
  ]);
  expect([row?.start, row?.end]).toEqual([0, 700]);
  expect(row?.frameBytes).toBe(talk.frames.reduce((sum, { original }) => sum + original, 0));
});

test('a SYN sent again with its number is the same connection; with another it is the next one', () => {
  const talk = new Talk().handshake().client(GET).server(OK).close();
  const again = new Talk({ isns: [90_000, 70_000], at: 500_000 }).handshake().client(GET).server(OK);
  const [syn] = talk.frames;
  const rows = reduce([...(syn === undefined ? [] : [syn]), ...talk.frames, ...again.frames]);
  expect(rows.map(({ packets, start }) => [packets, start])).toEqual([
    [9, 0],
    [5, 500_000],
  ]);
});

test('data that came before its SYN, as on `any`, is the same connection', () => {
  const { frames } = new Talk().handshake().client(GET).server(OK);
  const [syn, synAck, ack, request, answer] = frames;
  const order = [synAck, syn, request, ack, answer].flatMap((one) => (one === undefined ? [] : [one]));
  const [row, ...others] = reduce(order);
  expect(others).toEqual([]);
  expect(row).toMatchObject({ sent: GET.length, received: OK.length, exposed: GET.length + OK.length, client: '10.10.1.11:40000' });
  expect(row?.seen).not.toContain('midStream');
});

test('a closed port refuses', () => {
  const [row] = reduce(new Talk().client('', SYN).server('', RST | ACK).frames);
  expect(row?.seen).toEqual(expect.arrayContaining(['syn', 'refused', 'serverReset', 'ended']));
});

test.for([
  [
    'FIN, request, RST',
    new Talk()
      .handshake()
      .server('', FIN | ACK)
      .client(GET)
      .server('', RST),
  ],
  [
    'request, ACK, RST',
    new Talk()
      .handshake()
      .client(GET)
      .server('', ACK)
      .server('', RST | ACK),
  ],
  [
    'FIN, FIN without a byte',
    new Talk()
      .handshake()
      .server('', FIN | ACK)
      .client('', FIN | ACK)
      .server('', ACK),
  ],
] as const)('a server that says no after its SYN-ACK turned the client away: %s', ([, talk]) => {
  const [row] = reduce(talk.frames);
  expect(row?.seen).toContain('turnedAway');
  expect(row?.exposed).toBe(row?.sent);
});

test('a server that ends late, or after the client, or that answered, turned nobody away', () => {
  const late = new Talk()
    .handshake()
    .client(GET)
    .wait(2 * SECOND)
    .server('', RST | ACK);
  const second = new Talk()
    .handshake()
    .client(GET)
    .client('', FIN | ACK)
    .server('', FIN | ACK);
  const answered = new Talk()
    .handshake()
    .client(GET)
    .server(OK)
    .server('', RST | ACK);
  for (const { frames } of [late, second, answered]) expect(reduce(frames)[0]?.seen).not.toContain('turnedAway');
});

test('an ICMP error that quotes the SYN makes it unreachable, unless it only asks for smaller packets', () => {
  const syn = { from: CLIENT, to: SERVER, flags: SYN, seq: 1000 };
  const seen = (type: number, code: number, seq: number): readonly string[] =>
    reduce([frame(syn), unreachable({ ...syn, seq }, type, code, 100)])[0]?.seen ?? [];
  expect(seen(3, 1, 1000)).toContain('unreachable');
  expect(seen(11, 0, 1000)).toContain('unreachable');
  expect(seen(3, 4, 1000)).not.toContain('unreachable');
  expect(seen(3, 1, 1001)).not.toContain('unreachable');
});

test('silence counts after five seconds of capture without losses', () => {
  const syn = frame({ from: CLIENT, to: SERVER, flags: SYN, seq: 1000 });
  const later = (at: number) => frame({ from: { ip: 1, port: 1 }, to: { ip: 2, port: 2 }, protocol: 17, payload: ascii('x'), at });
  expect(reduce([syn, later(4 * SECOND)])[0]?.seen).not.toContain('unanswered');
  expect(reduce([syn, later(6 * SECOND)])[0]?.seen).toEqual(expect.arrayContaining(['unanswered', 'settled']));
  const lossy = reduceBatches([
    ...batches([syn, later(6 * SECOND)]),
    { kind: 'facts', facts: [{ kind: 'lost', what: 'dropped', records: 3, since: (START + 2 * SECOND) as never }] },
  ]);
  expect(lossy.rows[0]?.seen).not.toContain('unanswered');
  expect(lossy.reducer.counts().lost).toBe(3);
});

test('a SYN that nobody answers is told while it waits, and told again once it was answered', () => {
  const clock = (at: number) => frame({ from: { ip: 1, port: 1 }, to: { ip: 2, port: 2 }, protocol: 17, payload: new Uint8Array([0]), at });
  const syn = new Talk().client('', SYN);
  const answered = new Talk()
    .client('', SYN)
    .wait(7 * SECOND)
    .server('', SYN | ACK)
    .client(GET)
    .server('', ACK);
  const quiet = reduceBatches(batches([...syn.frames, clock(6 * SECOND)])).told;
  expect(quiet.map(({ seen }) => seen.includes('unanswered'))).toEqual([true]);
  const [first, ...rest] = answered.frames;
  const told = reduceBatches(batches([...(first === undefined ? [] : [first]), clock(6 * SECOND), ...rest])).told;
  expect(told.map(({ seen }) => [seen.includes('unanswered'), seen.includes('acknowledged')])).toEqual([
    [true, false],
    [false, true],
  ]);
});

test('what still comes of a closed connection is no flow: ACKs, RSTs, retransmissions; new bytes are', () => {
  const talk = new Talk()
    .handshake()
    .client(GET)
    .server(OK)
    .close()
    .wait(10 * SECOND);
  const late = (extra: Parameters<Talk['client']>[2]) => [
    ...talk.frames,
    frame({ from: CLIENT, to: SERVER, seq: 1001, ack: 1, at: 10 * SECOND, ...extra }),
  ];
  for (const extra of [{}, { flags: RST }, { payload: ascii(GET) }, { flags: SYN, seq: 1000 }]) {
    const { rows, reducer } = reduceBatches(batches(late(extra)));
    expect(rows.length).toBe(1);
    expect(reducer.counts().strays).toBe(1);
  }
  expect(reduce(late({ payload: ascii(GET), seq: 2_000_000 })).map(({ packets }) => packets)).toEqual([8, 1]);
  expect(reduce(late({ flags: SYN, seq: 2_000_000 })).map(({ packets }) => packets)).toEqual([8, 1]);
  expect(reduce([...talk.frames, frame({ from: CLIENT, to: SERVER, seq: 1001, ack: 1, at: 200 * SECOND })]).length).toBe(2);
});

test('the half of a redirected connection on loopback is over when the one end heard there has ended it; elsewhere the other end may live on', () => {
  const open = { from: CLIENT, to: SERVER, seq: 1 };
  const handedOver = (at: { point: number; macs: number }): readonly string[] => {
    const half = { from: { ...CLIENT, port: 41_000 }, to: { ip: 0x7f000001, port: 15_001 }, ...at };
    const frames = [
      frame(open),
      frame({ ...half, flags: SYN, seq: 100 }),
      frame({ ...half, seq: 101, ack: 501, payload: ascii(GET) }),
      frame({ ...half, flags: FIN | ACK, seq: 101 + GET.length, ack: 600, at: SECOND }),
      frame({ ...half, seq: 102 + GET.length, ack: 601, at: SECOND + 10 }),
      frame({ ...open, at: 10 * SECOND }),
    ];
    return reduce(frames).map(({ client, packets }) => `${client} ${packets}`);
  };
  expect(handedOver({ point: 1, macs: 0 })).toEqual(['10.10.1.11:41000 4', '10.10.1.11:40000 2']);
  expect(handedOver({ point: 0, macs: 2 })).toEqual(['10.10.1.11:40000 2', '10.10.1.11:41000 4']);
});

test('UDP is one flow until idle for 30 s', () => {
  const datagram = (at: number, from = CLIENT, to = SERVER) => frame({ from, to, protocol: 17, payload: ascii('hello, metrics\n'), at });
  const rows = reduce([datagram(0), datagram(29 * SECOND, SERVER, CLIENT), datagram(58 * SECOND), datagram(89 * SECOND)]);
  expect(rows.map(({ packets }) => packets)).toEqual([3, 1]);
  expect(rows[0]).toMatchObject({ protocol: 17, sent: 30, received: 15, exposed: 45, application: 'text' });
  expect(rows[0]?.seen).toEqual(expect.arrayContaining(['ended', 'clientReadable', 'serverReadable']));
  expect(rows[1]?.seen).not.toContain('ended');
});

test('one interface is one lane, and loopback traffic on it another, which exposes nothing', () => {
  const both = (extra: { point?: number; macs?: number }) => new Talk().handshake().client(GET, ACK, extra).frames.at(-1) ?? [];
  const frames = [both({}), both({ point: 2 }), both({ macs: 0 }), both({ point: 1, macs: 0 }), both({ point: 1 })].flat();
  const { rows, tables } = reduceBatches(batches(frames));
  expect(
    rows.map(({ point, exposed, seen }) => [
      tables.points.point(point).name,
      tables.points.point(point).loopback,
      exposed,
      seen.includes('loopback'),
    ]),
  ).toEqual([
    ['eth0', false, GET.length, false],
    ['eth1', false, GET.length, false],
    ['eth0', true, 0, true],
    ['lo', true, 0, true],
    ['lo', true, 0, true],
  ]);
});

test('time that goes back moves the start, never the end', () => {
  const [row] = reduce([
    frame({ from: CLIENT, to: SERVER, at: 500 }),
    frame({ from: CLIENT, to: SERVER, at: 100 }),
    frame({ from: CLIENT, to: SERVER, at: Number.NaN }),
    frame({ from: CLIENT, to: SERVER, at: 300 }),
  ]);
  expect([row?.start, row?.end]).toEqual([100, 500]);
});

test('without a SYN the client is told by port 15008, then by what is said, then by the lower port', () => {
  const one = (from: number, to: number, payload = '\x01\x02\x03\x04') =>
    reduce([frame({ from: { ip: 1, port: from }, to: { ip: 2, port: to }, payload: ascii(payload) })])[0];
  expect(one(900, 15008)?.server).toBe('0.0.0.2:15008');
  expect(one(15008, 900)?.server).toBe('0.0.0.1:15008');
  expect(one(900, 5000)?.server).toBe('0.0.0.1:900');
  expect(one(900, 5000)?.seen).not.toContain('roles');
});

test('only one end captured: one-sided when the other must have spoken', () => {
  const alone = new Talk().client('', SYN).client('', ACK).client(GET).frames;
  expect(reduce(alone)[0]?.seen).toContain('oneSided');
  expect(reduce(new Talk().client('', SYN).frames)[0]?.seen).not.toContain('oneSided');
});

test('counts say what became of every packet', () => {
  const talk = new Talk({ server: { ip: SERVER.ip, port: 15008 } }).handshake();
  const { reducer } = reduceBatches([
    ...batches([...talk.frames, { ...frame({ from: CLIENT, to: SERVER }), bytes: new Uint8Array(10) }]),
    { kind: 'facts', facts: [{ kind: 'skipped', why: 'malformed', records: 2, firstRecord: 9 }] },
  ]);
  const counts = reducer.counts();
  expect([counts.read, [...counts.skipped.values()].reduce((a, b) => a + b, 0), counts.sawHbone, counts.sawReadable]).toEqual([3, 3, true, false]);
  expect([counts.first, counts.last, reducer.clock()]).toEqual([START, START + 200, START + 200]);
});
