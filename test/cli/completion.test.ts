/** TAB, in the real shells: bash, zsh and fish (Debian has all three; test:all installs them). */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { SHELLS } from '../../src/cli/command.ts';
import { completionText } from '../../src/cli/completion.ts';
import { FLAGS, HELPED_VIEWS, SYSTEM_WORDS } from '../../src/cli/help.ts';

import { run, scratch } from './end-to-end.ts';
import { MAIN } from './running.ts';

const TYPE = fileURLToPath(new URL('type-in-shell.py', import.meta.url));
mkdirSync(join(scratch, 'bin'));
symlinkSync(MAIN, join(scratch, 'bin/plainsight'));
writeFileSync(join(scratch, 'recorded in the night.pcap'), '');
writeFileSync(join(scratch, 'ztunnel-n1.log'), '');

type Typed = readonly [what: string, text: string, expected: string];

/** What the terminal shows for each. */
async function typed(shell: string, cases: readonly Typed[]): Promise<readonly string[]> {
  const PATH = `${join(scratch, 'bin')}:${process.env['PATH'] ?? ''}`;
  const words = [TYPE, shell, ...cases.flatMap(([, text, expected]) => [text, expected])];
  const { stdout } = await promisify(execFile)('python3', words, { cwd: scratch, env: { ...process.env, PATH } });
  const shown: unknown = JSON.parse(stdout);
  return Array.isArray(shown) ? shown.map(String) : [];
}

const offered = (...words: string[]): readonly string[] =>
  completionText(words)
    .split('\n')
    .map((line) => line.split('\t')[0] ?? '')
    .filter((line) => line !== '' && !line.startsWith(':'));

describe.each(SHELLS)('a TAB in %s', (shell) => {
  const cases: readonly Typed[] = [
    ['a view', 'plainsight str\t', 'plainsight strict '],
    ['a flag', 'plainsight flows --verd\t', 'plainsight flows --verdict '],
    ['a value', 'plainsight flows --verdict plaint\t', '--verdict plaintext '],
    ['a value behind =', 'plainsight flows --verdict=plaint\t', '--verdict=plaintext '],
    ['the next of a list', 'plainsight verify --fail-on plaintext,bypassed\t', '--fail-on plaintext,bypassed-mesh'],
    ['a file', 'plainsight flows ztun\t', 'plainsight flows ztunnel-n1.log '],
    ['beside what must not be evaluated', 'plainsight flows $(touch evaluated) ztun\t', ' ztunnel-n1.log '],
  ];

  it('completes views, flags, values, lists and files, and evaluates nothing that was typed', async () => {
    const shown = await typed(shell, cases);
    for (const [index, [what, , expected]] of cases.entries()) expect(shown[index], what).toContain(expected);
    expect(existsSync(join(scratch, 'evaluated'))).toBe(false);
  }, 120_000);
});

describe('completion', () => {
  it('offers the fields of the view for --columns, one after the other', () => {
    expect(offered('edges', '--columns', 'secured,source.w')).toEqual(['secured,source.workload']);
    expect(offered('flows', '--columns=sec')).toEqual([]);
    expect(offered('--columns', 'secu')).toEqual(['secured']);
  });

  it('answers kubectl, which asks a program of its own', async () => {
    const ask = fileURLToPath(new URL('../../dist/cli/kubectl-complete.js', import.meta.url));
    const { stdout } = await promisify(execFile)(ask, ['flows', '--verdict', 'plain']);
    expect(stdout).toBe(completionText(['flows', '--verdict', 'plain']));
    expect(stdout).toBe('plaintext\t\n:4\n');
  });

  it('offers every view, word and flag, and the values of those that have a list', () => {
    expect(offered('')).toEqual([...HELPED_VIEWS, ...SYSTEM_WORDS.map(({ value }) => value)]);
    expect(offered('flows', '-').length).toBeGreaterThan(FLAGS.length);
    for (const flag of ['-o', '--output', '--verdict', '--reason', '--color', '--fail-on', '-i'])
      expect(offered('flows', flag, '').length).toBeGreaterThan(2);
    expect(offered('flows', '--verdict', '!pl')).toEqual(['!plaintext']);
    expect(offered('-o', 'json', 'flo')).toEqual(['flows']);
    expect(offered('completion', 'f')).toEqual(['fish']);
  });

  it('leaves operands and files of flags to the shell, and offers none where no file fits', () => {
    expect(completionText(['flows', 'x'])).toBe(':0\n');
    expect(completionText(['flows', '-r', 'x'])).toBe(':0\n');
    expect(completionText(['flows', '--port', ''])).toBe(':4\n');
  });

  it('names the shells where another is asked for', async () => {
    expect(await run(['completion', 'tcsh'])).toMatchObject({
      code: 64,
      err: expect.stringContaining('completion wants one shell, bash, zsh, fish'),
    });
    expect(await run(['completion', 'bash'])).toMatchObject({ code: 0, out: expect.stringContaining('complete -F _plainsight plainsight') });
  });
});
