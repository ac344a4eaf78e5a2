/** Hostile input is normal input: random bytes, and real recordings with bits flipped, parts cut out, doubled and moved. Every run ends with an answer or a word on why there is none. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { parseLines } from '../recordings/answer.ts';
import { plainsight, SAMPLES } from '../recordings/program.ts';

const scratch = mkdtempSync(join(tmpdir(), 'plainsight-hostile-'));
afterAll(() => rmSync(scratch, { recursive: true }));

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const MAX_SEED_BYTES = 200_000;
/** What lies in samples/ of every format, small enough to be mangled many times. */
const SEEDS: readonly string[] = readdirSync(SAMPLES, { recursive: true, encoding: 'utf8' })
  .filter((path) => statSync(join(SAMPLES, path)).isFile() && statSync(join(SAMPLES, path)).size <= MAX_SEED_BYTES && !path.endsWith('.md'))
  .sort();

/** Of all files together: an answer whose account adds up, or exit code 65 and a reason. Never a bug. */
async function survives(files: readonly Uint8Array[]): Promise<void> {
  const paths = files.map((_, index) => join(scratch, `input-${index}`));
  for (const [index, path] of paths.entries()) writeFileSync(path, files[index] ?? new Uint8Array(0));
  const { code, out, err } = await plainsight(['flows', '-o', 'jsonl', ...paths]);
  expect([0, 65], err).toContain(code);
  expect(err).not.toMatch(/bug|at \S+ \(|undefined|NaN/);
  const { summary } = parseLines(out);
  for (const { records, read, skipped } of summary.inputs) {
    expect(read).toBeGreaterThanOrEqual(0);
    expect(read + Object.values(skipped).reduce((sum, count) => sum + count, 0)).toBe(records);
  }
}

type Change = {
  readonly kind: 'flip' | 'cut' | 'double' | 'move' | 'zero' | 'ones';
  readonly at: number;
  readonly length: number;
  readonly to: number;
};
const changes: fc.Arbitrary<readonly Change[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('flip', 'flip', 'flip', 'cut', 'double', 'move', 'zero', 'ones'),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.integer({ min: 1, max: 400 }),
    to: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  { minLength: 1, maxLength: 12 },
);

function changed(bytes: Buffer, { kind, at, length, to }: Change): Buffer {
  const start = Math.floor(at * bytes.length);
  const part = bytes.subarray(start, start + length);
  const [before, after] = [bytes.subarray(0, start), bytes.subarray(start + length)];
  const target = Math.floor(to * bytes.length);
  switch (kind) {
    case 'flip': {
      const copy = Buffer.from(bytes);
      if (copy.length > 0) copy[start % copy.length] = (copy[start % copy.length] ?? 0) ^ (1 << (length & 7));
      return copy;
    }
    case 'cut':
      return Buffer.concat([before, after]);
    case 'double':
      return Buffer.concat([before, part, part, after]);
    case 'move':
      return Buffer.concat([bytes.subarray(0, target), part, bytes.subarray(target)]);
    case 'zero':
      return Buffer.concat([before, Buffer.alloc(part.length), after]);
    case 'ones':
      return Buffer.concat([before, Buffer.alloc(part.length, 0xff), after]);
    default:
      return kind satisfies never;
  }
}

describe('files that somebody mangled', () => {
  test.for(SEEDS)('%s', async (seed) => {
    const bytes = readFileSync(join(SAMPLES, seed));
    await fc.assert(
      fc.asyncProperty(changes, async (list) => {
        await survives([list.reduce(changed, bytes)]);
      }),
      { numRuns: 8, endOnFailure: true },
    );
  });

  test('parts of several of them, one after the other', async () => {
    const part = fc.tuple(fc.constantFrom(...SEEDS), fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 20_000 }));
    const whole = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) =>
      Buffer.concat(
        parts.map(([seed, at, length]) => {
          const bytes = readFileSync(join(SAMPLES, seed));
          const start = Math.floor(at * bytes.length);
          return bytes.subarray(start, start + length);
        }),
      ),
    );
    await fc.assert(fc.asyncProperty(fc.array(whole, { minLength: 1, maxLength: 3 }), survives), { numRuns: 30, endOnFailure: true });
  });
});

