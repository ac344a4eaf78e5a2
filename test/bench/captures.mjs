/** Big captures made from the recorded one: the same packets, other addresses. */
import { captureWriter, connection, readCapture, shiftAddresses, shiftPorts } from './capture.mjs';

const SAMPLE = new URL('../../samples/bookinfo/node1-eth0.pcap', import.meta.url);
const TUNNEL = '10.10.1.12:45130';
const PLAIN = '10.10.1.20:52254';
const SEGMENT = 1448;
/** What rustls makes of 16 KiB: header, ciphertext, tag and type. */
const RECORD = 5 + 16384 + 17;

/** Copies of a connection's packets with the addresses of copy number `copy`. */
function shifted(packets, copy) {
  return packets.map(({ data, original, tcp }) => {
    const bytes = Buffer.from(data);
    shiftAddresses(bytes, copy);
    return { data: bytes, original, tcp };
  });
}

/** Full-size packets: tunnels and plaintext downloads of 1 MB each, 64 at a time, each begun (and the plain ones ended) as recorded. */
export function fullSize(descriptor, targetBytes) {
  const packets = readCapture(SAMPLE);
  const [first] = packets;
  const out = captureWriter(descriptor, { startMicros: first.micros, stepMicros: 5, snapLength: 262144 });
  const tunnel = { ...splitAtRecord(connection(packets, TUNNEL)), tls: true };
  const plainPackets = connection(packets, PLAIN);
  const fin = plainPackets.findIndex(({ tcp }) => (tcp.flags & 1) !== 0);
  const plain = { opening: plainPackets.slice(0, fin), closing: plainPackets.slice(fin), tls: false };
  for (let copy = 0; out.bytes < targetBytes; copy += 64) {
    const downloads = Array.from({ length: 64 }, (_, lane) => download(lane % 4 === 3 ? plain : tunnel, copy + lane));
    interleave(
      downloads,
      (one) => one.opening.length,
      (one, index) => out.packet(one.opening[index].data, one.opening[index].original),
    );
    for (let round = 0; round < 90; round++) for (const one of downloads) burst(out, one);
    interleave(
      downloads,
      (one) => one.closing.length,
      (one, index) => close(out, one, index),
    );
  }
  out.end();
  return { packets: out.packets, bytes: out.bytes };
}

function interleave(all, lengthOf, emit) {
  const longest = Math.max(...all.map(lengthOf));
  for (let index = 0; index < longest; index++) for (const one of all) if (index < lengthOf(one)) emit(one, index);
}

/** The recorded packets up to a point where the server's stream stands between two TLS records, at least 30 packets in. */
function splitAtRecord(packets) {
  const server = packets[1].tcp.source;
  let left = 0;
  for (const [index, { tcp, data }] of packets.entries()) {
    if (tcp.source !== server || tcp.length === 0) continue;
    let at = tcp.payload;
    while (at < data.length) {
      if (left === 0) left = 5 + data.readUInt16BE(at + 3);
      const step = Math.min(left, data.length - at);
      at += step;
      left -= step;
    }
    if (left === 0 && index >= 14) return { opening: packets.slice(0, index + 1), closing: [] };
  }
  throw new Error('the sample has no such tunnel');
}

/** One connection in the middle of its download: header templates of a server's segment and of a client's acknowledgement. */
function download(recorded, copy) {
  const opening = shifted(recorded.opening, copy);
  const client = opening[0].tcp.source;
  const lastOf = (mine) => opening.findLast(({ tcp }) => (tcp.source === client) === mine);
  const fromServer = lastOf(false);
  const segment = Buffer.from(fromServer.data.subarray(0, fromServer.tcp.payload));
  segment.writeUInt16BE(segment.length - 14 + SEGMENT, 16);
  const bareAck = opening.findLast(({ tcp }) => tcp.source === client && tcp.length === 0 && (tcp.flags & 2) === 0);
  const ack = Buffer.from(bareAck.data.subarray(0, bareAck.tcp.payload));
  const next = (fromServer.data.readUInt32BE(fromServer.tcp.at + 4) + fromServer.tcp.length) >>> 0;
  return {
    opening,
    closing: shifted(recorded.closing, copy),
    client,
    tcpAt: fromServer.tcp.at,
    segment,
    ack,
    next,
    first: next,
    inRecord: 0,
    stream: recorded.tls ? CIPHER : PLAIN_TEXT,
  };
}

