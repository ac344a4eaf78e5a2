import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AddressTable } from '../../src/model/addresses.ts';
import { Fragments, OUTCOME_REASONS, packetOpener } from '../../src/wire/open.ts';
import { newOpened, O } from '../../src/wire/opened.ts';
import { ip4, ip6, u16, u32, udp } from './packet-bytes.ts';

const RAW = 101;
const PAYLOAD = Array.from({ length: 3000 }, (_, index) => (index * 7) & 255);
const DATAGRAM = udp({ ports: [40_000, 5140], payload: PAYLOAD });

/** An opener that lives on, as an input's does. */
function opener(now: () => number = () => 0) {
  const opened = newOpened();
  const fragments = new Fragments(now);
  const open = packetOpener(new AddressTable(), opened, fragments);
  const see = (bytes: readonly number[], captured = bytes.length): string => {
    const outcome = open(new DataView(Uint8Array.from(bytes).buffer), 0, captured, bytes.length, RAW);
    return OUTCOME_REASONS[outcome] ?? 'none';
  };
  const payload = (): number[] => {
    const [start = 0, captured = 0] = [opened[O.payloadOffset], opened[O.payloadCaptured]];
    return [...new Uint8Array(fragments.view.buffer, start, captured)];
  };
  return { see, payload, fragments, at: (offset: number): number => opened[offset] ?? -1 };
}

type Version = 4 | 6;
/** From…to of a datagram, as a fragment; `to` at its end is the last one. */
function fragment(version: Version, from: number, to: number, { id = 77, datagram = DATAGRAM, protocol = 17 } = {}): number[] {
  const part = datagram.slice(from, to);
  const more = to < datagram.length;
  if (version === 4) return ip4(part, { protocol, id, fragment: (from >> 3) | (more ? 0x2000 : 0) });
  return ip6([protocol, 0, ...u16(from | (more ? 1 : 0)), ...u32(id), ...part], { next: 44 });
}
const whole = (version: Version, cuts: readonly number[]): number[][] =>
  [0, ...cuts].map((from, index) => fragment(version, from, cuts[index] ?? DATAGRAM.length));

describe.each([4, 6] as const)('fragments of IPv%i', (version) => {
  const orders = fc
    .uniqueArray(fc.integer({ min: 1, max: 374 }), { maxLength: 12 })
    .map((cuts) =>
      whole(
        version,
        cuts.map((cut) => cut * 8).sort((a, b) => a - b),
      ),
    )
    .filter((pieces) => pieces.length > 1)
    .chain((pieces) => fc.shuffledSubarray(pieces, { minLength: pieces.length }));

  test('are the datagram again, in whatever order they come, and some of them twice', () => {
    fc.assert(
      fc.property(orders, fc.nat(), (pieces, twice) => {
        const { see, payload, fragments, at } = opener();
        const sent = [...pieces.slice(0, -1), pieces[twice % (pieces.length - 1)] ?? [], ...pieces.slice(-1)];
        expect(sent.map((piece) => see(piece))).toEqual([...sent.slice(1).map(() => 'fragment'), 'reassembled']);
        expect([OUTCOME_REASONS[fragments.outcome], fragments.pieces, at(O.destinationPort)]).toEqual(['transport', sent.length, 5140]);
        expect(payload()).toEqual(PAYLOAD);
      }),
    );
  });

  test('may overlap as long as they agree', () => {
    const { see, payload } = opener();
    expect([fragment(version, 0, 1600), fragment(version, 800, 2400), fragment(version, 1600, DATAGRAM.length)].map((piece) => see(piece))).toEqual([
      'fragment',
      'fragment',
      'reassembled',
    ]);
    expect(payload()).toEqual(PAYLOAD);
  });

  test('that contradict each other are nothing anybody can be sure of', () => {
    const { see, fragments } = opener();
    const other = DATAGRAM.map((byte, index) => (index === 900 ? byte ^ 1 : byte));
    const lines = [
      fragment(version, 0, 1600),
      fragment(version, 800, 2400, { datagram: other }),
      fragment(version, 1600, DATAGRAM.length),
      fragment(version, 0, 1600),
    ];
    expect(lines.map((piece) => see(piece))).toEqual(['fragment', 'fragment', 'fragment', 'fragment']);
    expect(fragments.counts).toEqual({ budget: 0, overlap: 4 });
  });

  test('without the last or the first one stay what they are', () => {
    const { see } = opener();
    expect(see(fragment(version, 0, 1600))).toBe('fragment');
    expect(see(fragment(version, 1600, 2400))).toBe('fragment');
    expect(see(fragment(version, 1600, DATAGRAM.length, { id: 78 }))).toBe('fragment');
  });

  test('half a minute apart are of two datagrams', () => {
    let now = 1e6;
    const { see } = opener(() => now);
    expect(see(fragment(version, 0, 1600))).toBe('fragment');
    now += 31e6;
    expect(see(fragment(version, 1600, DATAGRAM.length))).toBe('fragment');
    now += 1e6;
    expect(see(fragment(version, 0, 1600))).toBe('reassembled');
  });

  test('cut by the snapshot length leave what is known to be there', () => {
    const { see, payload, at } = opener();
    const [first = [], second = []] = whole(version, [1600]);
    expect(see(first, 200)).toBe('fragment');
    expect(see(second, 200)).toBe('reassembled');
    expect(payload()).toEqual(PAYLOAD.slice(0, payload().length));
    expect([payload().length > 100, payload().length < 200, at(O.payloadLength)]).toEqual([true, true, PAYLOAD.length]);
  });
});

test('a datagram of another protocol is what it is, fragments or not', () => {
  const { see, fragments } = opener();
  const ping = [8, 0, 0, 0, 0, 1, 0, 1, ...Array<number>(2000).fill(0x61)];
  see(fragment(4, 0, 1480, { datagram: ping, protocol: 1 }));
  expect(see(fragment(4, 1480, ping.length, { datagram: ping, protocol: 1 }))).toBe('reassembled');
  expect(OUTCOME_REASONS[fragments.outcome]).toBe('icmp');
});

test('a flood of beginnings stays within its budget, and says what it gave up', () => {
  const { see, fragments } = opener();
  for (let id = 0; id < 20_000; id++) see(fragment(6, 0, 1600, { id }));
  expect(fragments.counts.budget).toBeGreaterThan(17_000);
  // The youngest are still there.
  expect(see(fragment(6, 1600, DATAGRAM.length, { id: 19_999 }))).toBe('reassembled');
  expect(see(fragment(6, 1600, DATAGRAM.length, { id: 3 }))).toBe('fragment');
});

test('a datagram in ever more pieces is given up', () => {
  const { see, fragments } = opener();
  for (let at = 0; at < DATAGRAM.length - 8; at += 8) see(fragment(4, at, at + 8));
  expect(fragments.counts.budget).toBeGreaterThan(200);
});

test.for([
  ['without a byte', fragment(4, 8, 8)],
  ['not cut at a multiple of eight', fragment(4, 0, 1601)],
] as const)('a fragment %s is malformed', ([, bytes]) => {
  expect(opener().see(bytes)).toBe('malformed');
});

test('a fragment beyond 64 KiB is kept nowhere', () => {
  const { see } = opener();
  const far = Array<number>(16).fill(0);
  expect(see(ip4(far, { protocol: 17, fragment: 0x1fff }))).toBe('fragment');
});
