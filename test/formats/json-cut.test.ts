/** Long JSON is cut into the things it holds: the same things as from a tree of the whole, wherever it breaks. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { piecesOf } from '../../src/formats/config-json.ts';
import { type CutPiece, cutPieces } from '../../src/formats/json-cut.ts';

function cut(text: string): { readonly pieces: readonly CutPiece[]; readonly end: number } {
  const pieces: CutPiece[] = [];
  const cutting = cutPieces(text, 0);
  for (let next = cutting.next(); ; next = cutting.next()) {
    if (next.done === true) return { pieces, end: next.value };
    pieces.push(...next.value);
  }
}

const things = fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { maxLength: 5 });
const documents = fc.oneof(things, fc.dictionary(fc.string(), fc.oneof(things, fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue())));

test('the same things as JSON.parse gives, however it is written', () => {
  fc.assert(
    fc.property(documents, fc.constantFrom(undefined, 2, '\t\r\n'), (document, space) => {
      const text = JSON.stringify(document, null, space);
      const written: unknown = JSON.parse(text);
      // One thing alone is never long enough to be cut.
      fc.pre(Array.isArray(document) || !['kind', 'workloadIps', 'certChain', 'vips'].some((name) => name in document));
      expect(cut(text)).toEqual({ pieces: [...piecesOf(written)], end: text.length });
    }),
  );
});

test('where it breaks off, what came before is given, and nothing else', () => {
  const text = JSON.stringify({ workloads: [{ name: 'a"]}' }, { name: 'b\\' }], services: [{ name: 'c' }], config: { x: { y: 1 } } });
  const all = cut(text).pieces;
  expect(all).toHaveLength(4);
  for (let length = 0; length < text.length; length++) {
    const { pieces, end } = cut(text.slice(0, length));
    expect([end, pieces]).toEqual([-1, all.slice(0, pieces.length)]);
  }
  expect(cut('{"a":[{"b":1},{"c":}],"d":[{}]}')).toEqual({ pieces: [{ section: 'a', value: { b: 1 } }], end: -1 });
  expect(cut('{"a":[{"b":[1}]}]}').end).toBe(-1);
});

test('random letters never throw, and end', () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom('{', '}', '[', ']', '"', '\\', ',', ':', '1', ' ', 'n') }), (text) => void cut(text)));
});
