import { marked } from 'marked';
import { describe, expect, it } from 'vitest';
import { NO_STATEMENTS, type Says, type Stand, type Statement } from '../../src/model/stand.ts';
import { codeText, sentenceText } from '../../src/report/markdown/escape.ts';
import { markdown } from '../../src/report/markdown.ts';
import { between, counts, edge, finding, flow, input, summary } from './helpers.ts';
import { EVERY_VIEW, HOSTILE, hostileTold, written } from './told.ts';

/** As GitHub does: tables, autolinks, raw HTML let through. */
const html = (text: string): string => marked.parse(text, { async: false, gfm: true });
/** What a site could make links, mentions or pictures of: text outside code. */
const outsideCode = (text: string): string => text.replace(/<code[^>]*>[^<]*<\/code>/g, '').replace(/<[^>]*>/g, '\n');
const TAGS = /^<\/?(?:h2|h3|p|table|thead|tbody|tr|th|td|code|ul|li|details|summary|pre)(?: align="right"| class="language-text")?>$/;

describe('Markdown', () => {
  it.each(EVERY_VIEW)('of the view %s renders nothing that a name asks for', async (view) => {
    for (const evil of HOSTILE) {
      const rendered = html(await written(markdown, { view }, hostileTold(evil), summary({ inputs: [input({ input: evil, format: evil })] })));
      for (const tag of rendered.match(/<[^>]*>/g) ?? []) expect(tag).toMatch(TAGS);
      expect(outsideCode(rendered)).not.toMatch(/@|www\.|:\/\/|#\d|:smile:|alert|HYPERLINK|deadbeef/);
    }
  });

  it('says where witnesses disagree, and nothing of those that agree', async () => {
    const says = (word: Says, text: string): Statement => ({ says: word, text, evidence: [] });
    const stand = (agreement: Stand['agreement'], wire: Statement): Stand => ({
      agreement,
      statements: { ...NO_STATEMENTS, log: says('encrypted', '2 HBONE'), wire },
    });
    const agreed = edge({ stand: stand('agree', says('encrypted', '2 HBONE')) });
    const other = edge({ ...between('a/x', 'b/y|z'), stand: stand('disagree', says('plaintext', '2 plaintext')) });
    const text = await written(markdown, { view: 'report' }, [agreed, other]);
    expect(text).toContain(
      '### Where witnesses disagree\n\n| From | To | log | wire |\n| --- | --- | --- | --- |\n| `a/x` | `b/y\\u{7c}z:9080` | 2 HBONE | 2 plaintext |\n\n',
    );
    expect(await written(markdown, { view: 'report' }, [agreed])).not.toContain('disagree');
  });

  it('keeps names readable', () => {
    expect(html(codeText('bookinfo/reviews-v1:9080'))).toBe('<p><code>bookinfo/reviews-v1:9080</code></p>\n');
    expect(codeText('a`b|c')).toBe('`a\\u{60}b\\u{7c}c`');
    expect([codeText(''), codeText(' ')]).toEqual(['–', '–']);
    expect(sentenceText('a/b → c/d:80: 1,234 bytes (see x.pcap), restart it.')).toBe('`a/b` → `c/d:80`: 1,234 bytes (see `x.pcap`), restart it.');
  });

  it('fits a comment with 1,000 edges and findings of the longest names', async () => {
    for (const view of EVERY_VIEW.filter((one) => one !== 'explain')) {
      const told = Array.from({ length: 250 }, () => hostileTold('W'.repeat(5000)))
        .flat()
        .concat(Array.from({ length: 250 }, (_, n) => flow({ id: String(n) })));
      const text = await written(
        markdown,
        { view },
        told,
        summary({ inputs: Array.from({ length: 500 }, () => input({ input: 'i'.repeat(4000) })) }),
      );
      expect(text.length).toBeLessThan(65_536);
      expect(text).toContain('more: `plainsight');
    }
  });

  it('says the verdict first, and nothing good of what was not seen', async () => {
    const first = async (view: (typeof EVERY_VIEW)[number], last: ReturnType<typeof summary>): Promise<string> =>
      (await written(markdown, { view }, [], last)).split('\n')[0] ?? '';
    expect(await first('report', summary())).toBe('## ✅ plainsight: 100 % proven encrypted');
    expect(await first('report', summary({ inputs: [input({ lost: 3 })] }))).toBe('## ❔ plainsight: 100 % of what could be seen proven encrypted');
    expect(await first('report', summary({ exitCode: 65 }))).toMatch(/^## ❔/);
    expect(await first('report', summary({ flows: counts() }))).toBe('## ❔ plainsight: no connection was seen');
    expect(await first('report', summary({ flows: counts({ hbone: 999, plaintext: 1 }) }))).toBe(
      '## ❌ plainsight: >99 % proven encrypted, 1 in plaintext',
    );
    expect(await first('verify', summary({ exitCode: 0 }))).toBe('## ✅ plainsight verify: passed');
    for (const exitCode of [2, 65, 130] as const)
      expect(await first('verify', summary({ exitCode }))).toBe('## ❔ plainsight verify: could not decide');
    expect(await first('verify', summary({ exitCode: 1 }))).toBe('## ❌ plainsight verify: failed');
  });

  it('shows what is not encrypted in the open and folds what is', async () => {
    const open = edge({
      ...between('legacy/legacy', 'bookinfo/reviews-v1'),
      flows: counts({ plaintext: 2 }),
      secured: 'no',
      reason: 'source-not-enrolled',
    });
    const text = await written(markdown, { view: 'report' }, [edge(), open, finding()], summary({ flows: counts({ hbone: 5, plaintext: 2 }) }));
    await expect(text).toMatchFileSnapshot('golden/markdown.md');
    expect(text.indexOf('legacy/legacy')).toBeLessThan(text.indexOf('<details>'));
    expect(text.indexOf('curl-v1')).toBeGreaterThan(text.indexOf('<details>'));
  });
});
