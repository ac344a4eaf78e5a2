import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReportOptions, Told } from '../../src/model/reporter.ts';
import { micros } from '../../src/model/time.ts';
import { REPORTERS } from '../../src/report/index.ts';
import { table } from '../../src/report/table.ts';
import { visible } from '../../src/report/text/visible.ts';
import { cutMiddle, pad, widthOf, wrap } from '../../src/report/text/width.ts';
import { byteText, clockSpanText, durationText, grouped, percentText } from '../../src/report/text/words.ts';
import { wide } from '../../src/report/wide.ts';
import { between, counts, edge, finding, flow, input, later, NOBODY, plaintextFlow, summary, textOut } from './helpers.ts';

async function told(
  reporter: typeof table,
  options: Partial<ReportOptions>,
  items: readonly Told[],
  columns = 80,
  last = summary(),
): Promise<string> {
  const out = textOut(columns);
  const report = reporter.open(out, { view: 'flows', live: false, ...options });
  await report.tell(items);
  await report.close(last);
  return out.text();
}
const widest = (text: string): number => Math.max(...text.split('\n').map(widthOf));

const FLOWS = [
  flow(),
  plaintextFlow({ findings: ['bypassed-mesh'] }),
  flow({ id: '0123456789abcdef', source: { ...NOBODY, ip: 'fd00:10:1::20' }, verdict: 'denied', reason: 'strict-policy', exposedBytes: 84 }),
  flow({ id: 'aaaaaaaaaaaaaaaa', verdict: 'plaintext', reason: 'udp', transport: 'udp', application: 'dns', exempt: 'dns', carrier: null }),
  flow({
    id: 'bbbbbbbbbbbbbbbb',
    verdict: 'unknown',
    reason: 'attempted',
    open: true,
    end: null,
    bytes: { sent: null, received: null },
    revision: 2,
  }),
  flow({ id: 'cccccccccccccccc', supersededBy: '9f3c6a1be07d4452' }),
  flow({
    id: 'dddddddddddddddd',
    destination: { ...flow().destination, workload: 'a-workload-of-a-very-long-name-that-nobody-can-read-v2', namespace: '会議室' },
  }),
  flow({
    id: 'eeeeeeeeeeeeeeee',
    verdict: 'tls',
    reason: 'application-tls',
    tls: { version: '1.3', alpn: ['h2', 'http/1.1'], sni: 'example.org' },
    underlay: 'vxlan',
  }),
];
const EDGES = [
  edge(),
  edge({
    ...between('10.10.1.20', 'bookinfo/reviews-v1'),
    flows: counts({ plaintext: 3 }),
    secured: 'no',
    reason: 'source-not-enrolled',
    exposedBytes: 6180,
  }),
  edge({ ...between('default/batch', 'bookinfo/ratings-v1'), flows: counts({ unknown: 1, hbone: 1 }), secured: 'partly', reason: 'mid-stream' }),
  edge({ ...between('10.10.1.1', 'bookinfo/reviews-v1'), flows: counts(), exempt: 12, secured: 'unproven', reason: null }),
];

describe('flows as a table', () => {
  it.each([80, 120, 160])('fit %i columns', async (columns) => {
    const text = await told(table, {}, [...FLOWS, finding()], columns);
    await expect(text).toMatchFileSnapshot(`golden/flows-${columns}.txt`);
    expect(widest(text)).toBeLessThanOrEqual(columns);
  });

  it('wide have every column and no cut', async () => {
    const text = await told(wide, {}, FLOWS);
    await expect(text).toMatchFileSnapshot('golden/flows-wide.txt');
    expect(text).not.toContain('…');
  });

  it('come at once when followed, with one head', async () => {
    const out = textOut();
    const report = table.open(out, { view: 'flows', live: true });
    await report.tell([flow()]);
    expect(out.text()).toContain('✓ hbone');
    await report.tell([plaintextFlow()]);
    await report.close(summary());
    expect(out.text().match(/VERDICT/g)).toHaveLength(1);
  });

  it('say what to do when there are none', async () => {
    const text = await told(table, {}, [], 80, summary({ flows: counts(), exempt: 0 }));
    expect(text).toContain('No connection in what was read, which proves nothing.');
    expect(text).toContain('node1-eth0.pcap');
  });
});

