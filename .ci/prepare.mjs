/**
 * Builds dist/ after `npm ci`, so that `npx plainsight` finds its program, and the libpcap binding where there is a C compiler. `npm ci
 * --omit=dev` installs no TypeScript: there it passes when dist/ has been built before, and says what is missing when not.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
if (existsSync(`${root}node_modules/typescript/bin/tsc`)) {
  // Files whose sources are gone must not be packed.
  rmSync(`${root}dist`, { recursive: true, force: true });
  await import('./build.mjs');
  // Without a compiler live capture runs tcpdump: nothing to trouble an install with.
  spawnSync(process.execPath, [`${root}native/build.mjs`], { stdio: 'ignore' });
} else if (!existsSync(`${root}dist/cli/main.js`)) {
  console.error('plainsight: dist/ is not built and there is no compiler to build it: run `npm ci` without --omit=dev once.');
  process.exit(1);
}
