import { describe, expect, test } from 'vitest';
import { OUTCOME_REASONS, Outcome } from '../../src/wire/open.ts';
import { O } from '../../src/wire/opened.ts';
import { open, RAW, seesTcp } from './opening.ts';
import { DESTINATION6, ethernet, ip4, ip6, SOURCE6, sll, sll2, tcp, u16, u32, udp, vlan } from './packet-bytes.ts';

describe('TCP over IPv4', () => {
  test('is opened with all that the connection table needs', () => {
    const result = open(ethernet(ip4(tcp())));
    seesTcp(result);
    expect([result.ip(O.source), result.ip(O.destination), result.at(O.ipId)]).toEqual(['10.10.1.11', '10.10.2.11', 0x1234]);
    expect(result.payload).toEqual([54, 3, 3]);
    expect([result.at(O.loopback), result.at(O.ifindex), result.at(O.underlay)]).toEqual([0, 0, 0]);
  });

  test('has its payload counted by the IP length: frame padding is none', () => {
    expect(open([...ethernet(ip4(tcp({ payload: [] }))), 0, 0, 0, 0, 0, 0]).payload).toEqual([54, 0, 0]);
  });

  test('has its payload counted by the frame where the IP length is 0 (BIG TCP, TSO)', () => {
    expect(open(ethernet(ip4(tcp({ payload: Array(100).fill(1) }), { total: 0 }))).payload).toEqual([54, 100, 100]);
  });

  test('skips IP and TCP options', () => {
    const result = open(ethernet(ip4(tcp({ options: [1, 1, 1, 1, 1, 1, 1, 0] }), { options: [1, 1, 1, 0] })));
    seesTcp(result);
    expect(result.payload).toEqual([66, 3, 3]);
  });

  test('keeps what a snapshot length left of it', () => {
    const frame = ethernet(ip4(tcp({ payload: Array(1000).fill(7) })));
    const result = open(frame, { captured: 100 });
    seesTcp(result);
    expect(result.payload).toEqual([54, 46, 1000]);
  });

  test('is of use as long as its flags are there, and cut short below', () => {
    const frame = ethernet(ip4(tcp()));
    for (let captured = 0; captured < 48; captured++) expect(OUTCOME_REASONS[open(frame, { captured }).outcome]).toBe('cut-short');
    for (let captured = 48; captured < frame.length; captured++) {
      const result = open(frame, { captured });
      seesTcp(result);
      expect(result.payload).toEqual([Math.min(captured, 54), Math.max(captured - 54, 0), 3]);
    }
  });

  test.for([
    ['an IP version that is none', ethernet([0x55, ...ip4(tcp()).slice(1)])],
    ['an IP header of four words', ethernet([0x44, ...ip4(tcp()).slice(1)])],
    ['a total length below the header', ethernet(ip4(tcp(), { total: 19 }))],
    ['a total length that ends inside the TCP header', ethernet(ip4(tcp(), { total: 39 }))],
    ['a TCP header of four words', ethernet(ip4([...tcp().slice(0, 12), 0x40, ...tcp().slice(13)]))],
    ['a TCP header longer than the packet', ethernet(ip4([...tcp().slice(0, 12), 0xf0, ...tcp().slice(13)]))],
    ['a frame that ends inside the IP header although it was not cut', ethernet(ip4(tcp())).slice(0, 30)],
  ] as const)('%s is malformed', ([, frame]) => {
    expect(OUTCOME_REASONS[open(frame).outcome]).toBe('malformed');
  });

  test('fragments are told apart, the first as well', () => {
    const part = tcp({ payload: [71, 69, 84, 32] });
    expect(open(ethernet(ip4(part, { fragment: 0x2000 }))).outcome).toBe(Outcome.fragment);
    expect(open(ethernet(ip4(part, { fragment: 0x0010 }))).outcome).toBe(Outcome.fragment);
  });
});

