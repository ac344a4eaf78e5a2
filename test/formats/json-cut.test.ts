/** JSON is cut into the things it holds as it comes: the same things as from a tree of the whole, however it is cut up, and wherever it breaks. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readJson } from '../../src/formats/config-json.ts';
import { PieceCutter } from '../../src/formats/json-cut.ts';
import { type Piece, piecesOf } from '../../src/formats/json-pieces.ts';

function cut(text: string, size = Infinity): { readonly pieces: readonly Piece[]; readonly isWhole: boolean; readonly cutter: PieceCutter } {
  const cutter = new PieceCutter();
  const pieces: Piece[] = [];
  for (let at = 0; at < text.length; at += size) pieces.push(...cutter.feed(text.slice(at, at + size)));
  return { pieces, isWhole: !cutter.isBroken && !cutter.isWithin, cutter };
}

async function* chunksOf(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

async function read(text: string, size = 1 << 20): Promise<{ readonly pieces: readonly Piece[]; readonly isWhole: boolean }> {
  const pieces: Piece[] = [];
  const reading = readJson(chunksOf(text, size));
  for (let next = await reading.next(); ; next = await reading.next()) {
    if (next.done === true) return { pieces, isWhole: next.value };
    pieces.push(...next.value);
  }
}

/** Too long to be read whole: a first member that no one thing has. */
const FILLER = `"filler":${JSON.stringify('x'.repeat(4 << 20))}`;
const long = (object: object): string => `{${FILLER},${JSON.stringify(object).slice(1)}`;
/** Objects whose names are no numbers, which JavaScript puts first. */
const name = fc.string().filter((text) => !/^\d+$/.test(text));
const fields = (value: fc.Arbitrary<unknown>): fc.Arbitrary<object> => fc.dictionary(name, value);
const things = fc.array(fields(fc.jsonValue()), { maxLength: 5 });
const holder = fields(fc.oneof(things, fields(fc.jsonValue()), fc.jsonValue())).filter((one) => Object.keys(one).length > 0);
const plain = (pieces: Iterable<Piece>): unknown => JSON.parse(JSON.stringify([...pieces]));

describe('documents', () => {
  test('give the same things as JSON.parse, in parts of any size, one after the other', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(things, holder), { minLength: 1, maxLength: 3 }),
        fc.constantFrom(undefined, 2),
        fc.integer({ min: 1, max: 40 }),
        (all, space, size) => {
          const text = all.map((one) => JSON.stringify(one, null, space)).join('\n');
          const { pieces, isWhole } = cut(text, size);
          expect(isWhole).toBe(true);
          expect(plain(pieces)).toEqual(plain(all.flatMap((one) => [...piecesOf(one)])));
        },
      ),
    );
  });

  test('too long for a tree give the same things as short ones', () => {
    fc.assert(
      fc.property(holder, (one) => {
        fc.pre(!('kind' in one || 'workloadIps' in one || 'certChain' in one || 'vips' in one));
        const { pieces, isWhole } = cut(long(one));
        expect(isWhole).toBe(true);
        expect(plain(pieces)).toEqual(plain(piecesOf(one)));
      }),
      { numRuns: 10 },
    );
  });

  test('of one thing each, any number of them, are taken as they come', () => {
    const pod = (index: number): object => ({ kind: 'Pod', metadata: { name: `p${index}` }, spec: { containers: [{ name: 'a' }] } });
    const text = Array.from({ length: 60_000 }, (_, index) => JSON.stringify(pod(index))).join('\n');
    expect(text.length).toBeGreaterThan(4 << 20);
    const { pieces } = cut(text, 65_536);
    expect(pieces).toHaveLength(60_000);
    expect(pieces[59_999]).toEqual({ section: '', value: pod(59_999) });
    // Without waiting for what follows.
    const cutter = new PieceCutter();
    expect(cutter.feed(JSON.stringify(pod(1)))).toHaveLength(1);
    expect(cutter.feed('{"kind":')).toHaveLength(0);
  });

  test('are held no longer than their longest thing', () => {
    const cutter = new PieceCutter();
    cutter.feed(`{${FILLER},"workloads":[`);
    const item = JSON.stringify({ name: 'a'.repeat(1000) });
    let found = 0;
    for (let index = 0; index < 5000; index++) found += cutter.feed(`${item},`).length;
    expect(found).toBe(5000);
  });
});

describe('where a document breaks off', () => {
  const whole = { workloads: [{ name: 'a"]}' }, { name: 'b\\' }], services: [{ name: 'c' }], config: { x: { y: 1 } } };

  test('what came before is given, and nothing else', async () => {
    for (const text of [JSON.stringify(whole), long(whole)]) {
      const all = cut(text).pieces;
      expect(all).toHaveLength(4);
      const from = Math.max(0, text.length - 100);
      for (let length = from; length < text.length; length += text.length > 1000 ? 17 : 1) {
        const { pieces, isWhole } = await read(text.slice(0, length));
        expect([isWhole, pieces]).toEqual([length === 0, all.slice(0, pieces.length)]);
        if (length > text.length - 14) expect(pieces.length).toBeGreaterThanOrEqual(3);
      }
    }
  });

  test('or is wrong, what came before is given', async () => {
    const many = Array.from({ length: 500 }, (_, index) => ({ name: `w${index}` }));
    const text = JSON.stringify({ workloads: many }).replace('{"name":"w400"}', '{"name":w400}');
    for (const wrong of [text, `{${FILLER},${text.slice(1)}`]) {
      const { pieces, isWhole } = await read(wrong);
      expect(isWhole).toBe(false);
      expect(pieces.length).toBeGreaterThan(300);
      expect(pieces.length).toBeLessThanOrEqual(400);
    }
    expect((await read('{"a":[{"b":[1}]}]}')).isWhole).toBe(false);
    expect((await read('[1,2] nothing')).isWhole).toBe(false);
  });
});

test('random letters never throw, and end', async () => {
  const letters = fc.string({ unit: fc.constantFrom('{', '}', '[', ']', '"', '\\', ',', ':', '1', ' ', 'n') });
  await fc.assert(fc.asyncProperty(letters, fc.integer({ min: 1, max: 9 }), async (text, size) => void (await read(text, size))));
});

test('a thing that never ends is given up', () => {
  const cutter = new PieceCutter();
  cutter.feed(`{${FILLER},"workloads":["`);
  const part = 'x'.repeat(4 << 20);
  for (let parts = 0; parts < 17; parts++) cutter.feed(part);
  expect(cutter.isBroken).toBe(true);
});
