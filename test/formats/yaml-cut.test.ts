/** A long YAML document is read in parts: the same things as from a tree of the whole. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { readYaml } from '../../src/formats/config-yaml.ts';
import { type Piece, piecesOf } from '../../src/formats/json-pieces.ts';

async function read(text: string): Promise<{ readonly pieces: readonly Piece[]; readonly isWhole: boolean }> {
  const pieces: Piece[] = [];
  const reading = readYaml(
    (async function* () {
      yield new TextEncoder().encode(text);
    })(),
  );
  for (let next = await reading.next(); ; next = await reading.next()) {
    if (next.done === true) return { pieces, isWhole: next.value };
    pieces.push(...next.value);
  }
}

const sorted = (pieces: Iterable<Piece>): readonly string[] => [...pieces].map((piece) => JSON.stringify(piece)).sort();
/** Long enough to be cut. */
const FILLER = 'x'.repeat(300 * 1024);
const item = fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.oneof(fc.string({ unit: 'grapheme' }), fc.jsonValue({ maxDepth: 3 })), {
  minKeys: 1,
});
const section = fc.oneof(fc.array(fc.oneof(item, fc.string())), item, fc.integer(), fc.constant(null));
const root = fc.oneof(fc.array(item), fc.dictionary(fc.stringMatching(/^[A-Z][a-z]{0,5}$/), section));

describe('a long document', () => {
  test('gives the same things in parts, whatever its style', async () => {
    await fc.assert(
      fc.asyncProperty(root, fc.constantFrom(2, 4), fc.boolean(), fc.constantFrom(20, 80, 0), async (value, indent, indentSeq, lineWidth) => {
        const long = Array.isArray(value) ? [...value, { filler: FILLER }] : { ...value, filler: [{ filler: FILLER }] };
        const text = stringify(long, { indent, indentSeq, lineWidth });
        const { pieces, isWhole } = await read(text);
        expect(isWhole).toBe(true);
        expect(sorted(pieces)).toEqual(sorted(piecesOf(parse(text))));
      }),
      { numRuns: 60 },
    );
  });

  test('as kubectl and istioctl write it; several, with comments and marks between', async () => {
    const list = (count: number): string =>
      `---\napiVersion: v1\nitems:\n${Array.from({ length: count }, (_, index) => `- kind: Pod\n  # note\n  metadata:\n    name: p${index}\n    annotations:\n      text: |\n        - no item\n        ---\n`).join('\n')}kind: List\nmetadata:\n  resourceVersion: ""\n`;
    const { pieces, isWhole } = await read(list(5000) + list(1));
    expect(isWhole).toBe(true);
    expect(pieces.filter(({ section: of }) => of === 'items')).toHaveLength(5001);
    expect(pieces[4999]?.value).toMatchObject({ metadata: { name: 'p4999', annotations: { text: '- no item\n---\n' } } });
  });

  test('that is wrong, or cut, in one thing loses that one', async () => {
    const entry = (index: number): string => `- name: w${index}\n  protocol: HBONE\n  workloadIps:\n  - 10.0.0.1\n`;
    const many = Array.from({ length: 6000 }, (_, index) => entry(index)).join('');
    const wrong = await read(many.replace('name: w4000\n', 'name: "w4000\n'));
    expect(wrong.isWhole).toBe(false);
    expect(wrong.pieces.length).toBeGreaterThanOrEqual(5999);
    expect((await read(many.slice(0, -60))).pieces.length).toBeGreaterThanOrEqual(5998);
  });
});
