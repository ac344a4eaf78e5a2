/** The GitHub Actions example of the README, run as far as it can be run here: its steps as they stand, over a sample. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { MAIN, root } from './running.ts';

type Step = { readonly run?: string; readonly if?: string; readonly uses?: string; readonly with?: { readonly sarif_file?: string } };

const README = readFileSync(root('README.md'), 'utf8');
const example = README.split('```').find((block) => block.startsWith('yaml\n') && block.includes('GitHub Actions')) ?? '';
const steps: readonly Step[] = parse(example.replace(/^yaml\n/, ''));
const folder = mkdtempSync(join(tmpdir(), 'plainsight-action-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** `npx plainsight` is this build, as it would be after its installation. */
function workplace(): NodeJS.ProcessEnv {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'npx'), `#!/bin/sh\n[ "$1" = plainsight ] || exit 127\nshift\nexec "${process.execPath}" "${MAIN}" "$@"\n`);
  chmodSync(join(bin, 'npx'), 0o755);
  cpSync(root('samples/bookinfo'), join(folder, 'captures'), { recursive: true });
  return { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`, GITHUB_STEP_SUMMARY: join(folder, 'summary.md') };
}

test('its steps leave what the later ones hand on, and the gate alone fails', () => {
  const env = workplace();
  // As a runner runs them: bash -e, one process a step.
  const codes = steps.filter(({ run }) => run !== undefined).map(({ run = '' }) => spawnSync('bash', ['-e', '-c', run], { cwd: folder, env }).status);
  expect(codes).toEqual([1, 0]);
  // After a failed gate only steps that say so are run.
  expect(steps.slice(1).every((step) => step.if === 'always()')).toBe(true);
  const upload = steps.find(({ uses }) => uses?.startsWith('github/codeql-action/upload-sarif@'));
  const sarif = JSON.parse(readFileSync(join(folder, upload?.with?.sarif_file ?? ''), 'utf8'));
  expect([sarif.version, sarif.runs.length]).toEqual(['2.1.0', 1]);
  expect(sarif.runs[0].results.length).toBeGreaterThan(3);
  const summary = readFileSync(join(folder, 'summary.md'), 'utf8');
  expect(summary).toMatch(/^## ❌ plainsight: \d+ % proven encrypted/);
  expect(summary).not.toContain('bookinfo');
  expect(existsSync(join(folder, 'plainsight.html'))).toBe(true);
  expect(execFileSync('head', ['-c', '15', join(folder, 'plainsight.html')], { encoding: 'utf8' })).toBe('<!doctype html>');
});
