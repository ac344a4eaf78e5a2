/** What istioctl printed as table, JSON and YAML of one ztunnel at one time says the same. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { plainYaml } from '../../src/formats/yaml-plain.ts';
import type { Fact } from '../../src/model/batch.ts';
import type { Addresses } from '../../src/model/tables.ts';
import { factsIn, newTables } from '../formats/config-reading.ts';
import { hasRecordings, RECORDINGS } from './program.ts';

const isThere = hasRecordings('test/recordings/same-model');
const CORPUS = `${RECORDINGS}../corpora/istioctl/`;

const tables = newTables();
async function factsOf(path: string): Promise<readonly Fact[]> {
  const { format, facts } = await factsIn(readFileSync(path), { tables });
  if (format === null) throw new Error(`${path}: not recognised`);
  return facts;
}

/** All that was said, whatever number its record has. */
const said = (facts: readonly Fact[]): readonly unknown[] =>
  facts.map((fact) => ({ ...fact, record: 0 })).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

/** As much of it as a table has columns for. */
const tabled = (facts: readonly Fact[], addresses: Addresses): readonly string[] => facts.flatMap((fact) => rowOf(fact, addresses)).sort();

function rowOf(fact: Fact, addresses: Addresses): readonly string[] {
  switch (fact.kind) {
    case 'workload':
      return [`workload ${fact.namespace}/${fact.pod} ${fact.ips.slice(0, 1).map((ip) => addresses.format(ip))} ${fact.node} ${fact.captured}`];
    case 'service':
      return [`service ${fact.namespace}/${fact.name} ${fact.vips.map((ip) => addresses.format(ip))}`];
    case 'authorization':
      return [`policy ${fact.namespace}/${fact.name} ${fact.action} ${fact.scope}`];
    case 'certificate':
      // A row without a certificate is of a workload that has none yet.
      return fact.serial === null ? [] : [`certificate ${fact.identity} ${fact.role} ${fact.serial} ${fact.notBefore} ${fact.notAfter}`];
    case 'connection':
      return [`connection ${fact.direction} ${fact.namespace}/${fact.pod} ${fact.client.port} ${fact.server.port} ${fact.hbone}`];
    case 'skipped':
      return [`skipped ${fact.why}`];
    default:
      return [fact.kind];
  }
}

const folders = isThere ? readdirSync(RECORDINGS).filter((name) => name.startsWith('kubernetes-')) : [];
const dumps = folders.flatMap((folder) =>
  [folder, `${folder}/istioctl`]
    .filter((within) => existsSync(`${RECORDINGS}${within}`))
    .flatMap((within) => readdirSync(`${RECORDINGS}${within}`).map((file) => `${within}/${file}`))
    .filter((file) => file.includes('ztunnel-config-') && file.endsWith('.json'))
    .map((file) => file.slice(0, -5)),
);

describe.runIf(isThere)('one dump', () => {
  it('there are many to compare', () => expect(dumps.length).toBeGreaterThan(20));

  it.each(dumps)('%s', async (dump) => {
    const json = await factsOf(`${RECORDINGS}${dump}.json`);
    const [yaml, table] = [`${RECORDINGS}${dump}.yaml`, `${RECORDINGS}${dump}.txt`];
    if (existsSync(yaml)) expect(said(await factsOf(yaml))).toEqual(said(json));
    if (existsSync(table)) expect(tabled(await factsOf(table), tables.addresses)).toEqual(tabled(json, tables.addresses));
  });

  it.each(dumps.filter((dump) => existsSync(`${RECORDINGS}${dump}.yaml`)))('%s.yaml is plain, and read as by any reader of YAML', (dump) => {
    const text = readFileSync(`${RECORDINGS}${dump}.yaml`, 'utf8');
    const known: unknown = parse(text, { stringKeys: true });
    const plain = plainYaml(text);
    // Lists of lists, as policies have them, are left to one.
    if (/(?:workload|services|certificates|connections)$/.test(dump)) expect(plain).toBeDefined();
    if (plain !== undefined) expect(plain).toEqual(known);
  });

  it("of istioctl's own tests: a dump, and the tables made of it", async () => {
    const dump = tabled(await factsOf(`${CORPUS}dump.json`), tables.addresses);
    const all = tabled(await factsOf(`${CORPUS}allsummary.txt`), tables.addresses);
    expect(tabled(await factsOf(`${CORPUS}allsummary_withheaders.txt`), tables.addresses)).toEqual(all);
    const of = (kind: string, rows: readonly string[]): readonly string[] => rows.filter((row) => row.startsWith(kind));
    expect(['workload', 'service', 'policy'].map((kind) => of(kind, dump).length)).toEqual([27, 19, 2]);
    for (const kind of ['workload', 'service', 'policy']) expect(of(kind, all)).toEqual(of(kind, dump));
    expect(tabled(await factsOf(`${CORPUS}workloadsummary.txt`), tables.addresses)).toEqual(of('workload', dump));
    expect(tabled(await factsOf(`${CORPUS}policies.txt`), tables.addresses)).toEqual(of('policy', dump));
    const connections = tabled(await factsOf(`${CORPUS}connectionsdump.json`), tables.addresses);
    expect(tabled(await factsOf(`${CORPUS}connectionsummary.txt`), tables.addresses)).toEqual(connections);
  });
});
