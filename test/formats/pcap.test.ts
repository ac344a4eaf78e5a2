import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PCAP } from '../../src/formats/pcap.ts';
import { decode, KUZNETZOV, MICROS, NANOS, pcapHeader, pcapRecord } from './captures.ts';

const file = (...parts: readonly Uint8Array[]): Buffer => Buffer.concat(parts);

describe('pcap', () => {
  test.for([true, false])('is read in either byte order (little endian: %s)', async (little) => {
    const bytes = file(
      pcapHeader({ little, linkType: 276 }),
      pcapRecord('abc', { little, seconds: 0xfffffffe, ticks: 999_999, original: 9000 }),
      pcapRecord('', { little }),
    );
    expect(PCAP.recognise(bytes)).toBe(1);
    expect(await decode(PCAP, bytes)).toEqual({
      packets: [
        { record: 1, time: 4_294_967_294_999_999, original: 9000, point: '', linkType: 276, bytes: 'abc' },
        { record: 2, time: 1_000_000, original: 0, point: '', linkType: 276, bytes: '' },
      ],
      facts: [],
      error: null,
    });
  });

  test('has its nanoseconds cut, never rounded', async () => {
    const { packets } = await decode(PCAP, file(pcapHeader({ magic: NANOS }), pcapRecord('x', { seconds: 5, ticks: 999_999_999 })));
    expect(packets[0]?.time).toBe(5_999_999);
  });

  test("is read in Kuznetzov's variant, whose record headers are longer", async () => {
    const { packets } = await decode(
      PCAP,
      file(pcapHeader({ magic: KUZNETZOV }), pcapRecord('one', { extra: '\0'.repeat(8) }), pcapRecord('two', { extra: '\0'.repeat(8) })),
    );
    expect(packets.map((packet) => packet.bytes)).toEqual(['one', 'two']);
  });

  test('ignores the reserved bits above the link type', async () => {
    expect((await decode(PCAP, file(pcapHeader({ linkType: 0x34000001 }), pcapRecord('x')))).packets[0]?.linkType).toBe(1);
  });

  test('is not recognised without its header, nor by anything else', () => {
    for (const head of ['', 'a', '\xd4\xc3\xb2', pcapRecord('x').toString('latin1'), '\x0a\x0d\x0d\x0a', '{"a":1}'])
      expect(PCAP.recognise(Buffer.from(head, 'latin1'))).toBe(0);
    expect(PCAP.recognise(pcapHeader().subarray(0, 4))).toBe(1);
  });

  test('without a packet is no error', async () => {
    expect(await decode(PCAP, pcapHeader())).toEqual({ packets: [], facts: [], error: null });
  });

  test('of more packets than a batch holds numbers them on', async () => {
    const { packets } = await decode(
      PCAP,
      file(pcapHeader(), ...Array.from({ length: 9000 }, (_, index) => pcapRecord(`${index}`, { seconds: index }))),
    );
    expect(packets.length).toBe(9000);
    expect(packets.every((packet, index) => packet.record === index + 1 && packet.bytes === `${index}` && packet.time === index * 1_000_000)).toBe(
      true,
    );
  });

  test('a tail that is cut off is told as lost', async () => {
    const whole = file(pcapHeader(), pcapRecord('first', { seconds: 7 }), pcapRecord('second'));
    for (let length = 24 + 21 + 1; length < whole.length; length++) {
      const { packets, facts } = await decode(PCAP, whole.subarray(0, length));
      expect(packets.map((packet) => packet.bytes)).toEqual(['first']);
      expect(facts).toEqual([{ kind: 'lost', what: 'truncated', records: 1, since: 7_000_000 }]);
    }
  });

  test('a file header that is cut off, or of an unknown version, cannot be read at all', async () => {
    for (let length = 4; length < 24; length++)
      expect((await decode(PCAP, pcapHeader().subarray(0, length))).error).toMatch(/^PlainsightError: .*ends inside its file header/);
    expect((await decode(PCAP, file(pcapHeader({ major: 1 }), pcapRecord('x')))).error).toMatch(/version 1\.4/);
    expect((await decode(PCAP, Buffer.from('no pcap at all, but long enough'))).error).toMatch(/no pcap/);
  });

  test('a record that claims 4 GB ends the input, with what came before and what to say', async () => {
    const bytes = file(pcapHeader(), pcapRecord('good'), pcapRecord('bad', { captured: 0xffffffff }), pcapRecord('never seen'));
    const { packets, facts, error } = await decode(PCAP, bytes);
    expect([packets.length, error]).toEqual([1, null]);
    expect(facts).toEqual([
      { kind: 'lost', what: 'unreadable-rest', records: 1, since: 1_000_000 },
      { kind: 'skipped', why: 'malformed', records: 1, firstRecord: 2 },
    ]);
  });

  test('a record within the snapshot length is believed, however long', async () => {
    const text = 'y'.repeat(600_000);
    expect((await decode(PCAP, file(pcapHeader({ snap: 1 << 20 }), pcapRecord(text)), [65_536])).packets[0]?.bytes).toBe(text);
    expect((await decode(PCAP, file(pcapHeader({ snap: 65_535 }), pcapRecord(text)), [65_536])).facts[0]).toMatchObject({ what: 'unreadable-rest' });
  });

  test('a broken input still tells what it told before its error', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield file(pcapHeader(), pcapRecord('good'), pcapRecord('half').subarray(0, 18));
      throw new Error('device gone');
    }
    const kinds: string[] = [];
    const reading = async (): Promise<void> => {
      for await (const batch of PCAP.decode(broken(), undefined as never)) kinds.push(batch.kind);
    };
    await expect(reading()).rejects.toThrow('device gone');
    expect(kinds).toEqual(['packets', 'facts']);
  });
});

describe('laws', () => {
  const records = fc.array(fc.record({ text: fc.string({ unit: 'binary-ascii', maxLength: 90 }), seconds: fc.nat(), ticks: fc.nat(999_999_999) }), {
    maxLength: 30,
  });
  const sizes = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 5 });

  test('any cut of the bytes gives the same packets', async () => {
    await fc.assert(
      fc.asyncProperty(records, sizes, fc.constantFrom(MICROS, NANOS), fc.boolean(), fc.nat(40), async (list, cuts, magic, little, missing) => {
        const whole = file(pcapHeader({ magic, little }), ...list.map((one) => pcapRecord(one.text, { ...one, little })));
        const bytes = whole.subarray(0, Math.max(24, whole.length - missing));
        expect(await decode(PCAP, bytes, cuts)).toEqual(await decode(PCAP, bytes));
      }),
      { numRuns: 200 },
    );
  });

  test('what is written comes back', async () => {
    await fc.assert(
      fc.asyncProperty(records, async (list) => {
        const { packets } = await decode(PCAP, file(pcapHeader(), ...list.map((one) => pcapRecord(one.text, one))), [77]);
        expect(packets.map(({ bytes, time }) => [bytes, time])).toEqual(list.map(({ text, seconds, ticks }) => [text, seconds * 1_000_000 + ticks]));
      }),
      { numRuns: 100 },
    );
  });

  test('random bytes after the magic number never throw anything but what the user can act on', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), sizes, fc.boolean(), async (noise, cuts, withHeader) => {
        const { error } = await decode(PCAP, file(withHeader ? pcapHeader() : pcapHeader().subarray(0, 4), noise), cuts);
        expect(error === null || error.startsWith('PlainsightError: ')).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
