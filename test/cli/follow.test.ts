/** The program as it is used: something is piped in as it happens. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { MAIN, plainsight, root } from './running.ts';

const LINES = readFileSync(root('samples/bookinfo/ztunnel-n1.log'), 'latin1')
  .split(/(?<=\n)/)
  .filter((line) => line.includes('connection complete'));

test('a flow is told while the pipe goes on, and Ctrl-C ends with the summary and 130', async () => {
  const { child, out, err, until, end } = plainsight('flows', '-o', 'jsonl');
  for (const line of LINES.slice(0, 3)) child.stdin.write(line);
  await until('"type":"flow"');
  expect(out()).toContain('"type":"flow"');
  expect(out()).not.toContain('"type":"summary"');
  child.kill('SIGINT');
  expect(await end()).toBe(130);
  expect(JSON.parse(out().trimEnd().split('\n').at(-1) ?? '')).toMatchObject({ type: 'summary', exitCode: 130 });
  expect(err()).toBe('');
});

test('lines that no format knows may come first, and slowly', async () => {
  const { child, out, until, end } = plainsight('flows', '-o', 'jsonl');
  for (const line of ['dnsProxy: false\n', 'windowSize: 4194304\n']) {
    child.stdin.write(line);
    await sleep(80);
  }
  child.stdin.write(LINES[0] ?? '');
  await until('"type":"flow"');
  expect(out()).toContain('"type":"flow"');
  child.stdin.end();
  expect(await end()).toBe(0);
});

test('a FIFO that nobody writes to holds back neither the other nor the end', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'plainsight-'));
  try {
    const silent = join(folder, 'silent');
    spawnSync('mkfifo', [silent]);
    const { child, out, until, end } = plainsight('flows', '-o', 'jsonl', '-', silent);
    child.stdin.write(LINES[0] ?? '');
    await until('"type":"flow"');
    expect(out()).toContain('"type":"flow"');
    child.kill('SIGINT');
    expect(await end()).toBe(130);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a reader that goes away is success, and ends it soon', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plainsight-'));
  try {
    const file = join(folder, 'many.log');
    writeFileSync(file, LINES.join('').repeat(400), 'latin1');
    const { stdout, stderr } = spawnSync(
      'bash',
      ['-c', '"$0" "$1" flows -o jsonl "$2" | head -1 | wc -l; echo "${PIPESTATUS[0]}"', process.execPath, MAIN, file],
      { encoding: 'utf8' },
    );
    expect(stdout.trim().split(/\s+/)).toEqual(['1', '0']);
    expect(stderr).toBe('');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
