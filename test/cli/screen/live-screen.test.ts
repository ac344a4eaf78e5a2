/** The live screen as it is used: the built program in a real terminal, a log piped into it, keys pressed. */
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MAIN, root } from '../running.ts';
import { openPane, type TmuxPane } from './tmux.ts';

/** Two plain connections a client and some proven ones, as if they happened now. */
const END = (ip: string, name: string): string => `src.addr=${ip} src.workload="${name}-v1-7d5f8c6b9-11xyz" src.namespace="shop"`;
const proven = (client: string): string =>
  line(
    `${END('10.0.0.1:40000', client)} src.identity="spiffe://cluster.local/ns/shop/sa/${client}" dst.addr=10.0.0.2:15008 dst.hbone_addr=10.0.0.2:9080 ` +
      'dst.workload="reviews-v1-7d5f8c6b9-11xyz" dst.namespace="shop" dst.identity="spiffe://cluster.local/ns/shop/sa/reviews"',
  );
const plain = (client: string): string =>
  line(`${END('10.0.0.9:40000', client)} dst.addr=10.0.0.2:9080 dst.workload="reviews-v1-7d5f8c6b9-11xyz" dst.namespace="shop"`);
let port = 41_000;
function line(ends: string): string {
  // Two connections of one client are told apart by their µs.
  const time = new Date().toISOString().replace('Z', `${String(port % 1000).padStart(3, '0')}Z`);
  return `${time}\tinfo\taccess\tconnection complete\t${ends.replace(/:40000/, `:${port++}`)} direction="inbound" bytes_sent=200 bytes_recv=100 duration="3ms"\n`;
}

let folder: string;
let log: string;
let pane: TmuxPane;
const open = (columns = 110, rows = 30): void => {
  pane = openPane(columns, rows);
  pane.keys(`trap 'echo trapped' INT; stty -a > ${folder}/before; cd ${folder}`, 'Enter');
};
/** Piped in, as `kubectl logs -f` is. */
const start = (words = ''): void =>
  pane.keys(
    `tail -n +1 -f live.log | ${process.execPath} ${MAIN} ${words}; echo "code \${PIPESTATUS[1]}"; stty -a | diff - before && echo same terminal`,
    'Enter',
  );
const more = (...lines: readonly string[]): void => appendFileSync(log, lines.join(''));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plainsight-screen-'));
  log = join(folder, 'live.log');
  writeFileSync(log, '');
});
afterEach(() => {
  pane.close();
  rmSync(folder, { recursive: true });
});

/** The report is printed where the shell was, the terminal is as before. */
async function restored(code: number): Promise<string> {
  const seen = await pane.until(/^same terminal/m);
  expect(seen).toContain(`code ${code}`);
  expect(pane.state()).toEqual({ second: false, cursor: true });
  return seen;
}

test('edges appear as they happen, are filtered and opened with keys, and q leaves with the report', async () => {
  open();
  start();
  more(...Array.from({ length: 5 }, () => proven('web')), plain('legacy'), plain('legacy'));
  const first = await pane.until(/✓ proven +5 +71 %.*✗ plaintext +shop\/legacy-v1 +shop\/reviews-v1:9080 +2/s);
  // What needs attention stands first.
  expect(first.indexOf('shop/legacy-v1')).toBeLessThan(first.indexOf('shop/web-v1'));
  expect(pane.state()).toEqual({ second: true, cursor: false });

  more(plain('batch'));
  await pane.until(/✗ plaintext +shop\/batch-v1/);

  pane.keys('/', 'from=*/web-v1', 'Enter');
  const filtered = await pane.until(/filter from=\*\/web-v1 · by attention/);
  expect(filtered).not.toContain('shop/legacy-v1');
  expect(filtered).toMatch(/✗ plaintext +0/);

  pane.keys('Enter');
  const edge = await pane.until(/shop\/web-v1 → shop\/reviews-v1:9080 tcp/);
  expect(edge).toContain('spiffe://cluster.local/ns/shop/sa/web, read from its certificate');
  pane.keys('Enter', 'Enter');
  await pane.until(/says hbone/);

  // Out of the connection and the edge; then the filter goes.
  pane.keys('Escape');
  await pane.until(/reviews-v1:9080 tcp/);
  pane.keys('Escape');
  await pane.until(/1 Edges 1/);
  pane.keys('Escape');
  await pane.until(/shop\/legacy-v1/);

  pane.resize(60, 20);
  const narrow = await pane.until(/EDGE +CONNS/);
  expect(
    narrow
      .trimEnd()
      .split('\n')
      .every((row) => row.length <= 60),
  ).toBe(true);

  pane.resize(110, 30);
  await pane.until(/FROM/);
  pane.keys('q');
  expect(await restored(0)).toContain('shop/batch-v1 → shop/reviews-v1:9080');
});

test('a pipe that is silent from the start is seen to be waited for', async () => {
  open(80, 24);
  // What has been read to its end has nothing more to say.
  start(`- ${root('samples/witnesses/config_dump-n1.json')}`);
  const waiting = await pane.until(/● live/);
  expect(waiting).toContain('No connection so far.');
  more(plain('legacy'));
  await pane.until(/✗ plaintext +shop\/legacy-v1/);
});

test('a paused picture stands still, and catches up afterwards', async () => {
  open();
  start();
  more(proven('web'));
  await pane.until(/✓ proven +shop\/web-v1/);
  pane.keys('p');
  await pane.until(/‖ paused/);
  more(plain('legacy'));
  // The clock of the screen stands as well: there is nothing to wait for but time.
  await new Promise((resolve) => setTimeout(resolve, 900));
  expect(pane.text()).not.toContain('shop/legacy-v1');
  pane.keys('p');
  await pane.until(/✗ plaintext +shop\/legacy-v1/);
  pane.keys('C-c');
  await restored(130);
});

test('stopped and continued, then terminated: each time the terminal is given back', async () => {
  open();
  start('edges');
  more(proven('web'));
  await pane.until(/✓ proven +shop\/web-v1/);
  pane.keys('C-z');
  await pane.until(/Stopped/);
  expect(pane.state()).toEqual({ second: false, cursor: true });
  pane.keys('fg', 'Enter');
  await pane.until(/● live/);
  expect(pane.state().second).toBe(true);
  pane.keys('?');
  await pane.until(/hold the picture/);
  process.kill(pidOf(), 'SIGTERM');
  await pane.until(/shop\/web-v1 +shop\/reviews-v1:9080 +1 of 1/);
  expect(pane.state()).toEqual({ second: false, cursor: true });
});

/** Of the program in the pane: it alone runs the main file in that folder. */
function pidOf(): number {
  const place = realpathSync(folder);
  const runsThere = (pid: string): boolean => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === place && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(MAIN);
    } catch {
      // It has ended since, or is somebody else's.
      return false;
    }
  };
  const pid = readdirSync('/proc').find((name) => /^\d+$/.test(name) && runsThere(name));
  if (pid === undefined) throw new Error('the program does not run');
  return Number(pid);
}
