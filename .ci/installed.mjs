/**
 * `node .ci/installed.mjs [NODE…]`: packs plainsight, installs the tarball where there is no compiler (nothing on PATH but Node, npm and sh),
 * and runs it under this Node and each NODE given (paths of programs): the recorded mesh comes out as the golden report has it, the binding
 * loads, and kubectl finds its plugin.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'plainsight-installed-'));
try {
  execFileSync(process.execPath, ['native/build.mjs', '--prebuild'], { cwd: root, stdio: 'inherit' });
  // `prepare` would build dist/ again under what else runs.
  const [{ filename }] = JSON.parse(execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', scratch], { cwd: root }));
  const bin = join(scratch, 'bin');
  mkdirSync(bin);
  const which = (program) => execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim();
  for (const program of ['npm', 'sh', 'env']) symlinkSync(which(program), join(bin, program));
  symlinkSync(process.execPath, join(bin, 'node'));
  const app = join(scratch, 'app');
  mkdirSync(app);
  execFileSync('npm', ['install', '--prefix', app, '--no-audit', '--no-fund', '--loglevel=error', join(scratch, filename)], {
    env: { ...process.env, PATH: bin },
    stdio: 'inherit',
  });
  const golden = readFileSync(join(root, 'test/golden/bookinfo--report.txt'), 'utf8');
  for (const node of [process.execPath, ...process.argv.slice(2)]) {
    const env = { ...process.env, PATH: `${dirname(node)}:${bin}`, NO_COLOR: '1', COLUMNS: '160', TZ: 'UTC' };
    const start = (program, ...words) =>
      execFileSync(join(app, 'node_modules/.bin', program), words, { cwd: join(app, 'node_modules/plainsight/samples'), env, encoding: 'utf8' });
    if (start('plainsight', 'bookinfo') !== golden) throw new Error(`${node}: the report of samples/bookinfo is not the golden one`);
    if (!start('plainsight', 'interfaces').includes('lo')) throw new Error(`${node}: no interfaces: the prebuilt binding does not load`);
    if (start('kubectl-plainsight', '--version') !== start('plainsight', '--version')) throw new Error(`${node}: kubectl-plainsight is another`);
    console.log(`installed without a compiler, runs under ${execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()}`);
  }
} finally {
  rmSync(scratch, { recursive: true });
}
