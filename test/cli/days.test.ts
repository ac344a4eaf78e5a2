/** tcpdump's text has a time of day only: it takes its day from the capture beside it, and never invents one. */
import { describe, expect, test } from 'vitest';
import { pcapOf } from '../formats/captures.ts';
import { ethernet, ip4, tcp } from '../wire/packet-bytes.ts';
import { run, save } from './end-to-end.ts';

const GET = [...Buffer.from('GET / HTTP/1.1\r\nHost: reviews\r\n\r\n')];
const OK = [...Buffer.from('HTTP/1.1 200 OK\r\n\r\n')];
/** 2026-11-21T08:19:01Z. */
const START = Date.UTC(2026, 10, 21, 8, 19, 1) * 1000;

type Said = { readonly seq: number; readonly ack: number; readonly flags: number; readonly payload?: readonly number[]; readonly back?: boolean };
const SAID: readonly Said[] = [
  { seq: 100, ack: 0, flags: 2 },
  { seq: 500, ack: 101, flags: 0x12, back: true },
  { seq: 101, ack: 501, flags: 0x18, payload: GET },
  { seq: 501, ack: 101 + GET.length, flags: 0x18, payload: OK, back: true },
  { seq: 101 + GET.length, ack: 501 + OK.length, flags: 0x11 },
];

function capture(loopback: boolean): Buffer {
  const packets = SAID.map(({ seq, ack, flags, payload = [], back = false }, index) => {
    const ip = ip4(tcp({ ports: back ? [9080, 40_000] : [40_000, 9080], seq, ack, flags, payload }));
    const swapped = back ? [...ip.slice(0, 12), ...ip.slice(16, 20), ...ip.slice(12, 16), ...ip.slice(20)] : ip;
    return { time: START + index * 1000, bytes: Buffer.from(ethernet(swapped, loopback ? { macs: Array<number>(12).fill(0) } : {})) };
  });
  return pcapOf(packets);
}

const ENDS = ['10.10.1.11.40000', '10.10.2.11.9080'];
const FLAGS: Readonly<Record<number, string>> = { 2: 'S', 18: 'S.', 24: 'P.', 17: 'F.' };
/** As `tcpdump -n` prints it; `clock` is what stands before each line. */
function printed(clock: (index: number) => string): string {
  return SAID.map(({ seq, ack, flags, payload = [], back = false }, index) => {
    const [from, to] = back ? ENDS.toReversed() : ENDS;
    const base = back ? 500 : 100;
    const at = flags === 2 || flags === 0x12 ? `${seq}` : payload.length > 0 ? `${seq - base}:${seq - base + payload.length}` : `${seq - base}`;
    const answers = flags === 2 ? '' : `, ack ${flags === 0x12 ? ack : ack - (back ? 100 : 500)}`;
    const says = payload.length === 0 ? '' : `: HTTP: ${Buffer.from(payload).toString().split('\r\n')[0]}`;
    return `${clock(index)}IP ${from} > ${to}: Flags [${FLAGS[flags]}], seq ${at}${answers}, win 512, length ${payload.length}${says}\n`;
  }).join('');
}

const text = save(
  'seen.txt',
  printed((index) => `08:19:01.00${index}000 `),
);
const pcap = save('seen.pcap', capture(false));
const flowsOf = async (...inputs: readonly string[]) =>
  (await run(['flows', '-o', 'jsonl', ...inputs])).out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter(({ type }) => type === 'flow');

describe('a time of day', () => {
  test('alone is on no day', async () => {
    const [flow] = await flowsOf(text);
    expect([flow.verdict, flow.start, flow.end]).toEqual(['plaintext', null, null]);
    for (const view of ['report', 'flows', 'edges']) expect((await run([view, '-o', 'wide', text])).out).not.toContain('1970');
    expect((await run([text])).out).toMatch(/^plainsight {2}08:19:01 – 08:19:01, time of day only, 1 input\n/);
  });

  test('beside the capture of the same packets is on its day, and counts them once', async () => {
    const flows = await flowsOf(text, pcap);
    expect(flows.map(({ start, bytes, evidence }) => [start, bytes, evidence.length])).toEqual([
      ['2026-11-21T08:19:01.000000Z', { sent: GET.length, received: OK.length }, 2],
    ]);
  });

  test('beside captures of two days stays without one', async () => {
    const other = save(
      'other.txt',
      printed((index) => `2026-11-24 08:19:01.00${index}000 `),
    );
    const starts = (await flowsOf(text, pcap, other)).map(({ start }) => start);
    expect(new Set(starts)).toEqual(new Set([null, '2026-11-21T08:19:01.000000Z', '2026-11-24T08:19:01.000000Z']));
  });
});

test('what is on lo alone is listed, as exempt', async () => {
  const { out } = await run([save('lo.pcap', capture(true))]);
  expect(out).toContain('EXEMPT\n  · 10.10.1.11 → 10.10.2.11:9080  1 connection\n');
});
