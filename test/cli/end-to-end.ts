/** The built program as a child process, and a folder with files for it. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { logOf } from '../flows/story.ts';

const PROGRAM = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
export const scratch = mkdtempSync(join(tmpdir(), 'plainsight-e2e-'));
afterAll(() => rmSync(scratch, { recursive: true }));

export const save = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(scratch, name), content);
  return join(scratch, name);
};

export type Run = { readonly code: number | null; readonly out: string; readonly err: string };
type Options = { readonly input?: string | Uint8Array | null; readonly cwd?: string; readonly env?: Readonly<Record<string, string>> };

/** `input`: written to stdin, which then ends; null leaves it open. */
export function run(
  words: readonly string[],
  { input = '', cwd = scratch, env = {} }: Options = {},
  meanwhile: (child: ReturnType<typeof spawn>) => void = () => {},
): Promise<Run> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [PROGRAM, ...words], { cwd, env: { ...process.env, NO_COLOR: '1', COLUMNS: '120', ...env } });
    const parts: { out: Buffer[]; err: Buffer[] } = { out: [], err: [] };
    child.stdout.on('data', (part: Buffer) => parts.out.push(part));
    child.stderr.on('data', (part: Buffer) => parts.err.push(part));
    child.stdin.on('error', () => {});
    child.on('close', (code) => resolve({ code, out: Buffer.concat(parts.out).toString('utf8'), err: Buffer.concat(parts.err).toString('utf8') }));
    if (input !== null) child.stdin.end(input);
    meanwhile(child);
  });
}

export const HBONE = logOf([{ at: 1, direction: 'inbound', from: '10.0.0.1:50000', to: '10.0.0.2:15008', hbone: '10.0.0.2:9080' }]);
export const CLEAR = logOf([{ at: 1, direction: 'inbound', from: '10.0.0.1:50000', to: '10.0.0.2:9080' }]);
export const ATTEMPT = logOf([
  { at: 2, direction: 'outbound', from: '10.0.0.1:40000', to: '10.0.0.3:15008', hbone: '10.0.0.3:80', event: 'connection opened', level: 'debug' },
]);
export const hbone = save('hbone.log', HBONE);
export const clear = save('clear.log', CLEAR);
export const noise = save('noise.txt', 'nothing that plainsight knows\n'.repeat(20));
export const missing = join(scratch, 'no-such-file');
