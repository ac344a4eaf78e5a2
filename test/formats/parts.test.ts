import { describe, expect, it } from 'vitest';
import { PartChain } from '../../src/formats/parts.ts';
import type { PacketBatch } from '../../src/model/batch.ts';

const packets = (names: readonly string[], point: readonly number[], firstRecord: number): PacketBatch => ({
  kind: 'packets',
  bytes: new DataView(new ArrayBuffer(0)),
  count: point.length,
  offset: new Uint32Array(point.length),
  captured: new Uint32Array(point.length),
  original: new Uint32Array(point.length),
  time: new Float64Array(point.length),
  point: Uint16Array.from(point),
  points: names.map((name) => ({ name, linkType: 1 })),
  firstRecord,
});

describe('files that are one capture', () => {
  it('count their frames on, and an interface is one capture point in all of them', () => {
    const chain = new PartChain();
    const told = (batch: PacketBatch) => {
      const out = chain.renumbered(batch);
      return out.kind === 'packets' ? [out.firstRecord, [...out.point].map((index) => out.points[index]?.name)] : [];
    };
    expect(told(packets(['eth0', 'eth1'], [0, 1, 1], 1))).toEqual([1, ['eth0', 'eth1', 'eth1']]);
    expect(told(packets(['eth0', 'eth1', 'lo'], [2], 4))).toEqual([4, ['lo']]);
    chain.nextPart();
    expect(told(packets(['lo', 'eth1', 'new'], [0, 1, 2], 1))).toEqual([5, ['lo', 'eth1', 'new']]);
    chain.nextPart();
    const last = chain.renumbered(packets(['new'], [0], 1));
    expect(last).toMatchObject({ firstRecord: 8, points: [{ name: 'eth0' }, { name: 'eth1' }, { name: 'lo' }, { name: 'new' }] });
  });
});
