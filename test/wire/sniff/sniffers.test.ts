import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Answer } from '../../../src/model/sniffer.ts';
import { applicationOf, SNIFFERS } from '../../../src/wire/sniff/index.ts';
import { ascii, view } from './sample.ts';
import { SAMPLES } from './samples.ts';

const name = (protocol: string) => SNIFFERS.find((sniffer) => sniffer.protocol === protocol);
const sniff = (protocol: string, bytes: DataView): Answer => name(protocol)?.sniff(bytes, 0, bytes.byteLength) ?? (-1 as Answer);

/** Asks about every prefix: an answer but `needsMore` must stand. */
function expectLaw(sniffer: (typeof SNIFFERS)[number], bytes: DataView, what: string): Answer {
  let last: Answer = Answer.needsMore;
  for (let end = 0; end <= bytes.byteLength; end++) {
    const answer = sniffer.sniff(bytes, 0, end);
    if (last !== Answer.needsMore && answer !== last) expect.fail(`${sniffer.protocol} on ${what}: ${last} turned ${answer} at ${end} bytes`);
    last = answer;
  }
  return last;
}

describe('the list', () => {
  test('has every protocol of the contract once, tls and proxy besides, and text last', () => {
    const applications = SNIFFERS.map((_, index) => applicationOf(index)).filter((application) => application !== null);
    const contract = [
      'http',
      'http2',
      'grpc',
      'postgresql',
      'mysql',
      'redis',
      'mongodb',
      'kafka',
      'amqp',
      'mqtt',
      'smtp',
      'ftp',
      'dns',
      'ssh',
      'quic',
      'text',
    ];
    expect(applications.toSorted()).toEqual(contract.toSorted());
    expect(new Set(SNIFFERS.map((sniffer) => sniffer.protocol)).size).toBe(SNIFFERS.length);
    expect(SNIFFERS.length).toBeLessThanOrEqual(32);
    expect(SNIFFERS.at(-1)?.protocol).toBe('text');
    expect(applicationOf(-1)).toBeNull();
  });

  test('has a summary of less than 60 characters each', () => {
    for (const { summary } of SNIFFERS) expect(summary.length).toBeLessThan(60);
  });

  test('has a sample of every protocol', () => {
    expect(new Set(SAMPLES.map((sample) => sample.protocol))).toEqual(new Set(SNIFFERS.map((sniffer) => sniffer.protocol)));
  });
});

describe.each(SAMPLES)('$name ($protocol)', ({ protocol, bytes, name: what }) => {
  test('is confirmed by its sniffer, and no cut of it is ruled out', () => {
    const sniffer = name(protocol);
    for (let end = 0; end <= bytes.byteLength; end++) expect(sniffer?.sniff(bytes, 0, end)).not.toBe(Answer.ruledOut);
    expect(sniff(protocol, bytes)).toBe(Answer.confirmed);
  });

  test('is judged the same wherever it lies, and bytes around it are never looked at', () => {
    for (const filler of [0x00, 0xff, 0x16]) {
      const padded = new DataView(new ArrayBuffer(bytes.byteLength + 20));
      for (let at = 0; at < padded.byteLength; at++) padded.setUint8(at, at < 10 || at >= 10 + bytes.byteLength ? filler : bytes.getUint8(at - 10));
      for (const sniffer of SNIFFERS) expect(sniffer.sniff(padded, 10, 10 + bytes.byteLength)).toBe(sniffer.sniff(bytes, 0, bytes.byteLength));
    }
  });

  test('gets an answer from every sniffer that stands as bytes are added', () => {
    for (const sniffer of SNIFFERS) expectLaw(sniffer, bytes, what);
  });

  test('is confirmed by no other sniffer but those it is also true for', () => {
    const others = SNIFFERS.filter((sniffer) => sniffer.protocol !== protocol && sniffer.sniff(bytes, 0, bytes.byteLength) === Answer.confirmed);
    // gRPC is HTTP/2, and what people can read is text.
    expect(others.map((sniffer) => sniffer.protocol).filter((other) => other !== 'text')).toEqual(protocol === 'grpc' ? ['http2'] : []);
  });
});

describe('on bytes that no program sent', () => {
  const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => new DataView(Uint8Array.from(array).buffer));

  test('random ones never throw, keep the law, and hardly ever confirm', () => {
    let confirmed = 0;
    fc.assert(
      fc.property(bytes, (random) => {
        for (const sniffer of SNIFFERS) if (expectLaw(sniffer, random, 'random bytes') === Answer.confirmed) confirmed++;
      }),
      { numRuns: 500 },
    );
    expect(confirmed).toBeLessThan(3);
  });

  test('samples with bytes changed, cut out and put in never throw and keep the law', () => {
    const edit = fc.record({ sample: fc.constantFrom(...SAMPLES), at: fc.nat(120), remove: fc.nat(8), insert: fc.uint8Array({ maxLength: 8 }) });
    fc.assert(
      fc.property(edit, ({ sample, at, remove, insert }) => {
        const whole = new Uint8Array(sample.bytes.buffer);
        const changed = Uint8Array.from([...whole.subarray(0, at), ...insert, ...whole.subarray(at + remove)].slice(0, 300));
        for (const sniffer of SNIFFERS) expectLaw(sniffer, new DataView(changed.buffer), sample.name);
      }),
      { numRuns: 600 },
    );
  });

  test('one sample begun and another gone on with keep the law', () => {
    const splice = fc.record({ one: fc.constantFrom(...SAMPLES), other: fc.constantFrom(...SAMPLES), at: fc.nat(60) });
    fc.assert(
      fc.property(splice, ({ one, other, at }) => {
        const joined = Uint8Array.from([...new Uint8Array(one.bytes.buffer).subarray(0, at), ...new Uint8Array(other.bytes.buffer)].slice(0, 250));
        for (const sniffer of SNIFFERS) expectLaw(sniffer, new DataView(joined.buffer), `${one.name} / ${other.name}`);
      }),
      { numRuns: 600 },
    );
  });
});

