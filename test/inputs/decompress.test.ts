import { deflateRawSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decompressed } from '../../src/inputs/decompress.ts';
import { peek } from '../../src/inputs/peek.ts';
import { cut, read, TEXT } from './compressed.ts';

const GZIP = gzipSync(TEXT);

const readsAll = async (bytes: Uint8Array, size?: number): Promise<void> => {
  const { text, error } = await read(bytes, size);
  expect([error, text.equals(TEXT)]).toEqual(['', true]);
};

describe('gzip', () => {
  test('appears as what it holds, however it is cut', async () => {
    for (const size of [100, 1000, 1 << 22]) await readsAll(GZIP, size);
    const small = TEXT.subarray(0, 5000);
    for (const size of [1, 2, 3, 7])
      expect((await read(Buffer.concat([gzipSync(small), gzipSync(small)]), size)).text.equals(Buffer.concat([small, small]))).toBe(true);
  });

  test('members one after another are one text', async () => {
    await readsAll(Buffer.concat([gzipSync(TEXT.subarray(0, 1000)), gzipSync(''), gzipSync(TEXT.subarray(1000))]), 100);
  });

  test('what follows the last member is ignored, as gzip does', async () => {
    for (const garbage of ['x', 'garbage', '\0'.repeat(600), '\x1f', '\x1f\x8b\x09 no gzip at all'])
      await readsAll(Buffer.concat([GZIP, Buffer.from(garbage, 'latin1')]));
  });

  test('names, comments, extra fields and header checksums are passed over', async () => {
    const header = Buffer.from([0x1f, 0x8b, 8, 2 | 4 | 8 | 16, 0, 0, 0, 0, 0, 3, 3, 0, 9, 9, 9, 97, 0, 98, 0, 1, 2]);
    for (const size of [15, 17, 4000]) await readsAll(Buffer.concat([header, deflateRawSync(TEXT), GZIP.subarray(-8)]), size);
  });

  test.for([9, 5, 1])('cut %d bytes before its end loses nothing that came before', async (missing) => {
    const { text, error, code } = await read(GZIP.subarray(0, -missing));
    expect([code, TEXT.subarray(0, text.length).equals(text)]).toEqual([65, true]);
    expect(text.length).toBeGreaterThan(TEXT.length - 10);
    expect(error).toBe('cannot read all of x.gz: its gzip data end too early; what came before was read; copy it again');
  });

  test('cut anywhere gives a beginning of the text, and an error', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 3, max: GZIP.length - 1 }), async (length) => {
        const { text, error } = await read(GZIP.subarray(0, length));
        expect([TEXT.subarray(0, text.length).equals(text), error]).toEqual([true, expect.stringContaining('too early')]);
        if (length > 20_000) expect(text.length).toBeGreaterThan(length);
      }),
      { numRuns: 50 },
    );
  });

  test('whose checksum does not fit has all been read', async () => {
    const bytes = Buffer.from(GZIP);
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 6) ^ 1, bytes.length - 6);
    const { text, error } = await read(bytes);
    expect([text.equals(TEXT), error]).toEqual([true, expect.stringContaining('checksum')]);
  });

  test('that is corrupt ends with an error, and little before the place is lost', async () => {
    const bytes = Buffer.from(GZIP);
    bytes.fill(0xff, 100_000, 100_100);
    const { text, error } = await read(bytes, 4096);
    expect(error).toMatch(/^cannot read all of x\.gz/);
    expect(text.length).toBeGreaterThan(200_000);
  });

  test('of a quarter of a gigabyte of zeros is handed on in small pieces', async () => {
    const bomb = gzipSync(Buffer.alloc(64 << 20));
    const input = decompressed({ name: 'bomb', live: false, size: null, open: () => cut(Buffer.concat([bomb, bomb, bomb, bomb]), 1 << 20) });
    let total = 0;
    let largest = 0;
    for await (const chunk of input.open(new AbortController().signal)) {
      total += chunk.byteLength;
      largest = Math.max(largest, chunk.byteLength);
    }
    expect([total, largest <= 65_536]).toEqual([256 << 20, true]);
  });

  test('random bytes after the magic number never hang and never throw anything but what the user can act on', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (noise) => {
        const { code, error } = await read(Buffer.concat([Buffer.from([0x1f, 0x8b, 8]), noise]), 50);
        expect(error === '' || code === 65).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

describe('what is not compressed', () => {
  test('stays as it is, in the same chunks', async () => {
    const bytes = Buffer.from('plain text\n'.repeat(1000));
    for (const size of [1, 3, 5000, 65_536]) expect((await read(bytes, size)).text.equals(bytes)).toBe(true);
    expect((await read(Buffer.alloc(0))).text.length).toBe(0);
    expect((await read(Buffer.from([0x1f]))).text.length).toBe(1);
  });
});

describe('a peek', () => {
  const all = async (chunks: AsyncIterable<Uint8Array>): Promise<Buffer> => {
    const parts: Buffer[] = [];
    for await (const chunk of chunks) parts.push(Buffer.from(chunk));
    return Buffer.concat(parts);
  };

  test('sees up to 64 KiB and loses nothing, however the bytes are cut', async () => {
    for (const size of [1, 100, 4095, 4096, 5000, 100_000, 1 << 22]) {
      const { head, chunks } = await peek(cut(TEXT, size));
      expect([head.length >= 4096, head.length <= 65_536, TEXT.subarray(0, head.length).equals(head)]).toEqual([true, true, true]);
      expect((await all(chunks)).equals(TEXT)).toBe(true);
    }
  });

  test('sees all of a short input', async () => {
    for (const size of [1, 100]) {
      const { head, chunks } = await peek(cut(Buffer.from('short'), size));
      expect([Buffer.from(head).toString(), (await all(chunks)).toString()]).toEqual(['short', 'short']);
    }
    expect((await peek(cut(Buffer.alloc(0), 1))).head.length).toBe(0);
  });

  test('of a slow pipe waits 50 ms for more and no longer', async () => {
    async function* slow(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('first ');
      await new Promise((resolve) => setTimeout(resolve, 400));
      yield Buffer.from('second');
    }
    const before = performance.now();
    const { head, chunks } = await peek(slow());
    expect(performance.now() - before).toBeLessThan(300);
    expect(Buffer.from(head).toString()).toBe('first ');
    expect((await all(chunks)).toString()).toBe('first second');
  });

  test('is over at once when there is enough', async () => {
    async function* silent(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('magic');
      await new Promise(() => undefined);
    }
    expect((await peek(silent(), (head) => head.length >= 4)).head.length).toBe(5);
  });

  test('that is not read on can be closed', async () => {
    let isClosed = false;
    async function* input(): AsyncGenerator<Uint8Array> {
      try {
        yield Buffer.alloc(5000);
      } finally {
        isClosed = true;
      }
    }
    const { close } = await peek(input());
    await close();
    expect(isClosed).toBe(true);
  });

  test('hands on the error of its input', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('some');
      throw new Error('gone');
    }
    await expect(peek(broken())).rejects.toThrow('gone');
  });
});
