/** Every recorded capture, those of this project among them, packet for packet against tshark. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { PCAP } from '../../src/formats/pcap.ts';
import { PCAPNG } from '../../src/formats/pcapng.ts';
import { ipFrom } from '../../src/model/address.ts';
import { AddressTable } from '../../src/model/addresses.ts';
import { Fragments, Outcome, packetOpener } from '../../src/wire/open.ts';
import { newOpened, O } from '../../src/wire/opened.ts';

const FOLDERS = ['../captures', '../../../shared/recordings'].map((path) => fileURLToPath(new URL(path, import.meta.url)));
/** Larger ones have nothing that the smaller ones have not, and tshark takes its time. */
const MAX_BYTES = 1_000_000;
const hasTshark = spawnSync('tshark', ['-v']).status === 0;
const captures = FOLDERS.filter((folder) => existsSync(folder) && hasTshark).flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.pcap(ng)?$/.test(path))
    .map((path) => join(folder, path)),
);

const FIELDS = [
  'frame.number',
  'frame.time_epoch',
  'ip.src',
  'ipv6.src',
  'ip.dst',
  'ipv6.dst',
  'tcp.srcport',
  'udp.srcport',
  'tcp.dstport',
  'udp.dstport',
  'tcp.seq_raw',
  'tcp.ack_raw',
  'tcp.len',
  'tcp.flags',
  'udp.length',
  'sll.ifindex',
];

/** One text a TCP or UDP packet: number, time, ends, and what the transport header says. */
function tsharkSees(path: string): string[] {
  const out = execFileSync(
    'tshark',
    [
      '-r',
      path,
      '-T',
      'fields',
      '-E',
      'separator=|',
      '-E',
      'occurrence=f',
      ...FIELDS.flatMap((field) => ['-e', field]),
      '-Y',
      '(tcp or udp) and not icmp and not icmpv6',
    ],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 1 << 28,
    },
  );
  return out
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [frame, time = '', s4, s6, d4, d6, ts, us, td, ud, seq, ack, length, flags, udpLength] = line.split('|');
      const [seconds, fraction = '0'] = time.split('.');
      const transport = ts ? [seq, ack, length, Number(flags) & 255].join() : Number(udpLength) - 8;
      return [frame, Number(seconds) * 1e6 + Number(fraction.slice(0, 6)), s4 || s6, d4 || d6, ts || us, td || ud, transport].join(' ');
    });
}

async function weSee(path: string): Promise<string[]> {
  const addresses = new AddressTable();
  const opened = newOpened();
  const fragments = new Fragments();
  const open = packetOpener(addresses, opened, fragments);
  const seen: string[] = [];
  const at = (offset: number): number => opened[offset] ?? 0;
  const ip = (offset: number): string => addresses.format(ipFrom(at(offset), at(O.v6) === 1));
  async function* whole(): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(readFileSync(path));
  }
  const format = [PCAP, PCAPNG].find(({ recognise }) => recognise(readFileSync(path)) > 0) ?? PCAP;
  for await (const batch of format.decode(whole(), undefined as never)) {
    if (batch.kind !== 'packets') continue;
    for (let index = 0; index < batch.count; index++) {
      const linkType = batch.points[batch.point[index] ?? 0]?.linkType ?? -1;
      const outcome = open(batch.bytes, batch.offset[index] ?? 0, batch.captured[index] ?? 0, batch.original[index] ?? 0, linkType);
      if ((outcome === Outcome.reassembled ? fragments.outcome : outcome) !== Outcome.transport) continue;
      const transport = at(O.protocol) === 6 ? [at(O.sequence), at(O.acknowledgement), at(O.payloadLength), at(O.flags)].join() : at(O.payloadLength);
      seen.push(
        [batch.firstRecord + index, batch.time[index], ip(O.source), ip(O.destination), at(O.sourcePort), at(O.destinationPort), transport].join(' '),
      );
    }
  }
  return seen;
}

if (captures.length === 0) test('recorded captures', () => console.log('no tshark: recorded captures are not compared'));

test.for(captures.filter((path) => readFileSync(path).length <= MAX_BYTES).map((path) => [basename(path), path] as const))(
  '%s is opened as tshark opens it',
  async ([, path]) => {
    expect(await weSee(path)).toEqual(tsharkSees(path));
  },
);
