import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PCAPNG } from '../../src/formats/pcapng.ts';
import { block, decode, describeInterface, enhancedPacket, option, section, Writer } from './captures.ts';

const file = (...parts: readonly Uint8Array[]): Buffer => Buffer.concat(parts);
const named = (name: string): Buffer => option(2, Buffer.from(name));
const resolution = (value: number): Buffer => option(9, Buffer.from([value]));
const count = (code: number, value: bigint): Buffer => option(code, new Writer().u64(value).bytes);
const statistics = (id: number, ...options: readonly Buffer[]): Buffer => block(5, new Writer().u32(id, 0, 0).raw(file(...options)).bytes);

describe('pcapng', () => {
  test.for([true, false])('is read in either byte order (little endian: %s)', async (little) => {
    const bytes = file(
      section(little),
      describeInterface({ little, linkType: 113 }),
      enhancedPacket('abcde', { little, ticks: 0x1_0000_0002n, original: 77 }),
    );
    expect(PCAPNG.recognise(bytes)).toBe(1);
    expect(await decode(PCAPNG, bytes)).toEqual({
      packets: [{ record: 1, time: 4_294_967_298, original: 77, point: '', linkType: 113, bytes: 'abcde' }],
      facts: [],
      error: null,
    });
  });

  test('is recognised by its section header alone', () => {
    expect(PCAPNG.recognise(section().subarray(0, 12))).toBe(1);
    for (const head of [section().subarray(0, 11), describeInterface(), Buffer.from('\n\r\r\n some text'), Buffer.alloc(0)])
      expect(PCAPNG.recognise(head)).toBe(0);
  });

  test('keeps interfaces of different sections apart, and joins the same one of a later section', async () => {
    const bytes = file(
      section(),
      describeInterface({ options: named('eth0') }),
      describeInterface({ linkType: 276, options: named('lo') }),
      enhancedPacket('a', { id: 1 }),
      enhancedPacket('b', { id: 0 }),
      section(false),
      describeInterface({ little: false, linkType: 276, options: option(2, Buffer.from('any'), false) }),
      enhancedPacket('c', { little: false }),
      section(),
      describeInterface({ options: named('eth0') }),
      enhancedPacket('d'),
    );
    const { packets } = await decode(PCAPNG, bytes);
    expect(packets.map(({ bytes: text, point, linkType, record }) => [record, text, point, linkType])).toEqual([
      [1, 'a', 'lo', 276],
      [2, 'b', 'eth0', 1],
      [3, 'c', 'any', 276],
      [4, 'd', 'eth0', 1],
    ]);
  });

  test.for([
    ['µs', 6, 1_700_000_000_123_456n, 1_700_000_000_123_456],
    ['ns, cut', 9, 1_700_000_000_123_456_789n, 1_700_000_000_123_456],
    ['ps, cut', 12, 17_000_000_123_456_789_999n, 17_000_000_123_456],
    ['ms', 3, 1_700_000_000_123n, 1_700_000_000_123_000],
    ['seconds', 0, 1_700_000_000n, 1_700_000_000_000_000],
    ['2⁻¹⁰ s', 0x8a, 1024n * 1000n + 512n, 1_000_500_000],
    ['10⁻¹⁵ s', 15, 12_345_678_901_234_567n, 12_345_678],
  ] as const)('time stamps in %s become whole µs', async ([, value, ticks, expected]) => {
    const { packets } = await decode(PCAPNG, file(section(), describeInterface({ options: resolution(value) }), enhancedPacket('x', { ticks })));
    expect(packets[0]?.time).toBe(expected);
  });

  test('time offsets are added, also negative ones', async () => {
    const offset = option(14, new Writer().u64(BigInt.asUintN(64, -100n)).bytes);
    const { packets } = await decode(
      PCAPNG,
      file(section(), describeInterface({ options: file(resolution(6), offset) }), enhancedPacket('x', { ticks: 5n })),
    );
    expect(packets[0]?.time).toBe(-99_999_995);
  });

  test('simple packets are cut by the snapshot length and take the last time', async () => {
    const simple = (text: string, original: number): Buffer => block(3, new Writer().u32(original).raw(text).bytes);
    const { packets } = await decode(
      PCAPNG,
      file(section(), describeInterface({ snap: 6 }), enhancedPacket('first', { ticks: 42n }), simple('abcdef', 100), simple('abc', 3)),
    );
    expect(packets.slice(1).map(({ bytes, original, time, record }) => [record, bytes, original, time])).toEqual([
      [2, 'abcdef', 100, 42],
      [3, 'abc', 3, 42],
    ]);
  });

  test('obsolete packet blocks are read, with the drops that they tell of', async () => {
    const old = (drops: number): Buffer => block(2, new Writer().u16(0, drops).u32(0, 9, 3, 60).raw('old\0').bytes);
    const { packets, facts } = await decode(PCAPNG, file(section(), describeInterface(), old(3), old(0xffff)));
    expect(packets.map(({ bytes, original, time }) => [bytes, original, time])).toEqual([
      ['old', 60, 9],
      ['old', 60, 9],
    ]);
    expect(facts).toEqual([{ kind: 'lost', what: 'interface-drops', records: 3, since: 9 }]);
  });

  test('drops in statistics are totals: each is told once', async () => {
    const bytes = file(
      section(),
      describeInterface(),
      enhancedPacket('x', { ticks: 8n }),
      statistics(0, count(5, 2n), count(7, 5n)),
      statistics(0, count(5, 2n), count(7, 9n)),
      statistics(7, count(5, 1n)),
    );
    for (const sizes of [[1 << 20], [60]]) {
      const { facts } = await decode(PCAPNG, bytes, sizes);
      const lost = (what: string): number => facts.reduce((sum, fact) => sum + (fact.kind === 'lost' && fact.what === what ? fact.records : 0), 0);
      expect([lost('interface-drops'), lost('kernel-drops')]).toEqual([2, 9]);
    }
  });

  test('drops noted on a packet and counted again in the statistics are told once', async () => {
    const dropped = enhancedPacket('x', { options: count(4, 3n) });
    const { packets, facts } = await decode(PCAPNG, file(section(), describeInterface(), dropped, dropped, statistics(0, count(5, 6n))));
    expect([packets.length, facts]).toEqual([2, [{ kind: 'lost', what: 'interface-drops', records: 6, since: null }]]);
  });

  test('drops in statistics happened at any time since the statistics before', async () => {
    const bytes = file(
      section(),
      describeInterface(),
      enhancedPacket('x', { ticks: 8n }),
      statistics(0, count(7, 1n)),
      enhancedPacket('x', { ticks: 20n }),
      statistics(0, count(7, 4n)),
    );
    for (const sizes of [[1 << 20], [60]]) {
      const { facts } = await decode(PCAPNG, bytes, sizes);
      expect(facts).toEqual([
        { kind: 'lost', what: 'kernel-drops', records: 1, since: null },
        { kind: 'lost', what: 'kernel-drops', records: 3, since: 8 },
      ]);
    }
  });

  test('blocks without packets are skipped and counted; a custom block takes a frame number, as in tshark', async () => {
    const bytes = file(
      section(),
      describeInterface(),
      block(4, Buffer.alloc(8)),
      block(10, Buffer.alloc(40)),
      block(0xbad, Buffer.alloc(4)),
      block(0x12345, Buffer.alloc(0)),
      block(0x40000bad, Buffer.alloc(4)),
      enhancedPacket('x'),
    );
    const { packets, facts } = await decode(PCAPNG, bytes);
    expect(packets[0]?.record).toBe(3);
    expect(facts).toEqual([
      { kind: 'skipped', why: 'name-resolution', records: 1, firstRecord: 1 },
      { kind: 'skipped', why: 'decryption-secrets', records: 1, firstRecord: 1 },
      { kind: 'skipped', why: 'custom-block', records: 2, firstRecord: 1 },
      { kind: 'skipped', why: 'unknown-block', records: 1, firstRecord: 2 },
    ]);
  });

  test('a packet of an interface never described, or longer than its block, is skipped and the next one read', async () => {
    const { packets, facts } = await decode(
      PCAPNG,
      file(section(), describeInterface(), enhancedPacket('a', { id: 4 }), enhancedPacket('b', { captured: 0xffffffff }), enhancedPacket('c')),
    );
    expect(packets.map(({ record, bytes }) => [record, bytes])).toEqual([[3, 'c']]);
    expect(facts).toEqual([
      { kind: 'skipped', why: 'unknown-interface', records: 1, firstRecord: 1 },
      { kind: 'skipped', why: 'malformed', records: 1, firstRecord: 2 },
    ]);
  });

  test.for([
    ['claims 4 GB', new Writer().u32(6, 0xfffffffc).raw(Buffer.alloc(40)).bytes],
    ['is of no length', new Writer().u32(6, 0).raw(Buffer.alloc(40)).bytes],
    ['is of an odd length', new Writer().u32(6, 33).raw(Buffer.alloc(40)).bytes],
    ['ends with another length than it began with', file(enhancedPacket('x').subarray(0, -4), new Writer().u32(99).bytes)],
    ['begins a section without byte order', new Writer().u32(0x0a0d0d0a, 28, 5).raw(Buffer.alloc(16)).bytes],
  ] as const)('a block that %s ends the input', async ([, broken]) => {
    const { packets, facts, error } = await decode(
      PCAPNG,
      file(section(), describeInterface(), enhancedPacket('good'), broken, enhancedPacket('never')),
    );
    expect([packets.length, error]).toEqual([1, null]);
    expect(facts).toMatchObject([
      { kind: 'lost', what: 'unreadable-rest' },
      { kind: 'skipped', why: 'malformed', records: 1, firstRecord: 2 },
    ]);
  });

  test('a tail that is cut off is told as lost', async () => {
    const whole = file(section(), describeInterface(), enhancedPacket('first', { ticks: 3n }), enhancedPacket('second'));
    const start = whole.length - enhancedPacket('second').length;
    for (let length = start + 1; length < whole.length; length++) {
      expect((await decode(PCAPNG, whole.subarray(0, length), [50])).facts).toEqual([{ kind: 'lost', what: 'truncated', records: 1, since: 3 }]);
    }
    expect((await decode(PCAPNG, file(section(), new Writer().u32(0x99, 200_000_000).bytes))).facts).toMatchObject([{ what: 'truncated' }]);
  });

  test('a section header that cannot be read is an error', async () => {
    expect((await decode(PCAPNG, section().subarray(0, 20))).error).toMatch(/^PlainsightError: .*section header/);
    expect((await decode(PCAPNG, section(true, 2))).error).toMatch(/version 2\.0/);
  });
});

