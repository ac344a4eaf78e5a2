/** The netns recordings against their truth.json: what each witness alone and all together make of every request, no flow missed and none invented. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Answer, answerOf, type FlowLine, seconds } from './answer.ts';
import { hasRecordings, RECORDINGS } from './program.ts';
import { CASES, type Case, LOOPBACK, TUNNEL } from './truth-cases.ts';

type Request = { readonly case: string; readonly start: number; readonly end: number; readonly source: string; readonly output: string };
type Truth = {
  readonly pods: { readonly [name: string]: { readonly ip4: string; readonly ip6: string; readonly node: string } };
  readonly flows: readonly Request[];
};

const FOLDERS = hasRecordings('test/recordings/truth') ? ['netns-text', 'netns-json-debug'] : [];
const LOGS = ['ztunnel-n1.log', 'ztunnel-n2.log'];
const NODES = ['node1-any.pcap', 'node2-any-nano.pcap'];
/** truth.json is written by the clients, which start earlier and end later than their connections. */
const SLACK_S = 0.02;

const truthOf = (folder: string): Truth => JSON.parse(readFileSync(`${RECORDINGS}${folder}/truth.json`, 'utf8'));
const answer = (folder: string, files: readonly string[]): Promise<Answer> => answerOf(files.map((file) => `${RECORDINGS}${folder}/${file}`));

class Names {
  readonly #names = new Map<string, string>();
  readonly #nodes = new Map<string, string>();

  constructor({ pods }: Truth) {
    for (const [name, { ip4, ip6, node }] of Object.entries(pods)) {
      this.#names.set(ip4, name).set(ip6, `${name}6`);
      this.#nodes.set(name, node).set(`${name}6`, node);
    }
    // An address of node 2 that no pod has; the probe comes from node 1 itself.
    this.#nodes.set('10.10.2.99', 'n2').set('169.254.7.127', 'n1');
  }

  of(ip: string): string {
    return this.#names.get(ip) ?? ip;
  }

