/**
 * Builds the page of `plainsight serve` into dist/web: types are checked, Vite bundles it with its libraries, no file is inlined (the
 * Content-Security-Policy lets no inline script, style or data: font pass), and the licenses of what is bundled go along.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import svg2ttf from 'svg2ttf';
import svgpath from 'svgpath';
import { build } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const PACKAGES = [
  'preact',
  '@preact/signals',
  '@preact/signals-core',
  '@tanstack/virtual-core',
  'cytoscape',
  '@dagrejs/dagre',
  '@dagrejs/graphlib',
  'd3-selection',
  'd3-zoom',
  'd3-drag',
  'd3-dispatch',
  'd3-interpolate',
  'd3-color',
  'd3-ease',
  'd3-timer',
  'd3-transition',
  'potpack',
  'uplot',
  '@fontsource-variable/inter',
  '@fontsource-variable/jetbrains-mono',
];

/** A canvas writes text but draws no SVG: the padlocks of the graph are letters of a font, made of the very paths that the page draws. */
function padlockFont() {
  const { states } = JSON.parse(readFileSync(`${root}src/web/icons/shapes.json`, 'utf8'));
  const glyphs = Object.values(states).map((path, at) => {
    const d = svgpath(path)
      .scale(1000 / 24, -1000 / 24)
      .translate(0, 850)
      .round(0)
      .toString();
    return `<glyph unicode="&#${0xe001 + at};" horiz-adv-x="1000" d="${d}"/>`;
  });
  const face = '<font-face font-family="padlocks" units-per-em="1000" ascent="850" descent="-150"/>';
  const svg = `<svg xmlns="http://www.w3.org/2000/svg"><defs><font id="padlocks" horiz-adv-x="1000">${face}${glyphs.join('')}</font></defs></svg>`;
  return Buffer.from(svg2ttf(svg, { ts: 0 }).buffer);
}

function licenses() {
  return PACKAGES.map((name) => {
    const folder = `${root}node_modules/${name}/`;
    const { version, license } = JSON.parse(readFileSync(`${folder}package.json`, 'utf8'));
    const file = ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'license'].find((each) => existsSync(folder + each));
    if (file === undefined) throw new Error(`${name}: no license file to go along with the page`);
    return `${name} ${version} (${license})\n\n${readFileSync(folder + file, 'utf8').trim()}\n`;
  }).join(`\n${'-'.repeat(80)}\n\n`);
}

/** `plainsight serve` reads it; call it when dist/ has been compiled, since the reports' words come from there. */
export async function buildPage() {
  const { status } = spawnSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`, '-p', 'src/web'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
  const { REASON_WORDS } = await import('../dist/report/text/words.js');
  await build({
    configFile: false,
    root: `${root}src/web`,
    base: './',
    logLevel: 'warn',
    define: { REASON_WORDS: JSON.stringify(REASON_WORDS) },
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    worker: { format: 'es' },
    build: {
      outDir: `${root}dist/web`,
      emptyOutDir: true,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 1500,
      rolldownOptions: { checks: { pluginTimings: false } },
      target: 'es2022',
    },
  });
  writeFileSync(`${root}dist/web/padlocks.ttf`, padlockFont());
  writeFileSync(`${root}dist/web/licenses.txt`, licenses());
}
