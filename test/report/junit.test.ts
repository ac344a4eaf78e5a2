import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { junit } from '../../src/report/junit.ts';
import { between, counts, edge, finding, input, summary } from './helpers.ts';
import { EVERY_VIEW, HOSTILE, hostileTold, written } from './told.ts';

/** The schema of Jenkins' xUnit plugin (its license stands in it), as packages that write JUnit XML ship it. */
const SCHEMA = fileURLToPath(new URL('data/junit-4.xsd', import.meta.url));

function check(documents: readonly string[]): void {
  for (const document of documents) {
    const { status, stderr } = spawnSync('xmllint', ['--noout', '--nonet', '--schema', SCHEMA, '-'], { input: document, encoding: 'utf8' });
    expect(status, stderr.slice(0, 1000)).toBe(0);
  }
}
const LEAK = edge({
  ...between('legacy/legacy', 'bookinfo/reviews-v1'),
  flows: counts({ plaintext: 2 }),
  secured: 'no',
  reason: 'source-not-enrolled',
});

describe('JUnit XML', () => {
  it('holds to the schema in every view, whatever the names', async () => {
    for (const view of EVERY_VIEW) check([await written(junit, { view }, []), await written(junit, { view }, HOSTILE.flatMap(hostileTold))]);
  });

  it('fails what leaks, skips what is not proven with the reason, passes what is', async () => {
    const turned = edge({ ...between('a/b', 'c/d'), flows: counts({ failed: 1 }), secured: 'unproven', reason: 'refused' });
    const text = await written(junit, { view: 'report' }, [edge(), LEAK, turned, finding(), finding({ severity: 'warning', message: 'Look.' })]);
    await expect(text).toMatchFileSnapshot('golden/junit.xml');
    expect(text).toContain('<testsuites name="plainsight" tests="6" failures="2" errors="0">');
    expect(text).toContain('<skipped>one connection failed: nothing listens there</skipped>');
    expect(text).toContain('<failure type="plaintext" message="both in plaintext: the client is not in the mesh">');
    expect(text).toContain('<skipped>warning: Look.</skipped>');
  });

  it('fails with verify only where the gate does', async () => {
    const passed = await written(junit, { view: 'verify' }, [edge(), LEAK, finding()]);
    expect(passed).toContain('failures="0"');
    const failed = await written(junit, { view: 'verify' }, [
      edge(),
      LEAK,
      { type: 'expectation', outcome: 'failed', message: 'a → b: 2 connections in plaintext', known: null, key: 'a → b: in plaintext' },
    ]);
    expect(failed).toContain('<testsuites name="plainsight" tests="4" failures="1" errors="0">');
    expect(failed).toContain('name="a → b: in plaintext"');
  });

  it('does not hide an input that could not be read', async () => {
    const text = await written(junit, { view: 'report' }, [], summary({ inputs: [input({ lost: 4 }), input({ input: 'x', format: null })] }));
    expect(text).toContain('<skipped>4 records lost: what was in them is not known</skipped>');
    expect(text).toContain('<skipped>not recognised, so not read</skipped>');
  });
});
