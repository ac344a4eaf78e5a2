import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Outcome } from '../../src/wire/open.ts';
import { newOpened, O } from '../../src/wire/opened.ts';
import { openStraight } from '../../src/wire/straight.ts';
import { open } from './opening.ts';
import { ethernet, ip4, sll, tcp } from './packet-bytes.ts';

const ETHERNET_BYTES = 14;
const SLL_BYTES = 16;
const SLL_LINK = 113;
const PLACES = new Set<number>([O.payloadOffset]);
/** What the connection table reads of a transport packet, places counted from the IP header. */
const READ = [O.protocol, O.v6, O.source, O.destination, O.sourcePort, O.destinationPort, O.flags, O.sequence, O.acknowledgement, O.payloadOffset];
const REST = [O.payloadCaptured, O.payloadLength, O.ipId, O.ifindex, O.loopback, O.underlay];

test('the common shape is opened in one go', () => {
  const bytes = new Uint8Array(ethernet(ip4(tcp())));
  expect(openStraight(new DataView(bytes.buffer), 0, bytes.length, newOpened())).toBe(true);
});

test('in one go comes to the same as layer by layer, whatever the headers say and wherever the packet is cut', () => {
  const frame = ethernet(ip4(tcp({ payload: Array(40).fill(65), options: [1, 1, 1, 0] })));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: ETHERNET_BYTES, max: frame.length - 1 }), fc.nat(255)), { maxLength: 4 }),
      fc.integer({ min: ETHERNET_BYTES, max: frame.length }),
      (changes, captured) => {
        const bytes = [...frame];
        for (const [at, value] of changes) bytes[at] = value;
        const straight = open(bytes, { captured });
        const layered = open(sll(bytes.slice(ETHERNET_BYTES)), { linkType: SLL_LINK, captured: captured - ETHERNET_BYTES + SLL_BYTES });
        expect(straight.outcome).toBe(layered.outcome);
        if (straight.outcome !== Outcome.transport) return;
        const registers = (result: typeof straight, headerBytes: number): number[] =>
          [...READ, ...REST].map((offset) => result.at(offset) - (PLACES.has(offset) ? headerBytes : 0));
        expect(registers(straight, ETHERNET_BYTES)).toEqual(registers(layered, SLL_BYTES));
      },
    ),
    { numRuns: 1000 },
  );
});