describe('link layers', () => {
  test('VLAN, QinQ and old QinQ tags are taken off', () => {
    seesTcp(open(ethernet(vlan(ip4(tcp())), { type: 0x8100 })));
    seesTcp(open(ethernet(vlan(vlan(ip4(tcp())), { type: 0x8100 }), { type: 0x88a8 })));
    seesTcp(open(ethernet(vlan(vlan(ip6(tcp()), { type: 0x86dd }), { type: 0x8100 }), { type: 0x9100 })));
    seesTcp(open(sll2(vlan(ip4(tcp())), { type: 0x8100 }), { linkType: 276 }));
  });

  test('a tower of tags ends as too deep, not in a full stack', () => {
    let frame = ip4(tcp());
    for (let count = 0; count < 1000; count++) frame = vlan(frame, { type: count === 0 ? 0x0800 : 0x8100 });
    expect(open(ethernet(frame, { type: 0x8100 })).outcome).toBe(Outcome.tooDeep);
  });

  test('both MACs zero are the loopback device', () => {
    const result = open(ethernet(ip4(tcp()), { macs: Array<number>(12).fill(0) }));
    seesTcp(result);
    expect(result.at(O.loopback)).toBe(1);
  });

  test('802.3 frames hold IP only through SNAP', () => {
    seesTcp(open(ethernet([0xaa, 0xaa, 3, 0, 0, 0, 8, 0, ...ip4(tcp())], { type: 0x40 })));
    expect(open(ethernet([0x42, 0x42, 3, 0, 0, 0, 0, 0], { type: 8 })).outcome).toBe(Outcome.notIp);
  });

  test('cooked captures say interface and loopback', () => {
    seesTcp(open(sll(ip4(tcp())), { linkType: 113 }));
    expect(open(sll(ip4(tcp()), { arphrd: 772 }), { linkType: 113 }).at(O.loopback)).toBe(1);
    const result = open(sll2(ip6(tcp()), { type: 0x86dd, arphrd: 772, ifindex: 0x80000001 }), { linkType: 276 });
    seesTcp(result);
    expect([result.at(O.ifindex), result.at(O.loopback)]).toEqual([0x80000001, 1]);
  });

  test('raw IP goes by its version', () => {
    for (const linkType of [12, 14, 101, 228]) seesTcp(open(ip4(tcp()), { linkType }));
    for (const linkType of [101, 229]) seesTcp(open(ip6(tcp()), { linkType }));
    expect(open([0x15, 0, 0], { linkType: RAW }).outcome).toBe(Outcome.notIp);
  });

  test('BSD loopback is read in either byte order', () => {
    for (const family of [
      [2, 0, 0, 0],
      [0, 0, 0, 2],
    ]) {
      const result = open([...family, ...ip4(tcp())], { linkType: 0 });
      seesTcp(result);
      expect(result.at(O.loopback)).toBe(1);
    }
    for (const family of [
      [30, 0, 0, 0],
      [0, 0, 0, 24],
      [10, 0, 0, 0],
      [0, 0, 0, 28],
    ])
      seesTcp(open([...family, ...ip6(tcp())], { linkType: 108 }));
    expect(open([7, 0, 0, 0, 1, 2, 3], { linkType: 0 }).outcome).toBe(Outcome.notIp);
  });

  test('what is no IP says what it is', () => {
    expect(open(ethernet([0, 1], { type: 0x0806 })).outcome).toBe(Outcome.arp);
    expect(open(ethernet([0, 1], { type: 0x88cc })).outcome).toBe(Outcome.notIp);
    expect(open(ethernet(ip4([1, 2, 3, 4], { protocol: 132 }))).outcome).toBe(Outcome.otherProtocol);
    for (const linkType of [147, 511, 65_535, 4_000_000_000]) expect(open(ethernet(ip4(tcp())), { linkType }).outcome).toBe(Outcome.unknownLinkType);
  });
});

describe('IPv6', () => {
  test('gives numbers of the address table', () => {
    const result = open(ethernet(ip6(tcp()), { type: 0x86dd }));
    seesTcp(result);
    expect([result.at(O.v6), result.ip(O.source), result.ip(O.destination), result.at(O.ipId)]).toEqual([1, 'fd00:10:1::11', 'fd00:10:2::11', 0]);
    expect(result.payload).toEqual([74, 3, 3]);
  });

  test('extension headers are walked through', () => {
    const authentication = [60, 4, ...u16(0), ...u32(1), ...u32(2), ...Array<number>(12).fill(9)];
    const destinationOptions = [6, 1, ...Array<number>(14).fill(0)];
    const headers = [43, 0, 0, 0, 0, 0, 0, 0, 44, 0, 0, 0, 0, 0, 0, 0, 51, 0, 0, 0, 1, 2, 3, 4, ...authentication, ...destinationOptions];
    const result = open(ip6([...headers, ...tcp()], { next: 0 }), { linkType: RAW });
    seesTcp(result);
    expect(result.payload[2]).toBe(3);
  });

  test('fragments are told apart, atomic ones are whole', () => {
    const fragment = (bits: number): number[] => ip6([6, 0, ...u16(bits), ...u32(1), ...tcp({ payload: [71, 69, 84, 32] })], { next: 44 });
    seesTcp(open(fragment(0), { linkType: RAW }));
    expect(open(fragment(1), { linkType: RAW }).outcome).toBe(Outcome.fragment);
    expect(open(fragment(8), { linkType: RAW }).outcome).toBe(Outcome.fragment);
  });

  test('a payload length of 0 leaves it to the frame (jumbograms, TSO)', () => {
    expect(open(ip6(tcp(), { length: 0 }), { linkType: RAW }).payload[2]).toBe(3);
  });

  test('mapped addresses come out as IPv4', () => {
    const mapped = (last: number): number[] => [...Array<number>(10).fill(0), 0xff, 0xff, 10, 0, 0, last];
    const result = open(ip6(tcp(), { source: mapped(1), destination: mapped(2) }), { linkType: RAW });
    expect([result.at(O.v6), result.ip(O.source), result.ip(O.destination)]).toEqual([0, '10.0.0.1', '10.0.0.2']);
    expect(open(ip6(tcp(), { source: mapped(1) }), { linkType: RAW }).outcome).toBe(Outcome.malformed);
  });

  test('endless extension headers end as too deep', () => {
    const headers = Array.from({ length: 2000 }, () => [0, 0, 0, 0, 0, 0, 0, 0]).flat();
    expect(open(ip6(headers, { next: 0 }), { linkType: RAW }).outcome).toBe(Outcome.tooDeep);
  });
});

