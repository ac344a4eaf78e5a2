import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PCAP } from '../../src/formats/pcap.ts';
import { AddressTable } from '../../src/model/addresses.ts';
import { OUTCOME_REASONS, Outcome, packetOpener } from '../../src/wire/open.ts';
import { newOpened, O, Underlay } from '../../src/wire/opened.ts';
import { ethernet, ip4, ip6, tcp, u16, u32, udp, vlan } from './packet-bytes.ts';

const CORPUS = fileURLToPath(new URL('../../../shared/corpora/libpcap', import.meta.url));

function open(bytes: readonly number[], captured: number = bytes.length) {
  const opened = newOpened();
  const view = new DataView(new Uint8Array(bytes.slice(0, captured)).buffer);
  const outcome = packetOpener(new AddressTable(), opened)(view, 0, captured, bytes.length, 1);
  return {
    outcome: OUTCOME_REASONS[outcome],
    underlay: opened[O.underlay],
    ports: [opened[O.sourcePort], opened[O.destinationPort]],
    payload: opened[O.payloadLength],
    loopback: opened[O.loopback],
  };
}

const inside = (underlay: number) => ({ outcome: 'transport', underlay, ports: [40_000, 8080], payload: 3, loopback: 0 });
const onPort = (port: number, payload: number[]): number[] => ethernet(ip4(udp({ ports: [50_000, port], payload }), { protocol: 17 }));
const vxlan = (frame: readonly number[], port = 4789): number[] => onPort(port, [8, 0, 0, 0, ...u32(42 << 8), ...frame]);
const geneve = (payload: readonly number[], { type = 0x6558, options = [] as number[] } = {}): number[] =>
  onPort(6081, [options.length / 4, 0, ...u16(type), ...u32(42 << 8), ...options, ...payload]);
const gre = (payload: readonly number[], { flags = 0, type = 0x0800, extra = [] as number[] } = {}): number[] =>
  ethernet(ip4([...u16(flags), ...u16(type), ...extra, ...payload], { protocol: 47 }));

describe('what a tunnel carries is opened, and the tunnel noted', () => {
  test('VXLAN', () => {
    expect(open(vxlan(ethernet(ip4(tcp()))))).toEqual(inside(Underlay.vxlan));
    expect(open(vxlan(ethernet(vlan(ip6(tcp()), { type: 0x86dd }), { type: 0x8100 }), 8472))).toEqual(inside(Underlay.vxlan));
    expect(open(vxlan(ethernet([], { type: 0x0806 }))).outcome).toBe('arp');
  });

  test('VXLAN whose inner addresses are zero is no loopback', () => {
    expect(open(vxlan(ethernet(ip4(tcp()), { macs: Array<number>(12).fill(0) })))).toEqual(inside(Underlay.vxlan));
  });

  test('Geneve, with and without options', () => {
    expect(open(geneve(ethernet(ip4(tcp()))))).toEqual(inside(Underlay.geneve));
    expect(open(geneve(ip4(tcp()), { type: 0x0800, options: [1, 2, 3, 4, 5, 6, 7, 8] }))).toEqual(inside(Underlay.geneve));
  });

  test('GRE, with checksum, key and sequence number', () => {
    expect(open(gre(ip4(tcp())))).toEqual(inside(Underlay.gre));
    expect(open(gre(ethernet(ip4(tcp())), { flags: 0xb000, type: 0x6558, extra: Array<number>(12).fill(1) }))).toEqual(inside(Underlay.gre));
    expect(open(gre(ip4(tcp()), { flags: 0x2001, extra: [0, 0, 0, 0] })).outcome).toBe('other-protocol');
  });

  test('IPv4 and IPv6 in IPv4', () => {
    expect(open(ethernet(ip4(ip4(tcp()), { protocol: 4 })))).toEqual(inside(Underlay.ipip));
    expect(open(ethernet(ip4(ip6(tcp()), { protocol: 41 })))).toEqual(inside(Underlay.ipip));
    expect(open(ethernet(ip6(ip4(tcp()), { next: 4 }), { type: 0x86dd }))).toEqual(inside(Underlay.ipip));
  });

  test('a tunnel in a tunnel: the outermost is named', () => {
    expect(open(vxlan(gre(ip4(ip4(tcp()), { protocol: 4 }))))).toEqual(inside(Underlay.vxlan));
  });

  test('the Authentication Header is passed over in IPv4 too', () => {
    expect(open(ethernet(ip4([6, 4, 0, 0, ...u32(1), ...u32(2), ...Array<number>(12).fill(9), ...tcp()], { protocol: 51 })))).toEqual(
      inside(Underlay.none),
    );
  });
});

