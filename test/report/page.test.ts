import { describe, expect, it } from 'vitest';
import type { Edge, Finding, Summary } from '../../src/model/summary.ts';
import { renderPage } from '../../src/report/text/page.ts';
import { painter } from '../../src/report/text/paint.ts';
import { widthOf } from '../../src/report/text/width.ts';
import { between, counts, edge, finding, input, later, NOON, summary } from './helpers.ts';

const plainLook = (columns: number) => ({ columns, paint: painter(false) });

const EDGES: readonly Edge[] = [
  edge({ flows: counts({ hbone: 41 }), bytes: { sent: 3200, received: 2_100_000 } }),
  edge({
    ...between('bookinfo/productpage-v1', 'bookinfo/details-v1'),
    flows: counts({ hbone: 16, denied: 1 }),
    bytes: { sent: 1200, received: 80_000 },
  }),
  edge({
    ...between('10.10.1.20', 'bookinfo/reviews-v1'),
    flows: counts({ plaintext: 3, denied: 1 }),
    bytes: { sent: 312, received: 5868 },
    exposedBytes: 6180,
    secured: 'no',
    reason: 'source-not-enrolled',
  }),
  edge({
    ...between('default/stale', 'bookinfo/a-service-whose-name-is-longer-than-any-terminal-is-wide-v2', 8080),
    flows: counts({ plaintext: 1, hbone: 1 }),
    bytes: { sent: 78, received: 1467 },
    exposedBytes: 1545,
    secured: 'partly',
    reason: 'bypass',
  }),
  edge({
    ...between('default/curl-v1', '10.10.2.20', 6379),
    flows: counts({ tls: 2 }),
    bytes: { sent: null, received: null },
    secured: 'no',
    reason: 'application-tls',
  }),
  edge({
    ...between('default/batch', 'bookinfo/ratings-v1'),
    flows: counts({ unknown: 1 }),
    bytes: { sent: null, received: null },
    secured: 'unproven',
    reason: 'mid-stream',
  }),
  edge({
    ...between('default/legacy', 'bank/payments-v1', 9000),
    flows: counts({ denied: 1 }),
    exposedBytes: 84,
    secured: 'unproven',
    reason: 'strict-policy',
  }),
  edge({ ...between('10.10.1.1', 'bookinfo/reviews-v1'), flows: counts(), exempt: 12, secured: 'unproven', reason: null }),
];
const FINDINGS: readonly Finding[] = [
  finding({
    id: 'certificate-expiring',
    severity: 'note',
    message: 'The certificate of bookinfo/reviews-v1 ends in 40 min.',
    subject: { workload: 'reviews-v1', namespace: 'bookinfo', ip: null },
  }),
  ...['1', '2', '3', '4', '5'].map((n) =>
    finding({ id: 'exposed-request', severity: 'warning', message: `Request ${n} was refused, but 84 B of it were readable.` }),
  ),
  finding(),
];
const SUMMARY: Summary = summary({
  flows: counts({ hbone: 58, tls: 2, plaintext: 4, denied: 3, unknown: 1 }),
  exempt: 12,
  bytes: { hbone: 2_184_400, tls: 0, plaintext: 7725 },
  exposedBytes: 7809,
  inputs: [
    input(),
    input({ input: 'pod-curl-lo.pcap', records: 80, read: 80, skipped: {}, sawHbone: false, sawReadable: false, first: NOON, last: later(12) }),
    input({
      input: 'ztunnel-n1.log',
      format: 'ztunnel-text',
      records: 12_400,
      read: 9000,
      skipped: { 'not-an-access-line': 3390, malformed: 10 },
      lost: 7,
    }),
    input({ input: 'notes.md', format: null, records: 0, read: 0, skipped: {}, first: null, last: null, sawHbone: false, sawReadable: false }),
  ],
  late: 2,
});

