/** A real browser on a real server: what the tests of the page share. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';

const MAIN = process.env['PLAINSIGHT_MAIN'] ?? fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
export const SAMPLES: string = fileURLToPath(new URL('../../samples/', import.meta.url));

export const launch = (): Promise<Browser> =>
  chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: ['--no-sandbox'] });

export type Served = { readonly url: string; readonly child: ChildProcess; readonly said: () => string; readonly stop: () => Promise<void> };

/** `plainsight serve ARGS` on a port that is free; ready when it has said its address. */
export async function serve(
  args: readonly string[],
  { listen = '127.0.0.1:0', stdin = 'ignore' }: { readonly listen?: string; readonly stdin?: 'ignore' | 'pipe' } = {},
): Promise<Served> {
  const child = spawn(process.execPath, [MAIN, 'serve', '--listen', listen, ...args], { stdio: [stdin, 'pipe', 'pipe'], cwd: SAMPLES });
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      said += chunk.toString();
      const found = /https?:\/\/\S+/.exec(said)?.[0];
      if (found !== undefined) resolve(found);
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('exit', (code) => reject(new Error(`plainsight serve ended with ${code}: ${said}`)));
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    url,
    child,
    said: () => said,
    stop: () => {
      child.kill('SIGINT');
      return ended;
    },
  };
}

export type Shown = { readonly page: Page; readonly trouble: string[] };

type Look = { readonly colorScheme?: 'light' | 'dark'; readonly width?: number; readonly height?: number };
/** A page that notes every script error, refused resource and violation of the Content-Security-Policy. */
export async function open(browser: Browser, address: string, { colorScheme = 'light', width = 1440, height = 900 }: Look = {}): Promise<Shown> {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme, reducedMotion: 'reduce' });
  const trouble: string[] = [];
  page.on('pageerror', (error) => trouble.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') trouble.push(message.text());
  });
  await page.goto(address);
  return { page, trouble };
}

export const drawn = (page: Page): Promise<unknown> => page.waitForSelector('[data-arranged]');
