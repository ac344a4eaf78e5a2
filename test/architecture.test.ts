import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { breaches, type Tree } from './architecture/breaches.ts';
import { IMPORTS } from './architecture/house.ts';

const SOURCES = fileURLToPath(new URL('../src', import.meta.url));

function readTree(): Tree {
  const paths = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((path) => /\.tsx?$/.test(path));
  return new Map(paths.sort().map((path) => [path.replaceAll('\\', '/'), readFileSync(`${SOURCES}/${path}`, 'utf8')]));
}

const plant = (files: Readonly<Record<string, string>>): Tree => new Map(Object.entries(files));

test('src/ keeps the house rules', () => {
  const tree = readTree();
  // A checker that reads nothing finds nothing.
  expect(tree.size).toBeGreaterThan(20);
  expect(breaches(tree)).toEqual([]);
});

describe('the checker is not blind', () => {
  test('a clean tree has no breach', () => {
    const tree = plant({
      'model/time.ts': 'export type Micros = number;\n',
      'formats/pcap.ts': "import type { Format } from '../model/format.ts';\nexport const PCAP: Format = { name: 'pcap' };\n",
      'formats/index.ts': "import { PCAP } from './pcap.ts';\nexport const FORMATS = [PCAP];\n",
      'pipeline/pull.ts': "import { Observable } from 'rxjs';\nimport { setImmediate } from 'node:timers/promises';\n",
      'cli/main.ts':
        "import { readFile } from 'node:fs/promises';\nprocess.exitCode = await readFile('x').length;\nconst { run } = await import('../pipeline/pull.ts');\n",
      'report/html.ts': "// process.exit and import x from '../cli/main.ts' in a comment\nconst text = 'process.exit';\nconst quote = /['\"]/g;\n",
    });
    expect(breaches(tree)).toEqual([]);
  });

  test.for([
    ['verdict/a.ts', "import { b } from '../formats/b.ts';", 'verdict/a.ts imports ../formats/b.ts'],
    ['verdict/a.ts', "import type { B } from '../evidence/b.ts';", 'verdict/a.ts imports ../evidence/b.ts'],
    ['report/a.ts', "export { b } from '../mesh/b.ts';", 'report/a.ts imports ../mesh/b.ts'],
    ['report/a.ts', "export * from '../mesh/b.ts';", 'report/a.ts imports ../mesh/b.ts'],
    ['wire/sniff/a.ts', "import {\n  b,\n  c,\n} from '../../evidence/b.ts';", 'wire/sniff/a.ts imports ../../evidence/b.ts'],
    ['model/a.ts', "import { createHash } from 'node:crypto';", 'model/ imports nothing'],
    ['flows/a.ts', "const b = await import('../audit/b.ts');", 'flows/a.ts imports ../audit/b.ts'],
    ['flows/a.ts', "import '../audit/b.ts';", 'flows/a.ts imports ../audit/b.ts'],
    ['evidence/a.ts', "import { map } from 'rxjs/operators';", 'only pipeline/ may'],
    ['pipeline/a.ts', "import { Command } from 'commander';", 'only cli/ may'],
    ['formats/a.ts', "import { readFileSync } from 'node:fs';", 'only inputs, serve, cli/ touch the system'],
    ['report/a.ts', "import { gunzipSync } from 'node:zlib';", 'only inputs, serve, cli/ touch the system'],
    ['formats/a.ts', "import { join } from 'path';", 'write node:path'],
    ['report/a.ts', 'process.stdout.write(text);', 'report/a.ts uses process'],
    ['report/a.ts', 'const t = `${process.pid}`;', 'report/a.ts uses process'],
    ['audit/a.ts', 'console.error(text);', 'audit/a.ts uses console'],
    ['audit/a.ts', "await fetch('http://x');", 'audit/a.ts uses fetch'],
    ['verdict/a.ts', 'if (Date.now() > end) return;', 'time comes from records'],
    ['flows/a.ts', 'setTimeout(() => {}, 5);', 'time comes from records'],
    ['cli/a.ts', "require('../../native/binding.node');", 'only inputs/interface.ts and inputs/interface-binding.ts name native/'],
    ['web/a.ts', "import { VERDICTS } from '../model/flow.ts';", 'web/ takes only types'],
    ['web/a.tsx', "import { REASON_WORDS } from '../report/text/words.ts';", 'web/a.tsx imports ../report/text/words.ts'],
    ['serve/a.ts', "import { render } from 'preact';", 'only web/ may'],
    ['cli/a.ts', "import { x } from '../../test/x.ts';", 'outside src/'],
    ['helpers/a.ts', '', 'src/ has no place for it'],
    ['main.ts', '', 'src/ has no place for it'],
    ['mesh/a.ts', 'x;\n'.repeat(301), 'mesh/a.ts has 301 lines'],
  ] as const)('%s: %s', ([path, text, breach]) => {
    expect(breaches(plant({ [path]: text }))).toEqual([expect.stringContaining(breach)]);
  });

  test('a member that its index does not list', () => {
    const member = "export const REDIS: Sniffer = { protocol: 'redis' };";
    const breach = 'wire/sniff/redis.ts exports REDIS, which wire/sniff/index.ts does not list';
    const inIndex = (text: string): readonly string[] => breaches(plant({ 'wire/sniff/redis.ts': member, 'wire/sniff/index.ts': text }));
    expect(breaches(plant({ 'wire/sniff/redis.ts': member }))).toEqual([breach]);
    expect(inIndex("import { REDIS } from './redis.ts';\nexport const SNIFFERS = [];")).toEqual([breach]);
    expect(inIndex("// REDIS, REDIS\nexport const SNIFFERS = ['REDIS'];")).toEqual([breach]);
    expect(inIndex("import { REDIS } from './redis.ts';\nexport const SNIFFERS = [REDIS];")).toEqual([]);
    expect(inIndex("export const SNIFFERS = [{ load: () => import('./redis.ts') }];")).toEqual([]);
  });

  test('a cycle of imports', () => {
    const tree = plant({
      'mesh/a.ts': "import { b } from './b.ts';",
      'mesh/b.ts': "import type { C } from './c.ts';",
      'mesh/c.ts': "import { a } from './a.ts';",
    });
    expect(breaches(tree)).toEqual([expect.stringContaining('mesh/a.ts → mesh/b.ts → mesh/c.ts → mesh/a.ts: a cycle of imports')]);
  });

  test('every folder has its row, and none imports upwards', () => {
    for (const [folder, allowed] of Object.entries(IMPORTS)) {
      for (const other of allowed) expect(IMPORTS[other], `${other} imports ${folder} and the other way round`).not.toContain(folder);
    }
  });
});