describe('the report page', () => {
  it.each([80, 120])('tells what is wrong first, at %i columns', async (columns) => {
    const page = renderPage({ edges: EDGES, findings: FINDINGS, summary: SUMMARY }, plainLook(columns));
    await expect(page).toMatchFileSnapshot(`golden/page-${columns}.txt`);
    for (const line of page.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(columns);
  });

  it('says it plainly when everything is proven', async () => {
    const clean = summary({ flows: counts({ hbone: 57 }), exempt: 0 });
    await expect(renderPage({ edges: [edge()], findings: [], summary: clean }, plainLook(80))).toMatchFileSnapshot('golden/page-clean.txt');
  });

  it('never says all when something was lost', () => {
    const lossy = summary({ flows: counts({ hbone: 57 }), inputs: [input({ lost: 3 })] });
    expect(renderPage({ edges: [edge()], findings: [], summary: lossy }, plainLook(80))).toContain(
      'All 57 connections that could be seen proven encrypted',
    );
  });

  it('says what to do when there is nothing', async () => {
    const quiet = summary({ flows: counts(), exempt: 0, inputs: [input({ sawHbone: false, sawReadable: false })] });
    await expect(renderPage({ edges: [], findings: [], summary: quiet }, plainLook(80))).toMatchFileSnapshot('golden/page-quiet.txt');
    expect(renderPage({ edges: [], findings: [], summary: summary({ flows: counts(), exempt: 0, inputs: [] }) }, plainLook(80))).toContain(
      'Name captures or ztunnel logs',
    );
    const unread = input({ format: null, read: 0, records: 0, skipped: {} });
    expect(renderPage({ edges: [], findings: [], summary: summary({ flows: counts(), exempt: 0, inputs: [unread] }) }, plainLook(80))).toContain(
      'no input was recognised',
    );
  });

  it('collapses many edges and says how to see them all', () => {
    const many = Array.from({ length: 40 }, (_, n) =>
      edge({ ...between(`default/client-${n}`, 'bookinfo/reviews-v1'), secured: 'no', flows: counts({ plaintext: n + 1 }), reason: 'passthrough' }),
    );
    const page = renderPage({ edges: many, findings: [], summary: summary({ flows: counts({ plaintext: 820 }) }) }, plainLook(80));
    expect(page).toContain('… and 30 more edges: plainsight edges --verdict plaintext --verdict tls INPUT…');
    expect(page.indexOf('client-39')).toBeLessThan(page.indexOf('client-38'));
    expect(page).not.toContain('client-9 ');
  });

  it('never lets a name speak to the terminal', () => {
    const evil = '\u001b]0;owned\u0007\u202eabc\u009b2J';
    const edges = [
      edge({
        ...between('default/x', 'y/z'),
        source: { workload: evil, namespace: evil, ip: null, identity: evil },
        flows: counts({ plaintext: 1 }),
        secured: 'no',
        reason: 'bypass',
      }),
    ];
    const bad = summary({ flows: counts({ plaintext: 1 }), inputs: [input({ input: evil, format: evil, skipped: { [evil]: 3 } })] });
    const page = renderPage({ edges, findings: [finding({ id: evil, message: evil })], summary: bad }, plainLook(200));
    expect(page).not.toMatch(/[^\n -~–-…→✗✓█·~!?]/u);
    expect(page).toContain('\\u{1b}]0;owned\\u{7}\\u{202e}abc\\u{9b}2J');
  });

  it('tells the same with and without colours', () => {
    const colored = renderPage({ edges: EDGES, findings: FINDINGS, summary: SUMMARY }, { columns: 80, paint: painter(true) });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters.
    expect(colored.replace(/\u001b\[[0-9;]*m/g, '')).toBe(renderPage({ edges: EDGES, findings: FINDINGS, summary: SUMMARY }, plainLook(80)));
    expect(colored).toContain('\u001b[1;31m');
  });

  it('keeps a cell of the bar for the one connection in a million', () => {
    const page = renderPage({ edges: [], findings: [], summary: summary({ flows: counts({ hbone: 1_000_000, plaintext: 1 }) }) }, plainLook(80));
    expect(page).toMatch(/^ {2}█{75}✗$/mu);
    expect(page).toContain('1,000,000 of 1,000,001 connections proven encrypted');
    expect(page).toContain('✗ plaintext 1 (<1 %)');
    expect(page).toContain('>99 %');
  });
});
