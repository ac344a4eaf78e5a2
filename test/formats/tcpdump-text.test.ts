import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recognise } from '../../src/formats/recognise.ts';
import { tcpdumpText } from '../../src/formats/tcpdump-text.ts';
import { decode, type Seen } from './captures.ts';
import { ascii, hex, LINE, lostOf, payloadOf, read, skippedOf } from './tcpdump-printing.ts';

const sequences = ({ packets }: Seen): string[] =>
  packets.map(({ bytes }) => `${Buffer.from(bytes, 'latin1').readUInt32BE(24)} ${Buffer.from(bytes, 'latin1').readUInt32BE(28)}`);

describe('sequence numbers', () => {
  const to = 'IP 10.10.1.11.57346 > 10.10.2.11.15008: Flags';
  const back = 'IP 10.10.2.11.15008 > 10.10.1.11.57346: Flags';
  const absolute = ['1000 0', '4000000000 1001', '1001 4000000001', '1001 4000000001', '4000000001 1080'];

  it('are absolute again', async () => {
    const text = [
      `${to} [S], seq 1000, win 1, length 0`,
      `${back} [S.], seq 4000000000, ack 1001, win 1, length 0`,
      `${to} [.], ack 1, win 1, length 0`,
      `${to} [P.], seq 1:80, ack 1, win 1, length 79`,
      `${back} [.], ack 80, win 1, length 0`,
    ];
    expect(sequences(await read(text.join('\n')))).toEqual(absolute);
  });

  it('are taken as they are under -S', async () => {
    const text = [
      `${to} [S], seq 1000, win 1, length 0`,
      `${back} [S.], seq 4000000000, ack 1001, win 1, length 0`,
      `${to} [.], ack 4000000001, win 1, length 0`,
      `${to} [P.], seq 1001:1080, ack 4000000001, win 1, length 79`,
      `${back} [.], ack 1080, win 1, length 0`,
    ];
    expect(sequences(await read(text.join('\n')))).toEqual(absolute);
  });

  it('of a conversation already under way begin with absolute ones', async () => {
    const text = [
      `${to} [P.], seq 2995967978:2995968103, ack 1556565811, win 70, length 125`,
      `${back} [.], ack 125, win 64, length 0`,
      `${back} [P.], seq 1:34, ack 125, win 64, length 33`,
      `${to} [P.], seq 125:327, ack 34, win 70, length 202`,
    ];
    expect(sequences(await read(text.join('\n')))).toEqual([
      '2995967978 1556565811',
      '1556565811 2995968103',
      '1556565811 2995968103',
      '2995968103 1556565844',
    ]);
  });

  it('of a text whose beginning is missing still follow each other', async () => {
    const text = [
      `${to} [P.], seq 1:80, ack 1, win 70, length 79`,
      `${back} [.], ack 80, win 64, length 0`,
      `${back} [P.], seq 1:34, ack 80, win 64, length 33`,
      `${to} [P.], seq 80:100, ack 34, win 70, length 20`,
    ];
    expect(sequences(await read(text.join('\n')))).toEqual(['1 1', '1 80', '1 80', '80 34']);
  });
});

describe('times', () => {
  const at = async (...stamps: readonly string[]): Promise<number[]> =>
    (await read(stamps.map((stamp) => LINE.replace('08:19:01.202644 ', stamp)).join('\n'))).packets.map(({ time }) => time);

  it('are on the day that -tttt says, or since 1970 under -tt', async () => {
    expect(await at('2026-11-21 08:19:01.202644 ')).toEqual([Date.UTC(2026, 10, 21, 8, 19, 1, 202) * 1000 + 644]);
    expect(await at('1795249141.202644 ')).toEqual([1_795_249_141_202_644]);
  });

  it('of day are on 1970-01-01, and on the next day after midnight', async () => {
    expect(await at('23:59:59.999999 ', '00:00:00.000001 ', '23:59:59.999999 ', '00:00:02.000000 ')).toEqual([
      86_399_999_999, 86_400_000_001, 86_399_999_999, 86_402_000_000,
    ]);
  });

  it('that are missing keep the order', async () => {
    expect(await at('', '', '')).toEqual([1, 2, 3]);
  });

  it('since the packet before add up; since the first they do not', async () => {
    expect(await at(' 00:00:00.000000 ', ' 00:00:01.000000 ', ' 00:00:00.500000 ')).toEqual([0, 1_000_000, 1_500_000]);
    expect(await at(' 00:00:00.000000 ', ' 00:00:01.000000 ', ' 00:00:01.500000 ')).toEqual([0, 1_000_000, 1_500_000]);
  });
});

