import { Writable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { openOut, usesColor } from '../../src/cli/out.ts';
import { openProgress, progressLine } from '../../src/cli/progress.ts';

/** A reader that takes each chunk when told to, or fails. */
function slowReader() {
  const chunks: string[] = [];
  let take: (() => void) | undefined;
  const stream = new Writable({
    highWaterMark: 1,
    decodeStrings: false,
    write(chunk, _encoding, done) {
      chunks.push(String(chunk));
      take = done;
    },
  });
  return { stream, chunks, take: () => take?.() };
}
const options = { color: false, prompt: false, onClosed: () => {} };

describe('output', () => {
  it('goes out in chunks of 64 KiB, and the rest at the end', async () => {
    const { stream, chunks, take } = slowReader();
    const out = openOut(stream, options);
    for (let line = 0; line < 65; line++) expect(out.write('x'.repeat(1000))).toBeUndefined();
    expect(chunks).toHaveLength(0);
    const slow = out.write('y'.repeat(1000));
    expect(chunks.map((chunk) => chunk.length)).toEqual([66_000]);
    let isFree = false;
    void slow?.then(() => {
      isFree = true;
    });
    await nextTurn();
    expect(isFree).toBe(false);
    take();
    await slow;
    expect(isFree).toBe(true);
    void out.write('z');
    const flushed = out.flush();
    take();
    await flushed;
    expect(chunks[1]).toBe('z');
  });

  it('goes out each turn when somebody follows', async () => {
    const { stream, chunks } = slowReader();
    const out = openOut(stream, { ...options, prompt: true });
    void out.write('a');
    void out.write('b');
    expect(chunks).toEqual([]);
    await nextTurn();
    await nextTurn();
    expect(chunks).toEqual(['ab']);
  });

  it('says once that nobody reads any more, and holds nobody back', async () => {
    let closings = 0;
    const stream = new Writable({
      highWaterMark: 1,
      autoDestroy: false,
      write: (_chunk, _encoding, done) => done(Object.assign(new Error('gone'), { code: 'EPIPE' })),
    });
    const out = openOut(stream, { ...options, onClosed: () => closings++ });
    await out.write('x'.repeat(70_000));
    await out.write('x'.repeat(70_000));
    await out.flush();
    expect(out.isClosed()).toBe(true);
    expect(closings).toBe(1);
  });

  it('fails when the disk is full', async () => {
    const stream = new Writable({ highWaterMark: 1, write: (_chunk, _encoding, done) => done(Object.assign(new Error('full'), { code: 'ENOSPC' })) });
    const out = openOut(stream, options);
    await expect(out.write('x'.repeat(70_000))).rejects.toThrow('full');
    await expect(out.flush()).rejects.toThrow('full');
  });

  it('knows its columns from a terminal only', () => {
    const terminal = Object.assign(slowReader().stream, { isTTY: true, columns: 132 });
    expect(openOut(terminal, options).columns).toBe(132);
    expect(openOut(slowReader().stream, options).columns).toBe(80);
  });
});

describe('colours', () => {
  const color = (choice: 'auto' | 'always' | 'never', isTTY: boolean, env = {}): boolean => usesColor(choice, { isTTY, env });
  it('are for terminals, unless somebody says otherwise', () => {
    expect(color('auto', true)).toBe(true);
    expect(color('auto', false)).toBe(false);
    expect(color('always', false, { NO_COLOR: '1' })).toBe(true);
    expect(color('never', true, { FORCE_COLOR: '1' })).toBe(false);
    expect(color('auto', true, { NO_COLOR: '1' })).toBe(false);
    expect(color('auto', true, { NO_COLOR: '' })).toBe(true);
    expect(color('auto', false, { FORCE_COLOR: '1' })).toBe(true);
    expect(color('auto', true, { FORCE_COLOR: '0' })).toBe(false);
    expect(color('auto', true, { TERM: 'dumb' })).toBe(false);
  });
});

describe('progress', () => {
  it('says how far, how fast and how long still, in one line', () => {
    expect(progressLine({ read: 1.3e9, total: 3.1e9, elapsedMs: 1000, input: 'node1.pcap' }, 80)).toBe(
      '41 %  1.3 GB of 3.1 GB, 1.3 GB/s, 2 s left  node1.pcap',
    );
    expect(progressLine({ read: 1.3e9, total: null, elapsedMs: 1000, input: '-' }, 80)).toBe('1.3 GB, 1.3 GB/s  -');
    for (const columns of [10, 40, 60])
      expect(progressLine({ read: 1.3e9, total: 3.1e9, elapsedMs: 1000, input: '\u001b[2Jx'.repeat(20) }, columns).length).toBeLessThan(columns);
  });

  it('comes after a second, ten times a second at most, and goes away', () => {
    let time = 0;
    const written: string[] = [];
    const terminal = { isTTY: true, columns: 80, write: (text: string) => written.push(text) };
    const progress = openProgress(terminal, { total: 100, quiet: false, now: () => time });
    progress.clear();
    progress.advance(1, 'a');
    time = 999;
    progress.advance(1, 'a');
    expect(written).toEqual([]);
    time = 1000;
    progress.advance(1, 'a');
    time = 1050;
    progress.advance(1, 'a');
    expect(written).toHaveLength(1);
    progress.clear();
    progress.clear();
    expect(written).toHaveLength(2);
    expect(written[1]).toBe('\r\u001b[2K');
  });

  it('is never for a file, nor for the quiet', () => {
    const write = (): never => {
      throw new Error('written');
    };
    openProgress({ isTTY: false, write }, { total: 1, quiet: false, now: () => 1e9 }).advance(1, 'a');
    let time = 0;
    openProgress({ isTTY: true, write }, { total: 1, quiet: true, now: () => (time += 5000) }).advance(1, 'a');
  });
});
