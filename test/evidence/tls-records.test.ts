import { describe, expect, test } from 'vitest';
import { ACK, batches, CLIENT, FIN, type Frame, frame, HBONE, joined, only, RST, reduce, reduceBatches, SERVER, type Socket, Talk } from './scene.ts';
import { CHANGE_CIPHER_SPEC, CLIENT_FLIGHT, clientHello, record, SERVER_FLIGHT, serverHello } from './tls.ts';

/** TLS 1.3 with client certificates, as two streams of bytes in turns: [who, bytes]. */
const ACCEPTED: readonly Turn[] = [
  ['client', clientHello()],
  ['server', SERVER_FLIGHT],
  ['client', CLIENT_FLIGHT],
  ['server', record(23, 60)],
  ['client', record(23, 90)],
];
/** A client without a certificate: its first type-23 record is an empty certificate, the server's answer an alert. */
const REJECTED: readonly Turn[] = [
  ['client', clientHello()],
  ['server', SERVER_FLIGHT],
  ['client', joined(CHANGE_CIPHER_SPEC, record(23, 25), record(23, 69), record(23, 90))],
  ['server', record(23, 19)],
];
type Turn = readonly ['client' | 'server', Uint8Array];

const ENDS = { client: CLIENT, server: HBONE } as const;
/** Each turn as packets, cut by `cut`; the whole conversation with its handshake and FINs unless told otherwise. */
function frames(
  turns: readonly Turn[],
  cut: (bytes: Uint8Array, turn: number) => readonly Uint8Array[] = (bytes) => [bytes],
  server: Socket = HBONE,
): Frame[] {
  const talk = new Talk({ client: ENDS.client, server, isns: [0xffff_ff00, 0xffff_fe00] }).handshake();
  for (const [turn, [who, bytes]] of turns.entries()) for (const piece of cut(bytes, turn)) talk[who](piece);
  return talk.client('', FIN | ACK).server('', FIN | ACK).frames;
}
const isEstablished = (made: readonly Frame[]): boolean => only(reduce(made)).seen.includes('established');
const pieces =
  (size: number) =>
  (bytes: Uint8Array): readonly Uint8Array[] =>
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.slice(index * size, (index + 1) * size));

