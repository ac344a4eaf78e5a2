import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import { CLOCK_FOLDERS, CLOCK_MODULES, IMPORTS, MAX_LINES, NATIVE_FILES, PACKAGES, PURE_MODULES, REGISTRIES, SYSTEM_FOLDERS } from './house.ts';
import { codeOnly, exportedConstants, importsOf, stringsOf } from './source.ts';

/** Path below src/ (`wire/sniff/tls.ts`) → text. */
export type Tree = ReadonlyMap<string, string>;

/** Every breach of the house's rules in `tree`, one sentence each, saying what to do about it. */
export function breaches(tree: Tree): readonly string[] {
  const each = [...tree].flatMap(([path, text]) => [
    ...importBreaches(path, text),
    ...globalBreaches(path, text),
    ...lengthBreaches(path, text),
    ...registryBreaches(path, text, tree),
  ]);
  return [...each, ...cycles(tree).map((cycle) => `${cycle.join(' → ')}: a cycle of imports; move what both need into a file of its own`)];
}

const folderOf = (path: string): string => path.split('/')[0] ?? '';

function importBreaches(path: string, text: string): readonly string[] {
  const folder = folderOf(path);
  const allowed = IMPORTS[folder];
  if (allowed === undefined || !path.includes('/')) return [`${path}: src/ has no place for it; the folders are ${Object.keys(IMPORTS).join(', ')}`];
  return importsOf(text).flatMap(({ specifier, typeOnly }) => {
    if (specifier.startsWith('.')) return relativeBreach(path, specifier, typeOnly, allowed);
    if (folder === 'model') return [`${path} imports ${specifier}; model/ imports nothing`];
    if (builtinModules.includes(specifier)) return [`${path} imports ${specifier}; write node:${specifier}`];
    if (specifier.startsWith('node:')) return systemBreach(path, specifier);
    const home = PACKAGES[packageOf(specifier)];
    return home === undefined || home.includes(folder) ? [] : [`${path} imports ${specifier}; only ${home.join(', ')}/ may`];
  });
}

function relativeBreach(path: string, specifier: string, typeOnly: boolean, allowed: readonly string[]): readonly string[] {
  const target = posix.normalize(posix.join(posix.dirname(path), specifier));
  if (target.startsWith('../')) return specifier.endsWith('package.json') ? [] : [`${path} imports ${specifier}, which is outside src/`];
  const folder = folderOf(path);
  const other = folderOf(target);
  if (folder === 'web' && other === 'model' && !typeOnly) return [`${path} imports ${specifier}; web/ takes only types (import type) of model`];
  if (other === folder || allowed.includes(other)) return [];
  return [`${path} imports ${specifier}; ${folder}/ may import only ${['its own files', ...allowed].join(', ')}`];
}

function systemBreach(path: string, specifier: string): readonly string[] {
  const folder = folderOf(path);
  if (PURE_MODULES.includes(specifier) || SYSTEM_FOLDERS.includes(folder)) return [];
  if (CLOCK_MODULES.includes(specifier) && CLOCK_FOLDERS.includes(folder)) return [];
  return [`${path} imports ${specifier}; only ${SYSTEM_FOLDERS.join(', ')}/ touch the system`];
}

const packageOf = (specifier: string): string =>
  specifier.startsWith('@') ? specifier.split('/').slice(0, 2).join('/') : (specifier.split('/')[0] ?? '');

const SYSTEM_GLOBAL = /(?<![.\w$])(?:globalThis\.)?(process|console|WebSocket|XMLHttpRequest)\s*[.[(]|(?<![.\w$])(?<!function\s)(fetch)\s*\(/g;
const CLOCK = /\bDate\.now\s*\(|\bnew\s+Date\s*\(\s*\)|\bperformance\.now\s*\(|(?<![.\w$])(?:setTimeout|setInterval|setImmediate)\s*\(/g;

function globalBreaches(path: string, text: string): readonly string[] {
  const folder = folderOf(path);
  const code = codeOnly(text);
  const system =
    SYSTEM_FOLDERS.includes(folder) || folder === 'web' ? [] : [...code.matchAll(SYSTEM_GLOBAL)].map((found) => found[1] ?? found[2] ?? '');
  const clock = CLOCK_FOLDERS.includes(folder) ? [] : (code.match(CLOCK) ?? []);
  const native = NATIVE_FILES.includes(path) ? [] : stringsOf(text).filter((literal) => /(^|\/)native\//.test(literal));
  return [
    ...system.map((name) => `${path} uses ${name}; only ${SYSTEM_FOLDERS.join(', ')}/ touch the system (reporters write through an Out)`),
    ...clock.map((call) => `${path} calls ${call.replace(/\s*\($/, '')}; time comes from records, not from the clock`),
    ...native.map((literal) => `${path} names ${literal}; only ${NATIVE_FILES.join(' and ')} name native/`),
  ];
}

function lengthBreaches(path: string, text: string): readonly string[] {
  const lines = text.replace(/\n$/, '').split('\n').length;
  return lines <= MAX_LINES ? [] : [`${path} has ${lines} lines; ${MAX_LINES} at most: what are its two reasons to change?`];
}

function registryBreaches(path: string, text: string, tree: Tree): readonly string[] {
  const folder = registryOf(path);
  const types = folder === undefined ? undefined : REGISTRIES[folder];
  if (folder === undefined || types === undefined || path === `${folder}/index.ts`) return [];
  const index = tree.get(`${folder}/index.ts`) ?? '';
  const listed = codeOnly(index);
  const lazily = [...index.matchAll(/\bimport\s*\(\s*['"]([^'"]+)['"]/g)].map((found) => posix.join(folder, found[1] ?? ''));
  return exportedConstants(text, types)
    .filter((name) => !lazily.includes(path) && timesNamed(listed, name) < 2)
    .map((name) => `${path} exports ${name}, which ${folder}/index.ts does not list`);
}

/** The innermost registry folder a file is in: wire/sniff/tls.ts is in wire/sniff, not in wire. */
function registryOf(path: string): string | undefined {
  return Object.keys(REGISTRIES)
    .filter((folder) => path.startsWith(`${folder}/`))
    .sort((a, b) => b.length - a.length)[0];
}

/** Once in its import, once in the list. */
const timesNamed = (code: string, name: string): number => (code.match(new RegExp(`(?<![\\w$.])${name}\\b`, 'g')) ?? []).length;

/** One cycle of imports (types too) from each file that is in one and was not yet named. */
function cycles(tree: Tree): readonly (readonly string[])[] {
  const found: string[][] = [];
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    const seenAt = trail.indexOf(path);
    if (seenAt >= 0) found.push([...trail.slice(seenAt), path]);
    if (seenAt >= 0 || done.has(path)) return;
    for (const target of targetsOf(path, tree)) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of tree.keys()) visit(path, []);
  return found;
}

function targetsOf(path: string, tree: Tree): readonly string[] {
  const targets = importsOf(tree.get(path) ?? '').map(({ specifier }) => posix.join(posix.dirname(path), specifier));
  return [...new Set(targets)].filter((target) => tree.has(target));
}
