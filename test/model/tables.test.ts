/** The tables that all lanes share: numbers for texts, addresses and shapes, within bounds. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { IPV6, isIpv6, NO_IP } from '../../src/model/address.ts';
import { AddressTable } from '../../src/model/addresses.ts';
import { NameTable, TOO_MANY } from '../../src/model/names.ts';
import { PointTable } from '../../src/model/points.ts';
import { ShapeTable } from '../../src/model/shapes.ts';
import { formatTime, micros } from '../../src/model/time.ts';

describe('addresses', () => {
  const addresses = new AddressTable();
  const said = (text: string): string => addresses.format(addresses.parse(text));

  // RFC 5952 §4 and §5.
  test.for([
    ['10.0.0.1', '10.0.0.1'],
    ['255.255.255.255', '255.255.255.255'],
    ['::', '::'],
    ['::1', '::1'],
    ['[::1]', '::1'],
    ['2001:DB8::A', '2001:db8::a'],
    ['2001:0db8:0000:0000:0000:0000:0002:0001', '2001:db8::2:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['::ffff:0a00:1', '10.0.0.1'],
    ['64:ff9b::10.0.0.1', '64:ff9b::a00:1'],
    ['fe80::1%eth0', 'fe80::1'],
  ] as const)('%s is written %s', ([text, expected]) => {
    expect(said(text)).toBe(expected);
  });

  test.for([
    '',
    '10.0.0',
    '10.0.0.256',
    '10.0.0.1.1',
    '1.2.3.x',
    'reviews',
    ':::',
    '1::2::3',
    '12345::',
    '::g',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8',
    '[::1',
    '10.0.0.1:80',
    '-1.0.0.0',
  ])('%s is no address', (text) => {
    expect(addresses.parse(text)).toBe(NO_IP);
  });

  test('equal addresses are equal numbers, whoever named them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.nat(3), (bytes, offset) => {
        const view = new DataView(new ArrayBuffer(20));
        for (const [index, byte] of bytes.entries()) view.setUint8(offset + index, byte);
        const ip = addresses.fromIpv6(view, offset);
        expect(addresses.parse(addresses.format(ip))).toBe(ip);
        const written = new DataView(new ArrayBuffer(20));
        expect(addresses.write(ip, written, offset)).toBe(offset + (isIpv6(ip) ? 16 : 4));
        if (isIpv6(ip)) expect(addresses.fromIpv6(written, offset)).toBe(ip);
      }),
    );
  });

  test('the order of addresses is that of their bytes, IPv4 first, never that of their numbers', () => {
    const table = new AddressTable();
    const late = table.parse('fe80::1');
    const early = table.parse('2001::1');
    expect(early).toBeGreaterThan(late);
    expect(table.compare(early, late)).toBeLessThan(0);
    expect(table.compare(late, early)).toBeGreaterThan(0);
    expect(table.compare(late, late)).toBe(0);
    expect(table.compare(table.parse('255.0.0.1'), early)).toBeLessThan(0);
  });

  test('more IPv6 addresses than there is room for become one, and nothing breaks', () => {
    const table = new AddressTable();
    const view = new DataView(new ArrayBuffer(16));
    view.setUint32(0, 0x20010000);
    let last = table.fromIpv6(view, 0);
    for (let count = 0; count <= 1 << 21; count++) {
      view.setUint32(12, count);
      last = table.fromIpv6(view, 0);
    }
    view.setUint32(8, 1);
    expect(table.fromIpv6(view, 0)).toBe(last);
    expect(last).toBe(IPV6 + (1 << 21) - 1);
    expect(table.format(last)).not.toBe('');
  });
});

describe('names and shapes', () => {
  test('one text, one number', () => {
    const names = new NameTable();
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (text) => {
        const id = names.intern(text);
        expect(names.intern(text)).toBe(id);
        expect(names.text(id)).toBe(text);
      }),
    );
  });

  test('a long text is cut, a number never given has a text all the same', () => {
    const names = new NameTable();
    const id = names.intern('x'.repeat(100_000));
    expect(names.text(id).length).toBe(4096);
    expect(names.text(id).endsWith('…')).toBe(true);
    expect(names.text(99)).toBe(TOO_MANY);
    expect(names.text(-1)).toBe(TOO_MANY);
  });

  test('past 64 million characters every new text is the one that says so', () => {
    const names = new NameTable();
    const chunk = 'y'.repeat(4000);
    const known = names.intern('known');
    for (let count = 0; count < 17_000; count++) names.intern(`${chunk}${count}`);
    expect(names.text(names.intern('one more, and new'.repeat(200)))).toBe(TOO_MANY);
    expect(names.intern('known')).toBe(known);
  });

  test('equal shapes are one number, whoever said them first', () => {
    const end = { workload: 'a', namespace: 'b', identity: null, cluster: null };
    const shapes = new ShapeTable();
    const id = shapes.intern({ source: end, destination: end, service: null });
    expect(shapes.intern({ source: { ...end }, destination: { ...end }, service: null })).toBe(id);
    expect(shapes.intern({ source: end, destination: end, service: 's' })).not.toBe(id);
    expect(shapes.shape(id).source).toEqual(end);
    expect(shapes.shape(12_345).source.workload).toBeNull();
  });

  test('points are numbered as they come', () => {
    const points = new PointTable();
    expect([points.add({ input: 0, name: 'eth0', loopback: false }), points.add({ input: 0, name: 'lo', loopback: true })]).toEqual([0, 1]);
    expect([points.point(1).name, points.point(7).name]).toEqual(['lo', '']);
  });
});

describe('times', () => {
  test('they are told to the microsecond, and nanoseconds are cut', () => {
    expect(formatTime(micros(1_795_249_141_202_141.5))).toBe('2026-11-21T08:19:01.202141Z');
    expect(formatTime(micros(0))).toBe('1970-01-01T00:00:00.000000Z');
    expect(formatTime(micros(999))).toBe('1970-01-01T00:00:00.000999Z');
  });

  test('a time that no calendar has is told as the first', () => {
    for (const value of [Number.NaN, 1e300, -1e300, Infinity]) expect(formatTime(micros(value))).toBe('1970-01-01T00:00:00.000000Z');
  });
});
