import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chainsRecords, isRecordHeader, parseClientHello, parseServerHello } from '../../../src/wire/sniff/tls.ts';
import { ascii, view } from './sample.ts';
import { TLS_SAMPLES } from './samples-tls.ts';

const sample = (name: string): DataView => TLS_SAMPLES.find((candidate) => candidate.name === name)?.bytes ?? ascii('');
const parse = (bytes: DataView) => {
  const facts = parseClientHello(bytes, 0, bytes.byteLength);
  return typeof facts === 'string' ? facts : { ...facts, alpn: [...facts.alpn] };
};
const number = (value: number, bytes: number): number[] => Array.from({ length: bytes }, (_, index) => (value / 256 ** (bytes - 1 - index)) & 255);
const sized = (bytes: number, content: readonly number[]): number[] => [...number(content.length, bytes), ...content];
const text = (value: string): number[] => [...Buffer.from(value, 'latin1')];
const extension = (type: number, content: readonly number[]): number[] => [...number(type, 2), ...sized(2, content)];
const alpn = (...names: string[]): number[] =>
  extension(
    16,
    sized(
      2,
      names.flatMap((name) => sized(1, text(name))),
    ),
  );
const sni = (name: string): number[] => extension(0, sized(2, [0, ...sized(2, text(name))]));
const versions = (...list: number[]): number[] =>
  extension(
    43,
    sized(
      1,
      list.flatMap((version) => number(version, 2)),
    ),
  );

/** A ClientHello with these extensions, in records of at most `recordLength` bytes. */
function hello(extensions: readonly number[], recordLength = 16_384): DataView {
  const body = [3, 3, ...Array<number>(32).fill(7), 0, ...sized(2, [0x13, 0x01]), 1, 0, ...sized(2, extensions)];
  const message = [1, ...sized(3, body)];
  const records: number[] = [];
  for (let at = 0; at < message.length; at += recordLength) records.push(22, 3, 1, ...sized(2, message.slice(at, at + recordLength)));
  return new DataView(Uint8Array.from(records).buffer);
}

describe('facts of recorded hellos', () => {
  test.for<[name: string, facts: object]>([
    ['ztunnel ClientHello', { alpn: ['h2'], sni: null, hboneShape: true, sidecar: false, lowestVersion: 0x0304, highestVersion: 0x0304 }],
    ['waypoint ClientHello', { alpn: ['h2'], sni: null, hboneShape: true, lowestVersion: 0x0304, highestVersion: 0x0304 }],
    ['XDS ClientHello', { alpn: ['h2'], sni: 'istiod.istio-system.svc', hboneShape: false }],
    ['curl ClientHello with h2 and old versions on 15008', { alpn: ['h2'], sni: null, hboneShape: false, lowestVersion: 0x0301 }],
    ['curl ClientHello', { alpn: ['h2', 'http/1.1'], hboneShape: false }],
    ['ClientHello over two segments', { alpn: ['http/1.1'], sni: 'istiod.istio-system.svc', hboneShape: false }],
    ['openssl ClientHello', { alpn: ['h2', 'http/1.1'], sni: 'web.example.test' }],
    ['TLS 1.2 ClientHello', { alpn: [], sni: null, hboneShape: false, lowestVersion: 0, highestVersion: 0x0303 }],
    ['TLS 1.0 ClientHello', { highestVersion: 0x0301, hboneShape: false }],
  ])('of %s', ([name, facts]) => {
    expect(parse(sample(name))).toMatchObject({ complete: true, ...facts });
  });

  test.for<[name: string, version: number]>([
    ['ztunnel ServerHello', 0x0304],
    ['openssl ServerHello', 0x0304],
    ['HelloRetryRequest', 0x0304],
    ['TLS 1.2 ServerHello', 0x0303],
  ])('%s chose version %i', ([name, version]) => {
    const bytes = sample(name);
    expect(parseServerHello(bytes, 0, bytes.byteLength)).toBe(version);
    expect(parseServerHello(bytes, 0, 40)).toBe('needsMore');
    expect(parseClientHello(bytes, 0, bytes.byteLength)).toBe('notHello');
  });
});

describe('HBONE shape', () => {
  test.for<[what: string, extensions: number[], shape: boolean]>([
    ['h2 alone, 1.2 and 1.3', [...alpn('h2'), ...versions(0x0304, 0x0303)], true],
    ['GREASE among the versions', [...versions(0x7a7a, 0x0304, 0x0303), ...alpn('h2')], true],
    ['another name besides', [...alpn('h2', 'http/1.1'), ...versions(0x0304)], false],
    ['no ALPN', versions(0x0304), false],
    ['a server name', [...sni('a'), ...alpn('h2'), ...versions(0x0304)], false],
    ['an empty server name', [...extension(0, []), ...alpn('h2'), ...versions(0x0304)], false],
    ['TLS 1.1', [...alpn('h2'), ...versions(0x0304, 0x0302)], false],
    ['versions not listed', alpn('h2'), false],
  ])('with %s: $2', ([, extensions, shape]) => {
    expect(parse(hello(extensions))).toMatchObject({ complete: true, hboneShape: shape });
  });

  test('is not claimed of a hello that is cut anywhere', () => {
    const bytes = sample('ztunnel ClientHello');
    for (let end = 0; end < bytes.byteLength; end++) {
      const facts = parseClientHello(bytes, 0, end);
      expect(facts).not.toBe('notHello');
      if (typeof facts !== 'string') expect(facts).toMatchObject({ complete: false, hboneShape: false });
    }
  });
});