/** Eight segments and the acknowledgement of them. */
function burst(out, one) {
  for (let index = 0; index < 8; index++) {
    const at = out.begin(one.segment.length + SEGMENT, one.segment.length + SEGMENT);
    one.segment.copy(out.buffer, at);
    out.buffer.writeUInt32BE(one.next, at + one.tcpAt + 4);
    one.stream.copy(out.buffer, at + one.segment.length, one.inRecord, one.inRecord + SEGMENT);
    one.inRecord = (one.inRecord + SEGMENT) % RECORD;
    one.next = (one.next + SEGMENT) >>> 0;
  }
  const at = out.packet(one.ack, one.ack.length);
  out.buffer.writeUInt32BE(one.next, at + one.tcpAt + 8);
}

/** A recorded closing packet, with the sequence numbers that the download has reached. */
function close(out, one, index) {
  const { data, original, tcp } = one.closing[index];
  const at = out.packet(data, original);
  const field = at + tcp.at + (tcp.source === one.client ? 8 : 4);
  out.buffer.writeUInt32BE((out.buffer.readUInt32BE(field) + ((one.next - one.first) >>> 0)) >>> 0, field);
}

/** Two TLS records behind one another, so that a segment may begin anywhere in the first. Noise from a fixed generator. */
const CIPHER = cipher();
function cipher() {
  const record = Buffer.alloc(RECORD);
  let state = 1;
  for (let at = 0; at < RECORD; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    record[at] = state >>> 24;
  }
  record.set([23, 3, 3, (RECORD - 5) >> 8, (RECORD - 5) & 255]);
  return Buffer.concat([record, record]);
}
const PLAIN_TEXT = Buffer.alloc(2 * RECORD, 'the quick brown fox jumps over the lazy dog; ');

/** So many meshes of 16 edges each: 10,240 edges. */
const MESHES = 640;

/** The whole sample again and again, cut at 128 bytes, 16 copies side by side: each packet belongs to one of many short connections of 10,240 edges. */
export function smallPackets(descriptor, targetPackets) {
  const packets = readCapture(SAMPLE);
  const out = captureWriter(descriptor, { startMicros: packets[0].micros, stepMicros: 5, snapLength: 128 });
  const scratch = packets.map(({ data }) => Buffer.from(data.subarray(0, 128)));
  for (let copy = 0; out.packets < targetPackets; copy += 16) {
    const lap = Math.floor(copy / MESHES);
    for (const [index, { data: recorded, original }] of packets.entries()) {
      const data = scratch[index];
      shiftPorts(data, recorded, lap);
      for (let lane = 0; lane < 16; lane++) {
        shiftAddresses(data, (copy + lane) % MESHES);
        out.packet(data, original);
      }
    }
  }
  out.end();
  return { packets: out.packets, bytes: out.bytes };
}

/** `flows` connections that are all open at once: every SYN, then every SYN-ACK, every ACK, every request. */
export function openFlows(descriptor, flows) {
  const packets = readCapture(SAMPLE);
  const [syn, synAck, ack, request] = connection(packets, PLAIN);
  const out = captureWriter(descriptor, { startMicros: packets[0].micros, stepMicros: 1, snapLength: 262144 });
  for (const [packet, client] of [
    [syn, 12],
    [synAck, 16],
    [ack, 12],
    [request, 12],
  ]) {
    const portAt = packet.tcp.at + (client === 12 ? 0 : 2);
    for (let flow = 0; flow < flows; flow++) {
      const at = out.packet(packet.data, packet.original);
      const host = Math.floor(flow / 1000);
      out.buffer[at + 14 + client + 1] = 64 + (host >> 8);
      out.buffer[at + 14 + client + 2] = host & 255;
      out.buffer.writeUInt16BE(20000 + (flow % 1000), at + portAt);
    }
  }
  out.end();
  return { packets: out.packets, bytes: out.bytes };
}
