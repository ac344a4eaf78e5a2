import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { NO_STATEMENTS, type Stand, type Statement } from '../../src/model/stand.ts';
import type { Edge } from '../../src/model/summary.ts';
import { painter } from '../../src/report/text/paint.ts';
import { widthOf } from '../../src/report/text/width.ts';
import { witnessLines } from '../../src/report/text/witnesses.ts';
import { between, counts, edge } from './helpers.ts';

const says = (word: Statement['says'], text: string): Statement => ({ says: word, text, evidence: [] });
const HBONE = says('encrypted', '5 HBONE');
const CLEAR = says('plaintext', '3 plaintext');
const at = (destination: string, statements: Partial<Stand['statements']>, agreement: Stand['agreement'] = 'agree'): Edge => ({
  ...edge(between('bookinfo/productpage-v1', destination)),
  stand: { statements: { ...NO_STATEMENTS, ...statements }, agreement },
});
const look = { columns: 80, paint: painter(false) };

describe('the table of witnesses', () => {
  it('is one sentence where only log and wire were read, and names where they disagree', () => {
    const edges = [
      at('bookinfo/reviews-v1', { log: HBONE, wire: HBONE }),
      at('bookinfo/details-v1', { log: HBONE }, 'alone'),
      at('bookinfo/ratings-v1', { wire: CLEAR }, 'alone'),
    ];
    expect(witnessLines(edges, look, false)).toBe(
      '\nWITNESSES\n  Log and wire both speak of 1 edge, and agree. Only the log speaks of 1, only\n  the wire of 1.\n',
    );
    const contradicted = [...edges, at('bookinfo/stale-v1', { log: HBONE, wire: CLEAR }, 'disagree')];
    expect(witnessLines(contradicted, look, false)).toContain(
      'disagree on 1. Only the log speaks of\n  1, only the wire of 1.\n  ≠ bookinfo/productpage-v1 → bookinfo/stale-v1:9080\n    log: 5 HBONE · wire: 3 plaintext\n',
    );
  });

  it('says so where there is nothing to hold it against', () => {
    expect(witnessLines([at('n/a', { log: HBONE }, 'alone')], look, false)).toContain(
      'Only the log speaks: nothing else was read to hold 1 edge against.',
    );
    expect(witnessLines([edge({ flows: counts(), exempt: 3 })], look, false)).toBe('');
  });

  it('has a mark for each of more witnesses, what disagrees first and in words', async () => {
    const edges = [
      at('bookinfo/reviews-v1', {
        log: HBONE,
        wire: HBONE,
        config: says('encrypted', 'both enrolled'),
        policy: says('encrypted', 'STRICT (istio-system/default)'),
      }),
      at('legacy/legacy', {
        log: says('mixed', '1 HBONE, 1 plaintext'),
        wire: says('tls', "1 application's TLS"),
        config: says('plaintext', 'server not enrolled'),
      }),
      at(
        'bookinfo/a-workload-with-a-name-that-is-longer-than-any-terminal-has-room-for',
        { log: says('blocked', '2 denied'), policy: says('silent', 'PERMISSIVE (no policy)') },
        'alone',
      ),
      at('bookinfo/stale-v1', { wire: CLEAR, config: says('encrypted', 'both enrolled'), metric: HBONE, graph: says('silent', 'idle') }, 'disagree'),
      at('bookinfo/\u001b[31mred', { log: says('encrypted', '1 \u001b]0;x') }, 'alone'),
    ];
    const text = witnessLines(edges, look, false);
    await expect(text).toMatchFileSnapshot('golden/witnesses-80.txt');
    for (const line of text.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(80);
    await expect(witnessLines(edges, look, true)).toMatchFileSnapshot('golden/witnesses-wide.txt');
    // Nothing is told by colour alone.
    const colored = witnessLines(edges, { columns: 80, paint: painter(true) }, false);
    expect(colored).toContain('\u001b[1;31m≠\u001b[0m');
    expect(stripVTControlCharacters(colored)).toBe(text);
  });

  it('shows ten, and wide shows all', () => {
    const edges = Array.from({ length: 12 }, (_, number) => at(`n/w${number}`, { log: HBONE, config: says('encrypted', 'both enrolled') }));
    expect(witnessLines(edges, look, false)).toContain('… and 2 more edges: plainsight -o wide INPUT…');
    expect(witnessLines(edges, look, true)).toContain('n/w11:9080');
  });
});
