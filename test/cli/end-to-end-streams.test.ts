/** What the built program reads and writes where, and what filters leave of it (contract.md, Streams, Filters). */
import { describe, expect, test } from 'vitest';
import { logOf } from '../flows/story.ts';
import { parseLines } from '../recordings/answer.ts';
import { clear, HBONE, hbone, missing, noise, run, save } from './end-to-end.ts';

describe('streams', () => {
  test('without an input what is piped in is read; with one it is not touched', async () => {
    expect(parseLines((await run(['flows', '-o', 'jsonl'], { input: HBONE })).out).flows).toHaveLength(1);
    expect(
      parseLines(
        (await run(['flows', '-o', 'jsonl', clear], { input: null }, (child) => setTimeout(() => child.stdin?.destroy(), 20_000).unref())).out,
      ).flows.map(({ verdict }) => verdict),
    ).toEqual(['plaintext']);
  });

  test('- and -r name inputs as well', async () => {
    expect(parseLines((await run(['flows', '-o', 'jsonl', '-', clear], { input: HBONE })).out).flows).toHaveLength(2);
    expect(parseLines((await run(['flows', '-o', 'jsonl', '-r', hbone])).out).flows).toHaveLength(1);
  });

  test('a reader that has seen enough (| head -1) is success, and nothing is said of it', async () => {
    const many = save(
      'many.log',
      Array.from({ length: 60_000 }, (_, index) =>
        logOf([
          {
            at: index / 100,
            direction: 'outbound',
            from: `10.0.${(index >> 8) & 255}.${index & 255}:4000`,
            to: '10.0.0.2:15008',
            hbone: '10.0.0.2:9080',
          },
        ]),
      ).join(''),
    );
    const { code, out, err } = await run(['flows', '-o', 'jsonl', many], {}, (child) => child.stdout?.once('data', () => child.stdout?.destroy()));
    expect([code, err]).toEqual([0, '']);
    expect(out.length).toBeLessThan(10_000_000);
  });

  test('only the answer is on stdout, only words for people on stderr', async () => {
    const { out, err } = await run(['flows', '-o', 'jsonl', noise, hbone]);
    for (const line of out.trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow();
    expect(err).toMatch(/^plainsight: .*noise\.txt: none of the known formats/);
    expect((await run(['flows', '-q', hbone])).err).toBe('');
  });

  test('control characters of names never reach the terminal as such', async () => {
    const evil = HBONE.replace('client-0', '\\u{1b}[31mred\\u{7}\\u{202e}');
    for (const view of ['report', 'flows', 'edges']) {
      const { out } = await run([view, '-o', 'wide', save('evil.log', evil)]);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there.
      expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    }
    const { err } = await run(['flows', `${missing}\u001b[31m\nplainsight: all is well`]);
    expect(err).not.toContain('\u001b');
    expect(err).not.toMatch(/^plainsight: all is well/m);
  });

  test('a name of a megabyte widens no row but its own', async () => {
    const others = HBONE.repeat(100).replaceAll(/50000/g, () => String(20_000 + Math.floor(Math.random() * 40_000)));
    const long = save('long.log', HBONE.replace('client-0', 'x'.repeat(1_000_000)) + others);
    const { out } = await run(['flows', '-o', 'wide', long]);
    expect(out.length).toBeLessThan(2_000_000);
    const lines = (await run([long])).out.split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(120);
  });
});

describe('filters choose what is shown and judged', () => {
  const all = save(
    'both.log',
    logOf([
      { at: 0, direction: 'inbound', from: '10.0.0.1:50000', to: '10.0.0.2:15008', hbone: '10.0.0.2:9080' },
      { at: 600, direction: 'inbound', from: '10.0.0.7:50000', to: '10.0.0.2:9090' },
    ]),
  );
  test.for([
    [['--verdict', 'plaintext'], ['plaintext']],
    [['--verdict', '!plaintext'], ['hbone']],
    [['--port', '9090'], ['plaintext']],
    [['--ip', '10.0.0.1'], ['hbone']],
    [['--cidr', '10.0.0.4/30'], ['plaintext']],
    [['--cidr', '!10.0.0.4/30'], ['hbone']],
    [['--from', '10.0.0.7'], ['plaintext']],
    [['--to', '10.0.0.7'], []],
    [
      ['--namespace', 'shop'],
      ['hbone', 'plaintext'],
    ],
    [['--since', '5m'], ['plaintext']],
    [
      ['--since', '1h'],
      ['hbone', 'plaintext'],
    ],
    [['--until', '5m'], ['hbone']],
    [['--reason', 'hbone', '--port', '9090'], []],
  ] as const)('%s', async ([flags, verdicts]) => {
    const { out } = await run(['flows', '-o', 'jsonl', ...flags, all]);
    const { flows, summary } = parseLines(out);
    expect(flows.map(({ verdict }) => verdict).sort()).toEqual(verdicts);
    expect(Object.values(summary.flows).reduce((sum, count) => sum + count, 0)).toBe(verdicts.length);
  });

  test('what is filtered out is not judged', async () => {
    expect((await run(['verify', all])).code).toBe(1);
    expect((await run(['verify', '--verdict', 'hbone', all])).code).toBe(0);
  });
});
