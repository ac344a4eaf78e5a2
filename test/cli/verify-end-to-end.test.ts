import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clear, hbone, run, save, scratch } from './end-to-end.ts';

const PROVEN = save('proven.yaml', '- {to: 10.0.0.2, verdict: hbone}\n');

test('--expect: 0 as expected, 1 not, 2 nothing of it seen, 64 no such key, 65 no such file', async () => {
  const nobody = save('nobody.yaml', '- {to: 10.9.9.9, verdict: hbone}\n');
  const wrong = save('wrong.yaml', '- {too: 10.9.9.9, verdict: hbone}\n');
  const codes = [
    await run(['verify', hbone, '--expect', PROVEN]),
    await run(['verify', hbone, clear, '--expect', PROVEN, '-o', 'json']),
    await run(['verify', hbone, '--expect', nobody]),
    await run(['verify', hbone, '--expect', wrong]),
    await run(['verify', hbone, '--expect', join(scratch, 'none.yaml')]),
    await run(['report', hbone, '--expect', PROVEN]),
    await run(['verify', hbone, '--require-witness', 'wire']),
    await run(['verify', hbone, '--min-flows', 'many']),
  ];
  expect(codes.map(({ code }) => code)).toEqual([0, 1, 2, 64, 65, 64, 2, 64]);
  expect(codes[3]?.err).toContain(`wrong.yaml:1: unknown key 'too'; did you mean to?`);
});

test('--write-baseline makes what fails known; the file is kept up to date, and never decides by itself that all is well', async () => {
  const path = join(scratch, 'known.yaml');
  expect((await run(['verify', hbone, clear])).code).toBe(1);
  const written = await run(['verify', hbone, clear, '--write-baseline', path]);
  expect([written.code, written.err]).toEqual([0, expect.stringContaining('1 new exception')]);
  const text = readFileSync(path, 'utf8');
  expect(text).toMatch(
    /from: shop\/client\n {2}to: shop\/server\n {2}port: 9080\n {2}verdict: plaintext\n {2}reason: .*\n {2}expires: \d{4}-\d\d-\d\d\n/,
  );
  const known = await run(['verify', hbone, clear, '--baseline', path]);
  expect([known.code, known.out]).toEqual([0, expect.stringContaining('1 known exception')]);
  // No positive control, and an exception that is not needed.
  expect((await run(['verify', clear, '--baseline', path])).code).toBe(2);
  expect((await run(['verify', hbone, '--baseline', path])).err).toContain(
    'known.yaml:3: the exception for shop/client → shop/server:9080 was not needed',
  );
  save('known.yaml', text.replace('TODO: why this is accepted', 'OPS-7').replace(/expires: .*/, 'expires: 2020-01-01'));
  const expired = await run(['verify', hbone, clear, '--baseline', path, '--write-baseline', path]);
  expect(expired.err).toContain('expired on 2020-01-01');
  expect(readFileSync(path, 'utf8')).toContain('OPS-7');
});
