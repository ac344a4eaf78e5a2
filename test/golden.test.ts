import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { GOLDEN } from './golden/list.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Exit code, stdout and stderr of the built program, as a user in samples/ would see them through a pipe. */
function plainsight(words: readonly string[]): { readonly code: number | null; readonly text: string } {
  const env = { ...process.env, NO_COLOR: '1', COLUMNS: '160', TZ: 'UTC' };
  const { status, stdout, stderr } = spawnSync(process.execPath, [`${ROOT}dist/cli/main.js`, ...words], {
    cwd: `${ROOT}samples`,
    env,
    input: '',
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return { code: status, text: stderr === '' ? stdout : `${stdout}--- stderr ---\n${stderr}` };
}

describe('golden outputs', () => {
  test.for(GOLDEN)('$name', async ({ name, words, exit = 0 }) => {
    const { code, text } = plainsight(words);
    expect(code, text.slice(-2000)).toBe(exit);
    await expect(text).toMatchFileSnapshot(`golden/${name}.txt`);
  });

  test('every golden file is in the list', () => {
    const files = readdirSync(`${ROOT}test/golden`).filter((file) => file.endsWith('.txt'));
    const listed = GOLDEN.map(({ name }) => `${name}.txt`);
    expect(files.filter((file) => !listed.includes(file))).toEqual([]);
    expect(new Set(listed).size).toBe(listed.length);
  });
});
