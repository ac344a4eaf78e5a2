import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { VIEWS } from '../../src/web/state/query.ts';
import { drawn, launch, open, type Served, serve } from './browser.ts';

let browser: Browser;
let served: Served;
beforeAll(async () => {
  [browser, served] = await Promise.all([launch(), serve(['bookinfo'])]);
});
afterAll(async () => {
  await Promise.all([browser?.close(), served?.stop()]);
});
// What a failed test left open would take its time from the next.
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
});

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** What axe holds against the page by WCAG 2 A and AA: rule and element. */
async function axeOf(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  return page.evaluate(`axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] }).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => id + ': ' + html.slice(0, 120) + ' ' + failureSummary)))`);
}

describe.each(['light', 'dark'] as const)('%s', (colorScheme) => {
  test('every page passes axe, and none breaks the Content-Security-Policy', async () => {
    // Few rows: axe looks at each cell's contrast, and a hundred of a kind tell nothing more.
    const { page, trouble } = await open(browser, `${served.url}?verdict=plaintext`, { colorScheme });
    await drawn(page);
    const found: string[] = [];
    for (const view of VIEWS) {
      await page.locator('nav a').nth(VIEWS.indexOf(view)).click();
      await page.locator('[role=row], .card, .empty, [data-arranged]').first().waitFor();
      found.push(...(await axeOf(page)).map((each) => `${view}: ${each}`));
    }
    expect(found).toEqual([]);
    expect(trouble).toEqual([]);
  });
});

test('the verdict comes first, then what needs a look, and the graph', async () => {
  const { page } = await open(browser, served.url);
  await drawn(page);
  expect(await page.locator('h1').textContent()).toMatch(/66 %\s*proven encrypted\s*9 in plaintext/);
  expect(await page.locator('.side h2').textContent()).toBe('14 edges need a look');
  expect(await page.locator('.side .row').first().textContent()).toMatch(/→[\s\S]*plaintext/);
});

test('filters with the command line’s words narrow everything and live in the URL', async () => {
  const { page } = await open(browser, `${served.url}?view=edges`);
  await page.getByText(/\b22 edges between/).waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('verdict:plaintext to:reviews-v1');
  await page.keyboard.press('Enter');
  await page.getByText(/\b2 edges between/).waitFor();
  expect(new URL(page.url()).search).toBe('?to=reviews-v1&verdict=plaintext&view=edges');
  await page.reload();
  await page.getByText(/\b2 edges between/).waitFor();
  await page.getByRole('button', { name: 'Remove filter to reviews-v1' }).click();
  await page.getByText(/\b8 edges between/).waitFor();
  await page.goBack();
  await page.getByText(/\b2 edges between/).waitFor();
  await page.goto(`${served.url}?port=many`);
  await page.getByText('wants a port').waitFor();
});

test('with the keyboard alone: from the worst edge to the record behind it', async () => {
  const { page } = await open(browser, served.url);
  await drawn(page);
  await page.getByRole('application').focus();
  await page.keyboard.press('n');
  await page.getByText('The proof, in a terminal').waitFor();
  expect(await page.locator('.command code').textContent()).toMatch(/^plainsight explain [0-9a-f]{16} bookinfo$/);
  await page.keyboard.press('Escape');
  await page.getByText('edges need a look').waitFor();
  await page.getByRole('link', { name: 'Flows', exact: true }).focus();
  await page.keyboard.press('Enter');
  await page.locator('.grid-row').first().focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('End');
  await page.locator('[aria-rowindex="52"]:focus').waitFor();
  await page.keyboard.press('Enter');
  await page.getByText('Records behind it').waitFor();
  expect(await page.locator('.record .where').first().textContent()).toMatch(/^bookinfo\/\S+, record \d+$/);
});

test('workloads say what holds for them now, and who is in the mesh as far as its own lines prove', async () => {
  const { page } = await open(browser, `${served.url}?view=workloads`);
  // Logs alone: nobody has told a policy, and these ends were proven by their ztunnel's lines.
  await page.getByRole('row', { name: /^curl-v1 default in the mesh – –/ }).waitFor();
  const told = await serve(['all-witnesses']);
  await page.goto(`${told.url}?view=workloads`);
  await page.getByRole('row', { name: /^intruder-v1 vault in the mesh STRICT already strict/ }).waitFor();
  await page.getByRole('row', { name: /^reviews-v1 bookinfo in the mesh PERMISSIVE would break/ }).waitFor();
  await told.stop();
});

test('exempt traffic is hidden from the graph until asked for, and found by a filter', async () => {
  const { page } = await open(browser, served.url);
  await drawn(page);
  await page.getByRole('button', { name: /1 exempt/ }).click();
  await page.waitForURL(/exempt=\*|exempt=%2A/);
  await page.goto(`${served.url}?view=flows&exempt=*`);
  await page
    .getByText(/^1 (flow|connection)/)
    .first()
    .waitFor();
  await page.goto(`${served.url}?view=flows&exempt=!*`);
  await page
    .getByText(/^50 (flows|connections)/)
    .first()
    .waitFor();
});

test('a narrow screen scrolls down, never sideways', async () => {
  const { page } = await open(browser, served.url, { width: 390, height: 844 });
  await drawn(page);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
});

test('what the filters let through is saved as CSV and JSON, the run as the audit report, the graph as a picture', async () => {
  const { page, trouble } = await open(browser, `${served.url}?verdict=plaintext`);
  await drawn(page);
  const saved = async (name: string): Promise<Buffer> => {
    if (!(await page.locator('.menu > div').isVisible())) await page.getByRole('button', { name: 'Export' }).click();
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('.menu > div').getByText(name).first().click()]);
    return readFileSync(await download.path());
  };
  const csv = (await saved('CSV')).toString().split('\r\n');
  expect(csv[0]).toContain('source.workload');
  // A header, eight edges, and the last line break.
  expect(csv.length).toBe(10);
  const { edges } = JSON.parse((await saved('JSON')).toString()) as { readonly edges: readonly { readonly flows: { readonly plaintext: number } }[] };
  expect(edges.reduce((sum, { flows }) => sum + flows.plaintext, 0)).toBe(9);
  expect((await saved('Audit report')).toString()).toContain('66 % proven encrypted');
  expect((await saved('PNG')).subarray(1, 4).toString()).toBe('PNG');
  expect(trouble).toEqual([]);
});
