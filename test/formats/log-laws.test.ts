import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeLog } from '../../src/formats/log-decode.ts';
import { unescapeRust } from '../../src/formats/log-values.ts';
import { lineCount, newTables, OUTBOUND, REFUSED, read, SAMPLES, STARTED, total } from './log-reading.ts';

const AT = '2026-11-21T08:25:35.833828746Z';
const wrapped = fc
  .tuple(
    fc.constantFrom(...SAMPLES, STARTED, 'x', ''),
    fc.constantFrom('', '[pod/a/b] ', `[pod/a/c] ${AT} `, `${AT} `, `${AT} stdout F `, `${AT} stdout P `, 'a-1 b '),
  )
  .map(([line, envelope]) => envelope + line);
const log = fc.array(wrapped, { maxLength: 14 }).map((lines) => lines.join('\n'));
/** Lines in which anything may have changed: bytes replaced, cut out, doubled. */
const mutated = fc
  .tuple(
    fc.array(fc.constantFrom(...SAMPLES), { minLength: 2, maxLength: 6 }),
    fc.array(
      fc.tuple(
        fc.nat(),
        fc.nat(20),
        fc.constantFrom('', '0', '1', '9', '.', ':', '"', '\\', ' ', '=', '\t', '\n', '\0', 'é', 'inbound', '}', '[::1]:1'),
      ),
      { maxLength: 6 },
    ),
  )
  .map(([lines, changes]) => {
    let text = `${SAMPLES.join('\n')}\n${lines.join('\n')}\n`;
    const from = SAMPLES.join('\n').length;
    for (const [place, length, by] of changes) {
      const at = from + (place % (text.length - from));
      text = text.slice(0, at) + by + text.slice(at + length);
    }
    return text;
  });

describe('laws of the log formats', () => {
  it('any cut of the bytes gives the same records', async () => {
    await fc.assert(
      fc.asyncProperty(log, fc.array(fc.nat(6000), { maxLength: 8 }), fc.boolean(), async (text, at, ends) => {
        const bytes = ends ? `${text}\n` : text;
        const [whole, pieces] = [await read(bytes), await read(bytes, { at })];
        expect({ ...pieces, batches: 0 }).toEqual({ ...whole, batches: 0 });
      }),
      { numRuns: 150 },
    );
  });

  it('byte by byte is one of these cuts', async () => {
    const text = `${STARTED}\n${SAMPLES.join('\r\n')}\n${SAMPLES.join('\n')}`;
    const bytewise = await read(text, { at: Array.from({ length: text.length }, (_, index) => index) });
    expect({ ...bytewise, batches: 0 }).toEqual({ ...(await read(text)), batches: 0 });
    expect(bytewise.rows).toHaveLength(12);
  });

  it('a line recognised by its runs tells what its complete parse tells', async () => {
    await fc.assert(
      fc.asyncProperty(mutated, async (text) => {
        expect(await read(text)).toEqual(await read(text, { fast: false }));
      }),
      { numRuns: 400 },
    );
  });

  it('a line that is half text and half JSON is not known by its runs', async () => {
    const [text, json] = [
      SAMPLES.find((line) => line.includes('src.addr=10.10.1.11')) ?? '',
      SAMPLES.find((line) => line.includes('"duration"')) ?? '',
    ];
    const halves = [
      /(?<=\d)(?="?,?\s?"?(scope|info|access))/,
      /(?=\sinfo|","scope)/,
      /(?<=src.addr\D{1,4}[\d.]+:\d+)/,
      /(?<=dst.addr\D{1,4}[\d.]+:\d+)/,
    ];
    for (const half of halves) {
      const [at, on] = [text.search(half), json.search(half)];
      const mixed = [...SAMPLES, text.slice(0, at) + json.slice(on), json.slice(0, on) + text.slice(at)].join('\n');
      expect(await read(`${mixed}\n`)).toEqual(await read(`${mixed}\n`, { fast: false }));
    }
  });

  it('every line is read or skipped, whatever the bytes are', async () => {
    const pieces = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      mutated.map((text) => new TextEncoder().encode(text)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(pieces, { maxLength: 4 }), async (parts) => {
        const bytes = Buffer.concat(parts);
        expect(total(await read(bytes))).toBe(lineCount(bytes.toString('latin1')));
      }),
      { numRuns: 200 },
    );
  });

  it('a log cut anywhere in a line with an error never tells that line without its error', async () => {
    for (let length = 0; length < REFUSED.length; length++) expect((await read(`${OUTBOUND}\n${REFUSED.slice(0, length)}`)).rows).toHaveLength(1);
    expect((await read(`${OUTBOUND}\n${REFUSED}`)).rows).toHaveLength(2);
  });

  it('what Rust escapes is what comes back', () => {
    const escaped = (text: string): string =>
      [...text]
        .map(
          (letter) =>
            ({ '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\0': '\\0' })[letter] ??
            (letter < ' ' ? `\\u{${letter.charCodeAt(0).toString(16)}}` : letter),
        )
        .join('');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(unescapeRust(escaped(text))).toBe(text);
      }),
    );
  });
});

