import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LAYERS } from '../../src/wire/index.ts';
import { OUTCOME_REASONS, Outcome, packetOpener } from '../../src/wire/open.ts';
import { newOpened, O, Underlay } from '../../src/wire/opened.ts';
import { addresses, ETHERNET, open } from './opening.ts';
import { ethernet, ip4, ip6, sll2, tcp, udp } from './packet-bytes.ts';

describe('hostile packets', () => {
  const linkTypes = [...LAYERS.flatMap((layer) => layer.linkTypes ?? []), 147];
  const samples = [
    ethernet(ip4(tcp())),
    ethernet(ip6(tcp()), { type: 0x86dd }),
    sll2(ip4(udp(), { protocol: 17 })),
    ip6([0, 0, 0, 0, 0, 0, 0, 0, ...tcp()], { next: 0 }),
  ];

  test('random bytes never throw and never read outside', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(...linkTypes), fc.nat(300), (bytes, linkType, more) => {
        const { outcome } = open([...bytes], { linkType, original: bytes.length + more });
        expect(OUTCOME_REASONS[outcome]).toBeDefined();
      }),
      { numRuns: 3000 },
    );
  });

  test('real packets with a few bytes changed and cut anywhere never throw, and never point outside', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<readonly number[]>(...samples),
        fc.constantFrom(...linkTypes),
        fc.array(fc.tuple(fc.nat(90), fc.nat(255)), { maxLength: 6 }),
        fc.nat(120),
        (sample, linkType, changes, cut) => {
          const bytes = [...sample];
          for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
          const captured = Math.min(cut, bytes.length);
          const { outcome, payload } = open(bytes, { linkType, captured });
          if (outcome !== Outcome.transport) return;
          const [offset = -1, length = -1, onWire = -1] = payload;
          expect(offset >= 0 && offset + length <= captured && length <= onWire).toBe(true);
        },
      ),
      { numRuns: 3000 },
    );
  });

  test('a length beyond the buffer is cut to what is there', () => {
    const opened = newOpened();
    const view = new DataView(new Uint8Array(ethernet(ip4(tcp()))).buffer);
    expect(packetOpener(addresses, opened)(view, 0, 4_000_000_000, 4_000_000_000, ETHERNET)).toBe(Outcome.transport);
    expect(opened[O.payloadCaptured]).toBe(3);
    expect(opened[O.underlay]).toBe(Underlay.none);
  });
});
