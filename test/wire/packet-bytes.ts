/** Packets made by hand, for tests: layers as arrays of bytes, from the inside out. */

export const u16 = (value: number): number[] => [(value >>> 8) & 255, value & 255];
export const u32 = (value: number): number[] => [...u16(value >>> 16), ...u16(value & 0xffff)];

const NOTHING: readonly number[] = [];
const GET: readonly number[] = [71, 69, 84];
const FOUR: readonly number[] = [1, 2, 3, 4];

export const tcp = ({
  ports = [40_000, 8080],
  seq = 0xfffffff0,
  ack = 0x80000001,
  flags = 0x18,
  options = NOTHING,
  payload = GET,
} = {}): number[] => [
  ...u16(ports[0] ?? 0),
  ...u16(ports[1] ?? 0),
  ...u32(seq),
  ...u32(ack),
  (5 + options.length / 4) << 4,
  flags,
  ...u16(512),
  ...u16(0),
  ...u16(0),
  ...options,
  ...payload,
];

export const udp = ({ ports = [5353, 53], payload = FOUR, length = -1 } = {}): number[] => [
  ...u16(ports[0] ?? 0),
  ...u16(ports[1] ?? 0),
  ...u16(length < 0 ? 8 + payload.length : length),
  ...u16(0),
  ...payload,
];

export const ip4 = (payload: readonly number[], { protocol = 6, options = NOTHING, total = -1, id = 0x1234, fragment = 0x4000 } = {}): number[] => [
  0x40 | (5 + options.length / 4),
  0,
  ...u16(total < 0 ? 20 + options.length + payload.length : total),
  ...u16(id),
  ...u16(fragment),
  64,
  protocol,
  ...u16(0),
  10,
  10,
  1,
  11,
  10,
  10,
  2,
  11,
  ...options,
  ...payload,
];

export const SOURCE6: readonly number[] = [0xfd, 0, 0, 0x10, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x11];
export const DESTINATION6: readonly number[] = [0xfd, 0, 0, 0x10, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x11];
export const ip6 = (
  payload: readonly number[],
  { next = 6, length = payload.length, source = SOURCE6, destination = DESTINATION6 } = {},
): number[] => [0x60, 0, 0, 0, ...u16(length), next, 64, ...source, ...destination, ...payload];

export const ethernet = (payload: readonly number[], { type = 0x0800, macs = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2] } = {}): number[] => [
  ...macs,
  ...u16(type),
  ...payload,
];
export const vlan = (payload: readonly number[], { tag = 7, type = 0x0800 } = {}): number[] => [...u16(tag), ...u16(type), ...payload];
export const sll = (payload: readonly number[], { type = 0x0800, arphrd = 1 } = {}): number[] => [
  ...u16(0),
  ...u16(arphrd),
  ...u16(6),
  2,
  0,
  0,
  0,
  0,
  1,
  0,
  0,
  ...u16(type),
  ...payload,
];
export const sll2 = (payload: readonly number[], { type = 0x0800, arphrd = 1, ifindex = 9 } = {}): number[] => [
  ...u16(type),
  ...u16(0),
  ...u32(ifindex),
  ...u16(arphrd),
  0,
  6,
  2,
  0,
  0,
  0,
  0,
  1,
  0,
  0,
  ...payload,
];
