/** Builds dist/: `tsc`, the JSON Schemas of the output as files, for programs that are not JavaScript, and the page of `plainsight serve`. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildPage } from './web.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { status } = spawnSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`], { cwd: root, stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);

const { LINE_SCHEMA, DOCUMENT_SCHEMA } = await import('../dist/report/contract/schema.js');
mkdirSync(`${root}dist/schema`, { recursive: true });
writeFileSync(`${root}dist/schema/line.schema.json`, `${JSON.stringify(LINE_SCHEMA, null, 2)}\n`);
writeFileSync(`${root}dist/schema/document.schema.json`, `${JSON.stringify(DOCUMENT_SCHEMA, null, 2)}\n`);
for (const name of ['main', 'kubectl-complete']) {
  const program = `${root}dist/cli/${name}.js`;
  if (existsSync(program)) chmodSync(program, 0o755);
}
await buildPage();