describe('near misses are ruled out', () => {
  test.for<[protocol: string, bytes: DataView, why: string]>([
    ['tls', view('160301ffff01'), 'a record longer than records are'],
    ['tls', view('170303002000112233'), 'application data is no beginning'],
    ['tls', view('160301002a0100000a0303'), 'a record longer than its ClientHello'],
    ['ssh', ascii('SSH-3.0-x'), 'no such version'],
    ['quic', view('c00000000508'), 'no such version'],
    ['quic', view('4000000001'), 'a short header'],
    ['http', ascii('GET the book\r\n'), 'no target'],
    ['http', ascii('GET /index.html\r\n'), 'no version'],
    ['http', ascii('OPTIONS rtsp://camera/1 RTSP/1.0\r\n'), 'RTSP'],
    ['http', ascii('INVITE sip:bob@example.test SIP/2.0\r\n'), 'SIP'],
    ['http', ascii('PRI * HTTP/2.0\r\n'), 'HTTP/2'],
    ['http', ascii('HTTP/2 200\r\n'), 'no status line of HTTP/1'],
    ['http', ascii('get / HTTP/1.1\r\n'), 'methods are in capitals'],
    ['http2', view('000000040000000000000000050000000000'), 'a length, a number, and no second frame'],
    ['http2', view('000007040000000000'), 'settings are six bytes each'],
    ['http2', view('000006040100000000'), 'an acknowledgement cannot come first'],
    ['postgresql', view('0000002a00030000000000010000'), 'a Metadata request of Kafka'],
    ['postgresql', ascii('ROUTE'), 'text that begins with R'],
    ['mysql', view('4a0000000b382e30'), 'another protocol version'],
    ['redis', ascii('GET / HTTP/1.1\r\n'), 'HTTP'],
    ['redis', ascii('INFO {"server_id":"x"}\r\n'), 'NATS'],
    ['redis', ascii('+OK Dovecot ready.\r\n'), 'POP3'],
    ['redis', ascii('* a list\r\n'), 'a list in Markdown'],
    ['redis', ascii('PINGPONG\r\n'), 'a longer word'],
    ['smtp', ascii('220 ready\r\n'), 'a greeting without a name'],
    ['ftp', ascii('220 mail ESMTP\r\n'), 'SMTP'],
    ['ftp', ascii('USER bob\r\n'), 'may be POP3'],
    ['dns', view('00000100000100000000000003'.concat('777777c00c')), 'a pointer in the first name'],
    ['dns', view('000001000000000000000000'), 'a query that asks nothing'],
    ['amqp', ascii('AMQP1234'), 'no version'],
    ['mqtt', view('100c00044d51545407'), 'no such level'],
    ['mongodb', view('2a00000001000000000000005a5a0000'), 'no such opcode'],
    ['kafka', view('000000200012ff00'), 'no such version'],
    ['grpc', view('00000604000000000000030000006400000101040000000188'), 'HTTP/2 of another content type'],
    ['proxy', ascii('PROXY TCP5 '), 'no such family'],
    ['text', view('4142434445464700'), 'a few letters, then binary'],
    ['text', view('c0af41424344454647484950'), 'an overlong form'],
    ['text', view('eda0804142434445464748'), 'a surrogate'],
    ['text', view('1b5b41424344454647484950'), 'a control character'],
  ])('%s: %#', ([protocol, bytes, why]) => {
    expect(sniff(protocol, bytes), `${protocol}: ${why}`).toBe(Answer.ruledOut);
  });
});

describe('preludes', () => {
  test.for<[what: string, prelude: number]>([
    ['PostgreSQL SSLRequest', 8],
    ['PostgreSQL yes to TLS', 1],
    ['PostgreSQL startup', 0],
    ['MySQL SSLRequest', 36],
    ['MySQL login', 0],
    ['PROXY version 2', 28],
    ['GET', 0],
    ['AMQP header', 0],
  ])('%s is %i bytes', ([what, prelude]) => {
    const sample = SAMPLES.find((candidate) => candidate.name === what);
    const bytes = sample?.bytes ?? ascii('');
    expect(name(sample?.protocol ?? '')?.prelude?.(bytes, 0, bytes.byteLength) ?? 0).toBe(prelude);
  });

  test('of CONNECT and PROXY end where their heads do', () => {
    const connect = 'CONNECT web.example.test:443 HTTP/1.1\r\nHost: web.example.test:443\r\n\r\n';
    expect(name('http')?.prelude?.(ascii(`${connect}\x16\x03\x01`), 0, connect.length + 3)).toBe(connect.length);
    expect(sniff('http', ascii(connect.slice(0, -1)))).toBe(Answer.needsMore);
    const line = 'PROXY TCP4 192.0.2.1 192.0.2.2 1024 443\r\n';
    expect(name('proxy')?.prelude?.(ascii(`${line}GET /`), 0, line.length + 5)).toBe(line.length);
  });
});
