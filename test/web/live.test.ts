import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawn, launch, open, SAMPLES, serve } from './browser.ts';

let browser: Browser;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plainsight-web-'));
  browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

type Line = {
  readonly at: Date;
  readonly client: string;
  readonly server: string;
  readonly namespace?: string;
  readonly isMutual?: boolean;
  readonly port?: number;
};
/** An access line as ztunnel 1.26 writes it for an outbound connection. */
function line({ at, client, server, namespace = 'shop', isMutual = true, port = 40_000 }: Line): string {
  const end = (prefix: string, name: string): string =>
    `${prefix}.workload=${JSON.stringify(name)} ${prefix}.namespace="${namespace}"${isMutual ? ` ${prefix}.identity="spiffe://cluster.local/ns/${namespace}/sa/${prefix}"` : ''}`;
  const [source, destination] = [ipOf(client), ipOf(server)];
  const hbone = isMutual ? ` dst.hbone_addr=${destination}:8080` : '';
  return `${at.toISOString().replace('Z', '000Z')}\tinfo\taccess\tconnection complete\tsrc.addr=${source}:${port} ${end('src', client)} dst.addr=${destination}:${isMutual ? 15008 : 8080}${hbone} ${end('dst', server)} direction="outbound" bytes_sent=78 bytes_recv=1467 duration="10ms"\n`;
}
function ipOf(name: string): string {
  let hash = 7;
  for (const letter of name) hash = (Math.imul(hash, 31) + letter.charCodeAt(0)) >>> 0;
  return `10.${(hash >>> 16) & 255}.${(hash >>> 8) & 255}.${1 + (hash % 250)}`;
}

test('a line that arrives is on the page at once; paused, it waits', async () => {
  const served = await serve([], { stdin: 'pipe' });
  const { page } = await open(browser, `${served.url}?view=edges`);
  const say = (client: string, isMutual: boolean): unknown => served.child.stdin?.write(line({ at: new Date(), client, server: 'store', isMutual }));
  say('web', true);
  await page.getByText('shop/web').waitFor();
  const begun = Date.now();
  say('cron', false);
  await page.getByText('shop/cron').waitFor();
  console.log(`a verdict was on the page after ${Date.now() - begun} ms`);
  expect(await page.locator('h1').textContent()).toMatch(/1 in plaintext/);
  await page.getByRole('button', { name: 'Pause' }).click();
  say('late', true);
  await page.getByText('1 change waiting').waitFor();
  expect(await page.getByText('shop/late').count()).toBe(0);
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.getByText('shop/late').waitFor();
  served.child.stdin?.end();
  await page.locator('.banner.ended, .status.done').first().waitFor();
  await page.close();
  await served.stop();
});

/** Frames of a little-endian pcap of µs, stamped anew: the first is of now, the others follow as they did then. */
async function replay(file: string, to: (bytes: Uint8Array) => unknown, frames: number): Promise<void> {
  const bytes = readFileSync(file);
  expect(bytes.readUInt32LE(0)).toBe(0xa1b2c3d4);
  to(bytes.subarray(0, 24));
  const timeAt = (at: number): number => bytes.readUInt32LE(at) * 1000 + bytes.readUInt32LE(at + 4) / 1000;
  const [first, begun] = [timeAt(24), Date.now()];
  for (let at = 24, frame = 0; at < bytes.length && frame < frames; frame++) {
    const end = at + 16 + bytes.readUInt32LE(at + 8);
    const time = begun + timeAt(at) - first;
    while (Date.now() < time) await new Promise((resolve) => setTimeout(resolve, 1));
    const stamped = Buffer.from(bytes.subarray(at, end));
    stamped.writeUInt32LE(Math.floor(time / 1000), 0);
    stamped.writeUInt32LE(Math.floor((time % 1000) * 1000), 4);
    to(stamped);
    at = end;
  }
}

test('a capture that is replayed is on the page as it goes on', async () => {
  const served = await serve([], { stdin: 'pipe' });
  const { page } = await open(browser, `${served.url}?view=edges`);
  await page.locator('.empty, [role=row]').first().waitFor();
  // With frame 486 of it a request in plaintext is answered, which makes it one; that connection is still open, and so is the pipe.
  await replay(`${SAMPLES}bookinfo/node1-eth0.pcap`, (bytes) => served.child.stdin?.write(bytes), 486);
  const begun = Date.now();
  await page.getByRole('row', { name: /plaintext.*10\.10\.1\.20.*10\.10\.2\.11/ }).waitFor();
  const took = Date.now() - begun;
  console.log(`a verdict on packets was on the page after ${took} ms`);
  // Some 500 ms are promised; a machine that does other things as well is no reason to fail.
  expect(took).toBeLessThan(2500);
  expect(await page.locator('h1').textContent()).toMatch(/2 in plaintext/);
  served.child.stdin?.end();
  await page.locator('.banner.ended, .status.done').first().waitFor();
  await page.close();
  await served.stop();
});

