/** What tcpdump prints of a capture must never contradict the capture: equal where the text has the bytes (-x, -X), else equal or `unknown`. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { recognise } from '../../src/formats/recognise.ts';
import { ascii } from '../formats/tcpdump-printing.ts';
import { answerOf, type FlowLine } from './answer.ts';
import { hasRecordings, RECORDINGS } from './program.ts';

const isThere = hasRecordings('tcpdump-text');
const hasTcpdump = ((): boolean => {
  try {
    return execFileSync('tcpdump', ['--version']).length > 0;
  } catch {
    console.log('tcpdump-text: no tcpdump on this machine: no texts made of captures');
    return false;
  }
})();
const folder = mkdtempSync(join(tmpdir(), 'tcpdump-text-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Point of view: a connection's two sockets, whoever is the client, at a place that the text names too. */
const keyOf = ({ transport, source, destination }: FlowLine): string =>
  `${transport} ${[`${source.ip}:${source.port}`, `${destination.ip}:${destination.port}`].sort().join(' ')}`;

type Told = { readonly verdict: string; readonly exposed: number | null; readonly application: string | null };

function told(flows: readonly FlowLine[]): Map<string, Told[]> {
  const all = new Map<string, Told[]>();
  for (const flow of flows) {
    const told = { verdict: flow.verdict, exposed: flow.exposedBytes, application: flow.application };
    all.set(keyOf(flow), [...(all.get(keyOf(flow)) ?? []), told]);
  }
  return all;
}

const verdicts = (all: readonly Told[] | undefined): string => JSON.stringify((all ?? []).map(({ verdict }) => verdict).sort());

/** Of the text's flows, those that say something else than the capture's. */
function contradictions(capture: readonly FlowLine[], text: readonly FlowLine[], mayLower: boolean): string[] {
  const [truth, said] = [told(capture), told(text)];
  const wrong: string[] = [];
  for (const [key, expected] of truth) {
    const got = said.get(key) ?? [];
    const isEqual = verdicts(expected) === verdicts(got);
    const isLower =
      mayLower && got.length > 0 && got.every(({ verdict }) => verdict === 'unknown' || expected.some((one) => one.verdict === verdict));
    if (!isEqual && !isLower) wrong.push(`${key}: ${verdicts(expected)} became ${verdicts(got)}`);
  }
  for (const key of said.keys()) if (!truth.has(key)) wrong.push(`${key}: not in the capture`);
  return wrong;
}

const readableOf = (flows: readonly FlowLine[]): readonly string[] =>
  flows
    .filter(({ verdict, transport }) => verdict === 'plaintext' && transport === 'tcp')
    .map((flow) => `${keyOf(flow)} ${flow.application} ${flow.exposedBytes}`)
    .sort();

function textOf(capture: string, flags: readonly string[]): string {
  const path = join(folder, `${capture.replaceAll('/', '-')}${flags.join('')}.txt`);
  const text = execFileSync('tcpdump', ['-r', join(RECORDINGS, capture), ...flags], { maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] });
  // Of a capture on one interface only tcpdump's first line says which.
  const on = capture.includes('-lo.') ? 'lo' : 'eth0';
  writeFileSync(path, Buffer.concat([Buffer.from(`listening on ${on}, link-type EN10MB (Ethernet), snapshot length 262144 bytes\n`), text]));
  return path;
}

const ALL_WHOLE = [['-nX'], ['-nXX'], ['-nx'], ['-nxx', '-e', '-v', '-tttt'], ['-X']];
const ALL_LOSSY = [
  ['-n'],
  ['-nA'],
  ['-ne'],
  ['-nv'],
  ['-nvv', '-A'],
  ['-ntttt', '-A'],
  ['-ntt', '-A'],
  ['-nttt', '-A'],
  ['-nttttt', '-A'],
  ['-nnS', '-A'],
  ['-n', '--number', '-e', '-A'],
];
/** Large captures under some flags, small ones under all. */
const CAPTURES: readonly { readonly capture: string; readonly whole: readonly string[][]; readonly lossy: readonly string[][] }[] = [
  { capture: 'netns-text/node1-eth0.pcap', whole: [['-nX']], lossy: [['-nA']] },
  { capture: 'netns-text/node2-any-nano.pcap', whole: [['-nXX']], lossy: [['-nA', '-e']] },
  { capture: 'netns-text/pod-reviews-lo.pcap', whole: [['-nX']], lossy: [['-nA']] },
  { capture: 'kubernetes-strict/legacy-client-eth0.pcap', whole: [['-nx']], lossy: [['-nA'], ['-nv']] },
  { capture: 'netns-text/pod-curl-any.pcap', whole: [['-nX'], ['-nXX']], lossy: [['-n'], ['-nA'], ['-nev', '-A']] },
  ...['payments-eth0', 'stale-eth0', 'curl-eth0'].map((name) => ({ capture: `netns-text/pod-${name}.pcap`, whole: [['-nX']], lossy: [['-nA']] })),
  { capture: 'netns-text/pod-legacy-eth0.pcap', whole: ALL_WHOLE, lossy: ALL_LOSSY },
  // Without times a server's ending may be at once or after an hour: pod-curl-any has one of the latter kind.
  { capture: 'netns-text/pod-stale-eth0.pcap', whole: [], lossy: [['-nt', '-A']] },
  { capture: 'netns-text/node1-eth0-midstream-snap128.pcap', whole: [['-nX']], lossy: [['-nA'], ['-nv']] },
];

/** Many runs of the whole program, and two cores that others use too. */
const PATIENCE_MS = 60_000;