describe('a tunnel', () => {
  test('is established once the server answers application data, and has its hello told', () => {
    const row = only(reduce(frames(ACCEPTED)));
    expect(row.seen).toEqual(expect.arrayContaining(['established', 'tls', 'clientHello', 'hboneShape', 'serverHello']));
    expect(row.seen).not.toContain('clientReadable');
    expect(row).toMatchObject({ exposed: 0, tlsVersion: 4, alpn: 'h2', sni: null, application: null });
  });

  test('is not established by an alert, though type 23 went both ways', () => {
    expect(isEstablished(frames(REJECTED))).toBe(false);
    expect(isEstablished(frames(ACCEPTED.slice(0, 3)))).toBe(false);
  });

  test('is told apart the same wherever its bytes are cut', () => {
    for (const size of [1, 2, 3, 4, 5, 6, 7, 11, 64, 300]) {
      expect(isEstablished(frames(ACCEPTED, pieces(size)))).toBe(true);
      expect(isEstablished(frames(REJECTED, pieces(size)))).toBe(false);
    }
  });

  test('is told apart the same wherever one segment is cut in two, and the halves come in the wrong order', () => {
    for (let turn = 0; turn < ACCEPTED.length; turn++) {
      for (let at = 1; at < (ACCEPTED[turn]?.[1].length ?? 0); at += at < 20 ? 1 : 17) {
        const halves = (bytes: Uint8Array, index: number): readonly Uint8Array[] =>
          index === turn ? [bytes.slice(0, at), bytes.slice(at)] : [bytes];
        const made = frames(ACCEPTED, halves);
        const first = 3 + turn;
        const swapped = made.with(first, made[first + 1] ?? made[0] ?? never()).with(first + 1, made[first] ?? never());
        expect([turn, at, isEstablished(made), isEstablished(swapped)]).toEqual([turn, at, true, true]);
      }
    }
  });

  test('is told apart the same when every packet comes twice, overlaps, or early', () => {
    for (const [turns, expected] of [
      [ACCEPTED, true],
      [REJECTED, false],
    ] as const) {
      const made = frames(turns, pieces(200));
      expect(isEstablished(made.flatMap((one) => [one, one]))).toBe(expected);
      expect(isEstablished([...made, ...made])).toBe(expected);
    }
  });

  test('of which the capture lost packets is known by what comes later, never wrongly', () => {
    const long = [...ACCEPTED, ['server', record(23, 300)], ['client', record(23, 80)], ['server', record(23, 70)]] as const;
    const made = frames(long, pieces(300));
    for (let lost = 3; lost < made.length - 6; lost++) expect([lost, isEstablished(made.toSpliced(lost, 1))]).toEqual([lost, true]);
    const rejected = frames(REJECTED, pieces(120));
    for (let lost = 0; lost < rejected.length; lost++) expect([lost, isEstablished(rejected.toSpliced(lost, 1))]).toEqual([lost, false]);
  });

  test('whose longest segments come early, or never, is known by what comes later', () => {
    const long: readonly Turn[] = [
      ...ACCEPTED,
      ['server', joined(record(23, 9000), record(23, 9000))],
      ['client', record(23, 80)],
      ['server', record(23, 70)],
    ];
    const made = frames([...long.slice(0, 2), ['server', record(23, 12_000)], ...long.slice(2)]);
    for (let lost = 3; lost < 9; lost++) expect([lost, isEstablished(made.toSpliced(lost, 1))]).toEqual([lost, true]);
    for (let at = 3; at < made.length - 3; at++) {
      const swapped = made.with(at, made[at + 1] ?? never()).with(at + 1, made[at] ?? never());
      expect([at, isEstablished(swapped)]).toEqual([at, true]);
    }
  });

  test('joined in the middle is known by two long records that answer each other', () => {
    const middle = frames([...ACCEPTED, ['server', record(23, 300)]]).slice(6);
    const row = only(reduce(middle));
    expect(row.seen).toEqual(expect.arrayContaining(['midStream', 'tls', 'established']));
    for (let from = 4; from < 8; from++) expect([from, isEstablished(frames(REJECTED).slice(from))]).toEqual([from, false]);
  });

  test('cut by the snapshot length is known all the same', () => {
    const snapped = ([, ...turns]: readonly Turn[]) =>
      frames([['client', clientHello({ padding: 200 })], ...turns]).map((one) => ({ ...one, bytes: one.bytes.slice(0, 128) }));
    const more: readonly Turn[] = [...ACCEPTED, ['server', record(23, 40)], ['client', record(23, 40)]];
    expect(isEstablished(snapped(more))).toBe(true);
    expect(isEstablished(snapped(REJECTED))).toBe(false);
    expect(only(reduce(snapped(more))).seen).not.toContain('clientHello');
  });

  test('is told while it is still open, once', () => {
    const open = frames(ACCEPTED).slice(0, -2);
    expect(reduceBatches(batches([...open, ...open])).told.map(({ seen }) => seen.includes('established'))).toEqual([true]);
  });

  test('with another hello is told by its shape', () => {
    const shape = (hello: Uint8Array) => only(reduce(frames([['client', hello], ...ACCEPTED.slice(1)])));
    expect(shape(clientHello({ sni: 'istiod.istio-system.svc' })).seen).not.toContain('hboneShape');
    expect(shape(clientHello({ sni: 'istiod.istio-system.svc' }))).toMatchObject({ sni: 'istiod.istio-system.svc', alpn: 'h2' });
    expect(shape(clientHello({ alpn: ['h2', 'http/1.1'] }))).toMatchObject({ alpn: 'h2,http/1.1' });
    expect(shape(clientHello({ alpn: ['istio-peer-exchange', 'istio'] })).seen).toContain('sidecarAlpn');
    expect(shape(clientHello({ versions: [0x0304, 0x0302] })).seen).not.toContain('hboneShape');
    expect(shape(clientHello({ padding: 3000 })).seen).toEqual(expect.arrayContaining(['hboneShape', 'established']));
  });
});

test('TLS 1.2 is established by the server’s Finished and application data', () => {
  const turns = (ending: readonly Turn[]): readonly Turn[] => [
    ['client', clientHello({ versions: [0x0303] })],
    ['server', joined(serverHello(0x0303), record(22, 900), record(22, 40))],
    ['client', joined(record(22, 70), CHANGE_CIPHER_SPEC, record(22, 40))],
    ...ending,
  ];
  const finished: Turn = ['server', joined(CHANGE_CIPHER_SPEC, record(22, 40))];
  const row = only(reduce(frames(turns([finished, ['client', record(23, 10)]]), undefined, SERVER)));
  expect(row.seen).toContain('established');
  expect(row.tlsVersion).toBe(3);
  expect(isEstablished(frames(turns([finished])))).toBe(false);
  expect(isEstablished(frames(turns([['server', record(21, 2)]])))).toBe(false);
});

test('a hello without an answer is unanswered after five seconds', () => {
  const talk = new Talk().handshake().client(clientHello()).server('', ACK);
  const clock = frame({ from: { ip: 1, port: 1 }, to: { ip: 2, port: 2 }, protocol: 17, at: 9_000_000, payload: new Uint8Array([0]) });
  expect(reduce([...talk.frames, clock])[0]?.seen).toEqual(expect.arrayContaining(['unanswered', 'settled']));
});

test('a refused tunnel is no tunnel', () => {
  const row = only(
    reduce(
      new Talk({ server: HBONE })
        .handshake()
        .client(clientHello())
        .server('', RST | ACK).frames,
    ),
  );
  expect(row.seen).toEqual(expect.arrayContaining(['clientHello', 'serverReset', 'ended']));
  expect(row.seen).not.toContain('established');
});

function never(): never {
  throw new Error('no such packet');
}
