import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import type { Log, Result } from 'sarif';
import { describe, expect, it } from 'vitest';
import { FINDERS } from '../../src/audit/index.ts';
import { FINDING_IDS, FINDING_KINDS } from '../../src/model/finding-kinds.ts';
import type { Told } from '../../src/model/reporter.ts';
import { plainSummary } from '../../src/report/contract/objects.ts';
import { RULES } from '../../src/report/sarif/rules.ts';
import { sarif } from '../../src/report/sarif.ts';
import { between, counts, edge, finding, input, NOON, summary } from './helpers.ts';
import { EVERY_VIEW, HOSTILE, hostileTold, written } from './told.ts';

// The official schema (of draft 4, in the one package that has it); what this ajv calls otherwise is taken off.
const path = createRequire(import.meta.url)
  .resolve('@microsoft/jest-sarif')
  .replace(/index\.js$/, 'schemas/sarif-2.1.0-rtm.5.json');
const { $schema, id, ...schema } = JSON.parse(readFileSync(path, 'utf8'));
const isSarif = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false, allErrors: true }).compile(schema);

async function log(told: readonly Told[], view: (typeof EVERY_VIEW)[number] = 'report', last = summary()): Promise<Log> {
  const run = {
    version: '1.2.3',
    words: ['verify', 'a file.log'],
    started: NOON,
    ended: () => ({ at: NOON, complaints: ['cannot read x: gone'], hashes: new Map() }),
  };
  const text = await written(sarif, { view, run }, told, last);
  expect(text.slice(0, -1)).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
  const parsed: Log = JSON.parse(text);
  expect(isSarif(parsed), JSON.stringify(isSarif.errors)).toBe(true);
  return parsed;
}
const results = ({ runs: [run] }: Log): readonly Result[] => run?.results ?? [];
const LEAK = edge({
  ...between('legacy/legacy', 'bookinfo/reviews-v1'),
  flows: counts({ plaintext: 2 }),
  secured: 'no',
  reason: 'source-not-enrolled',
});

describe('SARIF', () => {
  it.each(EVERY_VIEW)('of the view %s holds to the schema, whatever the names', async (view) => {
    await log([], view);
    for (const evil of HOSTILE) {
      const made = await log(hostileTold(evil), view, summary({ inputs: [input({ input: evil, format: null, lost: 3 })], late: 1, evicted: 1 }));
      for (const uri of JSON.stringify(made).match(/"uri":"[^"]*"/g) ?? []) expect(uri).toMatch(/^"uri":"[\w.~!*'()%/:-]*"$/);
    }
  });

  it('has a rule with help for everything that it says', async () => {
    expect(FINDERS.map(({ id: known }) => known).filter((known) => !FINDING_IDS.includes(known))).toEqual([]);
    for (const rule of RULES) expect((rule.help?.text ?? '').length, rule.id).toBeGreaterThan(30);
    const made = results(await log([...FINDING_IDS.map((known) => finding({ id: known })), LEAK]));
    expect(made).toHaveLength(FINDING_IDS.length + 1);
    for (const { ruleId, ruleIndex } of made) expect(RULES[ruleIndex ?? -1]?.id).toBe(ruleId);
    expect(Object.keys(FINDING_KINDS)).toEqual(RULES.slice(0, FINDING_IDS.length).map((rule) => rule.id));
  });

  it('says where: the line of a log, the frame of a capture, between whom', async () => {
    const evidence = [
      { witness: 'log', input: 'logs/ztunnel n1.log', record: 146, says: 'hbone' },
      { witness: 'wire', input: '/caps/node1.pcap', record: 11, says: 'plaintext' },
    ] as const;
    const [result] = results(await log([finding({ id: 'wire-contradicts-log', evidence })]));
    expect(result?.locations?.[0]?.physicalLocation).toEqual({ artifactLocation: { uri: 'logs/ztunnel%20n1.log' }, region: { startLine: 146 } });
    expect(result?.relatedLocations?.[0]?.physicalLocation).toEqual({ artifactLocation: { uri: 'file:///caps/node1.pcap' } });
    expect(result?.relatedLocations?.[0]?.logicalLocations?.map(({ name }) => name)).toEqual([
      'frame 11',
      'default/stale → bookinfo/reviews-v1:9080',
    ]);
    expect(result?.partialFingerprints).toEqual({ 'plainsight/v1': finding().key });
    expect(result?.properties).toMatchObject({ type: 'finding', severity: 'error' });
  });

  it('is never empty where something is not encrypted, and calls it open where nobody knows', async () => {
    const unknown = edge({ flows: counts({ unknown: 1 }), secured: 'partly', reason: 'mid-stream' });
    const made = results(await log([edge(), LEAK, unknown]));
    expect(made.map(({ ruleId, level, kind }) => [ruleId, level, kind])).toEqual([
      ['edge-in-plaintext', 'error', 'fail'],
      ['edge-undecided', 'none', 'open'],
    ]);
    expect(made[0]?.message.text).toBe('legacy/legacy → bookinfo/reviews-v1:9080: both in plaintext: the client is not in the mesh.');
  });

  it("of verify are the gate's own words, under fingerprints without numbers", async () => {
    const expectation = (flows: number): Told => ({
      type: 'expectation',
      outcome: 'failed',
      message: `a → b: ${flows} in plaintext`,
      known: null,
      key: 'a → b: in plaintext',
    });
    const said: Told = { type: 'expectation', outcome: 'failed', message: `bypassed-mesh: ${finding().message}`, known: null };
    const [one, two] = [results(await log([LEAK, expectation(3), said, finding()], 'verify')), results(await log([LEAK, expectation(4)], 'verify'))];
    expect(one.map(({ ruleId }) => ruleId)).toEqual(['bypassed-mesh', 'expectation-failed']);
    expect(one[1]?.partialFingerprints).toEqual(two[0]?.partialFingerprints);
  });

  it('says how the run went and what could not be read', async () => {
    const last = summary({ exitCode: 65, inputs: [input({ lost: 7 })] });
    const [run] = (await log([], 'verify', last)).runs;
    expect(run?.invocations?.[0]).toMatchObject({ executionSuccessful: false, exitCode: 65, commandLine: "plainsight verify 'a file.log'" });
    expect(run?.invocations?.[0]?.toolExecutionNotifications?.map(({ message }) => message.text)).toEqual([
      'cannot read x: gone',
      'node1-eth0.pcap has lost 7 records: what was in them is not known.',
    ]);
    expect(run?.properties).toEqual({ view: 'verify', summary: plainSummary(last) });
    expect(run?.artifacts?.[0]?.properties).toEqual(JSON.parse(JSON.stringify(plainSummary(last)))['inputs'][0]);
  });
});
