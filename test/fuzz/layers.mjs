/** Packets inside packets: frames of real captures taken apart, mangled inside and put into tunnels again. */
import fc from 'fast-check';
import { edited, edits } from './mutate.mjs';

const u16 = (value) => [(value >>> 8) & 255, value & 255];
const MACS = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2];
const IP4_ENDS = [10, 1, 0, 1, 10, 2, 0, 2];
const ip4 = (protocol, payload, fragment = 0) => [
  ...[0x45, 0, ...u16(20 + payload.length), 0, 7, ...u16(fragment), 64, protocol, 0, 0],
  ...IP4_ENDS,
  ...payload,
];
const udp = (port, payload) => ip4(17, [...u16(40_000), ...u16(port), ...u16(8 + payload.length), 0, 0, ...payload]);
const ip6 = (next, payload) => [0x60, 0, 0, 0, ...u16(payload.length), next, 64, ...Array(15).fill(0xfd), 1, ...Array(15).fill(0xfd), 2, ...payload];
const ethernet = (type, payload) => [...MACS, ...u16(type), ...payload];

/** Around an Ethernet frame; the result is one again. */
const WRAPS = {
  vlan: (frame) => [...frame.slice(0, 12), 0x81, 0, 0, 7, ...frame.slice(12)],
  qinq: (frame) => [...frame.slice(0, 12), 0x88, 0xa8, 0, 7, ...frame.slice(12)],
  mpls: (frame) => ethernet(0x8847, [0, 1, 1, 64, ...frame.slice(14)]),
  pppoe: (frame) => ethernet(0x8864, [0x11, 0, 0, 1, ...u16(frame.length - 12), 0, 0x21, ...frame.slice(14)]),
  vxlan: (frame) => ethernet(0x800, udp(4789, [8, 0, 0, 0, 0, 0, 1, 0, ...frame])),
  geneve: (frame) => ethernet(0x800, udp(6081, [1, 0, 0x65, 0x58, 0, 0, 1, 0, 1, 2, 3, 4, ...frame])),
  gre: (frame) => ethernet(0x800, ip4(47, [0, 0, 0x65, 0x58, ...frame])),
  ipip: (frame) => ethernet(0x800, ip4(4, frame.slice(14))),
  authentication: (frame) => ethernet(0x86dd, ip6(51, [4, 4, 0, 0, ...Array(20).fill(1), ...frame.slice(14)])),
  options: (frame) => ethernet(0x86dd, ip6(0, [41, 0, 1, 4, 0, 0, 0, 0, ...frame.slice(14)])),
};

/** Frames in, frames out: wrapped from the inside out, cut into fragments, mangled. */
export const packetPlan = fc.record({
  frames: fc.array(
    fc.record({
      at: fc.nat(),
      wraps: fc.array(fc.constantFrom(...Object.keys(WRAPS)), { maxLength: 10 }),
      inside: edits,
      outside: fc.oneof(fc.constant([]), edits),
      fragments: fc.oneof(fc.constant(0), fc.constant(0), fc.integer({ min: 1, max: 200 })),
      kept: fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
      time: fc.oneof(fc.nat(1e7), fc.constantFrom(0, 0xffffffff)),
    }),
    { minLength: 1, maxLength: 40 },
  ),
  linkType: fc.constantFrom(1, 1, 1, 1, 113, 276, 101, 0, 108, 228, 9999),
});

/** pcap bytes of the plan; `frames`: of Ethernet. */
export function packetsOf({ frames: plan, linkType }, frames) {
  const made = plan.flatMap((one) => {
    const inside = [...edited(frames[one.at % frames.length], one.inside)];
    const wrapped = one.wraps.reduce((frame, name) => WRAPS[name](frame), inside).slice(0, 60_000);
    const whole = one.fragments === 0 ? [wrapped] : fragmented(wrapped, one.fragments * 8);
    return whole.map((frame) => ({ bytes: edited(Buffer.from(frame), one.outside), kept: one.kept, time: one.time }));
  });
  return Buffer.concat([header(linkType), ...made.map(record)]);
}

function fragmented(frame, size) {
  const payload = frame.slice(34);
  return Array.from({ length: Math.min(300, Math.ceil(payload.length / size)) }, (_, index) => {
    const part = payload.slice(index * size, (index + 1) * size);
    const more = (index + 1) * size < payload.length ? 0x2000 : 0;
    return ethernet(0x800, ip4(frame[23] ?? 6, part, ((index * size) >> 3) | more));
  });
}

function header(linkType) {
  const bytes = Buffer.alloc(24);
  bytes.writeUInt32LE(0xa1b2c3d4);
  bytes.writeUInt16LE(2, 4);
  bytes.writeUInt16LE(4, 6);
  bytes.writeUInt32LE(262_144, 16);
  bytes.writeUInt32LE(linkType, 20);
  return bytes;
}

function record({ bytes, kept, time }) {
  const head = Buffer.alloc(16);
  const captured = Math.floor(bytes.length * kept);
  head.writeUInt32LE(time);
  head.writeUInt32LE(captured, 8);
  head.writeUInt32LE(bytes.length, 12);
  return Buffer.concat([head, bytes.subarray(0, captured)]);
}
