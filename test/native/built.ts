import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type LoadedBinding, loadBinding } from '../../src/inputs/interface-binding.ts';

/** The binding, built first where its sources are newer; undefined, with one line said, where it cannot be had. */
export function builtBinding(): LoadedBinding | undefined {
  execFileSync(process.execPath, [fileURLToPath(new URL('../../native/build.mjs', import.meta.url))], { stdio: ['ignore', 'ignore', 'inherit'] });
  const loaded = loadBinding();
  if (loaded.binding !== null) return loaded;
  console.log(`the native binding was not tested: ${loaded.why}`);
  return undefined;
}
