/** Public captures, some of them broken on purpose: what tshark reads is read, packet for packet. */
import { spawnSync } from 'node:child_process';
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
  ? ['pcapng', 'libpcap']
      .flatMap((folder) => readdirSync(join(CORPORA, folder), { recursive: true, encoding: 'utf8' }).map((path) => join(CORPORA, folder, path)))
      .filter((path) => /\.pcap(ng)?$/.test(path))
  : [];

/** Packets by path, as capinfos (of the same reader as tshark) counts them; files that it cannot read are left out. */
function capinfosCounts(paths: readonly string[]): ReadonlyMap<string, number> {
  const { stdout } = spawnSync('capinfos', ['-c', '-T', '-M', '-r', '-B', ...paths], { encoding: 'utf8', maxBuffer: 1 << 24 });
  const rows = (stdout ?? '').split('\n').map((line) => line.split('\t'));
  return new Map(rows.filter((row) => row.length === 2).map(([path = '', count]) => [path, Number(count)]));
}

async function packetsOf(path: string, sizes: readonly number[]) {
  const bytes = readFileSync(path);
  const format = [PCAP, PCAPNG].find(({ recognise }) => recognise(bytes.subarray(0, 65_536)) > 0);
  if (format === undefined) return { error: 'not recognised', packets: [] };
  const { packets, error } = await decode(format, bytes, sizes);
  return { packets, error };
}

if (captures.length === 0) test('public captures', () => console.log('no ../shared/corpora: public captures are not compared'));

test.for(captures.map((path) => [basename(path), path] as const))('%s is read, whatever the chunks', async ([, path]) => {
  const whole = await packetsOf(path, [1 << 22]);
  expect(whole.error === null || whole.error.startsWith('PlainsightError: ')).toBe(true);
  expect(await packetsOf(path, [7, 61, 1])).toEqual(whole);
});

test('as many packets are read as Wireshark reads', async () => {
  const counts = capinfosCounts(captures);
  if (counts.size === 0) return console.log('no ../shared/corpora or no capinfos: packets of public captures are not counted');
  const ours = await Promise.all([...counts.keys()].map(async (path) => [path, (await packetsOf(path, [1 << 22])).packets.length] as const));
  expect(new Map(ours)).toEqual(counts);
});

/** `Block counts:` of the description beside a file of the pcapng collection. */
function described(path: string): ReadonlyMap<string, number> {
  const text = readFileSync(path.replace(/\.pcapng$/, '.txt'), 'utf8');
  return new Map([...text.matchAll(/^\t(\w+): (\d+)$/gm)].map(([, block = '', count]) => [block, Number(count)]));
}

test.for(captures.filter((path) => path.includes('/pcapng/output')).map((path) => [path.split('/').slice(-3).join('/'), path] as const))(
  '%s: every block is accounted for',
  async ([, path]) => {
    const blocks = described(path);
    const sum = (...names: readonly string[]): number => names.reduce((total, name) => total + (blocks.get(name) ?? 0), 0);
    const { packets, facts, error } = await decode(PCAPNG, readFileSync(path));
    const skipped = (why: string): number =>
      facts.reduce((total, fact) => total + (fact.kind === 'skipped' && fact.why === why ? fact.records : 0), 0);
    expect([error, packets.length]).toEqual([null, sum('EPB', 'SPB', 'OPB')]);
    expect([skipped('name-resolution'), skipped('custom-block')]).toEqual([sum('NRB'), sum('CB', 'DCB')]);
  },
);

test.for([
  ['pcap-invalid-version-1.pcap', 'this pcap is of version 1.4; only version 2 can be read'],
  ['pcapng-invalid-vers-1.pcapng', 'this pcapng is of version 0.1; only version 1.0 can be read'],
  ['pcapng-invalid-vers-2.pcapng', 'this pcapng is of version 1.1; only version 1.0 can be read'],
  ['shb-option-too-long.pcapng', 'this pcapng has no whole section header at its start'],
] as const)('%s is refused, and the reason told', async ([name, reason]) => {
  const path = join(CORPORA, 'libpcap', name);
  if (!existsSync(path)) return console.log(`no ../shared/corpora: ${name} is not refused`);
  expect((await packetsOf(path, [1 << 22])).error).toContain(reason);
});

test('a capture that has lost its header is not recognised', () => {
  if (!existsSync(HEADERLESS)) return console.log('no ../shared/recordings: the capture without its header is not looked at');
  const head = readFileSync(HEADERLESS);
  expect([PCAP.recognise(head), PCAPNG.recognise(head)]).toEqual([0, 0]);
});
