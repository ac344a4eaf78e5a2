/** Every view over every sample, in every output: machine outputs hold to the schema that ships, and payload stays where it was. */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { VIEWS, type View } from '../../src/model/reporter.ts';
import { DOCUMENT_SCHEMA, LINE_SCHEMA } from '../../src/report/contract/schema.ts';
import { REPORTERS } from '../../src/report/index.ts';
import { parseLines } from '../recordings/answer.ts';
import { plainsight, SAMPLES } from '../recordings/program.ts';

const FOLDERS = readdirSync(SAMPLES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
/** The sample with every verdict: in every output. The others in those that each say things in their own words. */
const RICHEST = 'bookinfo';
const MACHINES = ['csv', 'sarif', 'junit'];
const BASIC = ['table', 'wide', 'json', 'jsonl'];
const ajv = new Ajv2020({ strict: false, allErrors: true });
const isLine = ajv.compile(LINE_SCHEMA);
const isDocument = ajv.compile(DOCUMENT_SCHEMA);

/** `explain` wants a flow of that input. */
async function wordsOf(view: View, path: string): Promise<readonly string[]> {
  if (view !== 'explain') return [view, path];
  const { flows } = parseLines((await plainsight(['flows', '-o', 'jsonl', path])).out);
  return [view, flows[0]?.id ?? '0000', path];
}

describe.for(FOLDERS)('%s', (folder) => {
  const path = join(SAMPLES, folder);

  test.for(
    VIEWS.flatMap((view) => REPORTERS.filter(({ name }) => folder === RICHEST || BASIC.includes(name)).map(({ name }) => ({ view, output: name }))),
  )('$view as $output', async ({ view, output }) => {
    const words = await wordsOf(view, path);
    const { code, out, err } = await plainsight([...words, '-o', output]);
    expect(err).toBe('');
    expect(view === 'verify' || view === 'strict' ? [0, 1, 2] : [0]).toContain(code);
    if (output === 'jsonl') {
      for (const line of out.trim().split('\n')) {
        expect(isLine(JSON.parse(line)), `${line.slice(0, 300)}\n${ajv.errorsText(isLine.errors).slice(0, 500)}`).toBe(true);
      }
    } else if (output === 'json') {
      expect(isDocument(JSON.parse(out)), ajv.errorsText(isDocument.errors).slice(0, 500)).toBe(true);
    } else if (output === 'yaml') {
      expect(isDocument(parse(out)), ajv.errorsText(isDocument.errors).slice(0, 500)).toBe(true);
    } else {
      expect(out).not.toBe('');
      // What a machine reads may say null.
      if (!MACHINES.includes(output)) for (const line of out.split('\n')) expect(line).not.toMatch(/undefined|NaN|\[object|null/);
    }
    // What requests and replies of the samples say (truth.json of the recordings) is in no output.
    expect(out).not.toMatch(/secret-token|User-Agent|Content-Length:/);
  });

  test('json says what jsonl says', async () => {
    for (const view of ['flows', 'report'] as const) {
      const lines = (await plainsight([view, '-o', 'jsonl', path])).out
        .trim()
        .split('\n')
        .map((line): { readonly type: string } => JSON.parse(line));
      const document = JSON.parse((await plainsight([view, '-o', 'json', path])).out);
      expect([...(document.flows ?? []), ...(document.edges ?? []), ...(document.findings ?? []), document.summary]).toEqual(lines);
    }
  });
});
