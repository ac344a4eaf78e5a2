/** The live screen of a terminal, in tmux: a log that grows, keys, sizes; each as a picture of a light and a dark terminal. */
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { terminalPage } from './terminal-picture.mjs';

/** Name, columns, rows, keys that lead there. */
const STATES = [
  ['edges', 130, 36, []],
  ['edges-wide', 200, 50, []],
  ['edges-80', 80, 24, []],
  ['edges-40', 40, 24, []],
  ['edges-low', 100, 12, []],
  ['edge', 110, 36, ['Down', 'Enter']],
  ['connection', 110, 30, ['Down', 'Enter', 'Enter', 'Enter']],
  ['findings', 110, 30, ['2']],
  ['finding', 110, 30, ['2', 'Enter']],
  ['inputs', 110, 30, ['3']],
  ['help', 110, 42, ['?']],
  ['filter', 110, 30, ['/', 'verdict=plain', 'Enter']],
  ['filtered', 110, 30, ['/', 'to=data/* verdict=!hbone', 'Enter']],
];
/** So long a minute of sparklines needs to have something in it. */
const WARM_UP_MS = 25_000;

export async function terminalShots({ browser, out, only, main, samples }) {
  const wanted = STATES.filter(([name]) => ['light', 'dark'].some((scheme) => fileOf(name, scheme).includes(only)));
  if (wanted.length === 0) return;
  const folder = mkdtempSync(join(tmpdir(), 'plainsight-shots-'));
  const log = join(folder, 'ztunnel.log');
  writeFileSync(log, '');
  const feeding = setInterval(feeder(log, samples), 100);
  const server = `plainsight-shots-${process.pid}`;
  const tmux = (...words) =>
    execFileSync('tmux', ['-L', server, '-f', '/dev/null', ...words], {
      encoding: 'utf8',
      env: { ...process.env, TMUX: '', NO_COLOR: '', LC_ALL: 'C.UTF-8' },
    });
  try {
    const words = ['tail', '-f', log, '|', process.execPath, main, '-', 'bookinfo/node1-eth0.pcap', 'witnesses/*'].join(' ');
    tmux('-u', 'new-session', '-d', '-x', '130', '-y', '36', '-c', samples, words);
    await sleep(WARM_UP_MS);
    for (const [name, columns, rows, keys] of wanted) {
      tmux('resize-window', '-x', `${columns}`, '-y', `${rows}`);
      for (const key of [...keys, '']) {
        if (key !== '') tmux('send-keys', key);
        await sleep(400);
      }
      const captured = tmux('capture-pane', '-e', '-p');
      for (const scheme of ['light', 'dark']) await shot(browser, captured, { scheme, file: out + fileOf(name, scheme) });
      // Back to the list of edges, without a filter.
      for (const key of ['Escape', 'Escape', 'Escape', 'Escape', '1', 'Home']) {
        tmux('send-keys', key);
        await sleep(150);
      }
    }
  } finally {
    clearInterval(feeding);
    spawnSync('tmux', ['-L', server, 'kill-server']);
    rmSync(folder, { recursive: true });
  }
}

const fileOf = (name, scheme) => `terminal-${name}--${scheme}.png`;

async function shot(browser, captured, { scheme, file }) {
  const page = await browser.newPage();
  await page.setContent(terminalPage(captured, scheme));
  await (await page.$('body')).screenshot({ path: file });
  await page.close();
  console.log(file.slice(file.indexOf('.screenshots')));
}

/** Recorded lines as if they were written now, in waves. */
function feeder(log, samples) {
  const lines = ['ztunnel-n1.log', 'ztunnel-n2.log']
    .flatMap((name) => readFileSync(join(samples, 'bookinfo', name), 'utf8').split('\n'))
    .filter((line) => line.includes('connection complete') || line.includes('connection failed'));
  let at = 0;
  return () => {
    let text = '';
    for (let left = 1 + 4 * Math.abs(Math.sin(Date.now() / 5000)); left > 0; left--) {
      const time = new Date().toISOString().replace('Z', `${String(at % 1000).padStart(3, '0')}Z`);
      text += `${(lines[at % lines.length] ?? '').replace(/^\S+/, time).replace(/(src\.addr=[\d.]+):\d+/, `$1:${30_000 + (at % 30_000)}`)}\n`;
      at++;
    }
    appendFileSync(log, text);
  };
}
