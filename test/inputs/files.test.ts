import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { findInputs } from '../../src/inputs/index.ts';
import type { Input } from '../../src/model/input.ts';

const folder = mkdtempSync(join(tmpdir(), 'plainsight-inputs-'));
afterAll(() => rmSync(folder, { recursive: true }));
const place = (name: string, bytes: Uint8Array | string = name): string => {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};
const fifo = (name: string): string => {
  execFileSync('mkfifo', [join(folder, name)]);
  return join(folder, name);
};
const numbers = (count: number): Buffer => Buffer.from(Array.from({ length: count }, (_, index) => `${index}\n`).join(''));

/** Reads an input as it should be read: each chunk is taken before the next is pulled. */
async function read(input: Input, signal: AbortSignal = new AbortController().signal): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const chunk of input.open(signal)) parts.push(Buffer.from(chunk));
  return Buffer.concat(parts);
}

async function inputOf(word: string): Promise<Input> {
  const { inputs, missing } = await findInputs([word]);
  const [found] = inputs;
  if (found === undefined) throw missing[0]?.error ?? new Error('nothing found');
  return found.input;
}

describe('a file', () => {
  test('is read whole, though it is larger than its buffers', async () => {
    const bytes = numbers(2_000_000);
    const input = await inputOf(place('large', bytes));
    expect([input.live, input.size]).toEqual([false, bytes.length]);
    expect((await read(input)).equals(bytes)).toBe(true);
  });

  test('may be empty', async () => {
    expect(await read(await inputOf(place('empty', '')))).toEqual(Buffer.alloc(0));
  });

  test('is left when nobody wants more of it', async () => {
    const input = await inputOf(place('left', numbers(2_000_000)));
    for await (const chunk of input.open(new AbortController().signal)) {
      expect(chunk.byteLength).toBeGreaterThan(0);
      break;
    }
  });

  test('ends when it is aborted', async () => {
    const abort = new AbortController();
    let chunks = 0;
    for await (const _ of (await inputOf(place('aborted', numbers(3_000_000)))).open(abort.signal)) {
      chunks++;
      abort.abort();
    }
    expect(chunks).toBe(1);
  });

  test('that is not there says what to do', async () => {
    const { inputs, missing } = await findInputs([join(folder, 'nothing'), join(folder, 'large', 'below')]);
    expect(inputs).toEqual([]);
    expect(missing.map(({ named, error }) => [named, error.code, error.message])).toEqual([
      [true, 65, `cannot read ${join(folder, 'nothing')}: there is no such file: check the path`],
      [true, 65, `cannot read ${join(folder, 'large', 'below')}: a part of its path is no directory: check the path`],
    ]);
  });

  test('that goes away before it is opened says what to do', async () => {
    const input = await inputOf(place('going'));
    rmSync(join(folder, 'going'));
    await expect(read(input)).rejects.toMatchObject({ name: 'PlainsightError', code: 65 });
  });

  test('given twice, in whatever way, is read once', async () => {
    const path = place('once');
    symlinkSync(path, join(folder, 'again'));
    const { inputs } = await findInputs([path, path, join(folder, 'again')]);
    expect(inputs.map(({ input }) => input.name)).toEqual([path]);
  });
});

