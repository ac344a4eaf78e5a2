/**
 * `node .ci/on-node.mjs VERSION [TEST…]`: runs tests under another Node, from the registry's `node-<platform>-<arch>` package (the official
 * binary, no install script). The programs that the tests start run under it too.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [version, ...tests] = process.argv.slice(2);
const root = fileURLToPath(new URL('..', import.meta.url));
const home = join(root, 'node_modules/.cache', `node-${version}`);
const name = `node-${process.platform}-${process.arch}`;
mkdirSync(home, { recursive: true });

const run = (command, words, env = {}) => {
  const { status } = spawnSync(command, words, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  if (status !== 0) process.exit(status ?? 1);
};
run('npm', ['install', '--prefix', home, '--no-save', '--no-audit', '--no-fund', '--loglevel=error', `${name}@${version}`]);
const bin = join(home, 'node_modules', name, 'bin');
run(join(bin, 'node'), ['--version']);
run(join(bin, 'node'), ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/vitest.config.ts', '--reporter=default', ...tests], {
  PATH: `${bin}:${process.env.PATH}`,
});
