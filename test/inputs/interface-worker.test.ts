import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { libpcapInput } from '../../src/inputs/interface-libpcap.ts';
import { type CaptureOptions, captureOptions } from '../../src/inputs/interface-options.ts';
import type { LiveInput } from '../../src/inputs/live-input.ts';
import { builtBinding } from '../native/built.ts';
import { canMakeNamespaces, createLink, type Link, sendDatagrams } from '../native/netns.ts';
import { blocksOf, collect } from './interface-contract.ts';

const loaded = builtBinding();
if (loaded === undefined || !canMakeNamespaces()) it('needs the binding, Linux and root', () => {});
else {
  onlyLibpcap((device, options) => libpcapInput(loaded, device, captureOptions(options)));
}

function onlyLibpcap(open: (device: string, options: Partial<CaptureOptions>) => Promise<LiveInput>): void {
  describe('what only the binding can do', () => {
    let link: Link;
    beforeAll(() => {
      link = createLink();
    });
    afterAll(() => link.remove());

    it('tells its counts once a second while nothing comes', async () => {
      const input = await open(link.device, { filter: 'udp port 9', durationMs: 2300 });
      expect(blocksOf(await collect(input)).types).toEqual([0x0a0d0d0a, 1, 5, 5, 5]);
    });

    it('hands a packet over within 100 ms', async () => {
      const input = await open(link.device, { filter: 'udp port 9999', count: 1 });
      const chunks = input.open(new AbortController().signal)[Symbol.asyncIterator]();
      await chunks.next();
      await sleep(150);
      const start = performance.now();
      await sendDatagrams(link, 1);
      await chunks.next();
      expect(performance.now() - start).toBeLessThan(100);
      while ((await chunks.next()).done !== true);
    });

    it('captures on all interfaces at once, naming each (LINKTYPE_LINUX_SLL2)', async () => {
      const input = await open('any', { filter: `udp port 9999 and host ${link.address}`, count: 3 });
      const [bytes] = await Promise.all([collect(input), sendDatagrams(link, 3)]);
      expect(bytes.readUInt16LE(bytes.readUInt32LE(4) + 8)).toBe(276);
    });

    it('leaves the file system free while several captures are idle', async () => {
      const inputs = await Promise.all(Array.from({ length: 6 }, () => open(link.device, { filter: 'udp port 9' })));
      const controller = new AbortController();
      const all = Promise.all(inputs.map((input) => collect(input, controller.signal)));
      await sleep(200);
      const start = performance.now();
      for (let reads = 0; reads < 50; reads++) await readFile('/proc/self/stat');
      expect(performance.now() - start).toBeLessThan(500);
      controller.abort();
      await all;
    });

    it('leaks no descriptors over many captures', async () => {
      const descriptors = (): number => readdirSync('/proc/self/fd').length;
      const once = async (): Promise<unknown> => collect(await open(link.device, {}), AbortSignal.abort());
      await once();
      const before = descriptors();
      for (let cycle = 0; cycle < 20; cycle++) await once();
      expect(descriptors() - before).toBeLessThanOrEqual(0);
    });
  });
}
