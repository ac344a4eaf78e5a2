import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { classifyFirstBytes, FirstBytes } from '../../../src/wire/sniff/first-bytes.ts';
import { SNIFFERS } from '../../../src/wire/sniff/index.ts';
import { ascii, view } from './sample.ts';
import { SAMPLES } from './samples.ts';

type Side = 'client' | 'server';
type Transport = 'tcp' | 'udp';
const KINDS = Object.entries(FirstBytes);

/** `readable http`, `opaque`, … */
function told(code: number): string {
  const kind = KINDS.find(([, value]) => value === (code & 0xff))?.[0] ?? 'nothing';
  const protocol = SNIFFERS[(code >> 8) - 1]?.protocol;
  return protocol === undefined ? kind : `${kind} ${protocol}`;
}
const classify = (bytes: DataView, final = true, side: Side = 'client', transport: Transport = 'tcp'): string =>
  told(classifyFirstBytes(bytes, 0, bytes.byteLength, side, transport, final));

describe.each(SAMPLES)('$name', ({ protocol, side, transport, bytes }) => {
  test(`is ${protocol}`, () => {
    const kind = protocol === 'tls' || protocol === 'ssh' || protocol === 'quic' ? 'encrypted' : 'readable';
    // Four bytes of CONNACK may still become a message of MongoDB's.
    if (bytes.byteLength > 8 || protocol !== 'mqtt') expect(classify(bytes, false, side, transport)).toBe(`${kind} ${protocol}`);
    expect(classify(bytes, true, side, transport)).toBe(`${kind} ${protocol}`);
  });

  test('is never called another thing by a prefix, and what was said stands', () => {
    const whole = classify(bytes, false, side, transport);
    let decided = false;
    for (let end = 0; end <= bytes.byteLength; end++) {
      const said = told(classifyFirstBytes(bytes, 0, end, side, transport, false));
      if (decided || said !== 'undecided') expect(said).toBe(whole);
      decided ||= said !== 'undecided';
    }
  });

  test('is never called encrypted by a cut unless it is', () => {
    for (let end = 0; end <= bytes.byteLength; end++) {
      const said = classifyFirstBytes(bytes, 0, end, side, transport, true) & 0xff;
      if (said === FirstBytes.encrypted) expect(['tls', 'ssh', 'quic']).toContain(protocol);
      if (said === FirstBytes.undecided) expect(end).toBe(0);
    }
  });
});

describe('no more bytes will come', () => {
  const hello = SAMPLES.find((sample) => sample.name === 'ztunnel ClientHello')?.bytes ?? ascii('');

  test('a ClientHello cut by a snapshot length is encrypted then, and not before', () => {
    const cut = new DataView(hello.buffer, 0, 62);
    expect(classify(cut, false)).toBe('undecided');
    expect(classify(cut)).toBe('encrypted tls');
  });

  test('a record header alone proves nothing', () => {
    expect(classify(new DataView(hello.buffer, 0, 8))).toBe('opaque');
    expect(classify(new DataView(hello.buffer, 0, 9))).toBe('encrypted tls');
  });

  test("a DNSCrypt answer whose client's nonce looks like text is opaque: nobody writes characters for private use", () => {
    expect(classify(view('7236666e76576a38ee94820de238d992cb31419a'), true, 'server', 'udp')).toBe('opaque');
    expect(classify(ascii('plain text, printable'), true, 'server', 'udp')).toBe('readable text');
  });

  test('binary that begins as TLS does is opaque', () => {
    expect(classify(view('160301deadbeef0102030405060708090a'))).toBe('opaque');
    expect(classify(view('16030100200200001c1234567890'))).toBe('opaque');
    expect(classify(view('16030100c8010000c40505'))).toBe('opaque');
  });

  test('short text is text, a byte or two are nothing', () => {
    expect(classify(ascii('quit'))).toBe('readable text');
    expect(classify(ascii('ok\n'))).toBe('readable text');
    expect(classify(ascii('ok'), false)).toBe('undecided');
    expect(classify(ascii('S'), true, 'server')).toBe('opaque');
    expect(classify(view('4f4b0001'))).toBe('opaque');
  });

  test('a cut HTTP request is text at least', () => {
    expect(classify(ascii('GET /index'))).toBe('readable text');
    expect(classify(ascii(`GET /${'a'.repeat(80)}`))).toBe('readable http');
  });

  test('HTTP/2 that was cut before its HEADERS is HTTP/2', () => {
    const preface = SAMPLES.find((sample) => sample.name === 'gRPC request')?.bytes ?? ascii('');
    expect(told(classifyFirstBytes(preface, 0, 60, 'client', 'tcp', false))).toBe('undecided');
    expect(told(classifyFirstBytes(preface, 0, 60, 'client', 'tcp', true))).toBe('readable http2');
  });

  test('no bytes are still undecided', () => {
    expect(classify(ascii(''))).toBe('undecided');
    expect(told(classifyFirstBytes(ascii('GET / HTTP/1.1'), 5, 3, 'client', 'tcp', true))).toBe('undecided');
  });
});

describe('text', () => {
  test.for([
    'LOG this is a line\r\n',
    'GET the book\r\n',
    'EHLOW orld\r\n',
    '{"level":"info"}',
    '<?xml version="1.0"?>',
    '+OK POP3 ready\r\n',
    'USER bob\r\n',
    'ünïcödé wörds',
    '220 hello\r\n',
    '-- comment of something',
    'get key\r\n',
  ])('%j is text', (line) => {
    expect(classify(view(Buffer.from(line).toString('hex')), false)).toBe('readable text');
  });

  test('a few printable bytes before binary are not', () => {
    expect(classify(view('48656c6c6f20776f00ffff'))).toBe('opaque');
    expect(classify(view('7b7b7b7b7b7b7b7b80'))).toBe('opaque');
  });
});

describe('random bytes', () => {
  const anywhere = fc.record({
    bytes: fc.uint8Array({ minLength: 1, maxLength: 200 }),
    side: fc.constantFrom<Side>('client', 'server'),
    transport: fc.constantFrom<Transport>('tcp', 'udp'),
  });

  test('never throw, are decided at the end, and are hardly ever anything', () => {
    let known = 0;
    fc.assert(
      fc.property(anywhere, ({ bytes, side, transport }) => {
        const said = classify(new DataView(Uint8Array.from(bytes).buffer), true, side, transport);
        expect(said).not.toBe('undecided');
        if (bytes.length >= 8 && said !== 'opaque') known++;
      }),
      { numRuns: 2000 },
    );
    expect(known).toBeLessThan(4);
  });

  test('an end behind the view is no error', () => {
    expect(told(classifyFirstBytes(ascii('GET / HTTP/1.1\r\n'), 0, 5000, 'client', 'tcp', false))).toBe('readable http');
  });

  test('whatever was decided stands as bytes are added', () => {
    const pieces = fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 6 }),
        fc.constantFrom(...SAMPLES).map((sample) => new Uint8Array(sample.bytes.buffer).slice(0, 40)),
      ),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(pieces, fc.constantFrom<Side>('client', 'server'), fc.constantFrom<Transport>('tcp', 'udp'), (arrays, side, transport) => {
        const bytes = new DataView(Uint8Array.from(arrays.flatMap((array) => [...array])).buffer);
        let before: number = FirstBytes.undecided;
        for (let end = 0; end <= bytes.byteLength; end++) {
          const now = classifyFirstBytes(bytes, 0, end, side, transport, false);
          if (before !== FirstBytes.undecided) expect(now).toBe(before);
          before = now;
        }
      }),
      { numRuns: 1000 },
    );
  });
});