describe('a pasted session', () => {
  it('has prompts, remarks and counters between its packets', async () => {
    const text = [
      '$ kubectl debug -it pod/curl --image=nicolaka/netshoot -- tcpdump -nAi any port 15008',
      'Defaulting debug container name to debugger-x.',
      'tcpdump: data link type LINUX_SLL2',
      'tcpdump: verbose output suppressed, use -v[v]... for full protocol decode',
      'listening on any, link-type LINUX_SLL2 (Linux cooked v2), snapshot length 262144 bytes',
      LINE.replace(' IP ', ' eth0  Out IP '),
      LINE.replace(' IP ', ' lo    In  IP '),
      '^C2 packets captured',
      '9 packets received by filter',
      '7 packets dropped by kernel',
      '',
    ];
    const seen = await read(text.join('\r\n'));
    expect(seen.packets.map(({ point }) => point)).toEqual(['eth0', 'lo']);
    expect(lostOf(seen)).toEqual({ 'kernel-drops': 7 });
    expect(skippedOf(seen)).toEqual({ 'not-a-packet': 1 });
  });

  it('names its interface in its first line', async () => {
    const seen = await read(`listening on lo, link-type EN10MB (Ethernet), snapshot length 262144 bytes\n${LINE}`);
    expect(seen.packets[0]?.point).toBe('lo');
  });

  it('is read whatever flags it was printed under', async () => {
    const syn = '10.10.1.11.57346 > 10.10.2.11.15008: Flags [S], seq 1809931387, win 64240, length 0';
    const macs = '06:4c:21:44:b7:00 > 02:48:e5:a9:9d:45, ethertype';
    for (const text of [
      `    1  08:19:01.202644 IP ${syn}`,
      `08:19:01.202644 ${macs} IPv4 (0x0800), length 54: ${syn}`,
      `08:19:01.202644 ${macs} 802.1Q (0x8100), length 66: vlan 5, p 0, ethertype IPv4 (0x0800), ${syn}`,
      `08:19:01.202644 ?     Out ifindex 9 06:4c:21:44:b7:00 ethertype IPv4 (0x0800), length 80: ${syn}`,
      `08:19:01.202644 IP (tos 0x0, ttl 64, id 0, offset 0, flags [DF], proto TCP (6), length 40, bad cksum 0 (->26c5)!)\n    ${syn.replace('],', '], cksum 0x8a44 (incorrect -> 0x2432),')}`,
      `08:19:01.202644 IP truncated-ip - 4 bytes missing! ${syn}`,
      LINE.replaceAll(/, options \[.*\]/g, ''),
    ]) {
      const seen = await read(text);
      expect([text, seen.packets[0]?.bytes.slice(12, 34)]).toEqual([
        text,
        '\x0a\x0a\x01\x0b\x0a\x0a\x02\x0b\xe0\x02\x3a\xa0\x6b\xe1\x5c\x7b\x00\x00\x00\x00\x50\x02',
      ]);
    }
  });

  it('tells what is inside a tunnel, and which', async () => {
    const inner = 'IP 10.0.0.1.1234 > 10.0.0.2.80: Flags [S], seq 100, win 1000, length 0';
    const seen = await read(
      `08:00:00.000000 IP 192.168.0.1.5555 > 192.168.0.2.4789: VXLAN, flags [I] (0x08), vni 5\n${inner}\n08:00:00.000000 IP 192.168.0.1 > 192.168.0.2: GREv0, length 44: ${inner}`,
    );
    expect(seen.packets.map(({ bytes }) => bytes.charCodeAt(9))).toEqual([17, 47]);
  });

  it('counts what no packet can be made of', async () => {
    const lines = [
      'IP curl.53442 > reviews.http: Flags [S], seq 1, win 1, length 0',
      'ARP, Request who-has 10.10.1.1 tell 10.10.1.11, length 28',
      'IP6 fe80::1 > ff02::2: ICMP6, router solicitation, length 16',
      'IP 10.0.0.1.1 > 10.0.0.2.2:  [|tcp]',
      'IP 10.0.0.1.1 > 10.0.0.2.2: tcp 79',
      'IP 10.0.0.1.1 > 10.0.0.2.2: Flags [P.], seq 1:80, ack 1, win 5',
      'IP 10.0.0.1.1 > 10.0.0.2.2: Flags [P.], seq 1:80, ack 1, win 5, length 7',
      'IP 10.0.0.1.1 > 10.0.0.2.2: Flags [P.], se',
      'STP 802.1d, Config',
    ];
    const seen = await read(lines.map((line) => `08:19:01.202644 ${line}\n`).join(''));
    expect(skippedOf(seen)).toEqual({ 'name-instead-of-address': 1, arp: 1, icmp: 1, 'cut-short': 3, 'no-flags': 1, 'not-ip': 1 });
    expect(seen.packets.map(({ record, original }) => `${record} ${original}`)).toEqual(['6 119']);
  });

  it('takes what tcpdump itself says of a request', async () => {
    const line = '08:19:01.2 IP 10.10.1.12.34630 > 10.10.1.20.8080: Flags [P.], seq 1:80, ack 1, win 63, length 79'.replace('01.2', '01.200000');
    expect(payloadOf(await read(`${line}: HTTP: GET / HTTP/1.1`))).toBe('GET / HTTP/1.1\r\n');
    expect(payloadOf(await read(`${line}: HTTP, length: 79\n\tGET / HTTP/1.1\n\tHost: x\n`))).toBe('GET / HTTP/1.1\r\n');
    expect(payloadOf(await read(`${line}: HTTP`))).toBe('');
  });
});