describe('edges as a table', () => {
  it.each([80, 120])('fit %i columns, the ones that need somebody first', async (columns) => {
    const text = await told(table, { view: 'edges' }, [...EDGES, finding()], columns);
    await expect(text).toMatchFileSnapshot(`golden/edges-${columns}.txt`);
    expect(widest(text)).toBeLessThanOrEqual(columns);
  });

  it('wide have every column', async () => {
    await expect(await told(wide, { view: 'edges' }, EDGES)).toMatchFileSnapshot('golden/edges-wide.txt');
  });
});

describe('verify as text', () => {
  const failed: Told = {
    type: 'expectation',
    outcome: 'failed',
    message: 'default/legacy → bookinfo/reviews-v1:9080: 3 connections in plaintext (the client is not in the mesh)',
    known: null,
  };
  const undecided: Told = {
    type: 'expectation',
    outcome: 'undecided',
    message: 'node1-eth0.pcap has lost 7 records: what was in them is not known.',
    known: null,
  };
  it('ends with one word and why', async () => {
    const note = finding({ severity: 'note', id: 'certificate-expiring', message: 'The certificate of bookinfo/reviews-v1 ends in 40 min.' });
    const text = await told(
      table,
      { view: 'verify' },
      [failed, undecided, note],
      80,
      summary({ flows: counts({ hbone: 5, plaintext: 3 }), exitCode: 1 }),
    );
    await expect(text).toMatchFileSnapshot('golden/verify-fail.txt');
    expect(await told(table, { view: 'verify' }, [])).toBe('PASS  5 of 5 connections proven encrypted (HBONE), every expectation met\n');
    const doubtful = await told(table, { view: 'verify' }, [undecided], 80, summary({ inputs: [input({ lost: 7 })], exitCode: 2 }));
    await expect(doubtful).toMatchFileSnapshot('golden/verify-undecided.txt');
  });

  it('never passes when an input could not be read, or after an interruption', async () => {
    for (const exitCode of [65, 130] as const) expect(await told(table, { view: 'verify' }, [], 80, summary({ exitCode }))).toMatch(/^UNDECIDED/);
  });

  it('says a finding once', async () => {
    const error = finding({ message: 'A sentence.' });
    const said: Told = { type: 'expectation', outcome: 'failed', message: 'bypassed-mesh: A sentence.', known: null };
    expect((await told(table, { view: 'verify' }, [said, error])).match(/A sentence\./g)).toHaveLength(1);
    expect((await told(table, { view: 'verify' }, [error])).match(/A sentence\./g)).toHaveLength(1);
  });
});

describe('explain as text', () => {
  it('shows the flow and each record behind its verdict', async () => {
    const records: readonly Told[] = [
      {
        type: 'record',
        witness: 'log',
        input: 'ztunnel-n1.log',
        record: 146,
        says: 'hbone',
        text: '2026-11-21T08:19:01.212141Z\tinfo\taccess\tconnection complete\tsrc.addr=10.10.1.11:55728 src.workload="curl-v1" dst.addr=10.10.2.11:15008 direction="outbound" bytes_sent=78',
      },
      {
        type: 'record',
        witness: 'wire',
        input: 'node1-eth0.pcap',
        record: 11,
        says: 'hbone',
        text: '10.10.1.11:57346 → 10.10.2.11:15008 TCP, 517 B, TLS ClientHello',
      },
    ];
    const text = await told(table, { view: 'explain' }, [flow({ tls: { version: '1.3', alpn: ['h2'], sni: null } }), ...records]);
    await expect(text).toMatchFileSnapshot('golden/explain.txt');
  });

  it('says so when there is no such flow', async () => {
    expect(await told(table, { view: 'explain' }, [])).toContain('No such flow');
  });
});