describe('laws', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 5 });
  const part = fc.oneof(
    fc
      .tuple(fc.string({ unit: 'binary-ascii', maxLength: 90 }), fc.nat(2), fc.bigInt(0n, 1n << 60n))
      .map(([text, id, ticks]) => enhancedPacket(text, { id, ticks })),
    fc.constantFrom(
      section(),
      describeInterface(),
      describeInterface({ options: named('eth1') }),
      statistics(0, count(5, 1n)),
      block(4, Buffer.alloc(60)),
      block(0x777, Buffer.alloc(300)),
    ),
    fc.uint8Array({ maxLength: 30 }),
  );

  test('any cut of the bytes gives the same packets and, in sum, the same facts', async () => {
    const told = (facts: readonly object[]): Map<string, number> => {
      const sums = new Map<string, number>();
      for (const fact of facts as { what?: string; why?: string; records: number }[])
        sums.set(`${fact.what ?? fact.why}`, (sums.get(`${fact.what ?? fact.why}`) ?? 0) + fact.records);
      return new Map([...sums].sort());
    };
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 20 }), sizes, async (parts, cuts) => {
        const bytes = file(section(), describeInterface(), describeInterface({ options: resolution(9) }), ...parts);
        const [whole, pieces] = [await decode(PCAPNG, bytes), await decode(PCAPNG, bytes, cuts)];
        expect(pieces.packets).toEqual(whole.packets);
        expect([pieces.error, told(pieces.facts)]).toEqual([whole.error, told(whole.facts)]);
      }),
      { numRuns: 300 },
    );
  });

  test('random bytes never throw anything but what the user can act on', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), sizes, async (noise, cuts) => {
        const { error } = await decode(PCAPNG, file(section().subarray(0, 12), noise), cuts);
        expect(error === null || error.startsWith('PlainsightError: ')).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
