/** The built program as a user runs it: exit codes, and inputs that are not as they should be (contract.md). */
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { pcap, talk, tunnel } from '../flows/story.ts';
import { parseLines } from '../recordings/answer.ts';
import { ATTEMPT, CLEAR, clear, HBONE, hbone, missing, noise, type Run, run, save, scratch } from './end-to-end.ts';

describe('exit codes', () => {
  test.for([
    ['0: clean', ['verify', hbone], 0],
    ['0: a view that judges nothing, whatever it shows', ['flows', clear], 0],
    ['1: plaintext', ['verify', hbone, clear], 1],
    ['0: plaintext, but only refusals were asked for', ['verify', '--fail-on', 'denied', hbone, clear], 0],
    ['1: what --fail-on names', ['verify', '--fail-on', 'hbone', hbone], 1],
    ['2: nothing was proven', ['verify', save('empty-mesh.log', ATTEMPT)], 2],
    ['2: something could not be decided', ['verify', hbone, save('attempt.log', ATTEMPT)], 2],
    ['1 before 2', ['verify', clear, save('attempt2.log', ATTEMPT)], 1],
    ['64: a flag that is none', ['--flows', hbone], 64],
    ['64: a value that is none', ['flows', '-o', 'pdf', hbone], 64],
    ['64: explain without a flow', ['explain', hbone], 64],
    ['65: a named file that is not there', ['flows', missing, hbone], 65],
    ['65: a named file of no known format', ['flows', noise, hbone], 65],
    ['65 before 1', ['verify', missing, clear], 65],
  ] as const)('%s', async ([, words, expected]) => {
    const { code, out, err } = await run(words);
    expect(code, err).toBe(expected);
    if (expected >= 64) expect(err).toMatch(/^plainsight: /);
    // The others were answered.
    if (expected === 65) expect(out).not.toBe('');
    expect(err).not.toMatch(/\n\s+at /);
  });

  test('130 on Ctrl-C, after the summary of what had come', async () => {
    const { code, out } = await run(['flows', '-o', 'jsonl', '-'], { input: null }, (child) => {
      child.stdin?.write(HBONE);
      child.stdout?.once('data', () => child.kill('SIGINT'));
    });
    expect(code).toBe(130);
    const { summary } = parseLines(out);
    expect(summary).toMatchObject({ flows: { hbone: 1 }, exitCode: 130 });
  });

  test('they do not depend on the output', async () => {
    for (const output of ['table', 'wide', 'json', 'jsonl'])
      expect([output, (await run(['verify', '-o', output, hbone, clear])).code]).toEqual([output, 1]);
  });

  test('the summary says the same code as the process', async () => {
    for (const words of [
      ['verify', hbone],
      ['verify', clear],
      ['flows', noise],
    ]) {
      const { code, out } = await run([...words, '-o', 'jsonl']);
      expect(parseLines(out).summary).toMatchObject({ exitCode: code });
    }
  });
});

