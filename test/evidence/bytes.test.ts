import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ACK, ascii, batches, CLIENT, type Frame, frame, reduce, reduceBatches, SERVER, SYN, Talk } from './scene.ts';

const REQUEST = 'POST /upload HTTP/1.1\r\nHost: reviews\r\nContent-Length: 100000\r\n\r\n';
const TEXT = REQUEST + 'The quick brown fox jumps over the lazy dog. '.repeat(40);
const ISN = 0xffff_fff0;
const syn = [frame({ from: CLIENT, to: SERVER, flags: SYN, seq: ISN }), frame({ from: SERVER, to: CLIENT, flags: SYN | ACK, seq: 9, ack: ISN + 1 })];
const segment = (from: number, to: number, at = 0): Frame =>
  frame({ from: CLIENT, to: SERVER, seq: (ISN + 1 + from) >>> 0, ack: 10, payload: ascii(TEXT.slice(from, to)), at });
const acknowledged = frame({ from: SERVER, to: CLIENT, seq: 10, ack: (ISN + 1 + TEXT.length) >>> 0 });

test('however a stream is cut, repeated, overlapped and shuffled, each byte counts once and the answer is the same', () => {
  const cuts = fc.array(fc.tuple(fc.nat(TEXT.length - 1), fc.integer({ min: 1, max: 400 })), { maxLength: 30 });
  fc.assert(
    fc.property(cuts, fc.integer(), (extra, seed) => {
      const whole = Array.from({ length: Math.ceil(TEXT.length / 300) }, (_, index) => [index * 300, 300] as const);
      const all = [...whole, ...extra].map(([from, length]) => segment(from, Math.min(TEXT.length, from + length)));
      const order = all.map((one, index) => [Math.imul(index + 1, seed | 1) >>> 0, one] as const).sort(([a], [b]) => a - b);
      const { rows, slabs } = reduceBatches(batches([...syn, ...order.map(([, one]) => one), acknowledged]));
      expect(rows.map(({ sent, exposed, application }) => [sent, exposed, application])).toEqual([[TEXT.length, TEXT.length, 'http']]);
      expect(slabs.count).toBe(0);
    }),
    { numRuns: 100 },
  );
});

test('a stream of more than 4 GiB is counted whole', () => {
  const step = 1 << 20;
  const big = Array.from({ length: 4200 }, (_, index) => ({
    ...frame({ from: CLIENT, to: SERVER, seq: (ISN + 1 + index * step) >>> 0, ack: 10, payload: ascii(REQUEST) }),
    jumbo: true,
  }));
  const grown = big.map((one) => {
    // By the frame's length, as a TSO packet with IP length 0.
    const bytes = one.bytes.slice();
    new DataView(bytes.buffer).setUint16(16, 0);
    return { ...one, bytes, original: 54 + step };
  });
  const [row] = reduce([...syn, ...grown]);
  expect(row?.sent).toBe(4200 * step);
  expect(row?.exposed).toBe(4200 * step);
});

test('a bogus jump is not counted, and counting goes on behind it', () => {
  const bogus = frame({ from: CLIENT, to: SERVER, seq: (ISN + (1 << 29)) >>> 0, ack: 10, payload: ascii('x') });
  const [row] = reduce([...syn, segment(0, 300), bogus, segment(300, 600), segment(600, 900)]);
  expect(row?.sent).toBe(901);
});

test('a keep-alive adds nothing, also where it is the first packet in view', () => {
  const alive = frame({ from: CLIENT, to: SERVER, seq: ISN + 300, ack: 10, payload: new Uint8Array(1) });
  expect(reduce([...syn, segment(0, 300), alive, segment(300, 400)])[0]?.sent).toBe(400);
  const empty = frame({ from: CLIENT, to: SERVER, seq: (ISN + 1 + 299) >>> 0, ack: 10 });
  expect(reduce([empty, segment(300, 400)])[0]?.sent).toBe(100);
});

test('cut packets count by their length on the wire', () => {
  const cut = { ...segment(0, TEXT.length), bytes: segment(0, TEXT.length).bytes.slice(0, 100) };
  expect(reduce([...syn, cut, acknowledged])[0]).toMatchObject({ sent: TEXT.length, exposed: TEXT.length, application: 'http' });
  const bare = { ...cut, bytes: cut.bytes.slice(0, 54) };
  const [row] = reduce([...syn, bare, acknowledged]);
  expect(row).toMatchObject({ sent: TEXT.length, exposed: 0, application: null });
  expect(row?.seen).toContain('cutShort');
});

test('one packet seen several times in one lane is counted once', () => {
  const frames = new Talk().handshake().client(TEXT).server('HTTP/1.1 200 OK\r\n\r\n').close().frames;
  const [once] = reduce(frames);
  const [thrice, ...others] = reduce(frames.flatMap((one) => [one, one, one]));
  expect(others).toEqual([]);
  expect({ ...thrice, packets: 0, frameBytes: 0 }).toEqual({ ...once, packets: 0, frameBytes: 0 });
  const datagram = frame({ from: CLIENT, to: SERVER, protocol: 17, ipId: 77, payload: ascii('metric:1|c metric\n') });
  expect(reduce([datagram, datagram])[0]).toMatchObject({ sent: 18, packets: 2 });
});

test('bytes that nobody knows are readable where the beginning was seen, and say nothing in the middle', () => {
  const bytes = Uint8Array.from({ length: 64 }, (_, index) => (index * 37 + 0x80) & 255);
  const talk = new Talk().handshake().client(bytes).server(bytes).close();
  expect(reduce(talk.frames)[0]).toMatchObject({ exposed: 128, application: null });
  const [middle] = reduce(talk.frames.slice(3));
  expect(middle).toMatchObject({ exposed: 0, sent: 64 });
  expect(middle?.seen.filter((bit) => /Readable|tls|encrypted/.test(bit))).toEqual([]);
});

test('one-way text that is acknowledged is readable and acknowledged', () => {
  const [row] = reduce(new Talk().handshake().client('<34>Oct 11 22:14:15 mymachine su: failed\n').server('', ACK).close().frames);
  expect(row?.seen).toEqual(expect.arrayContaining(['clientReadable', 'acknowledged']));
});
