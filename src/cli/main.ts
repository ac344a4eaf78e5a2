#!/usr/bin/env node
/** The door: `--version` needs no parser and no pipeline; everything else is loaded when it is known to be needed. */
import { asksVersion, version } from './version.ts';

const words = process.argv.slice(2);
if (asksVersion(words)) process.stdout.write(`${version()}\n`);
else {
  const { start } = await import('./start.ts');
  process.exitCode = await start(words);
}
