/** What carriers and overlays put around packets, and what protects them from below. */
import { describe, expect, test } from 'vitest';
import { encryptedUnderlay } from '../../src/wire/encrypted-underlay.ts';
import { OUTCOME_REASONS } from '../../src/wire/open.ts';
import { Underlay } from '../../src/wire/opened.ts';
import { open, RAW, seesTcp } from './opening.ts';
import { ethernet, ip4, ip6, tcp, u16, u32 } from './packet-bytes.ts';

const label = (bottom: boolean): number[] => [0, 0x10, bottom ? 1 : 0, 64];
const mpls = (payload: readonly number[]): number[] => ethernet(payload, { type: 0x8847 });
const pppoe = (payload: readonly number[], { protocol = 0x0021, code = 0 } = {}): number[] =>
  ethernet([0x11, code, ...u16(9), ...u16(payload.length + 2), ...u16(protocol), ...payload, 0, 0, 0], { type: 0x8864 });
const said = (frame: readonly number[]): string | undefined => OUTCOME_REASONS[open(frame).outcome];

describe('MPLS', () => {
  test('labels are taken off, and IP of either version is under them', () => {
    seesTcp(open(mpls([...label(true), ...ip4(tcp())])));
    seesTcp(open(mpls([...label(false), ...label(false), ...label(true), ...ip6(tcp())])));
    seesTcp(open(mpls([...label(true), 0, 0, 0, 0, ...ethernet(ip4(tcp()))])));
  });

  test('a stack without a bottom is too deep', () => {
    expect(said(mpls([...Array.from({ length: 50 }, () => label(false)).flat(), ...ip4(tcp())]))).toBe('too-deep');
  });

  test('what is under them and no IP is not IP', () => {
    expect(said(mpls([...label(true), 0xf0, 1, 2, 3]))).toBe('not-ip');
  });
});

describe('PPPoE', () => {
  test('a session holds IP of either version, and padding behind it is none of it', () => {
    seesTcp(open(pppoe(ip4(tcp()))));
    expect(open(pppoe(ip4(tcp()))).payload[2]).toBe(3);
    seesTcp(open(pppoe(ip6(tcp()), { protocol: 0x0057 })));
  });

  test('PPP itself, and discovery, are not IP', () => {
    expect(said(pppoe([1, 1, 0, 4], { protocol: 0xc021 }))).toBe('not-ip');
    expect(said(pppoe(ip4(tcp()), { code: 7 }))).toBe('not-ip');
    expect(said(ethernet([0x11, 9, 0, 0, 0, 0], { type: 0x8863 }))).toBe('not-ip');
  });
});

describe('a packet of more than 64 KiB', () => {
  const big = Array<number>(70_000).fill(0x61);

  test('says its length in the jumbo payload option', () => {
    const payload = tcp({ payload: big });
    const jumbo = ip6([6, 0, 0xc2, 4, ...u32(8 + payload.length), ...payload, 0, 0, 0, 0], { next: 0, length: 0 });
    expect(open(jumbo, { linkType: RAW }).payload).toEqual([68, 70_000, 70_000]);
  });

  test('of IPv4 says nothing, and is as long as its frame', () => {
    expect(open(ip4(tcp({ payload: big }), { total: 0 }), { linkType: RAW }).payload[2]).toBe(70_000);
  });
});

describe('what is encrypted below the mesh', () => {
  test('ESP is counted as such', () => {
    expect(said(ethernet(ip4([...u32(0x1234), ...u32(1), 1, 2, 3], { protocol: 50 })))).toBe('esp');
    expect(said(ethernet(ip6([...u32(0x1234), ...u32(1), 1, 2, 3], { next: 50 }), { type: 0x86dd }))).toBe('esp');
  });

  const underlay = (first: number, length: number, ports: readonly [number, number]): Underlay => {
    const bytes = new DataView(new ArrayBuffer(length));
    bytes.setUint32(0, first);
    return encryptedUnderlay(bytes, 0, length, length, ports);
  };

  test.for([
    ['an initiation on any port', 0x01000000, 148, [40_000, 1234], Underlay.wireguard],
    ['a response', 0x02000000, 92, [1234, 40_000], Underlay.wireguard],
    ['data on its port', 0x04000000, 128, [51_871, 51_871], Underlay.wireguard],
    ['data on any port', 0x04000000, 128, [1234, 40_000], Underlay.none],
    ['an initiation of another length', 0x01000000, 147, [51_820, 51_820], Underlay.none],
    ['data that is not padded', 0x04000000, 127, [51_820, 51_820], Underlay.none],
    ['ESP in UDP', 0xc0ffee01, 100, [4500, 4500], Underlay.esp],
    ['IKE on the same port', 0, 100, [4500, 4500], Underlay.none],
    ['the same bytes on another port', 0xc0ffee01, 100, [4501, 40_000], Underlay.none],
  ] as const)('%s', ([, first, length, ports, expected]) => {
    expect(underlay(first, length, ports)).toBe(expected);
  });

  test('less than four bytes are nothing', () => {
    expect(encryptedUnderlay(new DataView(new ArrayBuffer(3)), 0, 3, 148, [51_820, 51_820])).toBe(Underlay.none);
  });
});