describe('bytes that mean nothing', () => {
  const random = fc.uint8Array({ maxLength: 3000 });
  const HEADS: readonly (readonly [string, Uint8Array])[] = [
    ['nothing', new Uint8Array(0)],
    ['a pcap header, Ethernet', Uint8Array.of(0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0)],
    ['a pcap header, SLL2, nanoseconds', Uint8Array.of(0x4d, 0x3c, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 20, 1, 0, 0)],
    ['a pcap header, big-endian', Uint8Array.of(0xa1, 0xb2, 0xc3, 0xd4, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 1)],
    [
      'a pcapng section',
      Uint8Array.of(0x0a, 0x0d, 0x0d, 0x0a, 28, 0, 0, 0, 0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, 28, 0, 0, 0),
    ],
    ['gzip', Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3)],
    [
      'an access line',
      new TextEncoder().encode(
        '2026-11-21T08:19:01.202141Z\tinfo\taccess\tconnection complete\tsrc.addr=10.0.0.1:1 dst.addr=10.0.0.2:2 direction="inbound" bytes_sent=',
      ),
    ],
    [
      'a line of JSON',
      new TextEncoder().encode(
        '{"level":"info","time":"2026-11-21T08:19:01.202141Z","scope":"access","message":"connection complete","src.addr":"10.0.0.1:1","',
      ),
    ],
  ];
  test.for(HEADS)('behind %s', async ([, head]) => {
    await fc.assert(
      fc.asyncProperty(random, async (tail) => {
        await survives([Buffer.concat([head, tail])]);
      }),
      { numRuns: 15, endOnFailure: true },
    );
  });
});

describe('text that only looks like a log', () => {
  const value = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.constantFrom('"', '\\', '"\\u{110000}"', '[::1]:0', '999.999.999.999:99999', '-1', '1e309', '', '"a=b"', '10.0.0.1:80'),
  );
  const key = fc.constantFrom(
    'src.addr',
    'dst.addr',
    'dst.hbone_addr',
    'src.identity',
    'dst.identity',
    'src.workload',
    'direction',
    'bytes_sent',
    'bytes_recv',
    'duration',
    'error',
    'new.key',
    '',
  );
  const stamp = fc.constantFrom(
    '2026-11-21T08:19:01.202141Z',
    '0000-00-00T00:00:00Z',
    '9999-12-31T23:59:59.999999Z',
    '275760-09-13T00:00:00Z',
    'now',
    '',
  );
  const message = fc.constantFrom('connection complete', 'connection opened', 'connection failed', 'connection');
  const line = fc
    .tuple(stamp, message, fc.array(fc.tuple(key, value), { maxLength: 14 }))
    .map(([time, said, fields]) => `${time}\tinfo\taccess\t${said}\t${fields.map(([name, text]) => `${name}=${text}`).join(' ')}`);

  test('keys and values of every kind, in lines of every kind', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 20 }), async (lines) => {
        await survives([Buffer.from(`${lines.join('\n')}\n`)]);
      }),
      { numRuns: 40, endOnFailure: true },
    );
  });
});

test('memory does not grow with what was read: many runs over mangled input leave little behind', async () => {
  const [seed = ''] = SEEDS.filter((path) => path.endsWith('.pcap'));
  const bytes = readFileSync(join(SAMPLES, seed));
  const used = async (): Promise<number> => {
    for (let run = 0; run < 8; run++) await survives([bytes.subarray(0, bytes.length - run * 7)]);
    collectGarbage();
    return process.memoryUsage().heapUsed;
  };
  const before = await used();
  expect((await used()) - before).toBeLessThan(64 * 1024 * 1024);
});