  nodes({ from, to }: Case): readonly (string | undefined)[] {
    return [this.#nodes.get(from), this.#nodes.get(to)];
  }
}

const saysOf = ({ verdict, reason, exempt, exposedBytes }: FlowLine): string =>
  [verdict, reason, ...(exempt === null ? [] : [exempt]), ...((exposedBytes ?? 0) > 0 ? ['exposed'] : [])].join(' ');
const line = (from: string, to: string, says: string): string => `${from} > ${to} ${says}`;

/** What nobody's request is: the recorder's own calls to the ztunnels' admin ports, on loopback. */
const isRecorders = ({ exempt, source, destination }: FlowLine): boolean =>
  exempt === 'loopback' && source.ip === '127.0.0.1' && [15000, 15020].includes(destination.port ?? 0);
/** One line a flow, sorted; tunnels, which carry any number of requests, once a pair. */
function told({ flows }: Answer, names: Names): readonly string[] {
  const lines = flows
    .filter((flow) => !isRecorders(flow))
    .map((flow) => ({ flow, text: line(names.of(flow.source.ip), `${names.of(flow.destination.ip)}:${flow.destination.port}`, saysOf(flow)) }));
  const isTunnel = ({ kind, verdict }: FlowLine): boolean => kind === 'tunnel' && verdict === 'hbone';
  return [
    ...new Set(lines.filter(({ flow }) => isTunnel(flow)).map(({ text }) => text)),
    ...lines.filter(({ flow }) => !isTunnel(flow)).map(({ text }) => text),
  ].sort();
}

type Sight = 'log' | 'wire' | 'both';
function wanted(cases: readonly Case[], sight: Sight): readonly string[] {
  const lines: string[] = [];
  const tunnels = new Set<string>();
  for (const { from, to, port, wirePort, connections, ...says } of cases) {
    const said = says[sight];
    if (said === TUNNEL) tunnels.add(line(from, `${to}:15008`, 'hbone hbone'));
    else if (said !== null) lines.push(...Array<string>(connections).fill(line(from, `${to}:${sight === 'wire' ? (wirePort ?? port) : port}`, said)));
  }
  return [...lines, ...tunnels].sort();
}

describe.for(FOLDERS)('%s', (folder) => {
  const truth = truthOf(folder);
  const names = new Names(truth);
  const cases = truth.flows.map((request) => ({ request, expected: CASES[request.case] }));
  const among = (isSeen: (expected: Case) => boolean): readonly Case[] =>
    cases
      .map(({ expected }) => expected)
      .filter((expected) => expected !== undefined)
      .filter(isSeen);
  const isOn =
    (node: string): ((expected: Case) => boolean) =>
    (expected) =>
      names.nodes(expected).includes(node);
  const isOf =
    (pod: string): ((expected: Case) => boolean) =>
    ({ from, to }) =>
      [from, to].some((end) => end === pod || end === `${pod}6`);
  const crosses = (expected: Case): boolean => new Set(names.nodes(expected)).size === 2;

  test('every case of truth.json is in the table', () => {
    expect(cases.filter(({ expected }) => expected === undefined).map(({ request }) => request.case)).toEqual([]);
    expect(cases.length).toBe(Object.keys(CASES).length);
  });

  test('logs alone', async () => {
    expect(told(await answer(folder, LOGS), names)).toEqual(
      wanted(
        among(() => true),
        'log',
      ),
    );
  });

  test.for([
    { files: NODES, sees: () => true },
    { files: ['node1-any.pcap'], sees: isOn('n1') },
    { files: ['node2-any-nano.pcap'], sees: isOn('n2') },
    { files: ['node1-eth0.pcap'], sees: crosses },
    { files: ['node1-eth0.pcap', ...NODES], sees: () => true },
    { files: ['pod-curl-eth0.pcap'], sees: isOf('curl') },
    { files: ['pod-legacy-eth0.pcap'], sees: isOf('legacy') },
    { files: ['pod-payments-eth0.pcap'], sees: isOf('payments') },
    { files: ['pod-reviews-eth0.pcap'], sees: (expected: Case) => isOf('reviews')(expected) && expected.port !== 6379 },
    { files: ['pod-stale-eth0.pcap'], sees: isOf('stale') },
    {
      files: ['pod-stale-eth0.pcap', 'pod-payments-eth0.pcap', 'pod-legacy-eth0.pcap'],
      sees: (expected: Case) => ['stale', 'payments', 'legacy'].some((pod) => isOf(pod)(expected)),
    },
  ])('packets of $files alone', async ({ files, sees }) => {
    expect(told(await answer(folder, files), names)).toEqual(wanted(among(sees), 'wire'));
  });

  test.for([
    { files: NODES, sees: () => true },
    { files: ['node1-eth0.pcap', ...NODES], sees: () => true },
    { files: ['node1-eth0.pcap'], sees: crosses },
    { files: ['pod-curl-any.pcap'], sees: isOf('curl') },
    { files: ['pod-curl-eth0.pcap'], sees: isOf('curl') },
    { files: ['pod-productpage-eth0-lo.pcapng'], sees: isOf('productpage') },
    { files: ['pod-legacy-eth0.pcap'], sees: isOf('legacy') },
    { files: ['pod-reviews-eth0.pcap'], sees: (expected: Case) => isOf('reviews')(expected) && expected.port !== 6379 },
    { files: ['pod-reviews-lo.pcap'], sees: () => false },
    { files: ['pod-stale-eth0.pcap'], sees: isOf('stale') },
    { files: ['pod-payments-eth0.pcap'], sees: isOf('payments') },
  ])('logs and packets of $files', async ({ files, sees }) => {
    const { flows, ...rest } = await answer(folder, [...LOGS, ...files]);
    const seen = among((expected) => sees(expected) && expected.wire !== null);
    const unseen = among((expected) => !sees(expected) || expected.wire === null);
    // Legs that no line explains stand for themselves: another test has them.
    expect(told({ ...rest, flows: flows.filter(({ kind }) => kind !== 'leg') }, names)).toEqual(
      [...wanted(seen, 'both'), ...wanted(unseen, 'log')].sort(),
    );
    // What both saw, both are told to have seen.
    const bySeen = (expected: Case): number => expected.connections * (expected.log !== null && expected.wire !== null ? 1 : 0);
    const joined = flows.filter(
      ({ witnesses, evidence }) => witnesses.length === 2 && evidence.some(({ witness, says }) => witness === 'wire' && says !== 'loopback leg'),
    );
    expect(joined.length).toBe(seen.map(bySeen).reduce((sum, count) => sum + count, 0) + (files.includes('pod-reviews-lo.pcap') ? 1 : 0));
  });

  test.for(LOOPBACK)('the legs in $file are told as such, alone', async ({ file, legs, joined }) => {
    const legsOf = ({ flows }: Answer): readonly string[] =>
      [
        ...new Set(
          flows
            .filter(({ exempt }) => exempt === 'loopback')
            .map((flow) => line(names.of(flow.source.ip), `${names.of(flow.destination.ip)}:${flow.destination.port}`, saysOf(flow))),
        ),
      ].sort();
    expect(legsOf(await answer(folder, [file]))).toEqual(legs.map((leg) => `${leg} loopback`));
    expect(legsOf(await answer(folder, [...LOGS, file]))).toEqual(legs.filter((leg) => !joined(leg)).map((leg) => `${leg} loopback`));
  });

  test('each request that printed its socket is told under it, at its time, by logs and packets', async () => {
    const { flows } = await answer(folder, [...LOGS, ...NODES]);
    for (const { request, expected } of cases) {
      const printed = /(\S+):(\d+)->\S+$/.exec(request.output);
      if (printed === null || expected === undefined || expected.both === null) continue;
      const found = flows.filter(({ source }) => source.ip === printed[1] && source.port === Number(printed[2]));
      expect([request.case, found.map(saysOf)]).toEqual([request.case, [expected.both]]);
      for (const { start, end } of found) {
        expect([request.case, seconds(start) >= request.start - SLACK_S, end !== null && seconds(end) <= request.end + SLACK_S]).toEqual([
          request.case,
          true,
          true,
        ]);
      }
    }
  });
});
