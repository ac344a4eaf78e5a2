/**
 * Flows like one before are summed up without being made. A report says the same as one for which every flow is made and looked at:
 * which a bound in time asks for, though it leaves none out.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { plainsight } from '../recordings/program.ts';
import { type Files, type Line, logOf, pcap, tunnel } from './story.ts';

const folder = mkdtempSync(join(tmpdir(), 'plainsight-common-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ALL = ['--since', '2000-01-01T00:00:00Z'];

async function bothWays(files: Files, words: readonly string[]): Promise<readonly [string, string]> {
  const paths = Object.entries(files).map(([name, content]) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  });
  const summed = await plainsight([...words, ...paths]);
  const seen = await plainsight([...words, ...ALL, ...paths]);
  return [summed.out, seen.out];
}

/** Few routes, so that flows are like others; and all that makes a line unlike others. */
const connection = fc.record({
  server: fc.integer({ min: 2, max: 3 }),
  port: fc.constantFrom('9080', '15008'),
  identities: fc.constantFrom(true, true, true, false),
  sent: fc.constantFrom(0, 1),
  received: fc.constantFrom(0, 200),
  gapMs: fc.constantFrom(1, 1, 1, 3000),
  ends: fc.constantFrom('both', 'both', 'both', 'outbound', 'inbound', 'copied', 'opened'),
  error: fc.constantFrom(undefined, undefined, undefined, 'Connection refused', 'policy rejection: x', 'http status: 401'),
  errorEnd: fc.constantFrom('outbound', 'inbound', 'both'),
  event: fc.constantFrom('connection complete', 'connection complete', 'connection failed'),
} as const);

type Connection = typeof connection extends fc.Arbitrary<infer T> ? T : never;

function linesOf({ server, port, identities, sent, received, gapMs, ends, error, errorEnd, event }: Connection, index: number): readonly Line[] {
  const ip = `10.0.0.${server}`;
  const common = { identities, sent, received, event, ...(identities ? { hbone: `${ip}:${port}` } : {}), to: `${ip}:${identities ? 15008 : port}` };
  const at = 1 + index / 50;
  const said = (end: 'outbound' | 'inbound'): object =>
    error !== undefined && errorEnd !== (end === 'outbound' ? 'inbound' : 'outbound') ? { error } : {};
  const outbound: Line = { ...common, ...said('outbound'), direction: 'outbound', at, from: `10.0.0.1:${40_000 + index}` };
  const inbound: Line = { ...common, ...said('inbound'), direction: 'inbound', at: at + gapMs / 1000, from: '10.0.0.1:50000' };
  const opened: Line = { ...outbound, at: at - 0.01, event: 'connection opened', level: 'debug' };
  if (ends === 'both') return [outbound, inbound];
  if (ends === 'copied') return [outbound, inbound, inbound];
  if (ends === 'opened') return [opened, outbound, inbound];
  return [ends === 'outbound' ? outbound : inbound];
}

test('reports, edges and gates sum up what they would have seen one by one', async () => {
  await fc.assert(
    fc.asyncProperty(
      // What is told at once is some hundred flows: those behind them are like others.
      fc.array(connection, { minLength: 700, maxLength: 900, size: 'max' }),
      fc.constantFrom('report', 'edges', 'verify'),
      fc.constantFrom([], ['--to', '10.0.0.2'], ['--verdict', '!hbone'], ['--fail-on', 'hbone']),
      async (connections, view, flags) => {
        const options = flags[0] === '--fail-on' && view !== 'verify' ? [] : flags;
        const [summed, seen] = await bothWays({ 'a.log': logOf(connections.flatMap(linesOf)) }, [view, '-o', 'json', ...options]);
        expect(summed).toBe(seen);
      },
    ),
    { numRuns: 4, endOnFailure: true },
  );
});

const alike = (port: number): string =>
  logOf(
    Array.from({ length: 1000 }, (_, index): Line[] => {
      const common = { to: '10.0.0.2:15008', hbone: `10.0.0.2:${port}`, sent: index };
      return [
        { ...common, at: 1 + index / 1000, direction: 'outbound', from: `10.0.0.1:${40_000 + index}` },
        { ...common, at: 1.001 + index / 1000, direction: 'inbound', from: '10.0.0.1:50000' },
      ];
    }).flat(),
  );

test('packets beside the lines are witnesses of each flow', async () => {
  const files = { 'a.log': alike(9080), 'a.pcap': pcap(tunnel({ from: '10.0.0.1:50000', to: '10.0.0.2:15008', at: 1 })) };
  const [summed, seen] = await bothWays(files, ['report', '-o', 'json']);
  expect(summed).toBe(seen);
  expect(seen).toContain('"tunnels":{"count":1,');
});

test('configuration may exempt any of them', async () => {
  const row = (name: string, ip: string, protocol: string): object => ({
    uid: `Kubernetes//Pod/istio-system/${name}`,
    workloadIps: [ip],
    name,
    namespace: 'istio-system',
    serviceAccount: name,
    workloadName: name,
    canonicalName: name,
    protocol,
    status: 'Healthy',
  });
  const files = { 'a.json': JSON.stringify([row('client-0', '10.0.0.1', 'HBONE'), row('istiod-0', '10.0.0.2', 'TCP')]), 'a.log': alike(15012) };
  const [summed, seen] = await bothWays(files, ['report', '-o', 'json']);
  expect(summed).toBe(seen);
  expect(seen).toContain('"exempt":1000');
});
