/** Files that are cut while they grow: a set that lies there, and one that is rotated under the reader's eyes. */
import { appendFileSync, copyFileSync, mkdirSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { run, save, scratch } from './end-to-end.ts';
import { plainsight, root } from './running.ts';

const LOG = readFileSync(root('samples/bookinfo/ztunnel-n1.log'));
const LINES = LOG.toString('latin1')
  .split(/(?<=\n)/)
  .filter((line) => line.includes('connection complete') && line.includes('direction="outbound"'));
const PCAP = readFileSync(root('samples/bookinfo/node1-eth0.pcap'));

/** All that is said but for the input's name. */
const nameless = (out: string): string => out.replaceAll(/"input":"[^"]*"/g, '"input":""');

function folder(name: string, files: { readonly [file: string]: string | Uint8Array }): string {
  const path = join(scratch, name);
  mkdirSync(path);
  for (const [file, content] of Object.entries(files)) writeFileSync(join(path, file), content);
  return path;
}

/** The capture in three files of whole records, each with the file's header. */
function cutCapture(): readonly Uint8Array[] {
  const starts = [24];
  for (let at = 24; at < PCAP.length; at += 16 + PCAP.readUInt32LE(at + 8)) starts.push(at);
  const [first, second] = [starts[Math.floor(starts.length / 3)] ?? 24, starts[Math.floor((2 * starts.length) / 3)] ?? 24];
  const header = PCAP.subarray(0, 24);
  return [PCAP.subarray(0, first), Buffer.concat([header, PCAP.subarray(first, second)]), Buffer.concat([header, PCAP.subarray(second)])];
}

describe('a rotated set', () => {
  const whole = save('ztunnel.log', LOG);
  const lines = LOG.toString('latin1').split(/(?<=\n)/);
  const third = (part: number): string => lines.slice(Math.floor((part * lines.length) / 3), Math.floor(((part + 1) * lines.length) / 3)).join('');

  test.for([
    ['logrotate', { 'ztunnel.log': third(2), 'ztunnel.log.1': third(1), 'ztunnel.log.2.gz': gzipSync(third(0)) }],
    ['the kubelet', { '0.log': third(2), '0.log.20261121-081903': third(1), '0.log.20261121-081902.gz': gzipSync(third(0)) }],
    ['dateext', { 'ztunnel.log': third(2), 'ztunnel.log-20261121': third(1), 'ztunnel.log-20261120.gz': gzipSync(third(0)) }],
  ] as const)('of %s is one log, oldest first, with one account', async ([name, files]) => {
    const { out, err } = await run(['flows', '-o', 'jsonl', folder(name, files)]);
    expect(nameless(out)).toBe(nameless((await run(['flows', '-o', 'jsonl', whole])).out));
    expect(err).toMatch(/3 rotated files are read as one, oldest first: .*\.gz, .*\.log\n/);
    expect((await run(['flows', '-o', 'jsonl', join(scratch, name), '-q'])).err).toBe('');
  });

  test('is quoted by records that count through all of its files', async () => {
    const path = folder('explained', { 'z.log': third(2), 'z.log.1': third(1), 'z.log.2': third(0).trimEnd() });
    const flow: unknown = JSON.parse((await run(['flows', '-o', 'jsonl', path])).out.split('\n').at(-3) ?? '');
    const { id, evidence } = flow as { readonly id: string; readonly evidence: readonly { readonly record: number }[] };
    const { out } = await run(['explain', id, path, '-o', 'jsonl', '-q']);
    const quotes = out.split('\n').filter((line) => line.includes('"type":"record"'));
    expect(quotes.map((quote) => JSON.parse(quote).text)).toEqual(evidence.map(({ record }) => lines[record - 1]?.trimEnd()));
  });

  test.for([
    ['date and time', ['night_2026-11-21_23:58:00.pcap', 'night_2026-11-21_23:59:00.pcap', 'night_2026-11-22_00:00:00.pcap'], 'night_*.pcap'],
    ['the epoch', ['cut-1795249138.pcap', 'cut-1795249140.pcap', 'cut-1795249142.pcap'], 'cut-*.pcap'],
  ] as const)('of tcpdump -G with %s in its names is one capture', async ([name, [first, second, third], set]) => {
    const [begun = PCAP, middle = PCAP, end = PCAP] = cutCapture();
    const path = folder(name, { [first]: begun, [second]: middle, [third]: end });
    const { out } = await run(['flows', '-o', 'jsonl', path]);
    expect(nameless(out)).toBe(nameless((await run(['flows', '-o', 'jsonl', save('uncut.pcap', PCAP)])).out));
    expect(out).toContain(`${set}"`);
  });

  test('is none where names have a date alone, or nothing of theirs is a time', async () => {
    const path = folder('dated', {
      'monday-20261116.pcap': PCAP,
      'monday-20261123.pcap': PCAP,
      'pod-10.10.1.11.pcap': PCAP,
      'pod-10.10.1.12.pcap': PCAP,
    });
    expect((await run(['report', '-o', 'jsonl', path])).err).not.toContain('rotated');
  });

  test('of tcpdump -C -W goes round: what was captured first is read first, and connections go on from file to file', async () => {
    const [a = PCAP, b = PCAP, c = PCAP] = cutCapture();
    const ring = folder('ring', { 'eth0.pcap0': c, 'eth0.pcap1': a, 'eth0.pcap2': gzipSync(b) });
    const { out } = await run(['flows', '-o', 'jsonl', ring]);
    expect(nameless(out)).toBe(nameless((await run(['flows', '-o', 'jsonl', save('eth0.pcap', PCAP)])).out));
  });

  test('with one file that is broken is read but for that', async () => {
    const broken = gzipSync(third(0));
    const path = folder('broken', { 'b.log': third(2), 'b.log.1': third(1), 'b.log.2.gz': broken.subarray(0, broken.length - 100) });
    const { out, err } = await run(['flows', '-o', 'json', path]);
    expect(err).toContain('b.log.2.gz: its gzip data end too early');
    const { summary } = JSON.parse(out) as { readonly summary: { readonly inputs: readonly { readonly lost: number; readonly last: string }[] } };
    expect(summary.inputs).toMatchObject([{ lost: 1 }]);
    expect(summary.inputs[0]?.last).toBe('2026-11-21T08:19:05.954850Z');
  });

  test('is none where two files are copies, or captures of two machines', async () => {
    const path = folder('copies', { 'x.pcap': PCAP, 'x.pcap.gz': gzipSync(PCAP), 'node1.pcap': PCAP, 'node2.pcap': PCAP });
    const { out, err } = await run(['flows', '-o', 'json', path]);
    expect([err, JSON.parse(out).summary.inputs.length]).toEqual(['', 4]);
  });
});

describe('--follow', () => {
  test('reads on through a rename and a truncation, each line once, and says what may be lost', async () => {
    const path = join(scratch, 'followed.log');
    writeFileSync(path, LINES.slice(0, 5).join(''));
    const { child, out, until, end } = plainsight('flows', '-o', 'jsonl', '--follow', path);
    const told = (line: number): string => /src\.addr=\S+:(\d+) /.exec(LINES[line] ?? '')?.[1] ?? 'none';
    await until(`"port":${told(4)}`);
    appendFileSync(path, LINES.slice(5, 8).join(''));
    await until(`"port":${told(7)}`);
    renameSync(path, `${path}.1`);
    // The writer has not yet opened the new file.
    appendFileSync(`${path}.1`, LINES.slice(8, 10).join(''));
    writeFileSync(path, LINES.slice(10, 15).join(''));
    await until(`"port":${told(14)}`);
    copyFileSync(path, `${path}.copy`);
    truncateSync(path);
    await sleep(600);
    appendFileSync(path, LINES.slice(15).join(''));
    await until(`"port":${told(LINES.length - 1)}`);
    child.kill('SIGINT');
    expect(await end()).toBe(130);
    const { inputs } = JSON.parse(out().trimEnd().split('\n').at(-1) ?? '') as { readonly inputs: readonly unknown[] };
    expect(inputs).toMatchObject([{ input: path, records: LINES.length, read: LINES.length, skipped: {}, lost: 1 }]);
  }, 20_000);

  test('of a folder, or of no file, says so and goes on with the rest', async () => {
    const { code, out, err } = await run(['flows', '-o', 'jsonl', '--follow', scratch, '--follow', join(scratch, 'none.log'), save('rest.log', LOG)]);
    expect([code, out.includes('"verdict":"hbone"')]).toEqual([65, true]);
    expect(err).toContain(`cannot follow ${scratch}: it is no regular file; name each file with a --follow of its own`);
    expect(err).toContain('none.log: there is no such file');
  });
});