describe('every reporter', () => {
  it('is loaded under the name and summary of the list', async () => {
    expect(new Set(REPORTERS.map(({ name }) => name)).size).toBe(REPORTERS.length);
    for (const { name, summary: text, load } of REPORTERS) {
      const reporter = await load();
      expect([reporter.name, reporter.summary]).toEqual([name, text]);
      expect(text.length).toBeLessThan(60);
      expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    }
  });

  it('survives being closed without a word, in every view, and hostile names', async () => {
    const evil = '\u001b[2J\u202e\u0000\ud800';
    const odd = flow({ source: { ...flow().source, workload: evil, namespace: evil, pod: evil, identity: evil, ip: evil }, application: evil });
    for (const { load } of REPORTERS) {
      const reporter = await load();
      for (const view of ['report', 'flows', 'edges', 'verify', 'explain'] as const) {
        // A flow that is not there has no JSON lines; everything else says something.
        if (!(reporter.name === 'jsonl' && view === 'explain')) expect(await told(reporter, { view }, [])).not.toBe('');
        const text = await told(reporter, { view }, [
          odd,
          edge({ ...between(evil, `${evil}/${evil}`) }),
          finding({ message: evil, id: evil, key: evil }),
          { type: 'record', witness: 'log', input: evil, record: 1, text: evil, says: evil },
        ]);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
        expect(text.replaceAll('\r\n', '\n')).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\ud800-\udfff]/u);
      }
    }
  });
});

describe('words', () => {
  it('show what terminals would obey', () => {
    expect(visible('a\u001b[1mb')).toBe('a\\u{1b}[1mb');
    expect(visible('\u202etxt.exe\u200b\ufeff\u{e0041}')).toBe('\\u{202e}txt.exe\\u{200b}\\u{feff}\\u{e0041}');
    expect(visible('日本 é ü 👍')).toBe('日本 é ü 👍');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(visible(visible(text))).toBe(visible(text));
      }),
    );
  });

  it('are measured in cells', () => {
    expect([widthOf('abc'), widthOf('日本'), widthOf('e\u0301'), widthOf('👍'), widthOf('한글'), widthOf('…')]).toEqual([3, 4, 1, 2, 4, 1]);
    expect(pad('日', 4)).toBe('日  ');
    expect(pad('7', 3, true)).toBe('  7');
  });

  it('are cut in the middle, and never too wide', () => {
    expect(cutMiddle('bookinfo/reviews-v1:9080', 15)).toBe('book…ws-v1:9080');
    expect(cutMiddle('short', 15)).toBe('short');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(30), (text, width) => {
        expect(widthOf(cutMiddle(text, width))).toBeLessThanOrEqual(Math.max(width, 0));
      }),
    );
  });

  it('are wrapped without losing any', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme-ascii' }).map((word) => word.replaceAll(' ', ''))),
        fc.integer({ min: 2, max: 40 }),
        (words, width) => {
          const lines = wrap(words.join(' '), width);
          for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
          expect(lines.join('').replaceAll(' ', '')).toBe(words.join(''));
        },
      ),
    );
  });

  it('say numbers as people do', () => {
    expect([999, 1000, 9949, 9999, 99_499, 999_499, 999_500, 2_184_400, 3e12, null].map(byteText)).toEqual([
      '999 B',
      '1.0 kB',
      '9.9 kB',
      '10 kB',
      '99 kB',
      '999 kB',
      '1.0 MB',
      '2.2 MB',
      '3.0 TB',
      '–',
    ]);
    expect([0, 7, 1234, 1_234_567].map(grouped)).toEqual(['0', '7', '1,234', '1,234,567']);
    expect([percentText(0, 5), percentText(1, 1000), percentText(999, 1000), percentText(5, 5), percentText(0, 0)]).toEqual([
      '0 %',
      '<1 %',
      '>99 %',
      '100 %',
      '–',
    ]);
    expect([850, 10_000, 4_250_000, 59_000_000, 280_000_000, 11_100_000_000, 187_200_000_000].map(durationText)).toEqual([
      '850 µs',
      '10 ms',
      '4.2 s',
      '59 s',
      '4 min 40 s',
      '3 h 5 min',
      '2 d 4 h',
    ]);
    expect(clockSpanText(later(0), later(86_400))).toBe('2026-11-21 08:19:01 – 2026-11-22 08:19:01');
    expect(clockSpanText(micros(0), micros(1e6))).toBe('00:00:00 – 00:00:01');
  });
});
