/** Public captures, some of them broken on purpose: what tshark reads is read, packet for packet. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { PCAP } from '../../src/formats/pcap.ts';
import { PCAPNG } from '../../src/formats/pcapng.ts';
import { decode } from './captures.ts';

const CORPORA = fileURLToPath(new URL('../../../shared/corpora', import.meta.url));
const HEADERLESS = fileURLToPath(new URL('../../../shared/recordings/kubernetes-debug/debug-i-stdout.HEADERLESS.bin', import.meta.url));
const captures = existsSync(CORPORA)
  ? ['pcapng', 'libpcap'].flatMap((folder) => readdirSync(join(CORPORA, folder), { recursive: true, encoding: 'utf8' }).map((path) => join(CORPORA, folder, path))).filter((path) => /\.pcap(ng)?$/.test(path))
  : [];
/** tshark 4.0 does not know their link types, so it does not count them; the packets are there. */
const UNKNOWN_TO_TSHARK = ['brcm-tag-stp.pcap', 'brcm-tag.pcap', 'dsa.pcap'];

function tsharkFrames(path: string): number | undefined {
  try {
    return execFileSync('tshark', ['-r', path, '-T', 'fields', '-e', 'frame.number'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split('\n').filter(Boolean).length;
  } catch {
    return undefined;
  }
}

/** Packets, and what else tshark gives a frame number. */
async function frames(path: string, sizes: readonly number[]) {
  const bytes = readFileSync(path);
  const format = [PCAP, PCAPNG].find(({ recognise }) => recognise(bytes.subarray(0, 65_536)) > 0);
  if (format === undefined) return { error: 'not recognised', count: 0 };
  const { packets, facts, error } = await decode(format, bytes, sizes);
  const others = facts.map((fact) => (fact.kind === 'skipped' && fact.why === 'custom-block' ? fact.records : 0));
  return { error, count: packets.length + others.reduce((sum, records) => sum + records, 0), packets };
}

if (captures.length === 0) test('public captures', () => console.log('no ../shared/corpora: public captures are not compared'));

test.for(captures.map((path) => [basename(path), path] as const))('%s is read, whatever the chunks', async ([, path]) => {
  const whole = await frames(path, [1 << 22]);
  expect(whole.error === null || whole.error.startsWith('PlainsightError: ')).toBe(true);
  expect(await frames(path, [7, 61, 1])).toEqual(whole);
});

test('as many packets are read as tshark reads', async () => {
  if (captures.length === 0 || tsharkFrames(captures[0] ?? '') === undefined) return console.log('no tshark: packets of public captures are not counted');
  const differing: string[] = [];
  for (const path of captures) {
    const expected = UNKNOWN_TO_TSHARK.includes(basename(path)) ? undefined : tsharkFrames(path);
    if (expected !== undefined && (await frames(path, [1 << 22])).count !== expected) differing.push(basename(path));
  }
  expect(differing).toEqual([]);
});

test('a capture that has lost its header is not recognised', () => {
  if (!existsSync(HEADERLESS)) return console.log('no ../shared/recordings: the capture without its header is not looked at');
  const head = readFileSync(HEADERLESS);
  expect([PCAP.recognise(head), PCAPNG.recognise(head)]).toEqual([0, 0]);
});
