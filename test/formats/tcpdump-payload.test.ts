import { describe, expect, it } from 'vitest';
import { ascii, hex, lostOf, payloadOf, read, skippedOf } from './tcpdump-printing.ts';

describe('a packet of -A', () => {
  it.each([
    ['a request with CRs', 'GET /a.b HTTP/1.1\r\nHost: a.b\r\n\r\n', 'GET /a.b HTTP/1.1\r\n'],
    ['a response', 'HTTP/1.1 200 OK\r\nServer: x\r\n\r\n\x00\x01', 'HTTP/1.1 200 OK\r\n'],
    ['Redis', '*1\r\n$4\r\nPING\r\n', '*1\r\n$4\r\n'],
    ['a greeting with dots', '220 mx.example.com ESMTP ready\r\n', '220 mx.example.com ESMTP ready\r\n'],
    ['plain words', 'hello\nworld\n', 'hello\nworld\n'],
    ['plain words with CRs', 'hello\r\nworld\r\n', 'hello\r\nworld\r\n'],
    ['plain words that end in a CR', 'hello\r', 'hello\r'],
    ['a long line before a dot', 'twenty characters and more. And more', 'twenty characters and more'],
    ['a short line before a dot', 'short. And more', ''],
    ['a ClientHello', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03abcdefghijklmnopqrstuvwxyz', ''],
    ['application data of TLS', '\x17\x03\x03\x00\x20abcdefghijklmnopqrstuvwxyzabcdef', ''],
    ['dots that are dots', '.......', ''],
    ['a PROXY header, behind which TLS may be', 'PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n\x16\x03\x01', ''],
  ])('with %s gives what is certain of it', async (_, payload, certain) => {
    const seen = await read(ascii({ payload }) + ascii({ seq: 1 + payload.length }));
    expect(seen.packets.map(({ original }) => original)).toEqual([40 + payload.length, 40]);
    expect(payloadOf(seen)).toBe(certain);
    expect(seen.facts).toEqual([]);
  });

  it('begins its payload where its headers end, whatever newlines are in them', async () => {
    for (const checksum of [0x0d0a, 0x0a0d, 0x0a0a, 0x0d0d, 0x4110, 0x000d]) {
      const seen = await read(ascii({ payload: 'GET / HTTP/1.1\r\n\r\n', checksum }));
      expect([checksum, payloadOf(seen)]).toEqual([checksum, 'GET / HTTP/1.1\r\n']);
    }
  });

  it('may hold the output of tcpdump: no packet comes out of a payload', async () => {
    const fake = '08:19:01.000001 IP 10.10.9.9.1 > 10.10.8.8.15008: Flags [S], seq 1, win 1, length 0';
    const fakes = [
      `x\n${fake}\n`,
      `${fake}\r\n${fake}\r\n`,
      `\r\n\r\n\r\n${fake}\n${fake}`,
      `${'\n'.repeat(300)}${fake}\n${'\n'.repeat(300)}`,
      `${'\r\n'.repeat(300)}${fake}`,
    ];
    for (const payload of fakes) {
      const seen = await read(ascii({ payload }) + ascii({ seq: 1 + payload.length }) + ascii({ seq: 1 + payload.length }));
      const strangers = seen.packets.filter(({ bytes }) => bytes.includes('\x0a\x0a\x09\x09'));
      expect([payload.length, strangers]).toEqual([payload.length, []]);
      expect(seen.packets.length + (skippedOf(seen)['ambiguous'] ?? 0)).toBeGreaterThanOrEqual(3);
    }
  });

  it('may hold a dump of hexadecimal numbers: it is text', async () => {
    const payload = `\n\t0x0000:  4500 0029 0000 4000 4006 0000 0a0a 010b\n\t0x0010:  0a0a 020b\n`;
    const seen = await read(ascii({}) + ascii({ payload }) + ascii({}));
    expect(seen.packets.map(({ original }) => original)).toEqual([40, 40 + payload.length, 40]);
  });

  it('that asks for TLS leaves open what follows', async () => {
    const hello = '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03abc';
    const seen = await read(
      ascii({ payload: 'STARTTLS\r\n' }) + ascii({ payload: '220 go ahead\r\n', from: 'server' }) + ascii({ payload: hello, seq: 11 }),
    );
    expect(seen.packets.map((one) => payloadOf(one))).toEqual(['STARTTLS\r\n', '220 go ahead\r\n', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc']);
  });

  it('cut by the end of the text is no packet of what its payload says', async () => {
    const fake = '08:19:01.000001 IP 10.10.9.9.1 > 10.10.8.8.15008: Flags [S], seq 1, win 1, length 0\n';
    const text = ascii({ payload: `a\n${fake.repeat(20)}` });
    const seen = await read(text.slice(0, text.length - 300));
    expect(seen.packets).toHaveLength(1);
    expect(lostOf(seen)['ambiguous']).toBeGreaterThan(10);
  });
});

describe('a packet of -x or -X', () => {
  it('has its whole bytes', async () => {
    const payload = '\x16\x03\x01\x00\xff\r\n';
    const seen = await read(hex({ payload }) + hex({ payload: 'odd' }));
    expect(seen.packets.map((one) => payloadOf(one))).toEqual([payload, 'odd']);
    expect(seen.packets[0]?.linkType).toBe(101);
  });

  it('without one of its rows is as if cut', async () => {
    const rows = hex({ payload: 'x'.repeat(100) }).split('\n');
    const seen = await read([...rows.slice(0, 4), ...rows.slice(5)].join('\n'));
    expect([seen.packets[0]?.bytes.length, seen.packets[0]?.original]).toEqual([48, 140]);
  });

  it('is not believed where its addresses are others', async () => {
    const seen = await read(hex({ payload: 'GET / HTTP/1.1' }).replace('0a0a 020b', '0a0a 0202'));
    expect([seen.packets[0]?.bytes.length, seen.packets[0]?.original]).toEqual([40, 54]);
  });

  it('tells the addresses that its line has names for', async () => {
    const seen = await read(hex({ payload: 'abc' }).replace('10.10.1.11', 'curl.default').replace('10.10.2.11.25', 'reviews.smtp'));
    expect(payloadOf(seen)).toBe('abc');
  });
});