describe('a directory', () => {
  const root = join(folder, 'tree');
  mkdirSync(join(root, 'b', 'deep'), { recursive: true });
  for (const name of ['c.log', 'a.log', 'b/x', 'b/deep/y', 'B']) writeFileSync(join(root, name), name);
  symlinkSync('..', join(root, 'b', 'deep', 'circle'));
  symlinkSync('nowhere', join(root, 'dangling'));
  symlinkSync('a.log', join(root, 'z-link-to-a'));
  execFileSync('mkfifo', [join(root, 'pipe')]);

  test('is walked in an order that is the same everywhere, without circles, and without waiting for its FIFOs', async () => {
    for (const given of [root, `${root}/`, `${root}//`]) {
      const { inputs, missing } = await findInputs([given]);
      expect(inputs.map(({ input, named }) => [input.name, named])).toEqual(
        ['B', 'a.log', 'b/deep/y', 'b/x', 'c.log'].map((name) => [`${root}/${name}`, false]),
      );
      expect(missing.map(({ name, named }) => [name, named])).toEqual([[`${root}/dangling`, false]]);
    }
  });

  test('has its files read', async () => {
    const { inputs } = await findInputs([root]);
    expect(await Promise.all(inputs.map(async ({ input }) => (await read(input)).toString()))).toEqual(['B', 'a.log', 'b/deep/y', 'b/x', 'c.log']);
  });

  test('a file of it that is named as well is named', async () => {
    const { inputs } = await findInputs([root, join(root, 'c.log')]);
    expect(inputs.filter(({ named }) => named).map(({ input }) => input.name)).toEqual([join(root, 'c.log')]);
    expect(inputs.length).toBe(5);
  });

  test('too deep to be true is a problem, not a crash', async () => {
    const deep = join(folder, 'deep');
    mkdirSync(join(deep, ...Array<string>(40).fill('d')), { recursive: true });
    const { missing } = await findInputs([deep]);
    expect(missing[0]?.error.message).toMatch(/directories deep/);
  });
});

describe('a FIFO', () => {
  test('is read as it is written, however late the writer comes', async () => {
    const path = fifo('late');
    const input = await inputOf(path);
    expect([input.live, input.size]).toEqual([true, null]);
    const writer = spawn('sh', ['-c', `sleep 0.1; (echo one; sleep 0.2; echo two) > '${path}'`]);
    const chunks: string[] = [];
    for await (const chunk of input.open(new AbortController().signal)) chunks.push(Buffer.from(chunk).toString());
    writer.kill();
    expect(chunks).toEqual(['one\n', 'two\n']);
  });

  test('carries much', async () => {
    const path = fifo('much');
    const bytes = numbers(500_000);
    const reading = inputOf(path).then((input) => read(input));
    const writer = spawn('sh', ['-c', `cat > '${path}'`], { stdio: ['pipe', 'ignore', 'ignore'] });
    writer.stdin.end(bytes);
    expect((await reading).equals(bytes)).toBe(true);
  });

  test('that stays silent ends soon after the abort, and four of them hold up nothing', async () => {
    const abort = new AbortController();
    const silent = await Promise.all(['s1', 's2', 's3', 's4'].map((name) => inputOf(fifo(name))));
    const waiting = silent.map((input) => read(input, abort.signal));
    const bytes = numbers(100_000);
    const path = place('meanwhile', bytes);
    const before = performance.now();
    expect((await read(await inputOf(path))).equals(bytes)).toBe(true);
    expect(performance.now() - before).toBeLessThan(1000);
    const aborted = performance.now();
    abort.abort();
    expect((await Promise.all(waiting)).map((one) => one.length)).toEqual([0, 0, 0, 0]);
    expect(performance.now() - aborted).toBeLessThan(50);
  });

  test('whose writer stays silent ends soon after the abort', async () => {
    const path = fifo('held');
    const abort = new AbortController();
    const writer = spawn('sh', ['-c', `exec 3> '${path}'; printf start >&3; exec sleep 30`], { stdio: 'ignore' });
    let aborted = 0;
    const chunks: string[] = [];
    for await (const chunk of (await inputOf(path)).open(abort.signal)) {
      chunks.push(Buffer.from(chunk).toString());
      setTimeout(() => {
        aborted = performance.now();
        abort.abort();
      }, 50);
    }
    expect(performance.now() - aborted).toBeLessThan(50);
    expect(chunks).toEqual(['start']);
    writer.kill();
  });
});

describe('devices', () => {
  test('that end are read', async () => {
    expect(await read(await inputOf('/dev/null'))).toEqual(Buffer.alloc(0));
  });
});