describe('UDP', () => {
  test('has its payload counted by its own length', () => {
    const result = open(ethernet(ip4(udp({ payload: [1, 2, 3, 4], length: 10 }), { protocol: 17 })));
    expect([
      result.outcome,
      result.at(O.protocol),
      result.at(O.sourcePort),
      result.at(O.destinationPort),
      result.at(O.flags),
      result.at(O.sequence),
    ]).toEqual([Outcome.transport, 17, 5353, 53, 0, 0]);
    expect(result.payload).toEqual([42, 2, 2]);
  });

  test('is of use as long as its ports are there', () => {
    const frame = ethernet(ip4(udp(), { protocol: 17 }));
    for (let captured = 0; captured < 38; captured++) expect(open(frame, { captured }).outcome).toBe(Outcome.cut);
    for (let captured = 38; captured <= frame.length; captured++)
      expect(open(frame, { captured }).payload).toEqual([Math.min(captured, 42), Math.max(0, captured - 42), 4]);
  });

  test('a length below its header is malformed', () => {
    expect(open(ethernet(ip4(udp({ length: 7 }), { protocol: 17 }))).outcome).toBe(Outcome.malformed);
  });
});

describe('ICMP', () => {
  test('errors quote the packet that they are about', () => {
    const quoted = ip4(tcp(), { protocol: 6 }).slice(0, 28);
    const result = open(ethernet(ip4([3, 1, 0, 0, 0, 0, 0, 0, ...quoted], { protocol: 1 })));
    expect([result.outcome, result.at(O.protocol), result.at(O.icmpType), result.at(O.icmpCode)]).toEqual([Outcome.icmpError, 1, 3, 1]);
    expect([result.at(O.quotedProtocol), result.at(O.quotedSourcePort), result.at(O.quotedDestinationPort), result.at(O.quotedSequence)]).toEqual([
      6, 40_000, 8080, 0xfffffff0,
    ]);
    expect([result.ip(O.quotedSource, O.quotedV6), result.ip(O.quotedDestination, O.quotedV6)]).toEqual(['10.10.1.11', '10.10.2.11']);
  });

  test('errors of IPv6 too', () => {
    const result = open(ip6([1, 4, 0, 0, 0, 0, 0, 0, ...ip6(udp(), { next: 17 })], { next: 58, source: DESTINATION6, destination: SOURCE6 }), {
      linkType: RAW,
    });
    expect([
      result.outcome,
      result.at(O.protocol),
      result.at(O.quotedProtocol),
      result.at(O.quotedDestinationPort),
      result.at(O.quotedSequence),
    ]).toEqual([Outcome.icmpError, 58, 17, 53, 0]);
    expect(result.ip(O.quotedSource, O.quotedV6)).toBe('fd00:10:1::11');
  });

  test('echoes, and errors that quote too little, are ICMP and no more', () => {
    expect(open(ethernet(ip4([8, 0, 0, 0, 0, 0, 0, 0], { protocol: 1 }))).outcome).toBe(Outcome.icmp);
    expect(open(ip6([135, 0, 0, 0, 0, 0, 0, 0], { next: 58 }), { linkType: RAW }).outcome).toBe(Outcome.icmp);
    expect(open(ethernet(ip4([3, 1, 0, 0, 0, 0, 0, 0, ...ip4(tcp()).slice(0, 24)], { protocol: 1 }))).outcome).toBe(Outcome.icmp);
    expect(open(ethernet(ip4([3, 1, 0, 0, 0, 0, 0, 0, ...ip4(tcp(), { fragment: 5 })], { protocol: 1 }))).outcome).toBe(Outcome.icmp);
  });
});