test('other UDP on the ports of tunnels stays UDP', () => {
  for (const frame of [
    onPort(4789, [0, 1, 2, 3, 4, 5, 6, 7, 8]),
    onPort(4789, [8]),
    onPort(6081, [0x40, 0, 0, 0, 0, 0, 0, 0]),
    onPort(6081, [1, 0, 8, 0, 0, 0, 0, 0]),
  ]) {
    expect(open(frame)).toMatchObject({ outcome: 'transport', underlay: Underlay.none, ports: [50_000, frame[36] === 0x12 ? 4789 : 6081] });
  }
});

test('tunnels in tunnels without end are too deep, whatever they are', () => {
  let packet = ip4(tcp());
  for (let count = 0; count < 500; count++) packet = ip4(packet, { protocol: 4 });
  expect(open(ethernet(packet)).outcome).toBe('too-deep');
});

test('a tunnelled packet cut anywhere never throws, and never turns into another', () => {
  const samples = [
    vxlan(ethernet(ip4(tcp()))),
    geneve(ip4(tcp()), { type: 0x0800, options: [1, 2, 3, 4] }),
    gre(ip4(tcp())),
    ethernet(ip4(ip6(tcp()), { protocol: 41 })),
  ];
  fc.assert(
    fc.property(fc.constantFrom(...samples), fc.nat(200), (frame, cut) => {
      const { outcome, ports } = open(frame, Math.min(cut, frame.length));
      expect(outcome === 'cut-short' || outcome === 'not-ip' || ports[0] === 40_000 || ports[0] === 50_000).toBe(true);
    }),
  );
});

test.for(['vxlan.pcap', 'geneve.pcap', 'ipv6_ext_headers.pcap', 'ipv6_ah_modes.pcap'])(
  'the public capture %s is opened as tshark opens it',
  async (name) => {
    const path = join(CORPUS, name);
    if (!existsSync(path) || spawnSync('tshark', ['-v']).status !== 0)
      return console.log(`no ../shared/corpora or no tshark: ${name} is not compared`);
    const { stdout } = spawnSync(
      'tshark',
      [
        '-r',
        path,
        '-T',
        'fields',
        '-E',
        'occurrence=l',
        '-e',
        'frame.protocols',
        '-e',
        'tcp.srcport',
        '-e',
        'udp.srcport',
        '-e',
        'tcp.seq_raw',
        '-e',
        'tcp.len',
      ],
      { encoding: 'utf8' },
    );
    const theirs = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'))
      .map(([protocols = '', t, u, sequence, length]) => (/:(arp|icmp)/.test(protocols) ? 'other' : t ? `${t} ${sequence} ${length}` : `${u}`));
    const opened = newOpened();
    const openPacket = packetOpener(new AddressTable(), opened);
    async function* whole(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(readFileSync(path));
    }
    const ours: string[] = [];
    for await (const batch of PCAP.decode(whole(), undefined as never)) {
      if (batch.kind !== 'packets') continue;
      for (let index = 0; index < batch.count; index++) {
        const outcome = openPacket(
          batch.bytes,
          batch.offset[index] ?? 0,
          batch.captured[index] ?? 0,
          batch.original[index] ?? 0,
          batch.points[0]?.linkType ?? 0,
        );
        const transport =
          opened[O.protocol] === 6 ? `${opened[O.sourcePort]} ${opened[O.sequence]} ${opened[O.payloadLength]}` : `${opened[O.sourcePort]}`;
        ours.push(outcome === Outcome.transport ? transport : 'other');
      }
    }
    expect(ours).toEqual(theirs);
  },
);