test('names are text, whatever they say', async () => {
  const evil = '<img src=x onerror=document.title=1>';
  writeFileSync(join(folder, 'evil.log'), line({ at: new Date(), client: evil, server: '"><script>document.title=2</script>', isMutual: false }));
  const served = await serve([join(folder, 'evil.log')]);
  const { page, trouble } = await open(browser, served.url);
  await drawn(page);
  await page.locator('.side a.row').first().click();
  await page.getByText('The proof, in a terminal').waitFor();
  for (const view of ['edges', 'flows', 'workloads', 'findings', 'inputs']) {
    await page.goto(`${served.url}?view=${view}`);
    await page.locator('[role=row], .card, .empty').first().waitFor();
    expect(await page.locator('img, main script').count()).toBe(0);
  }
  await page.goto(`${served.url}?view=workloads`);
  await page.getByText(evil).waitFor();
  expect(await page.title()).toBe('plainsight');
  expect(trouble).toEqual([]);
  await page.close();
  await served.stop();
});

test('the page says that the server is gone, and goes on when it is back', async () => {
  const file = join(folder, 'back.log');
  writeFileSync(file, line({ at: new Date(), client: 'web', server: 'store' }));
  const first = await serve([file]);
  const { page } = await open(browser, `${first.url}?view=edges`);
  await page.getByText('shop/web').waitFor();
  await first.stop();
  await page.getByText(/connection to plainsight is lost|server does not answer/).waitFor();
  writeFileSync(file, line({ at: new Date(), client: 'again', server: 'store' }));
  const second = await serve([file], { listen: new URL(first.url).host });
  await page.getByText('shop/again').waitFor();
  await page.getByText(/is lost|does not answer/).waitFor({ state: 'detached' });
  await page.close();
  await second.stop();
});

test('beyond this machine nothing is shown without the token', async () => {
  const file = join(folder, 'token.log');
  writeFileSync(file, line({ at: new Date(), client: 'web', server: 'store' }));
  const served = await serve([file], { listen: '0.0.0.0:0' });
  const address = new URL(served.url);
  const token = address.searchParams.get('token') ?? '';
  const { page } = await open(browser, `http://127.0.0.1:${address.port}/`);
  await page.getByText('This page needs its token').waitFor();
  expect(await page.getByText('shop').count()).toBe(0);
  await page.getByLabel('Token').fill(token);
  await page.keyboard.press('Enter');
  await drawn(page);
  expect(page.url()).not.toContain('token');
  await page.close();
  await served.stop();
});

test('2,000 workloads and 10,000 edges are drawn, found and moved', async () => {
  const at = new Date();
  let text = '';
  for (let i = 0; i < 10_000; i++) {
    const client = i % 2000;
    const server = (client + 1 + 7 * Math.floor(i / 2000) + (i % 5)) % 2000;
    text += line({
      at,
      client: `service${client}`,
      server: `service${server}`,
      namespace: `team${client % 40}`,
      isMutual: i % 20 > 0,
      port: 20_000 + (i % 40_000),
    });
  }
  writeFileSync(join(folder, 'large.log'), text);
  const served = await serve([join(folder, 'large.log')]);
  await expect.poll(async () => (await (await fetch(`${served.url}api/graph`)).json()).edges.length, { timeout: 30_000, interval: 500 }).toBe(10_000);
  const begun = Date.now();
  const { page, trouble } = await open(browser, served.url);
  await drawn(page);
  console.log(`10,000 edges: first picture after ${Date.now() - begun} ms`);
  const frames = page.evaluate(FRAMES);
  const canvas = await page.locator('.graph-canvas').boundingBox();
  await page.mouse.move((canvas?.x ?? 0) + 300, (canvas?.y ?? 0) + 300);
  await page.mouse.down();
  for (let i = 0; i < 30; i++) await page.mouse.move((canvas?.x ?? 0) + 300 + 4 * i, (canvas?.y ?? 0) + 300 + 2 * i);
  await page.mouse.up();
  console.log(`10,000 edges: ${await frames} frames/s while it is moved`);
  await page.goto(`${served.url}?view=edges&sort=source&order=desc`);
  await page.locator('[role=grid][aria-rowcount="10001"]').waitFor();
  expect(await page.locator('.grid-row').count()).toBeLessThan(120);
  expect(trouble).toEqual([]);
  await page.close();
  await served.stop();
});

const FRAMES = `new Promise((done) => {
  let frames = 0;
  const begun = performance.now();
  const tick = (now) => {
    frames++;
    if (now - begun < 1500) requestAnimationFrame(tick);
    else done(Math.round((frames * 1000) / (now - begun)));
  };
  requestAnimationFrame(tick);
})`;
