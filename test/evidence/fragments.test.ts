/** Connections whose packets came in fragments, and tunnels that encrypt below the mesh. */
import { expect, test } from 'vitest';
import { W } from '../../src/model/wire-rows.ts';
import { Underlay } from '../../src/wire/opened.ts';
import { ACK, ascii, batches, CLIENT, type Frame, frame, only, type Packet, reduceBatches, SERVER, SYN } from './scene.ts';

const [ETHERNET_BYTES, IP_BYTES] = [14, 20];

/** The frame's IP payload in fragments of at most `size` bytes. */
function cut({ bytes, time, point }: Frame, size: number, id: number): Frame[] {
  const head = bytes.subarray(0, ETHERNET_BYTES + IP_BYTES);
  const payload = bytes.subarray(ETHERNET_BYTES + IP_BYTES);
  return Array.from({ length: Math.ceil(payload.length / size) }, (_, index) => {
    const part = payload.subarray(index * size, (index + 1) * size);
    const made = Uint8Array.from([...head, ...part]);
    const view = new DataView(made.buffer);
    view.setUint16(ETHERNET_BYTES + 2, IP_BYTES + part.length);
    view.setUint16(ETHERNET_BYTES + 4, id);
    view.setUint16(ETHERNET_BYTES + 6, (index * size) / 8 + ((index + 1) * size < payload.length ? 0x2000 : 0));
    return { bytes: made, original: made.length, time, point };
  });
}

const REQUEST = ascii(`GET /reviews HTTP/1.1\r\nHost: reviews\r\nX: ${'x'.repeat(400)}\r\n\r\n`);
const ANSWER = ascii('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
const TALK: readonly Packet[] = [
  { from: CLIENT, to: SERVER, flags: SYN, seq: 100 },
  { from: SERVER, to: CLIENT, flags: SYN | ACK, seq: 500, ack: 101, at: 10 },
  { from: CLIENT, to: SERVER, seq: 101, ack: 501, payload: REQUEST, at: 20 },
  { from: SERVER, to: CLIENT, seq: 501, ack: 101 + REQUEST.length, payload: ANSWER, at: 30 },
];

test.for([[1000], [1], [2, 1]] as const)('a request in fragments is the same request, however the batches are cut (%j)', (sizes) => {
  const frames = TALK.flatMap((packet, index) =>
    index === 2 ? cut(frame(packet), 64, 9).toReversed() : index === 3 ? cut(frame(packet), 16, 10) : [frame(packet)],
  );
  const { rows, reducer } = reduceBatches(batches(frames, sizes));
  const whole = only(reduceBatches(batches(TALK.map(frame))).rows);
  const { client, server, seen, sent, received, exposed, application } = whole;
  expect(only(rows)).toMatchObject({ client, server, seen, sent, received, exposed, application, packets: 4 });
  expect(whole).toMatchObject({ sent: REQUEST.length, received: ANSWER.length, application: 'http' });
  const { read, skipped } = reducer.counts();
  expect([read, skipped.get('fragment') ?? 0]).toEqual([frames.length, 0]);
});

test('fragments that never become a packet are counted, and say nothing', () => {
  const frames = TALK.flatMap((packet, index) => (index === 2 ? cut(frame(packet), 64, 9).slice(0, -1) : [frame(packet)]));
  const { rows, reducer } = reduceBatches(batches(frames));
  expect(only(rows)).toMatchObject({ packets: 3, sent: 0 });
  expect(reducer.counts()).toMatchObject({ read: 3, skipped: new Map([['fragment', frames.length - 3]]) });
});

test('fragments that contradict each other are told apart from those that miss some', () => {
  const pieces = cut(frame(TALK[2] ?? { from: CLIENT, to: SERVER }), 64, 9);
  const forged = pieces.map((piece, index) => ({
    ...piece,
    bytes: index === 2 ? piece.bytes.map((byte, at) => (at > 60 ? 0x58 : byte)) : piece.bytes,
  }));
  const { rows, reducer } = reduceBatches(batches([...pieces.slice(0, 4), ...forged]));
  expect(rows).toEqual([]);
  expect(reducer.counts()).toMatchObject({ read: 0, skipped: new Map([['fragment-overlap', 4 + forged.length]]) });
});

test('WireGuard is noted as what lies below, and is no encrypted application', () => {
  const initiation = Uint8Array.from({ length: 148 }, (_, index) => (index === 0 ? 1 : index < 4 ? 0 : (index * 37) & 255));
  const packet = { from: { ip: CLIENT.ip, port: 51_820 }, to: { ip: SERVER.ip, port: 51_820 }, payload: initiation, protocol: 17 };
  const { rows, store } = reduceBatches(batches([frame(packet)]));
  const row = only(rows);
  expect(row.application).toBeNull();
  expect(row.seen).not.toContain('encrypted');
  expect(store.word(row.row, W.application) >>> 16).toBe(Underlay.wireguard);
});