test.for(['istio', 'istio-peer-exchange', 'istio-http/1.0', 'istio-http/1.1', 'istio-h2'])('ALPN %s is a sidecar', (name) => {
  expect(parse(hello([...alpn(name, 'h2'), ...versions(0x0304)]))).toMatchObject({ sidecar: true, alpn: [name, 'h2'], hboneShape: false });
  expect(parse(hello(alpn(`x${name}`)))).toMatchObject({ sidecar: false });
});

describe('hostile hellos', () => {
  test('a hello in many records is put together, up to 16 KiB', () => {
    const padding = extension(21, Array<number>(15_000).fill(0));
    for (const recordLength of [1, 3, 4, 5, 100, 4000, 16_384]) {
      const bytes = hello([...padding, ...sni('far.example.test'), ...alpn('h2'), ...versions(0x0304)], recordLength);
      expect(parse(bytes)).toMatchObject({ complete: true, sni: 'far.example.test', alpn: ['h2'] });
    }
  });

  test('in small records every prefix is a hello that is cut', () => {
    const bytes = hello([...sni('a.test'), ...alpn('h2')], 7);
    for (let end = 0; end < bytes.byteLength; end++) {
      const facts = parseClientHello(bytes, 0, end);
      if (end < 9) expect(facts).toBe('needsMore');
      else expect(facts).toMatchObject({ complete: false });
    }
  });

  test('lengths that lie are no hello', () => {
    const bytes = hello([...sni('a.test'), ...alpn('h2'), ...versions(0x0304)]);
    const lies: number[] = [];
    for (let at = 0; at < bytes.byteLength; at++) {
      const changed = new DataView(bytes.buffer.slice(0));
      changed.setUint8(at, changed.getUint8(at) + 1);
      if (parseClientHello(changed, 0, changed.byteLength) === 'notHello') lies.push(at);
    }
    // Record: type, version, length. Message: type, length. Then the lengths of session id, suites, compressions and extensions.
    expect(lies).toEqual(expect.arrayContaining([0, 1, 3, 4, 5, 6, 7, 8, 43, 44, 45, 48, 50, 51]));
  });

  test('extensions that come twice are no hello', () => {
    expect(parse(hello([...alpn('h2'), ...alpn('http/1.1')]))).toBe('notHello');
    expect(parse(hello([...sni('a.test'), ...sni('b.test')]))).toBe('notHello');
  });

  test('a server name keeps host characters, escapes others, and stays short', () => {
    expect(parse(hello(sni('a_b-1.Test')))).toMatchObject({ sni: 'a_b-1.Test' });
    expect(parse(hello(sni('a\x1b[31m\nb')))).toMatchObject({ sni: 'a\\x1b\\x5b31m\\x0ab' });
    expect(parse(hello(sni('\x00'.repeat(4000))))).toMatchObject({ sni: '\\x00'.repeat(64).slice(0, 255) });
    expect(parse(hello(alpn('a,b\\')))).toMatchObject({ alpn: ['a\\x2cb\\x5c'] });
    expect(parse(hello(alpn(...Array<string>(500).fill('x'))))).toMatchObject({ alpn: Array(32).fill('x') });
  });

  test('random extensions never throw', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(0, 16, 43, 10), fc.array(fc.nat(40), { maxLength: 30 })), { maxLength: 5 }),
        fc.integer({ min: 1, max: 60 }),
        (list, length) => {
          const bytes = hello(
            list.flatMap(([type, content]) => extension(type, content)),
            length,
          );
          expect(['string', 'object']).toContain(typeof parseClientHello(bytes, 0, bytes.byteLength));
          expect(parseServerHello(bytes, 0, bytes.byteLength)).toBe('notHello');
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('TLS from the middle', () => {
  const record = (length: number): string => `170303${length.toString(16).padStart(4, '0')}${'5a'.repeat(length)}`;

  test.for<[what: string, hex: string, chains: boolean]>([
    ['one record that fills the segment', record(30), true],
    ['two records', record(30) + record(19), true],
    ['a record and a second cut behind its header', record(30) + record(90).slice(0, 20), true],
    ['a record cut by the segment', record(30).slice(0, -2), false],
    ['a record and less than a header', `${record(30)}170303`, false],
    ['a record and something else', `${record(30)}1234567890`, false],
    ['two records and something else', `${record(30)}${record(30)}1234567890`, false],
    ['nothing', '', false],
    ['an older version', '1702030005'.concat('00'.repeat(5)), false],
    ['an empty record', '1703030000', false],
  ])('%s: $2', ([, hex, chains]) => {
    expect(chainsRecords(view(hex), 0, hex.length / 2)).toBe(chains);
  });

  test('a header needs five bytes, a type, a version and a length', () => {
    expect(isRecordHeader(view('1703034800'), 0)).toBe(true);
    expect(isRecordHeader(view('1703034801'), 0)).toBe(false);
    expect(isRecordHeader(view('17030348'), 0)).toBe(false);
    expect(isRecordHeader(view('1903030010'), 0)).toBe(false);
  });

  test('random bytes hardly ever chain', () => {
    let chained = 0;
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (array) => {
        if (chainsRecords(new DataView(Uint8Array.from(array).buffer), 0, array.length)) chained++;
      }),
      { numRuns: 2000 },
    );
    expect(chained).toBe(0);
  });
});
