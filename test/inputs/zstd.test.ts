import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { read, TEXT } from './compressed.ts';

const zstd = (input: Uint8Array, ...options: string[]): Buffer => execFileSync('zstd', ['-qc', ...options], { input, maxBuffer: 1 << 28 });
const ZSTD = zstd(TEXT);
const NAME = 'x.zst';
const SKIPPED = Buffer.concat([Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 5, 0, 0, 0]), Buffer.from('aside')]);

describe('zstd', () => {
  test('appears as what it holds, at every level and however it is cut', async () => {
    for (const options of [['-1'], ['-3', '--no-check'], ['-19', '--long=27'], ['--fast=5'], ['-6', '--no-content-size']]) {
      const { text, error } = await read(zstd(TEXT, ...options), 7777, NAME);
      expect([options, error, text.equals(TEXT)]).toEqual([options, '', true]);
    }
    const small = TEXT.subarray(0, 5000);
    for (const size of [1, 2, 3, 7]) expect((await read(zstd(small), size, NAME)).text.equals(small)).toBe(true);
  });

  test('frames one after another are one text, and skippable ones are passed over', async () => {
    const bytes = Buffer.concat([SKIPPED, zstd(TEXT.subarray(0, 1000)), zstd(Buffer.alloc(0)), SKIPPED, zstd(TEXT.subarray(1000)), SKIPPED]);
    for (const size of [50, 1000, 1 << 20]) {
      const { text, error } = await read(bytes, size, NAME);
      expect([error, text.equals(TEXT)]).toEqual(['', true]);
    }
  });

  test('cut anywhere gives a beginning of the text, and an error', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 4, max: ZSTD.length - 1 }), async (length) => {
        const { text, error, code } = await read(ZSTD.subarray(0, length), 5000, NAME);
        expect([TEXT.subarray(0, text.length).equals(text), code]).toEqual([true, 65]);
        expect(error).toBe('cannot read all of x.zst: its zstd data end too early; what came before was read; copy it again');
      }),
      { numRuns: 50 },
    );
  });

  test('whose checksum does not fit has all been read', async () => {
    const bytes = Buffer.from(ZSTD);
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    const { text, error } = await read(bytes, 4096, NAME);
    expect([text.equals(TEXT), error]).toEqual([true, expect.stringContaining('checksum')]);
  });

  test('of a quarter of a gigabyte of zeros is handed on in small pieces', async () => {
    const bomb = zstd(Buffer.alloc(64 << 20), '-19');
    expect(bomb.length).toBeLessThan(10_000);
    const { text, error } = await read(Buffer.concat([bomb, bomb]), 1 << 20, NAME);
    expect([text.length, error]).toEqual([128 << 20, '']);
  });

  test('that asks for a window of gigabytes is refused before memory is taken', async () => {
    const header = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0xa8, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect((await read(header, 100, NAME)).error).toContain('its zstd window is 2048 MiB; up to 128 MiB are read');
  });

  test('random bytes after the magic number never hang and never throw anything but what the user can act on', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (noise) => {
        const { code, error } = await read(Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), noise]), 50, NAME);
        expect(error === '' || code === 65).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('changed anywhere is read to its end, or ends with an error: never with other text and no word', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 4, max: ZSTD.length - 1 }), fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const bytes = Buffer.from(ZSTD);
        bytes.writeUInt8(bytes.readUInt8(at) ^ by, at);
        const { text, error } = await read(bytes, 4096, NAME);
        expect(error !== '' || text.equals(TEXT)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});
