/** The same evidence gives the same answer (design.md, promise 3): any order of inputs, any cut of the bytes, clocks that jump back, lines read twice. */
import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { answerOf, type FlowLine, parseLines } from '../recordings/answer.ts';
import { hasRecordings, RECORDINGS } from '../recordings/program.ts';

const isHere = hasRecordings('test/property/order');
const FOLDER = `${RECORDINGS}netns-text/`;
const LOGS = ['ztunnel-n1.log', 'ztunnel-n2.log'];
const CAPTURES = [
  'node1-eth0.pcap',
  'node1-any.pcap',
  'node2-any-nano.pcap',
  'pod-curl-any.pcap',
  'pod-reviews-lo.pcap',
  'pod-productpage-eth0-lo.pcapng',
];
const INPUTS = [...LOGS, ...CAPTURES].map((file) => `${FOLDER}${file}`);
const PROGRAM = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

const scratch = mkdtempSync(join(tmpdir(), 'plainsight-order-'));
afterAll(() => rmSync(scratch, { recursive: true }));

test.runIf(isHere)('any order of the inputs gives the same bytes', async () => {
  const { text } = await answerOf(INPUTS);
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(INPUTS, { minLength: INPUTS.length }), async (inputs) => {
      expect((await answerOf(inputs)).text === text).toBe(true);
    }),
    { numRuns: 12 },
  );
});

/** What the program says of `bytes` written to its stdin in pieces of these sizes, over and over, as fast as it takes them. */
function piped(bytes: Uint8Array, sizes: readonly number[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [PROGRAM, 'flows', '-o', 'jsonl', '-'], { stdio: ['pipe', 'pipe', 'inherit'] });
    const parts: Buffer[] = [];
    child.stdout.on('data', (part: Buffer) => parts.push(part));
    child.on('close', () => resolve(Buffer.concat(parts).toString('utf8')));
    child.on('error', reject);
    let at = 0;
    let turn = 0;
    const write = (): void => {
      while (at < bytes.byteLength) {
        const size = sizes[turn++ % sizes.length] ?? 1;
        const more = child.stdin.write(bytes.subarray(at, at + size));
        at += size;
        if (!more) {
          child.stdin.once('drain', write);
          return;
        }
      }
      child.stdin.end();
    };
    write();
  });
}

/** The last word on each flow: what is left when withdrawn and earlier revisions are taken out (design.md, Told). */
function lastWords(text: string): readonly string[] {
  const last = new Map<string, FlowLine>();
  for (const flow of parseLines(text).flows) last.set(flow.id, flow);
  return [...last.values()]
    .filter(({ supersededBy }) => supersededBy === null)
    .map((flow) => JSON.stringify({ ...flow, revision: 1 }))
    .sort();
}

// A pipe on a busy machine may look as if it were fed as things happen; then flows are told early and again, and the last word counts.
test.for(isHere ? ['ztunnel-n1.log', 'node1-eth0.pcap', 'pod-productpage-eth0-lo.pcapng'] : [])(
  '%s piped in, in writes of any size, says what the file says',
  async (file) => {
    const path = `${FOLDER}${file}`;
    const expected = (await answerOf([path])).text.replaceAll(path, '-');
    const bytes = readFileSync(path);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 200, max: 20_000 }), { minLength: 1, maxLength: 8 }), async (sizes) => {
        const text = await piped(bytes, sizes);
        expect(lastWords(text)).toEqual(lastWords(expected));
        expect(parseLines(text).summary.flows).toEqual(parseLines(expected).summary.flows);
      }),
      { numRuns: 4, endOnFailure: true },
    );
  },
);

const textOf = (file: string): string => readFileSync(`${FOLDER}${file}`, 'utf8');
const save = (name: string, text: string): string => {
  writeFileSync(join(scratch, name), text);
  return join(scratch, name);
};

/** All that a flow says but where it was read. */
const facts = (flows: readonly FlowLine[]): readonly string[] =>
  flows.map(({ evidence, ...flow }) => JSON.stringify({ ...flow, says: evidence.map(({ says }) => says) })).sort();

/** Each line moved by no more than `jitterS` of its own clock. */
function jittered(text: string, jitters: readonly number[]): string {
  const lines = text.split('\n').filter((line) => /\taccess\t/.test(line));
  const keys = lines.map(
    (line, index) => Date.parse(line.slice(0, line.indexOf('\t')).replace(/(\.\d{3})\d*/, '$1')) + (jitters[index % jitters.length] ?? 0),
  );
  return `${lines
    .map((line, index) => ({ line, key: keys[index] ?? 0 }))
    .sort((a, b) => a.key - b.key)
    .map(({ line }) => line)
    .join('\n')}\n`;
}

test.runIf(isHere)('lines that come within two seconds of their order say the same', async () => {
  const expected = facts((await answerOf(LOGS.map((file) => `${FOLDER}${file}`))).flows);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 2000 }), { minLength: 40, maxLength: 97 }), async (jitters) => {
      const inputs = LOGS.map((file) => save(file, jittered(textOf(file), jitters)));
      expect(facts((await answerOf(inputs)).flows)).toEqual(expected);
    }),
    { numRuns: 12 },
  );
});

test.runIf(isHere)('the logs of two pods one after the other in one file, as kubectl logs -l prints them, say what they say apart', async () => {
  const apart = await answerOf(LOGS.map((file) => `${FOLDER}${file}`));
  const prefixed = (file: string, pod: string): string => textOf(file).replace(/^(?=.)/gm, `[pod/${pod}/istio-proxy] `);
  for (const text of [
    prefixed('ztunnel-n1.log', 'ztunnel-a') + prefixed('ztunnel-n2.log', 'ztunnel-b'),
    prefixed('ztunnel-n2.log', 'ztunnel-b') + prefixed('ztunnel-n1.log', 'ztunnel-a'),
    LOGS.map(textOf).join(''),
  ]) {
    expect(facts((await answerOf([save('all.log', text)])).flows)).toEqual(facts(apart.flows));
  }
});

test.runIf(isHere)('the same log under two names tells each line once, and counts the copies', async () => {
  const [one = ''] = LOGS.map((file) => `${FOLDER}${file}`);
  const copy = join(scratch, 'copy.log');
  copyFileSync(one, copy);
  const alone = await answerOf([one]);
  const twice = await answerOf([one, copy]);
  expect(facts(twice.flows)).toEqual(facts(alone.flows));
  expect(twice.summary.flows).toEqual(alone.summary.flows);
  const read = alone.summary.inputs[0]?.read ?? 0;
  const skipped = twice.summary.inputs.map((input) => input.skipped['duplicate'] ?? 0);
  expect(skipped.reduce((sum, count) => sum + count, 0)).toBe(read);
  for (const input of twice.summary.inputs)
    expect(input.read + Object.values(input.skipped).reduce((sum, count) => sum + count, 0)).toBe(input.records);
});

test.runIf(isHere)('the same capture under two names tells each connection once, with the same bytes', async () => {
  for (const file of ['node1-eth0.pcap', 'pod-legacy-eth0.pcap']) {
    const copy = join(scratch, `copy-${file}`);
    copyFileSync(`${FOLDER}${file}`, copy);
    expect(facts((await answerOf([`${FOLDER}${file}`, copy])).flows.map((flow) => ({ ...flow, evidence: flow.evidence.slice(0, 1) })))).toEqual(
      facts((await answerOf([`${FOLDER}${file}`])).flows),
    );
  }
});
