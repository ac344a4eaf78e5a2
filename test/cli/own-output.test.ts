/** What plainsight wrote is an input: read again it says the same, runs are merged, and what is no flow is named. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ToldBefore } from '../../src/cli/told-before.ts';
import type { Flow } from '../../src/model/flow.ts';
import { parseLines } from '../recordings/answer.ts';
import { plainsight, SAMPLES } from '../recordings/program.ts';
import { flow } from '../report/helpers.ts';
import { clear, hbone, save } from './end-to-end.ts';

const sample = join(SAMPLES, 'bookinfo');
const out = async (...words: string[]): Promise<string> => (await plainsight(words)).out;
const written = save('bookinfo.jsonl', await out('flows', '-o', 'jsonl', sample));
/** Without the summary, which is of the inputs. */
const told = (text: string): readonly string[] => text.split('\n').filter((line) => !line.startsWith('{"type":"summary"'));

describe('flows that were written', () => {
  test.for(['flows', 'edges', 'report'])('%s of them is %s of what they were made of', async (view) => {
    expect(told(await out(view, '-o', 'jsonl', written))).toEqual(told(await out(view, '-o', 'jsonl', sample)));
  });

  test('are counted, filtered, judged and explained', async () => {
    const { flows, summary } = parseLines(await out('flows', '-o', 'jsonl', written, '--verdict', 'plaintext'));
    expect(flows.map(({ verdict }) => verdict)).toEqual(Array(10).fill('plaintext'));
    expect(summary.inputs).toMatchObject([{ format: 'plainsight-jsonl', skipped: { summary: 1 }, lost: 0, sawHbone: true, sawReadable: true }]);
    expect((await plainsight(['verify', written])).code).toBe(1);
    expect(await out('explain', flows[0]?.id ?? '', written)).toContain(`flow      ${flows[0]?.id}, revision 1`);
    expect((await plainsight(['diff', written, sample])).out).toContain('Nothing changed');
  });

  test('of several runs are merged, and one that two tell is one', async () => {
    const both = save(
      'both.jsonl',
      (await out('flows', '-o', 'jsonl', hbone)) + (await out('flows', '-o', 'jsonl', clear)) + (await out('flows', '-o', 'jsonl', hbone)),
    );
    const { flows, summary } = parseLines(await out('flows', '-o', 'jsonl', both));
    expect(flows.map(({ verdict }) => verdict).sort()).toEqual(['hbone', 'plaintext']);
    expect(summary.inputs[0]).toMatchObject({ records: 6, read: 2, skipped: { duplicate: 1, summary: 3 } });
    // Beside what was not decided before.
    expect(parseLines(await out('flows', '-o', 'jsonl', written, clear)).flows).toHaveLength(52);
  });

  test('that are broken are counted; a report without flows says what to give instead', async () => {
    const [first = ''] = told(await out('flows', '-o', 'jsonl', hbone));
    const lines = [
      first,
      first.slice(0, 80),
      first.replace('"verdict":"hbone"', '"verdict":"proven"'),
      first.replace('2023', 'x'),
      '{"type":"other"}',
      'no JSON',
    ];
    const { flows, summary } = parseLines(await out('flows', '-o', 'jsonl', save('broken.jsonl', lines.join('\n'))));
    expect(flows).toHaveLength(1);
    expect(summary.inputs[0]?.skipped).toEqual({ malformed: 4, 'no-flow': 1 });
    const { code, err } = await plainsight([save('edges.jsonl', await out('edges', '-o', 'jsonl', hbone))]);
    expect([code, err]).toEqual([65, expect.stringContaining('without its flows: write it with plainsight flows -o jsonl')]);
  });
});

test('of a flow the last revision stands, whatever came first; a withdrawn one does not', () => {
  const revisions: readonly Flow[] = [flow({ revision: 2, verdict: 'plaintext' }), flow({ revision: 1 }), flow({ revision: 3, verdict: 'tls' })];
  for (const order of [revisions, [...revisions].reverse()]) {
    const before = new ToldBefore();
    for (const one of order) before.add({ kind: 'flow', flow: one }, () => {});
    expect(before.flows().map(({ verdict }) => verdict)).toEqual(['tls']);
  }
  const gone = flow({ revision: 2, supersededBy: '0000000000000001' });
  for (const order of [
    [gone, flow()],
    [flow(), gone],
  ]) {
    const before = new ToldBefore();
    for (const one of order) before.add({ kind: 'flow', flow: one }, () => {});
    expect(before.flows()).toEqual([]);
  }
});
