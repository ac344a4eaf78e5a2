/**
 * Every capture and every log of the recordings against what shared/tools/expected.py makes of it with tshark and a reader of its own.
 * It knows neither that a leg on loopback is redirected (its two halves are two conversations to it) nor that a service's address and
 * the pod's are one connection: such a conversation is held against the flow of the same client socket.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { answerOf, type FlowLine } from './answer.ts';
import { RECORDINGS } from './program.ts';

const TOOL = fileURLToPath(new URL('../../../shared/tools/expected.py', import.meta.url));
const isThere = (program: string): boolean => {
  try {
    return execFileSync(program, ['--version'], { stdio: ['ignore', 'pipe', 'ignore'] }).length > 0;
  } catch {
    return false;
  }
};
const canCompare = existsSync(TOOL) && existsSync(RECORDINGS) && isThere('tshark') && isThere('python3');
if (!canCompare) console.log('test/recordings/expected: no recordings beside the repository, no tshark or no python3: nothing compared');

const files = (suffix: RegExp): readonly string[] =>
  canCompare
    ? readdirSync(RECORDINGS, { recursive: true, encoding: 'utf8' })
        .filter((file) => suffix.test(file))
        .sort()
    : [];
const CAPTURES = files(/\.pcap(ng)?$/);
const python = (words: readonly string[]): string => execFileSync('python3', [TOOL, ...words], { encoding: 'utf8', maxBuffer: 1 << 28 });
/** Addresses that hold no certificate of the mesh. */
const OUTSIDERS: { readonly [folder: string]: string } = { 'netns-text': '10.10.1.20', 'netns-json-debug': '10.10.1.20' };

type Conversation = { readonly client: string; readonly server: string; readonly verdicts: readonly string[] };

function conversationsOf(capture: string): readonly Conversation[] {
  const outsider = OUTSIDERS[capture.split('/')[0] ?? ''];
  const lines = python(['wire', `${RECORDINGS}${capture}`, ...(outsider === undefined ? [] : [`outsider=${outsider}`])])
    .trim()
    .split('\n')
    .filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line));
}

const socket = (ip: string, port: number | null): string => `${ip}:${port}`;

function byKey(flows: readonly FlowLine[], key: (flow: FlowLine) => string): ReadonlyMap<string, FlowLine[]> {
  const found = new Map<string, FlowLine[]>();
  for (const flow of flows) found.set(key(flow), [...(found.get(key(flow)) ?? []), flow]);
  return found;
}

type Told = {
  readonly tuple: ReadonlyMap<string, FlowLine[]>;
  readonly client: ReadonlyMap<string, FlowLine[]>;
  readonly server: ReadonlyMap<string, FlowLine[]>;
};

/** What is wrong with what became of a conversation that tshark sees; undefined when it is right. */
function hold({ client, server, verdicts }: Conversation, told: Told): string | undefined {
  const exact = told.tuple.get(`${client} ${server}`) ?? [];
  // A port used twice: tshark's conversations come in the order of their first packets.
  const flow =
    (exact.length > 1 ? exact.shift() : exact[0]) ?? told.client.get(client)?.[0] ?? told.server.get(`${client.replace(/^.*:/, '')} ${server}`)?.[0];
  if (flow === undefined) return `${client} > ${server}: not told`;
  const isHalf = /^(127\.0\.0\.1|::1):15001$/.test(server);
  const isLeg = flow.kind === 'leg' && flow.exempt === 'loopback';
  // Whatever one half shows, a leg is what it is (rules.md §1.3).
  const isRight = isHalf ? isLeg && flow.destination.port !== 15001 : verdicts.includes(flow.verdict) || (isLeg && flow.verdict === 'plaintext');
  return isRight ? undefined : `${client} > ${server}: ${flow.verdict}/${flow.reason}, should be ${isHalf ? 'a leg' : verdicts.join(' or ')}`;
}

function index(flows: readonly FlowLine[]): Told {
  const tcp = flows.filter(({ transport }) => transport === 'tcp').sort((a, b) => (a.start < b.start ? -1 : 1));
  return {
    tuple: byKey(tcp, ({ source, destination }) => `${socket(source.ip, source.port)} ${socket(destination.ip, destination.port)}`),
    client: byKey(tcp, ({ source }) => socket(source.ip, source.port)),
    server: byKey(tcp, ({ source, destination }) => `${source.port} ${socket(destination.ip, destination.port)}`),
  };
}

test.for(CAPTURES)('%s', async (capture) => {
  const { flows } = await answerOf([`${RECORDINGS}${capture}`]);
  const conversations = conversationsOf(capture);
  const told = index(flows);
  // Before any conversation is held against it: what is held is taken out.
  const tuples = [...told.tuple.keys()];
  expect(
    conversations
      .map((conversation) => hold(conversation, told))
      .filter((wrong) => wrong !== undefined)
      .slice(0, 12),
  ).toEqual([]);
  // Nothing is told that tshark does not see.
  const sockets = new Set(conversations.flatMap(({ client, server }) => [`${client} ${server}`, `${server} ${client}`]));
  const clients = new Set(conversations.flatMap(({ client, server }) => [client, server]));
  const invented = tuples.filter((key) => !sockets.has(key) && !clients.has(key.split(' ')[0] ?? ''));
  expect(invented).toEqual([]);
  expect(flows.filter(({ transport }) => transport === 'tcp').length).toBeLessThanOrEqual(conversations.length);
});

const LOGS: readonly (readonly string[])[] = [
  ...['netns-text', 'netns-json-debug'].flatMap((folder) => [
    [`${folder}/ztunnel-n1.log`, `${folder}/ztunnel-n2.log`],
    [`${folder}/ztunnel-n1.log`],
    [`${folder}/ztunnel-n2.log`],
  ]),
  ...['permissive', 'strict', 'json-logs'].flatMap((folder) =>
    ['ztunnel.log', 'ztunnel.timestamps.log', 'ztunnel.prefix-timestamps.log'].map((file) => [`kubernetes-${folder}/${file}`]),
  ),
  ['kubernetes-no-endpoints/ztunnel.log'],
  ['kubernetes-prometheus-kiali/ztunnel/node1.log', 'kubernetes-prometheus-kiali/ztunnel/node2.log'],
  ['kubernetes-rotation/follow.log.gz'],
  ['kubernetes-rotation/after-rotation.prefix-timestamps.log.gz'],
];

describe.runIf(canCompare)('logs', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'plainsight-expected-'));
  afterAll(() => rm(folder, { recursive: true }));

  test.for(LOGS.map((logs) => ({ logs, name: logs.join(' ') })))('$name', async ({ logs }) => {
    const paths = logs.map((log) => `${RECORDINGS}${log}`);
    const { text } = await answerOf(paths);
    const answer = join(folder, 'answer.jsonl');
    writeFileSync(answer, text);
    expect(python(['check-logs', answer, ...paths])).toMatch(/^logs: (\d+) of \1 lines right, \d+ flows told\n$/);
  });
});
