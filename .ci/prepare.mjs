/**
 * Builds dist/ after `npm ci`, so that `npx plainsight` finds its program. `npm ci --omit=dev` installs no compiler: there it passes
 * when dist/ has been built before, and says what is missing when not.
 */
import { existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
if (existsSync(`${root}node_modules/typescript/bin/tsc`)) {
  // Files whose sources are gone must not be packed.
  rmSync(`${root}dist`, { recursive: true, force: true });
  await import('./build.mjs');
} else if (!existsSync(`${root}dist/cli/main.js`)) {
  console.error('plainsight: dist/ is not built and there is no compiler to build it: run `npm ci` without --omit=dev once.');
  process.exit(1);
}