for (const { capture, whole, lossy } of isThere && hasTcpdump ? CAPTURES : []) {
  test(
    `${capture}: what has whole bytes gives the same verdicts`,
    async () => {
      const truth = (await answerOf([join(RECORDINGS, capture)])).flows;
      for (const flags of whole) {
        const { flows } = await answerOf([textOf(capture, flags)]);
        expect([flags, contradictions(truth, flows, false)]).toEqual([flags, []]);
      }
    },
    PATIENCE_MS,
  );

  test(
    `${capture}: what has not gives the same verdicts or unknown, and readable ones with -A`,
    async () => {
      const truth = (await answerOf([join(RECORDINGS, capture)])).flows;
      for (const flags of lossy) {
        const { flows } = await answerOf([textOf(capture, flags)]);
        expect([flags, contradictions(truth, flows, true)]).toEqual([flags, []]);
        expect([flags, flows.filter(({ verdict }) => verdict === 'hbone' || verdict === 'tls')]).toEqual([flags, []]);
        if (flags.some((flag) => flag.includes('A'))) expect([flags, readableOf(flows)]).toEqual([flags, readableOf(truth)]);
      }
    },
    PATIENCE_MS,
  );
}

/** Texts that were printed while a capture of the same traffic was written. */
const PRINTED = [
  ['netns-text/curl-tcpdump-A.txt', 'netns-text/pod-curl-eth0.pcap'],
  ['netns-text/reviews-tcpdump-A.txt', 'netns-text/pod-reviews-eth0.pcap'],
  ['netns-json-debug/curl-tcpdump-A.txt', 'netns-json-debug/pod-curl-eth0.pcap'],
  ['netns-json-debug/reviews-tcpdump-A.txt', 'netns-json-debug/pod-reviews-eth0.pcap'],
] as const;

test.for(isThere ? PRINTED : [])('%s says nothing else than %s, and every readable flow of it', async ([text, capture]) => {
  const truth = (await answerOf([join(RECORDINGS, capture)])).flows;
  const { flows, summary } = await answerOf([join(RECORDINGS, text)]);
  expect(contradictions(truth, flows, true)).toEqual([]);
  expect(readableOf(flows)).toEqual(readableOf(truth));
  expect(summary.inputs[0]).toMatchObject({ format: 'tcpdump-text', lost: 0 });
});

test.for(isThere ? ['kubernetes-debug/exec-text.txt'] : [])('%s, without payload, is read whole and decides nothing', async (text) => {
  const { flows, summary } = await answerOf([join(RECORDINGS, text)]);
  expect(summary.inputs[0]).toMatchObject({ format: 'tcpdump-text', records: 20, read: 20, skipped: {} });
  expect([...new Set(flows.map(({ verdict }) => verdict))]).toEqual(['unknown']);
});

test.for(isThere ? [''] : [])('no other recording is taken for a text of tcpdump%s', () => {
  const files = readdirSync(RECORDINGS, { recursive: true, encoding: 'utf8' }).filter((file) => statSync(join(RECORDINGS, file)).isFile());
  const taken = files.filter((file) => recognise(readFileSync(join(RECORDINGS, file)).subarray(0, 65_536))?.name === 'tcpdump-text');
  expect(taken.sort()).toEqual([...PRINTED.map(([text]) => text), 'kubernetes-debug/exec-text.txt'].sort());
});

/** A conversation with `server`, after its handshake: what each end says by turns, the server first where `first` says so. */
function conversation(server: number, first: 'client' | 'server', said: readonly string[]): string {
  const next = { client: 1, server: 1 };
  const syn = ascii({ server }).replace('[P.],', '[S], seq 1000,').replace(' ack 1,', '');
  const synAck = ascii({ server, from: 'server' }).replace('[P.],', '[S.], seq 2000,').replace('ack 1,', 'ack 1001,');
  const lines = said.map((payload, turn) => {
    const from = (turn % 2 === 0) === (first === 'client') ? 'client' : 'server';
    const text = ascii({ server, from, payload, seq: next[from] }).replace('ack 1,', `ack ${next[from === 'client' ? 'server' : 'client']},`);
    next[from] += payload.length;
    return text;
  });
  return syn + synAck + lines.join('');
}

const HELLO = `\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03${'abc\x01'.repeat(100)}`;
test.for([
  ['SMTP', 'plaintext', 25, 'server', ['220 mx.a.b ESMTP\r\n', 'EHLO c.d\r\n', '250 hello\r\n', 'QUIT\r\n', '221 bye\r\n']],
  [
    'SMTP that turns to TLS',
    'unknown',
    25,
    'server',
    ['220 mx.a.b ESMTP\r\n', 'STARTTLS\r\n', '220 go ahead\r\n', HELLO, HELLO, '\x17\x03\x03\x00\x10abc', '\x17\x03'],
  ],
  ['a proxy that is asked for TLS', 'unknown', 3128, 'client', ['CONNECT a.b:443 HTTP/1.1\r\n\r\n', 'HTTP/1.1 200 OK\r\n\r\n', HELLO, HELLO]],
  ['TLS', 'unknown', 443, 'client', [HELLO, HELLO]],
  ['TLS to the port of tunnels', 'unknown', 15008, 'client', [HELLO, HELLO, '\x17\x03\x03\x00\x40', '\x17\x03\x03\x00\x40']],
] as const)('%s under -A is %s', async ([, verdict, server, first, said]) => {
  const path = join(folder, `${server}.txt`);
  writeFileSync(path, conversation(server, first, said), 'latin1');
  expect((await answerOf([path])).flows.map((flow) => flow.verdict)).toEqual([verdict]);
});
