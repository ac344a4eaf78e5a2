/** A long YAML document is read in parts: the same things as from a tree of the whole. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { readYaml } from '../../src/formats/config-yaml.ts';
import { type Piece, piecesOf } from '../../src/formats/json-pieces.ts';
import { plainYaml } from '../../src/formats/yaml-plain.ts';

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

/** What objects of Kubernetes hold, mostly; and what is easily taken for something else. */
const leaf = fc.oneof(
  fc.stringMatching(/^[ -~]{0,12}$/),
  fc.stringMatching(/^[a-z][a-z0-9.-]{0,9}$/),
  fc.ipV4(),
  fc.nat(),
  fc.boolean(),
  fc.constant(null),
);
const leaves = fc.oneof(leaf, fc.array(leaf, { minLength: 1, maxLength: 3 }));
const within = (value: fc.Arbitrary<unknown>): fc.Arbitrary<object> =>
  fc.dictionary(fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9./-]{0,6}$/), value, { minKeys: 1, maxKeys: 4 });
const calm = within(fc.oneof(leaves, within(leaves), fc.array(within(leaves), { minLength: 1, maxLength: 2 })));

describe('YAML as kubectl writes it', () => {
  test('is read as any reader of YAML does, or left to one', () => {
    let plain = 0;
    fc.assert(
      fc.property(
        fc.oneof(root, fc.array(calm, { minLength: 1 }), fc.array(calm, { minLength: 1 })),
        fc.constantFrom(2, 4),
        fc.boolean(),
        fc.constantFrom('PLAIN', 'QUOTE_DOUBLE') as fc.Arbitrary<'PLAIN'>,
        (value, indent, indentSeq, defaultStringType) => {
          const text = stringify(value, { indent, indentSeq, lineWidth: 0, defaultStringType });
          const found = plainYaml(text);
          if (found === undefined) return;
          plain++;
          expect(found).toEqual(parse(text, { stringKeys: true }));
        },
      ),
      { numRuns: 600 },
    );
    expect(plain).toBeGreaterThan(100);
  });

  test.for([
    'a: 1',
    'a: 01',
    'a: 1.5',
    'a: 0x1f',
    'a: -1',
    'a: .inf',
    'a: ~',
    'a: yes',
    'a: null',
    'a: True',
    'a: "x\\ty"',
    "a: 'it''s'",
    'a: b # note',
    'a: b: c',
    'a: [1]',
    'a: {b: 1}',
    'a: |\n  text',
    'a: >-\n  text',
    'a: &x 1',
    'a: *x',
    'a: !!str 1',
    'a: 10.0.0.1',
    'a: 2026-11-21T08:00:00Z',
    'a: b\n  c',
    'a:\n  b',
    'a:\n- 1\n- x: 2\n  y: 3',
    'a:\n  - - 1',
    '- a\n-\n- b',
    'a: @x',
    'a: %x',
    'a: `x`',
    'a: - b',
    '? a\n: b',
    '<<: 1',
    'null: 1',
    '1.0: 2',
    '80: 8080',
    '"a b": "c: d"',
    'a: "x" # y',
    'a:\tb',
    'a: x\ty',
    'a: -',
    '- - b',
    'a: ---',
    '--- a',
    'a: b\n...\n',
    'a : b',
    'a:b',
    'a:\n    b: 1\n  c: 2',
    'a:\nb: 1',
    '  a: 1\n  b: 2',
    'a: 1\n\nb: 2',
    'a: x:',
    'a: http://x/#y',
    'a: x#y',
    'a: "',
    '__proto__: 1',
    'a: 1e3',
    'a: 1_000',
    'a: 0o17',
    'a: +1',
    'a: é',
    'a: "\\u00e9\\/"',
  ])('%j', (text) => {
    const found = plainYaml(text);
    if (found !== undefined) expect(found).toEqual(parse(text, { stringKeys: true, logLevel: 'silent' }));
  });
});
