import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { builtBinding } from './built.ts';

/** What test/native/fixtures/hang.mjs does. */
const WAYS_TO_END = [
  'exit while open',
  'exit while a worker reads',
  'terminate a worker that reads',
  'worker ends with captures open',
  'hundreds of captures in four threads',
  'collect garbage',
];
const loaded = builtBinding();
const canCapture = process.platform === 'linux' && process.geteuid?.() === 0;
if (loaded === undefined || !canCapture) it('needs the binding, Linux and root', () => {});
else captures(loaded.binding, loaded.path);

function captures(binding: NonNullable<typeof loaded>['binding'], path: string): void {
  const open = (filter = 'udp port 9'): ReturnType<typeof binding.open> => binding.open('lo', filter, 262_144, 0, 1 << 20, 20);
  const codeOf = (work: () => unknown): unknown => {
    try {
      work();
    } catch (error) {
      return error instanceof TypeError ? 'TypeError' : error instanceof Error && 'code' in error ? error.code : error;
    }
    return 'nothing thrown';
  };
  const fixture = fileURLToPath(new URL('fixtures/hang.mjs', import.meta.url));

  describe('the native binding', () => {
    it('refuses what makes no sense, with an error and never a crash', () => {
      const { id, largestBlock } = open();
      const call = (name: keyof typeof binding, ...words: readonly unknown[]): unknown =>
        codeOf(() => Reflect.apply(binding[name], undefined, words));
      expect(call('open')).toBe('TypeError');
      expect(call('open', 'lo', '', -1, 0, 1, 1)).toBe('TypeError');
      expect(call('open', 'lo\0x', '', 100, 0, 1 << 20, 20)).toBe('TypeError');
      expect(call('open', 'x'.repeat(40_000), '', 100, 0, 1 << 20, 20)).toBe('TypeError');
      expect(call('open', {}, '', 100, 0, 1 << 20, 20)).toBe('TypeError');
      expect(call('open', 'x'.repeat(300), '', 100, 0, 1 << 20, 20)).not.toBe('nothing thrown');
      expect(call('read', id, new Uint8Array(10), 0, 0)).toBe('TypeError');
      expect(call('read', id, new ArrayBuffer(largestBlock), Number.NaN, 0)).toBe('TypeError');
      expect(call('read', id, new ArrayBuffer(largestBlock - 1), 0, 0)).toBe('usage');
      expect(call('read', 4_000_000_000, new ArrayBuffer(largestBlock), 0, 0)).toBe('closed');
      const gone = new ArrayBuffer(largestBlock);
      structuredClone(gone, { transfer: [gone] });
      expect(call('read', id, gone, 0, 0)).toBe('usage');
      expect(call('checkFilter', 'tcp prot', 1)).toBe('bad-filter');
      binding.close(id);
    });

    it('knows a closed capture by nothing but an error', () => {
      const { id, largestBlock } = open();
      binding.close(id);
      binding.close(id);
      binding.stop(id);
      expect(codeOf(() => binding.read(id, new ArrayBuffer(largestBlock), 0, 0))).toBe('closed');
      expect(codeOf(() => binding.counts(id))).toBe('closed');
    });

    it('waits as long as it is told, and not at all once stopped', () => {
      const { id, largestBlock } = open();
      const buffer = new ArrayBuffer(largestBlock);
      const start = performance.now();
      expect(binding.read(id, buffer, 80, 0)).toBe(0);
      expect(performance.now() - start).toBeGreaterThan(70);
      binding.stop(id);
      const stopped = performance.now();
      expect(binding.read(id, buffer, 1000, 0)).toBe(0);
      expect(performance.now() - stopped).toBeLessThan(50);
      binding.close(id);
    });

    it('lists loopback among the devices, with its addresses', () => {
      expect(binding.devices().find(({ name }) => name === 'lo')?.addresses).toContain('127.0.0.1');
    });

    for (const how of WAYS_TO_END) {
      it(`survives: ${how}`, () => {
        const { status, stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', fixture, path, how], { encoding: 'utf8', timeout: 8000 });
        expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'well\n', stderr: '' });
      }, 10_000);
    }

    it('asks for no newer glibc than Node itself', () => {
      // The names of the versions stand in the file as text.
      const versions = [...readFileSync(path, 'latin1').matchAll(/GLIBC_2\.(\d+)/g)].map(([, minor]) => Number(minor));
      expect(Math.max(0, ...versions)).toBeLessThanOrEqual(28);
    });
  });
}
