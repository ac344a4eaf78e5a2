/**
 * Builds native/build/plainsight.node with the system's `cc` and Node-API's headers: no node-gyp, no download.
 *
 *   node native/build.mjs                  builds when a source is newer than the result
 *   node native/build.mjs --prebuild       … to prebuilds/<platform>-<arch>/, as `npm pack` does
 *   node native/build.mjs --out FILE       … to FILE
 *   node native/build.mjs --sanitize       with AddressSanitizer, see README.md
 *
 * Without a compiler or headers it says one line and succeeds: such a machine reads files, and captures through tcpdump.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({
  options: { out: { type: 'string' }, prebuild: { type: 'boolean', default: false }, sanitize: { type: 'boolean', default: false } },
});
const folder = values.prebuild ? join(here, '..', 'prebuilds', `${process.platform}-${process.arch}`) : join(here, 'build');
const out = resolve(values.out ?? join(folder, 'plainsight.node'));

const sources = readdirSync(here)
  .filter((name) => /\.[ch]$/.test(name))
  .map((name) => join(here, name));
const headers = [join(here, '..', 'node_modules', 'node-api-headers', 'include'), join(dirname(process.execPath), '..', 'include', 'node')].find(
  (folder) => existsSync(join(folder, 'node_api.h')),
);

const give = (why) => {
  console.error(`native: not built (${why}); live capture will run tcpdump instead`);
  process.exit(0);
};
const newest = Math.max(...sources.map((file) => statSync(file).mtimeMs));
if (!values.sanitize && existsSync(out) && statSync(out).mtimeMs >= newest) process.exit(0);
if (process.platform === 'win32') give('Windows has no libpcap');
if (headers === undefined) give('no Node-API headers: npm install node-api-headers');

const compiler = process.env.CC ?? 'cc';
// Written beside and renamed: a process that has the old file mapped keeps it, and two builds at once do not meet.
const temporary = `${out}.${process.pid}`;
mkdirSync(dirname(out), { recursive: true });
const result = spawnSync(
  compiler,
  [
    ...['-std=gnu11', '-O2', '-g1', '-fPIC', '-shared', '-pthread', '-fvisibility=hidden', '-fstack-protector-strong', '-D_FORTIFY_SOURCE=2'],
    ...['-Wall', '-Wextra', '-Wconversion', '-Wno-sign-conversion', '-Wno-missing-field-initializers'],
    ...(process.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : ['-Wl,-z,relro,-z,now']),
    ...(values.sanitize ? ['-fsanitize=address,undefined', '-fno-omit-frame-pointer', '-U_FORTIFY_SOURCE'] : []),
    ...[`-I${headers}`, '-o', temporary, ...sources.filter((file) => file.endsWith('.c'))],
  ],
  { stdio: ['ignore', 'inherit', 'inherit'] },
);
if (result.error !== undefined) give(`no C compiler: ${compiler}`);
if (result.status !== 0) {
  rmSync(temporary, { force: true });
  give('the compiler failed, see above');
}
renameSync(temporary, out);