describe('a text of tcpdump', () => {
  it.each([
    ['a packet', LINE, true],
    ['one without a time', LINE.slice(16), true],
    ['one under -v', '08:19:01.202644 IP (tos 0x0, ttl 64, id 10963, offset 0, flags [DF], proto TCP (6), length 60)\n', true],
    ['only ARP', '08:19:01.202598 ARP, Request who-has 10.10.1.1 tell 10.10.1.11, length 28', true],
    [
      'the stderr of a capture',
      'tcpdump: listening on eth0, link-type EN10MB (Ethernet), snapshot length 262144 bytes\n40 packets captured\n',
      false,
    ],
    ['times of another program', '08:19:01.202598 INFO started > ready\n2026-11-21 08:19:01.202644 LOG: IP 1 > 2\n', false],
    ['a sentence', 'IP addresses > names\n', false],
  ])('is told by %s', (_, text, isOne) => {
    expect(recognise(Buffer.from(text))?.name ?? null).toBe(isOne ? 'tcpdump-text' : null);
  });

  const piece = fc.oneof(
    fc.constantFrom(
      LINE,
      `listening on eth0, link-type EN10MB (Ethernet), snapshot length 96 bytes`,
      '3 packets dropped by kernel',
      '',
      '\r',
      '$ tcpdump -n',
      '    10.0.0.1.1 > 10.0.0.2.2: Flags [S], seq 1, win 1, length 0',
      ' 00:00:00.000100 IP 1.1.1.1.1 > 1.1.1.2.2: UDP, length 3',
      'IP 1.1.1.1.1 > 1.1.1.2.2: UDP, length 300000',
    ),
    fc
      .tuple(fc.constantFrom(ascii, hex), fc.string({ maxLength: 40 }), fc.nat(99))
      .map(([print, payload, seq]) => print({ payload: Buffer.from(payload).toString('latin1'), seq })),
    fc.string({ maxLength: 60 }),
  );

  it('gives the same packets however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 6 }),
        async (pieces, sizes) => {
          const text = pieces.join('\n');
          expect(await read(text, sizes)).toEqual(await read(text));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('never throws, whatever its bytes are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.array(piece, { maxLength: 6 }), fc.nat(400), async (bytes, pieces, at) => {
        const text = pieces.join('\n');
        const mixed = Buffer.concat([Buffer.from(text.slice(0, at), 'latin1'), bytes, Buffer.from(text.slice(at), 'latin1')]);
        expect((await decode(tcpdumpText, mixed)).error).toBe(null);
      }),
      { numRuns: 300 },
    );
  });

  it('that lies about its lengths costs little time', async () => {
    const liar = `${LINE.replace('length 0', 'length 250000')}\nE..<..@.@\n`;
    const start = performance.now();
    expect((await read(liar.repeat(4000))).error).toBe(null);
    expect(performance.now() - start).toBeLessThan(5000);
  });
});