describe('hostile logs', () => {
  it('a line without end is counted once, in bounded memory, and the line after it is read', async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      const chunk = new Uint8Array(1 << 20).fill(0x78);
      for (let megabyte = 0; megabyte < 100; megabyte++) yield chunk;
      yield new TextEncoder().encode(`\n${OUTBOUND}\n`);
    }
    const before = process.memoryUsage().arrayBuffers;
    const seen: unknown[] = [];
    for await (const batch of decodeLog(endless(), newTables()))
      seen.push(batch.kind === 'facts' ? batch.facts[0] : batch.kind === 'access' && batch.record[0]);
    expect(seen).toEqual([2, { kind: 'skipped', why: 'too-long', records: 1, firstRecord: 1 }]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 << 20);
  });

  it('a line too long is that in one chunk as in many', async () => {
    const text = `${'y'.repeat(1_500_000)}\n${OUTBOUND}\n`;
    for (const at of [[], [5, 1_400_000]]) expect(await read(text, { at })).toMatchObject({ rows: [{ record: 2 }], skipped: { 'too-long': 1 } });
  });

  it('ever new workloads, errors and keys are all told, though nothing can remember them', async () => {
    const line = (index: number): string =>
      REFUSED.replaceAll('11xyz', `w${index}`).replace('503', String(index)).replace(' direction', ` trace="${index}" direction`);
    const lines = Array.from({ length: 20_000 }, (_, index) => line(index));
    const { rows } = await read(`${lines.join('\n')}\n`);
    expect(rows).toHaveLength(20_000);
    expect(rows[19_999]).toMatchObject({
      error: 'http status: 19999 Service Unavailable',
      extra: 'trace="19999"',
      shape: { source: { workload: 'curl-v1-7d5f8c6b9-w19999' } },
    });
  });

  it('invalid UTF-8 becomes the replacement character', async () => {
    const bytes = Buffer.from(REFUSED.replace('503', '@@@'), 'latin1');
    bytes.set([0xff, 0xfe, 0xc3], bytes.indexOf('@@@'));
    for (const reading of [await read(Buffer.concat([bytes, Buffer.from('\n')])), await read(bytes)])
      expect(reading.rows[0]?.error).toContain('http status: \ufffd');
  });
});

describe('a live log', () => {
  it('tells the whole lines of a chunk before it asks for the next', async () => {
    const pulled: number[] = [];
    async function* chunks(): AsyncGenerator<Uint8Array> {
      for (let chunk = 0; chunk < 3; chunk++) {
        pulled.push(chunk);
        yield new TextEncoder().encode(`${OUTBOUND}\n${OUTBOUND.slice(0, 50)}`.replace(/^/, chunk === 0 ? '' : OUTBOUND.slice(50).concat('\n')));
      }
    }
    const counts: number[][] = [];
    for await (const batch of decodeLog(chunks(), newTables())) if (batch.kind === 'access') counts.push([pulled.length, batch.count]);
    expect(counts).toEqual([
      [1, 1],
      [2, 2],
      [3, 2],
    ]);
  });
});
