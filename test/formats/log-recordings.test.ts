import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { recognise } from '../../src/formats/recognise.ts';
import { ztunnelJson } from '../../src/formats/ztunnel-json.ts';
import { ztunnelText } from '../../src/formats/ztunnel-text.ts';
import { lineCount, read, total } from './log-reading.ts';

const SHARED = new URL('../../../shared/', import.meta.url).pathname;
const walk = (path: string): string[] => (statSync(path).isDirectory() ? readdirSync(path).flatMap((name) => walk(`${path}/${name}`)) : [path]);
const isPresent = existsSync(`${SHARED}recordings`);
if (!isPresent) console.log('no recordings here: these tests pass without looking');
const files = isPresent ? [...walk(`${SHARED}recordings`), ...walk(`${SHARED}corpora`)] : [];
const open = (path: string): Uint8Array => (path.endsWith('gz') ? gunzipSync(readFileSync(path)) : readFileSync(path));
const isLog = (path: string): boolean => /(ztunnel(-n\d)?|ztunnel\.[a-z-]+|ztunnel\/node\d|istio-proxy\/0)\.log$|\.log\.gz$/.test(path);
const nameOf = (path: string): string => path.replace(SHARED, '');

describe('recordings', () => {
  it.each(files.filter(isLog).map((path) => [nameOf(path), path]))('%s is read whole, by runs as by the complete parser', async (_, path) => {
    const bytes = open(path);
    const text = new TextDecoder().decode(bytes);
    const fast = await read(bytes);
    expect(fast.rows).toHaveLength(text.split('\n').filter((line) => /\taccess\t|"scope":"access"/.test(line)).length);
    expect(total(fast)).toBe(lineCount(text));
    expect(Object.keys(fast.skipped).filter((why) => why !== 'not-an-access-line')).toEqual([]);
    expect(fast).toEqual(await read(bytes, { fast: false }));
  });

  it('are recognised as logs, and nothing else is', () => {
    for (const path of files.filter((path) => !path.endsWith('.tgz'))) {
      const head = open(path).subarray(0, 65_536);
      const format = recognise(head, [ztunnelText, ztunnelJson]);
      expect([nameOf(path), format?.name ?? null]).toEqual([
        nameOf(path),
        isLog(path) ? (/json/.test(path) ? 'ztunnel-json' : 'ztunnel-text') : null,
      ]);
    }
  });

  it("Kiali's log has 27 lines with identities and one without", async () => {
    if (!isPresent) return;
    const { rows } = await read(open(`${SHARED}corpora/kiali/ztunnel.log`));
    const secured = rows.filter(({ shape }) => shape.source.identity !== null || shape.destination.identity !== null);
    expect([rows.length, secured.length]).toEqual([28, 27]);
  });
});
