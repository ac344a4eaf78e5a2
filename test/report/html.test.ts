import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunFacts, Told } from '../../src/model/reporter.ts';
import { NO_STATEMENTS, type Says, type Stand, type Statement } from '../../src/model/stand.ts';
import type { Edge } from '../../src/model/summary.ts';
import { html } from '../../src/report/html.ts';
import { between, counts, edge, finding, input, NOON, plaintextFlow, summary } from './helpers.ts';
import { EVERY_VIEW, HOSTILE, hostileTold, written } from './told.ts';

const folder = mkdtempSync(join(tmpdir(), 'plainsight-html-'));
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync) ?? 'chromium';
let browser: Browser;
beforeAll(async () => {
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

const RUN: RunFacts = {
  version: '1.2.3',
  words: ['-o', 'html', '<b>x</b>'],
  started: NOON,
  ended: () => ({ at: NOON, complaints: ['cannot read y: gone'], hashes: new Map([['node1-eth0.pcap', 'ab'.repeat(32)]]) }),
};
const LEAK = edge({
  ...between('legacy/legacy', 'bookinfo/reviews-v1'),
  flows: counts({ plaintext: 2 }),
  secured: 'no',
  reason: 'source-not-enrolled',
});

type Opened = { readonly page: Page; readonly trouble: readonly string[] };

/** From a file, as it is kept; with everything that it complained of, asked for or showed in a box. */
async function open(text: string, width = 1280): Promise<Opened> {
  const path = join(folder, `${Math.random()}.html`);
  writeFileSync(path, text);
  const page = await browser.newPage({ viewport: { width, height: 900 } });
  const trouble: string[] = [];
  page.on('console', (message) => trouble.push(message.text()));
  page.on('pageerror', (error) => trouble.push(String(error)));
  page.on('dialog', (dialog) => {
    trouble.push(dialog.message());
    dialog.dismiss().catch(() => undefined);
  });
  page.on('request', (request) => {
    if (request.url() !== pathToFileURL(path).href) trouble.push(request.url());
  });
  await page.goto(pathToFileURL(path).href);
  return { page, trouble };
}

describe('HTML', () => {
  it('says the verdict first, then the graph, the edges, the findings with their evidence, and how it was made', async () => {
    const told: readonly Told[] = [edge(), LEAK, finding()];
    const text = await written(
      html,
      { view: 'report', run: RUN },
      told,
      summary({ flows: counts({ hbone: 5, plaintext: 2 }), inputs: [input({ lost: 3 })] }),
    );
    const { page, trouble } = await open(text);
    expect(await page.textContent('h1')).toBe('71 % proven encrypted, of what could be seen');
    const all = (await page.textContent('main')) ?? '';
    const order = [
      '71 % proven',
      'Not everything was seen',
      'cannot read y: gone',
      'node1-eth0.pcap has lost 3 records',
      'Who speaks to whom',
      'Edges',
      'Findings',
      'pod-stale-eth0.pcap',
      'Coverage and losses',
      'ab'.repeat(32),
      'plainsight 1.2.3',
      '-o html <b>x</b>',
    ];
    for (const [index, word] of order.entries()) {
      expect(all).toContain(word);
      if (index > 0) expect(all.indexOf(word), word).toBeGreaterThan(all.indexOf(order[index - 1] ?? ''));
    }
    expect(await page.locator('.graph .edge.plaintext title').textContent()).toBe(
      'legacy/legacy → bookinfo/reviews-v1: in plaintext, 2 connections (tcp)',
    );
    expect(await page.locator('.graph .edge.proven').count()).toBe(1);
    expect(all).toContain('spiffe://cluster.local/ns/default/sa/curl-v1');
    expect(trouble).toEqual([]);
    // The style is really applied: its hash in the policy is right.
    expect(await page.evaluate("getComputedStyle(document.querySelector('.tile')).borderTopLeftRadius")).toBe('10px');
    await page.close();
  });

  it('has the witnesses side by side, the contradictions first, on a screen, a telephone and paper', async () => {
    const stand = (agreement: Stand['agreement'], log: Statement, config: Statement): Partial<Edge> => ({
      stand: { agreement, statements: { ...NO_STATEMENTS, log, config, policy: { says: 'silent', text: 'PERMISSIVE (no policy)', evidence: [] } } },
    });
    const says = (word: Says, text: string): Statement => ({ says: word, text, evidence: [] });
    const agreed = edge(stand('agree', says('encrypted', '5 HBONE'), says('encrypted', 'both enrolled')));
    const other = edge({ ...LEAK, ...stand('disagree', says('plaintext', '2 plaintext'), says('encrypted', 'both enrolled')) });
    const { page, trouble } = await open(await written(html, { view: 'report' }, [agreed, other]));
    const cells = async (row: number): Promise<readonly string[]> => page.locator('.witnesses tbody tr').nth(row).locator('td').allTextContents();
    expect(await page.locator('.witnesses th').allTextContents()).toEqual(['', 'From, to', "ztunnel's log", 'Config', 'Policy']);
    expect(await cells(0)).toEqual([
      '≠ disagree',
      'legacy/legacy→ bookinfo/reviews-v1:9080',
      '✗ 2 plaintext',
      '✓ both enrolled',
      'PERMISSIVE (no policy)',
    ]);
    expect(await cells(1)).toContain('✓ 5 HBONE');
    for (const width of [1280, 400, 690]) {
      await page.setViewportSize({ width, height: 900 });
      if (width === 690) await page.emulateMedia({ media: 'print' });
      expect(await page.evaluate('document.documentElement.scrollWidth'), String(width)).toBeLessThanOrEqual(width);
    }
    expect(trouble).toEqual([]);
    await page.close();
  });

  it('is not wider than a telephone, and keeps what it says', async () => {
    for (const view of EVERY_VIEW) {
      const text = await written(
        html,
        { view, run: RUN },
        [...hostileTold('W'.repeat(300)), edge(), LEAK],
        summary({ inputs: [input({ input: 'i'.repeat(400) })] }),
      );
      const { page, trouble } = await open(text, 360);
      expect(await page.evaluate('document.documentElement.scrollWidth'), view).toBeLessThanOrEqual(360);
      expect(trouble).toEqual([]);
      await page.close();
    }
  });

  it('runs and renders nothing that a name asks for', async () => {
    const told = HOSTILE.flatMap(hostileTold);
    for (const view of ['report', 'verify', 'strict', 'explain'] as const) {
      const text = await written(html, { view, run: RUN }, told, summary({ inputs: HOSTILE.map((name) => input({ input: name, format: name })) }));
      expect(text.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u);
      const { page, trouble } = await open(text);
      expect(trouble).toEqual([]);
      expect(await page.locator('script, img, iframe, object, embed, link, a, form, x, [onerror], [onload], [style]').count()).toBe(0);
      if (view === 'report') expect(await page.textContent('main')).toContain('<img src=x onerror=alert(1)>');
      await page.close();
    }
  });

  it('is dark for those who want it dark, and light on paper', async () => {
    const { page } = await open(await written(html, { view: 'report' }, [edge()]));
    const colours = async (): Promise<unknown> => page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(await colours()).toBe('rgb(246, 247, 249)');
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await colours()).toBe('rgb(15, 18, 22)');
    await page.emulateMedia({ media: 'print' });
    expect(await colours()).toBe('rgb(255, 255, 255)');
    expect((await page.pdf()).byteLength).toBeGreaterThan(5000);
    await page.close();
  });

  it('never praises what was not all seen', async () => {
    const kicker = async (told: readonly Told[], last: ReturnType<typeof summary>, view: 'report' | 'verify' = 'report'): Promise<string> =>
      /class="kicker">([^<]*)/.exec(await written(html, { view }, told, last))?.[1] ?? '';
    expect(await kicker([edge()], summary())).toBe('Proven encrypted');
    for (const doubt of [
      summary({ inputs: [input({ lost: 1 })] }),
      summary({ exitCode: 65 }),
      summary({ exitCode: 130 }),
      summary({ evicted: 1 }),
      summary({ flows: counts() }),
    ])
      expect(await kicker([], doubt)).toBe('Could not decide everything');
    expect(await kicker([], summary({ flows: counts({ hbone: 1e6, plaintext: 1 }) }))).toBe('Not all encrypted');
    expect([
      await kicker([], summary(), 'verify'),
      await kicker([], summary({ exitCode: 1 }), 'verify'),
      await kicker([], summary({ exitCode: 2 }), 'verify'),
    ]).toEqual(['Verify: passed', 'Verify: failed', 'Verify: could not decide']);
  });

  it('draws the worst of very many edges, and says that it does', async () => {
    const many = Array.from({ length: 600 }, (_, n) =>
      edge({
        ...between(`a/client-${n}`, `b/server-${n % 40}`),
        flows: n === 577 ? counts({ plaintext: 1 }) : counts({ hbone: 2 }),
        secured: n === 577 ? 'no' : 'yes',
      }),
    );
    const before = performance.now();
    const text = await written(html, { view: 'report' }, [...many, plaintextFlow()]);
    expect(performance.now() - before).toBeLessThan(30_000);
    expect(text).toContain('350 more are not drawn');
    expect(text.match(/class="edge g plaintext"/g)).toHaveLength(1);
    expect(text).toContain('a/client-599');
  });
});
