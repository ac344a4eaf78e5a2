import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pcapToBlocks } from '../../src/inputs/interface-pcap.ts';
import { interfaceStatistics, sectionStart } from '../../src/inputs/interface-pcapng.ts';
import { captureTo } from '../../src/inputs/interface-write.ts';
import { ExitCode } from '../../src/model/error.ts';
import type { Input } from '../../src/model/input.ts';

const NEVER = new AbortController().signal;

/** One record of pcap, its packet `length` zeros. */
function record(length: number): Uint8Array {
  const bytes = Buffer.alloc(16 + length);
  bytes.writeUInt32LE(length, 8);
  bytes.writeUInt32LE(length, 12);
  return bytes;
}

/** An interface that yields its packets in a buffer which it wipes as soon as the next is asked for. */
function interfaceOf(name: string, chunksOfPackets: readonly number[]): Input {
  return {
    name,
    live: true,
    size: null,
    async *open() {
      yield sectionStart({ name, linkType: 1, snaplen: 1000, filter: '' });
      const converter = pcapToBlocks();
      converter.push(Buffer.from(`d4c3b2a102000400${'00'.repeat(12)}01000000`, 'hex'));
      for (const packets of chunksOfPackets) {
        const reused = converter.push(Buffer.concat(Array.from({ length: packets }, () => record(61)))).slice();
        yield reused;
        reused.fill(0xff);
      }
      yield interfaceStatistics({ received: 9, droppedByKernel: 2, droppedByInterface: 0, delivered: 7 }, 0, 1);
    },
  };
}

async function drain(input: Input): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of input.open(NEVER)) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

describe('--write', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'plainsight-write-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('keeps one capture byte for byte as its reader had it', async () => {
    const path = join(folder, 'one.pcapng');
    const file = await captureTo(path);
    const read = await drain(file.tee(interfaceOf('eth0', [3, 1, 4])));
    await file.close();
    expect(readFileSync(path).equals(read)).toBe(true);
  });

  it('puts several captures into one file that tshark reads, each under its own interface', async () => {
    const path = join(folder, 'several.pcapng');
    const file = await captureTo(path);
    const inputs = [interfaceOf('eth0', [3, 1]), interfaceOf('eth1', [5]), interfaceOf('lo', [1, 1, 1])];
    const alone = await drain(interfaceOf('eth1', [5]));
    const [, second] = await Promise.all(inputs.map((input) => drain(file.tee(input))));
    await file.close();
    // Its reader sees nothing of the others.
    expect(second?.equals(alone)).toBe(true);
    if (spawnSync('tshark', ['--version']).error !== undefined) return console.log('--write was not compared: there is no tshark');
    const words = ['-r', path, '-T', 'fields', '-e', 'frame.interface_name', '-e', 'frame.len'];
    const lines = execFileSync('tshark', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      .trim()
      .split('\n');
    expect(lines.sort()).toEqual([...Array(4).fill('eth0\t61'), ...Array(5).fill('eth1\t61'), ...Array(3).fill('lo\t61')]);
  });

  it('fails at once on a path that cannot be written, and names it', async () => {
    const path = join(folder, 'nowhere', 'x.pcapng');
    await expect(captureTo(path)).rejects.toMatchObject({ code: ExitCode.unavailable, message: expect.stringContaining(`--write ${path}: ENOENT`) });
  });

  it('ends the input with an error when the disk is full', async () => {
    const file = await captureTo('/dev/full');
    await expect(drain(file.tee(interfaceOf('eth0', [1])))).rejects.toMatchObject({ message: expect.stringContaining('ENOSPC') });
    await file.close();
  });
});
