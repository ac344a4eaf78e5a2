import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pcapToBlocks } from '../../src/inputs/interface-pcap.ts';
import { interfaceStatistics, sectionStart } from '../../src/inputs/interface-pcapng.ts';
import { blocksOf } from './interface-contract.ts';

const joined = (parts: readonly Uint8Array[]): Buffer => Buffer.concat(parts.map((part) => Buffer.from(part)));

/** pcap as tcpdump writes it on a little-endian machine. */
function pcap(packets: readonly Uint8Array[]): Buffer {
  const header = Buffer.from('d4c3b2a1020004000000000000000000000004000100000', 'hex');
  const file = Buffer.alloc(24);
  header.copy(file);
  file.writeUInt32LE(1, 20);
  const records = packets.map((packet, index) => {
    const record = Buffer.alloc(16);
    for (const [at, value] of [1_795_000_000 + index, index, packet.length, packet.length + 7].entries()) record.writeUInt32LE(value, at * 4);
    return Buffer.concat([record, packet]);
  });
  return Buffer.concat([file, ...records]);
}

const packetsArbitrary = fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 30 });

describe('blocks round live packets', () => {
  it('begins with a section and an interface that says its name, its filter and the unit of its times', () => {
    const bytes = Buffer.from(sectionStart({ name: 'eth0', linkType: 276, snaplen: 128, filter: 'tcp port 80' }));
    const { types } = blocksOf(bytes);
    expect(types).toEqual([0x0a0d0d0a, 1]);
    const at = bytes.readUInt32LE(4);
    expect([bytes.readUInt16LE(at + 8), bytes.readUInt32LE(at + 12)]).toEqual([276, 128]);
    const options = bytes.subarray(at + 16);
    // if_name, if_tsresol 6, if_filter.
    for (const option of ['0200040065746830', '0900010006000000', '0b000c0000746370']) {
      expect(options.includes(Buffer.from(option, 'hex'))).toBe(true);
    }
  });

  it('keeps counts past 2³²', () => {
    const counts = { received: 2 ** 40 + 3, droppedByKernel: 5e9, droppedByInterface: 1, delivered: 2 ** 40 };
    expect(blocksOf(Buffer.from(interfaceStatistics(counts, 1, 2))).statistics).toEqual(counts);
  });
});

describe('pcap made into blocks', () => {
  it('gives the same blocks however the stream is cut', () => {
    fc.assert(
      fc.property(packetsArbitrary, fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 20 }), (packets, cuts) => {
        const file = pcap(packets);
        const whole = pcapToBlocks();
        const expected = Buffer.from(whole.push(file));
        const converter = pcapToBlocks();
        const parts: Buffer[] = [];
        for (let at = 0, turn = 0; at < file.length; turn++) {
          const length = cuts[turn % cuts.length] ?? 1;
          parts.push(Buffer.from(converter.push(file.subarray(at, at + length))));
          at += length;
        }
        expect(joined(parts).equals(expected)).toBe(true);
        expect(blocksOf(expected).packets).toBe(packets.length);
        expect([converter.count(), converter.header()]).toEqual([packets.length, { linkType: 1, snaplen: 262_144 }]);
      }),
    );
  });

  it('reads the byte order of the other machine: a node of a cluster need not be like ours', () => {
    const header = Buffer.from('a1b2c3d400020004000000000000000000040000' + '00000114', 'hex');
    const record = Buffer.from('00000002' + '00000003' + '00000001' + '00000009' + 'ff', 'hex');
    const converter = pcapToBlocks();
    const block = Buffer.from(converter.push(Buffer.concat([header, record])));
    expect(converter.header()).toEqual({ linkType: 276, snaplen: 262_144 });
    expect([block.readUInt32LE(16), block.readUInt32LE(20), block.readUInt32LE(24), block[28]]).toEqual([2_000_003, 1, 9, 0xff]);
  });

  it('keeps time, captured and original length, and the bytes', () => {
    const block = Buffer.from(pcapToBlocks().push(pcap([new Uint8Array([1, 2, 3, 4, 5])])));
    const micros = 1_795_000_000n * 1_000_000n;
    expect((BigInt(block.readUInt32LE(12)) << 32n) | BigInt(block.readUInt32LE(16))).toBe(micros);
    expect([block.readUInt32LE(20), block.readUInt32LE(24), block.toString('hex', 28, 36)]).toEqual([5, 12, '0102030405000000']);
  });

  it('refuses what is no pcap, and never loops or grows on any bytes', () => {
    expect(() => pcapToBlocks().push(Buffer.from('tcpdump: no such thing, really not'))).toThrow('does not begin with a pcap header');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        try {
          pcapToBlocks().push(Buffer.concat([pcap([]), noise]));
        } catch (error) {
          expect(String(error)).toContain('the capture stream is broken');
        }
      }),
    );
  });
});
