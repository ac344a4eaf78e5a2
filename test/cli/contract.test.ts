/** contract.md from outside: changes hold to the schema, and no exit code depends on the output. */
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { DOCUMENT_SCHEMA, LINE_SCHEMA } from '../../src/report/contract/schema.ts';
import { REPORTERS } from '../../src/report/index.ts';
import { logOf } from '../flows/story.ts';
import { plainsight, SAMPLES } from '../recordings/program.ts';
import { ATTEMPT, clear, hbone, missing, save } from './end-to-end.ts';

const ajv = new Ajv2020({ strict: false, allErrors: true });
const isLine = ajv.compile(LINE_SCHEMA);
const isDocument = ajv.compile(DOCUMENT_SCHEMA);
const sample = (name: string): string => join(SAMPLES, name);
const leaks = save('leaks.log', logOf([1, 5, 9].map((at) => ({ at, direction: 'inbound', from: `10.0.0.1:5000${at}`, to: '10.0.0.2:9080' }))));
const attempt = save('attempt.log', ATTEMPT);

type Change = { readonly type: string; readonly change?: string; readonly edge?: object | null; readonly finding?: object };

describe('the changes of diff', () => {
  const more = sample('witnesses');
  const sides = [
    [sample('bookinfo'), more],
    [more, sample('bookinfo')],
    [hbone, clear],
    [clear, hbone],
  ] as const;

  test('are what the schema says, as lines and as one document; all kinds of them', async () => {
    const kinds = new Set<string>();
    for (const [before, after] of sides) {
      const lines = await plainsight(['diff', before, after, '-o', 'jsonl']);
      const told: readonly Change[] = lines.out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      for (const one of told) {
        expect(isLine(one), `${JSON.stringify(one).slice(0, 200)}\n${ajv.errorsText(isLine.errors).slice(0, 400)}`).toBe(true);
        if (one.change !== undefined) kinds.add(one.change);
      }
      expect(told.map(({ type }) => type)).toEqual([...told.slice(1).map(() => 'change'), 'summary']);
      const document = await plainsight(['diff', before, after, '-o', 'json']);
      const written: { readonly changes: readonly Change[]; readonly summary: Change } = JSON.parse(document.out);
      expect(isDocument(written), ajv.errorsText(isDocument.errors).slice(0, 400)).toBe(true);
      expect([...written.changes, written.summary]).toEqual(told);
      expect(told.at(-1)).toMatchObject({ exitCode: lines.code });
    }
    expect([...kinds].sort()).toEqual(['became-encrypted', 'became-plaintext', 'finding-came', 'finding-gone', 'gone', 'new']);
  });

  test('lead to one exit code in every output', async () => {
    for (const [before, after] of sides.slice(2, 4)) {
      const codes: number[] = [];
      for (const output of ['table', 'wide', 'json', 'jsonl']) codes.push((await plainsight(['diff', before, after, '-o', output])).code);
      expect(new Set(codes).size, `${before} ${after}: ${codes}`).toBe(1);
    }
  });
});

describe('an exit code never depends on -o', () => {
  const cases: readonly (readonly [words: readonly string[], code: number])[] = [
    [['report', hbone], 0],
    [['report', clear], 0],
    [['report', hbone, missing], 65],
    [['flows', hbone], 0],
    [['flows', hbone, missing], 65],
    [['edges', clear], 0],
    [['edges', missing], 65],
    [['explain', '0000', hbone], 0],
    [['verify', hbone], 0],
    [['verify', clear], 1],
    [['verify', attempt], 2],
    [['verify', '--fail-on', 'hbone', hbone], 1],
    [['verify', '--min-flows', '5', hbone], 2],
    [['verify', hbone, missing], 65],
    [['strict', hbone], 0],
    [['strict', clear], 2],
    [['strict', leaks], 1],
    [['strict', clear, missing], 65],
  ];
  test.for(cases)('%j: %i', async ([words, code]) => {
    const codes = new Map<string, number>();
    for (const { name } of REPORTERS) {
      const ran = await plainsight([...words, '-o', name]);
      codes.set(name, ran.code);
      if (name === 'json') expect(JSON.parse(ran.out).summary.exitCode).toBe(ran.code);
    }
    expect([...codes].filter(([, other]) => other !== code)).toEqual([]);
  });
});
