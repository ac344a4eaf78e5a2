/** One pcapng of several interfaces, each with a link type of its own. */
import { expect, test } from 'vitest';
import { block, describeInterface, option, section, Writer } from '../formats/captures.ts';
import { ethernet, ip4, sll, sll2, tcp } from '../wire/packet-bytes.ts';
import { run, save } from './end-to-end.ts';

const START = BigInt(Date.UTC(2026, 10, 21, 8, 19, 1)) * 1000n;
/** AF_INET, as the capturing host wrote it. */
const [LITTLE_INET, BIG_INET] = [
  [2, 0, 0, 0],
  [0, 0, 0, 2],
];

type Link = { readonly name: string; readonly linkType: number; frame(ip: readonly number[]): readonly number[] };
const LINKS: readonly Link[] = [
  { name: 'eth0', linkType: 1, frame: (ip) => ethernet(ip) },
  { name: 'cooked', linkType: 113, frame: (ip) => sll(ip) },
  { name: 'cooked2', linkType: 276, frame: (ip) => sll2(ip) },
  { name: 'tun0', linkType: 101, frame: (ip) => ip },
  { name: 'tun1', linkType: 12, frame: (ip) => ip },
  { name: 'tun4', linkType: 228, frame: (ip) => ip },
  { name: 'lo0', linkType: 0, frame: (ip) => [...LITTLE_INET, ...ip] },
  { name: 'lo1', linkType: 108, frame: (ip) => [...BIG_INET, ...ip] },
  { name: 'wlan0', linkType: 105, frame: (ip) => ip },
];

function packetOf(bytes: readonly number[], id: number, little: boolean): Buffer {
  const ticks = START + BigInt(id);
  const times = [Number(ticks >> 32n), Number(ticks & 0xffffffffn)];
  const data = Buffer.from([...bytes, ...Array<number>(-bytes.length & 3).fill(0)]);
  return block(6, new Writer(little).u32(id, ...times, bytes.length, bytes.length).raw(data).bytes, little);
}

test('every one is opened by its own, and the unknown one counted', async () => {
  const syn = (index: number): number[] => ip4(tcp({ ports: [40_000 + index, 9080], flags: 2, payload: [] }));
  const name = (text: string, little: boolean): Buffer => option(2, Buffer.from(text), little);
  const file = Buffer.concat(
    [true, false].flatMap((little) => [
      section(little),
      // Secrets are for others.
      block(10, new Writer(little).u32(0x544c534b, 4).raw('key!').bytes, little),
      ...LINKS.map((link) => describeInterface({ little, linkType: link.linkType, options: name(link.name + (little ? '' : 'b'), little) })),
      ...LINKS.map((link, index) => packetOf(link.frame(syn(little ? index : index + 20)), index, little)),
    ]),
  );
  const { out, code } = await run(['flows', '-o', 'jsonl', save('links.pcapng', file)]);
  const told = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const ports = told.filter(({ type }) => type === 'flow').map(({ source }) => source.port);
  const opened = LINKS.slice(0, -1).flatMap((_, index) => [40_000 + index, 40_020 + index]);
  expect(ports.toSorted()).toEqual(opened.toSorted());
  const { read, skipped } = told.at(-1).inputs[0];
  expect([code, read, skipped]).toEqual([0, opened.length, { 'decryption-secrets': 2, 'unknown-link-type': 2 }]);
});