describe('inputs that are not as they should be', () => {
  test('a file that is missing is named, with what to do; the others are answered', async () => {
    const { out, err } = await run(['flows', '-o', 'jsonl', missing, hbone]);
    expect(err).toContain(missing);
    expect(err).toContain('no such file');
    expect(parseLines(out).flows).toHaveLength(1);
  });

  test('in a folder, what no format knows is listed as skipped, and is no error', async () => {
    const folder = join(scratch, 'folder');
    mkdirSync(join(folder, 'deeper'), { recursive: true });
    writeFileSync(join(folder, 'notes.txt'), 'nothing\n');
    writeFileSync(join(folder, 'deeper', 'a.log'), HBONE);
    const { code, out } = await run(['flows', '-o', 'jsonl', 'folder']);
    expect(code).toBe(0);
    const { summary, flows } = parseLines(out);
    expect(flows).toHaveLength(1);
    expect(summary.inputs.map(({ input, skipped }) => [input, skipped])).toEqual([
      ['folder/deeper/a.log', {}],
      ['folder/notes.txt', { unrecognised: 1 }],
    ]);
  });

  test('a folder with nothing in it that can be read says so in its summary, and proves nothing', async () => {
    const folder = join(scratch, 'barren');
    mkdirSync(folder);
    writeFileSync(join(folder, 'notes.txt'), 'nothing\n');
    expect((await run(['flows', 'barren'])).code).toBe(0);
    expect((await run(['verify', 'barren'])).code).toBe(2);
  });

  test('an empty file is an input without records', async () => {
    const { code, out } = await run(['flows', '-o', 'jsonl', save('empty', '')]);
    expect(code).toBe(0);
    expect(parseLines(out)).toMatchObject({ flows: [], summary: { inputs: [{ records: 0, read: 0, lost: 0 }] } });
    expect((await run(['verify', join(scratch, 'empty')])).code).toBe(2);
  });

  const access = (text: string): Promise<Run> => run(['flows', '-o', 'jsonl', save('odd.log', text)]);
  test('lines ended by CRLF, bytes that are no UTF-8, NULs between lines, no newline at the end: the lines are read', async () => {
    for (const text of [HBONE.replace('\n', '\r\n'), `\0\0\0\n${HBONE}`, HBONE.trimEnd(), `${HBONE}\0`]) {
      const { code, out } = await access(`${text}`);
      expect([code, parseLines(out).flows.length]).toEqual([0, 1]);
    }
    const broken = save(
      'utf8.log',
      Buffer.concat([Buffer.from(HBONE.trimEnd()), Buffer.from(' new.key="'), Buffer.from([0xff, 0xfe, 0xc3, 0x28]), Buffer.from('"\n')]),
    );
    expect(parseLines((await run(['flows', '-o', 'jsonl', broken])).out).flows).toHaveLength(1);
  });

  test('a line of 100 MB is one line that is none of ours', async () => {
    const path = join(scratch, 'long.log');
    const file = openSync(path, 'w');
    writeSync(file, HBONE);
    const part = 'x'.repeat(1 << 20);
    for (let mib = 0; mib < 100; mib++) writeSync(file, part);
    writeSync(file, `\n${CLEAR}`);
    closeSync(file);
    const { code, out } = await run(['flows', '-o', 'jsonl', path]);
    rmSync(path);
    const { flows, summary } = parseLines(out);
    expect([code, flows.map(({ verdict }) => verdict).sort()]).toEqual([0, ['hbone', 'plaintext']]);
    expect(summary.inputs[0]).toMatchObject({ records: 3, read: 2 });
  });

  const frames = [
    ...talk({ from: '10.0.0.1:40000', to: '10.0.0.2:9080', at: 1 }),
    ...tunnel({ from: '10.0.0.1:50000', to: '10.0.0.2:15008', at: 2 }),
  ];
  const CAPTURE = pcap(frames);

  test('a capture cut off in a packet is read up to there, and what is missing is said', async () => {
    const { code, out } = await run(['flows', '-o', 'jsonl', save('cut.pcap', CAPTURE.subarray(0, CAPTURE.length - 5))]);
    const { summary, flows, findings } = parseLines(out);
    expect(code).toBe(0);
    expect(flows.map(({ verdict }) => verdict).sort()).toEqual(['hbone', 'plaintext']);
    expect(summary.inputs[0]?.lost).toBeGreaterThan(0);
    expect(findings.map(({ id }) => id)).toEqual(['evidence-lost']);
  });

  test('a capture that claims records of 4 GB is read up to there, without 4 GB of memory', async () => {
    const lie = Buffer.alloc(16, 0xff);
    const { code, out, err } = await run(['flows', '-o', 'jsonl', save('lie.pcap', Buffer.concat([CAPTURE, lie, CAPTURE.subarray(24)]))]);
    expect([code, err]).toEqual([0, '']);
    expect(parseLines(out).flows.length).toBeGreaterThanOrEqual(2);
  });

  test('gzip is opened, also when it is cut off', async () => {
    const packed = gzipSync(CAPTURE);
    expect(parseLines((await run(['flows', '-o', 'jsonl', save('a.pcap.gz', packed)])).out).flows).toHaveLength(2);
    const { code, out, err } = await run(['flows', '-o', 'jsonl', save('cut.pcap.gz', packed.subarray(0, packed.length - 20))]);
    expect(code, err).toBe(0);
    expect(parseLines(out).summary.inputs[0]?.lost).toBeGreaterThan(0);
  });

  test('a capture that says little more than its header is no error', async () => {
    const { code, out } = await run(['flows', '-o', 'jsonl', save('header.pcap', CAPTURE.subarray(0, 24))]);
    expect([code, parseLines(out).flows]).toEqual([0, []]);
  });
});

test('the same answer from the same files, twice', async () => {
  const inputs = [hbone, clear];
  expect((await run(['flows', '-o', 'json', ...inputs])).out).toBe((await run(['flows', '-o', 'json', ...inputs])).out);
  expect(readFileSync(hbone, 'utf8')).toBe(HBONE);
});
