import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const FUZZ = fileURLToPath(new URL('./run.mjs', import.meta.url));
const fuzz = (...words: readonly string[]) => spawnSync(process.execPath, [FUZZ, ...words], { encoding: 'utf8' });

test('a moment of every target in memory finds nothing, and says what would bring it back', () => {
  const { status, stdout } = fuzz('--time', '0.3', '--seed', '7', '--only', 'bytes', '--only', 'text', '--only', 'packets');
  expect(stdout).toMatch(
    /^fuzz: seed 7, 0.3 s each\nbytes: \d+ inputs, nothing found .*\ntext: \d+ inputs, nothing found .*\npackets: \d+ inputs, nothing found .*\n$/,
  );
  expect(status).toBe(0);
});

test('a target that is none is told from those that are', () => {
  const { status, stderr } = fuzz('--only', 'dreams');
  expect([status, stderr]).toEqual([64, 'fuzz: --seed and --time are numbers, --only is one of bytes, text, packets, program\n']);
});
