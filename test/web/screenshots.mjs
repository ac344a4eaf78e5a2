/**
 * `npm run screenshots`: every page and state, light and dark, desktop and narrow, and the live screen in a terminal, into .screenshots/ (ignored), to be looked at. With an
 * argument only those whose name has it. Needs Chromium (CHROMIUM names another than Debian's) and a built dist/.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { terminalShots } from './terminal-shots.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const out = `${root}.screenshots/`;
const only = process.argv[2] ?? '';
const main = process.env.PLAINSIGHT_MAIN ?? `${root}dist/cli/main.js`;
mkdirSync(out, { recursive: true });

function serve(args) {
  const child = spawn(process.execPath, [main, 'serve', '--listen', '127.0.0.1:0', ...args], {
    cwd: `${root}samples`,
  });
  return new Promise((resolve, reject) => {
    let said = '';
    const hear = (chunk) => {
      said += chunk;
      const url = /https?:\/\/\S+/.exec(said)?.[0];
      if (url !== undefined) resolve({ url, child });
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', (code) => reject(new Error(`plainsight serve ended with ${code}: ${said}`)));
  });
}

/** The first edge or flow of a state, for the panels. */
async function idOf(url, path, pick) {
  const body = await (await fetch(`${url}api/${path}`)).json();
  return pick(body);
}

const empty = `${tmpdir()}/plainsight-empty-${process.pid}.log`;
writeFileSync(empty, '');
const sample = await serve(['bookinfo']);
const silent = await serve([empty]);
const edge = await idOf(sample.url, 'graph', ({ edges }) => edges.find(({ state }) => state === 'plaintext').id);
const proven = await idOf(sample.url, 'graph', ({ edges }) => edges.find(({ state }) => state === 'proven'));
const flow = await idOf(sample.url, 'flows?verdict=hbone', ({ flows }) => flows[0].id);

const PAGES = [
  ['graph', sample.url, '', 'drawn'],
  ['graph-edge', sample.url, `?selected=edge:${edge}`, 'drawn'],
  ['graph-workload', sample.url, `?selected=node:${proven.destination}`, 'drawn'],
  ['graph-identities', sample.url, '?identities=shown&exemptEdges=shown&width=bytes', 'drawn'],
  ['graph-filtered', sample.url, '?namespace=bookinfo&verdict=plaintext', 'drawn'],
  ['edges', sample.url, '?view=edges'],
  ['edges-selected', sample.url, `?view=edges&selected=edge:${proven.id}`],
  ['flows', sample.url, '?view=flows'],
  ['flows-selected', sample.url, `?view=flows&selected=flow:${flow}`],
  ['workloads', sample.url, '?view=workloads'],
  ['findings', sample.url, '?view=findings'],
  ['coverage', sample.url, '?view=inputs'],
  ['nothing-matches', sample.url, '?workload=nobody'],
  ['wrong-filter', sample.url, '?port=many'],
  ['nothing-seen', silent.url, ''],
];
const SIZES = [
  ['desktop', 1440, 900],
  ['narrow', 390, 844],
];

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
try {
  for (const colorScheme of ['light', 'dark']) {
    for (const [size, width, height] of SIZES) {
      const page = await browser.newPage({ viewport: { width, height }, colorScheme, reducedMotion: 'reduce' });
      for (const [name, url, query, waits] of PAGES) {
        const file = `${name}--${size}-${colorScheme}.png`;
        if (!file.includes(only)) continue;
        await page.goto(`${url}${query}`);
        if (waits === 'drawn') await page.waitForSelector('[data-arranged]');
        await page.waitForTimeout(400);
        await page.screenshot({ path: `${out}${file}`, fullPage: size === 'narrow' });
        console.log(`.screenshots/${file}`);
      }
      await page.close();
    }
  }
  await terminalShots({ browser, out, only, main, samples: `${root}samples` });
} finally {
  await browser.close();
  for (const { child } of [sample, silent]) child.kill('SIGINT');
}
