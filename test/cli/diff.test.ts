import { expect, test } from 'vitest';
import { clear, hbone, run, save } from './end-to-end.ts';

test('diff: 0 the same, 1 worse, 0 better, of inputs and of what plainsight wrote of them', async () => {
  const written = save('before.jsonl', (await run([hbone, '-o', 'jsonl'])).out);
  const sides = [
    [written, hbone],
    [written, clear],
    [clear, written],
  ] as const;
  const runs = await Promise.all(sides.map((both) => run(['diff', ...both, '-o', 'jsonl'])));
  expect(runs.map(({ code }) => code)).toEqual([0, 1, 0]);
  const changes = runs.map(({ out }) =>
    out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  );
  expect(changes.map((lines) => lines.map(({ type, change }) => change ?? type))).toEqual([
    ['summary'],
    ['became-plaintext', 'summary'],
    ['became-encrypted', 'summary'],
  ]);
  expect(changes[1]?.at(-1).exitCode).toBe(1);
  const table = await run(['diff', written, clear]);
  expect([table.code, table.out]).toEqual([
    1,
    expect.stringMatching(/^✗ became plaintext {2}shop\/client → shop\/server:9080\n[\s\S]*\nWORSE {2}1 change, 1 for the worse\n$/),
  ]);
});

test('diff says what is wrong with its sides', async () => {
  const cut = save('cut.jsonl', (await run([hbone, '-o', 'jsonl'])).out.split('\n').slice(0, 1).join('\n'));
  const runs = [
    await run(['diff', hbone]),
    await run(['diff', hbone, clear, '-o', 'csv']),
    await run(['diff', cut, clear]),
    await run(['diff', save('whole.json', (await run([hbone, '-o', 'json'])).out), clear, '--verdict', 'hbone']),
  ];
  expect(runs.map(({ code }) => code)).toEqual([64, 64, 65, 64]);
  expect(runs[2]?.err).toContain('ends before its summary');
});
