import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, parseDocument } from 'yaml';
import type { Plain } from '../../src/report/contract/objects.ts';
import { yamlText } from '../../src/report/contract/yaml-text.ts';
import { json } from '../../src/report/json.ts';
import { yaml } from '../../src/report/yaml.ts';
import { EVERY_VIEW, HOSTILE, hostileTold, written } from './told.ts';

const WORDS = [
  'yes',
  'No',
  'null',
  '~',
  'true',
  '1e3',
  '0x1f',
  '12:30:45',
  '2026-11-21',
  '- a',
  'a: b',
  'a #b',
  '<<',
  '=',
  '.inf',
  '',
  ' x ',
  'spiffe://a/b',
  '%',
  '!t',
  '&a',
  '*a',
  '|',
  '>',
];

describe('YAML', () => {
  it.each(EVERY_VIEW)('of the view %s says what the JSON says', async (view) => {
    for (const told of [[], hostileTold('reviews-v1'), hostileTold('a: "b" \\ #c\n- d')]) {
      expect(parse(await written(yaml, { view }, told))).toEqual(JSON.parse(await written(json, { view }, told)));
    }
  });

  it('holds nothing that a terminal would obey', async () => {
    for (const evil of HOSTILE) {
      const text = await written(yaml, { view: 'flows' }, hostileTold(evil));
      expect(text.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u);
    }
  });

  it('is read back as it was, by readers of YAML 1.1 too', () => {
    const text = fc.oneof(fc.string(), fc.constantFrom(...WORDS), fc.string({ unit: 'grapheme' }));
    const value: fc.Arbitrary<Plain> = fc.letrec<{ value: Plain }>((tie) => ({
      value: fc.oneof(
        text,
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(text, tie('value'), { maxKeys: 3 }),
      ),
    })).value;
    fc.assert(
      fc.property(fc.dictionary(text, value), (object) => {
        for (const version of ['1.1', '1.2'] as const) {
          const document = parseDocument(yamlText(object, ''), { version });
          expect(document.errors).toEqual([]);
          expect(JSON.stringify(document.toJS())).toBe(JSON.stringify(object));
        }
      }),
    );
  });
});
