/**
 * Adds to package-lock.json the optional packages of other platforms that a registry mirror left out; without them `npm ci`
 * refuses the lock ("Missing: @biomejs/cli-…"). Run it after every `npm install` that changed the lock.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const path = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(path, 'utf8'));

/** os, cpu and libc as npm names them, read from a name such as `@oxc-parser/binding-linux-arm-gnueabihf`. */
function platformOf(name) {
  const [os, arch, abi] = name
    .slice(name.indexOf('/') + 1)
    .split('-')
    .slice(1);
  if (!SYSTEMS.includes(os)) throw new Error(`${name}: no platform in the name; add it to the lock by hand`);
  const libc = os !== 'linux' ? undefined : abi?.startsWith('musl') ? 'musl' : abi === 'gnu' || name.startsWith('@biomejs/') ? 'glibc' : undefined;
  return { cpu: [arch], ...(libc && { libc: [libc] }), os: [os] };
}

const added = [];
for (const [at, entry] of Object.entries(lock.packages)) {
  for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
    if (lock.packages[`node_modules/${name}`] || lock.packages[`${at}/node_modules/${name}`]) continue;
    if (!/^\d+\.\d+\.\d+$/.test(range)) continue;
    lock.packages[`node_modules/${name}`] = {
      version: range,
      ...platformOf(name),
      ...(entry.dev && { dev: true }),
      ...(entry.license && { license: entry.license }),
      optional: true,
      ...(entry.engines && { engines: entry.engines }),
    };
    added.push(name);
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
if (added.length > 0) writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
console.log(added.length === 0 ? 'the lock is complete' : `added ${added.length}: ${added.join(' ')}`);
