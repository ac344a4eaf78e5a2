/** Reading a small recorded pcap, and writing a big one quickly: one reused buffer, no object per packet. */
import { readFileSync, writeSync } from 'node:fs';

const FILE_HEADER = 24;
const PACKET_HEADER = 16;
const ETHERNET = 14;

/** The packets of a little-endian µs pcap. `seconds` and `micros` are its own time stamps. */
export function readCapture(path) {
  const bytes = readFileSync(path);
  if (bytes.readUInt32LE(0) !== 0xa1b2c3d4) throw new Error(`${path}: not a little-endian microsecond pcap`);
  const packets = [];
  for (let at = FILE_HEADER; at + PACKET_HEADER <= bytes.length; ) {
    const captured = bytes.readUInt32LE(at + 8);
    const data = bytes.subarray(at + PACKET_HEADER, at + PACKET_HEADER + captured);
    packets.push({
      micros: bytes.readUInt32LE(at) * 1e6 + bytes.readUInt32LE(at + 4),
      original: bytes.readUInt32LE(at + 12),
      data,
      tcp: tcpOf(data),
    });
    at += PACKET_HEADER + captured;
  }
  return packets;
}

/** Where the TCP fields of an untagged IPv4 frame are, or null. */
function tcpOf(data) {
  if (data.readUInt16BE(12) !== 0x0800 || data[ETHERNET + 9] !== 6) return null;
  const at = ETHERNET + (data[ETHERNET] & 15) * 4;
  const payload = at + (data[at + 12] >> 4) * 4;
  return {
    at,
    payload,
    length: data.readUInt16BE(ETHERNET + 2) + ETHERNET - payload,
    source: `${data.subarray(ETHERNET + 12, ETHERNET + 16).join('.')}:${data.readUInt16BE(at)}`,
    destination: `${data.subarray(ETHERNET + 16, ETHERNET + 20).join('.')}:${data.readUInt16BE(at + 2)}`,
    flags: data[at + 13],
  };
}

/** The packets of one connection, by its client's `ip:port`. */
export const connection = (packets, client) => packets.filter(({ tcp }) => tcp !== null && (tcp.source === client || tcp.destination === client));

/**
 * Writes a copy's number into the addresses: 10.10.NODE.x becomes 10.a.b.x, fd00:10:NODE:: gets the number in its fourth group, so that up to
 * 15,000 copies have pods of their own. Checksums stay wrong, as offloaded ones are.
 */
export function shiftAddresses(data, copy) {
  const type = data.readUInt16BE(12);
  if (type === 0x0800) {
    shift4(data, ETHERNET + 12, copy);
    shift4(data, ETHERNET + 16, copy);
    // An ICMP error quotes the packet that it is about.
    const inner = ETHERNET + (data[ETHERNET] & 15) * 4 + 8;
    if (data[ETHERNET + 9] === 1 && data.length >= inner + 20) {
      shift4(data, inner + 12, copy);
      shift4(data, inner + 16, copy);
    }
  } else if (type === 0x86dd) {
    for (const at of [ETHERNET + 8, ETHERNET + 24]) if (data[at] === 0xfd) data.writeUInt16BE(copy, at + 6);
  }
}

function shift4(data, at, copy) {
  if (data[at] !== 10) return;
  data[at + 1] = 16 + Math.floor(copy / 64);
  data[at + 2] = (copy % 64) * 4 + (data[at + 2] & 3);
}

const EPHEMERAL = 32768;
const EPHEMERALS = 28232;

/** Other client ports for the same pods: those of TCP packets, and of what ICMP errors quote, as they are in `recorded`, moved `lap` times. */
export function shiftPorts(data, recorded, lap) {
  const at = portsAt(recorded);
  if (at < 0) return;
  for (const field of [at, at + 2]) {
    const port = recorded.readUInt16BE(field);
    if (port >= EPHEMERAL) data.writeUInt16BE(EPHEMERAL + ((port - EPHEMERAL + lap * 2819) % EPHEMERALS), field);
  }
}

function portsAt(data) {
  const type = data.readUInt16BE(12);
  if (type === 0x86dd) return data[ETHERNET + 6] === 6 ? ETHERNET + 40 : -1;
  if (type !== 0x0800) return -1;
  const inner = ETHERNET + (data[ETHERNET] & 15) * 4;
  if (data[ETHERNET + 9] === 6) return inner;
  return data[ETHERNET + 9] === 1 && data.length >= inner + 32 ? inner + 8 + (data[inner + 8] & 15) * 4 : -1;
}

/** A pcap being written. `snapLength` cuts; `stepMicros` is the time from one packet to the next. */
export function captureWriter(descriptor, { startMicros, stepMicros, snapLength }) {
  const buffer = Buffer.allocUnsafe(8 << 20);
  let used = FILE_HEADER;
  let written = 0;
  let packets = 0;
  let micros = startMicros;
  buffer.writeUInt32LE(0xa1b2c3d4, 0);
  buffer.writeUInt16LE(2, 4);
  buffer.writeUInt16LE(4, 6);
  buffer.fill(0, 8, 16);
  buffer.writeUInt32LE(snapLength, 16);
  buffer.writeUInt32LE(1, 20);

  const flush = () => {
    for (let at = 0; at < used; ) at += writeSync(descriptor, buffer, at, used - at);
    written += used;
    used = 0;
  };
  /** Position of `captured` writable bytes behind a fresh packet header. */
  const begin = (captured, original) => {
    if (used + PACKET_HEADER + captured > buffer.length) flush();
    const seconds = Math.floor(micros / 1e6);
    buffer.writeUInt32LE(seconds, used);
    buffer.writeUInt32LE(micros - seconds * 1e6, used + 4);
    buffer.writeUInt32LE(captured, used + 8);
    buffer.writeUInt32LE(original, used + 12);
    const at = used + PACKET_HEADER;
    used = at + captured;
    micros += stepMicros;
    packets++;
    return at;
  };
  return {
    buffer,
    begin,
    /** A whole packet, cut to the snapshot length; answers where its bytes are in `buffer`, for patching. */
    packet(data, original) {
      const captured = Math.min(data.length, snapLength);
      const at = begin(captured, original);
      data.copy(buffer, at, 0, captured);
      return at;
    },
    get bytes() {
      return written + used;
    },
    get packets() {
      return packets;
    },
    end: flush,
  };
}
