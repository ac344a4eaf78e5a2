import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

type LockEntry = { readonly hasInstallScript?: boolean; readonly optionalDependencies?: Readonly<Record<string, string>>; readonly dev?: boolean };
type Manifest = { readonly bin: Readonly<Record<string, string>>; readonly scripts: Readonly<Record<string, string>> };
type Packed = { readonly unpackedSize: number; readonly files: readonly { readonly path: string; readonly mode: number }[] };

function readJson<T>(path: string): T {
  const parsed: T = JSON.parse(readFileSync(`${ROOT}${path}`, 'utf8'));
  return parsed;
}
const lock = (): Readonly<Record<string, LockEntry>> =>
  readJson<{ readonly packages: Readonly<Record<string, LockEntry>> }>('package-lock.json').packages;
const manifest = (): Manifest => readJson<Manifest>('package.json');

function pack(): Packed {
  // prepare would build dist/ again, under the other tests' feet.
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
  );
  return packed;
}

test('no dependency runs a script when it is installed', () => {
  const packages = Object.entries(lock());
  expect(packages.length).toBeGreaterThan(50);
  expect(packages.filter(([, entry]) => entry.hasInstallScript === true).map(([path]) => path)).toEqual([]);
});

test('neither does plainsight itself: an install compiles and downloads nothing', () => {
  expect(Object.keys(manifest().scripts).filter((name) => ['preinstall', 'install', 'postinstall'].includes(name))).toEqual([]);
  // npm runs node-gyp by itself where it finds this file.
  expect(existsSync(`${ROOT}binding.gyp`)).toBe(false);
});

test('the lock names the optional packages of every platform, so that npm ci takes it (.ci/complete-lock.mjs adds what is missing)', () => {
  const packages = lock();
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => packages[`node_modules/${name}`] === undefined && packages[`${path}/node_modules/${name}`] === undefined,
    ),
  );
  expect(missing).toEqual([]);
});

test('the package has what a user needs, and nothing else', () => {
  const { files, unpackedSize } = pack();
  const paths = files.map(({ path }) => path);
  for (const needed of [
    'package.json',
    'README.md',
    'LICENSE',
    'dist/schema/line.schema.json',
    'dist/schema/document.schema.json',
    'native/build.mjs',
  ])
    expect(paths).toContain(needed);
  const folders = [...new Set(paths.filter((path) => path.includes('/')).map((path) => path.split('/')[0]))].sort();
  // The binding is made by `prepack`, which did not run here; an earlier one may have left its own.
  expect(folders.filter((folder) => folder !== 'prebuilds')).toEqual(['dist', 'native', 'samples']);
  const odd = /\.(ts|map|node|tgz|cpuprofile)$|(^|\/)(test|node_modules|build)\//;
  expect(paths.filter((path) => odd.test(path) && !/^prebuilds\/[a-z0-9-]+\/plainsight\.node$/.test(path))).toEqual([]);
  expect(unpackedSize).toBeLessThan(8e6);
});

test('each command it installs is a program', () => {
  const { files } = pack();
  for (const path of Object.values(manifest().bin)) {
    expect(files.find((file) => file.path === path)).toBeDefined();
    expect(readFileSync(`${ROOT}${path}`, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  }
});
