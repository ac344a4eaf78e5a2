import { describe, expect, it } from 'vitest';
import { fieldsOf } from '../../src/report/contract/fields.ts';
import { plainFlow } from '../../src/report/contract/objects.ts';
import { csv } from '../../src/report/csv.ts';
import { edge, finding, flow, plaintextFlow } from './helpers.ts';
import { EVERY_VIEW, HOSTILE, hostileTold, written } from './told.ts';

/** A strict reader of RFC 4180: throws where a record is none. */
function parse(text: string): string[][] {
  const records: string[][] = [];
  let rest = text;
  while (rest !== '') {
    const record: string[] = [];
    for (;;) {
      const [whole, quoted, bare, after] = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/.exec(rest) ?? [];
      if (whole === undefined) throw new Error(`no RFC 4180: ${rest.slice(0, 100)}`);
      record.push(quoted === undefined ? (bare ?? '') : quoted.replaceAll('""', '"'));
      rest = rest.slice(whole.length);
      if (after === '\r\n') break;
    }
    records.push(record);
  }
  return records;
}

describe('CSV', () => {
  it('has the flattened names of the JSON, and its values', async () => {
    const [head = [], row = []] = parse(await written(csv, {}, [flow(), finding()]));
    const cells = Object.fromEntries(head.map((name, index) => [name, row[index]]));
    expect(cells).toMatchObject({
      id: '9f3c6a1be07d4452',
      'source.workload': 'curl-v1',
      'destination.port': '9080',
      'carrier.source.port': '57346',
      'tls.version': '',
      witnesses: 'log wire',
      open: 'false',
    });
    expect(JSON.parse(cells['evidence'] ?? '')).toEqual(plainFlow(flow())['evidence']);
    expect(head.map((name) => name.split('.')[0]).filter((name, index, all) => all.indexOf(name) === index)).toEqual(Object.keys(plainFlow(flow())));
  });

  it.each(EVERY_VIEW)('of the view %s has one kind of row and a head, told or not', async (view) => {
    const empty = parse(await written(csv, { view }, []));
    expect(empty).toHaveLength(1);
    const full = parse(await written(csv, { view }, hostileTold('a,b "c"\nd')));
    expect(full.length).toBeGreaterThan(1);
    for (const record of full) expect(record).toHaveLength(empty[0]?.length ?? 0);
    expect(new Set(full.slice(1).map(([type]) => type)).size).toBe(1);
  });

  it('is no formula and obeys nothing, whatever the names', async () => {
    for (const evil of HOSTILE) {
      for (const view of EVERY_VIEW) {
        for (const record of parse(await written(csv, { view }, hostileTold(evil)))) {
          for (const cell of record) {
            expect(cell).not.toMatch(/^\s*[=+\-@＝＋－＠]/);
            expect(cell).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
          }
        }
      }
    }
  });

  it('has the columns that were asked for, in that order', async () => {
    const text = await written(csv, { columns: ['verdict', 'source.ip', 'bytes.received'] }, [flow(), plaintextFlow()]);
    expect(text).toBe('verdict,source.ip,bytes.received\r\nhbone,10.10.1.11,1467\r\nplaintext,10.10.1.20,1467\r\n');
    expect(await written(csv, { view: 'edges', columns: ['destination.workload', 'flows.hbone'] }, [edge()])).toBe(
      'destination.workload,flows.hbone\r\nreviews-v1,5\r\n',
    );
  });
});

describe('fields', () => {
  it('are those of the contract, each once', () => {
    for (const type of ['flow', 'edge', 'finding', 'strict', 'record'] as const) {
      const paths = fieldsOf(type).map(({ path }) => path);
      expect(new Set(paths).size).toBe(paths.length);
      expect(paths[0]).toBe('type');
    }
    expect(fieldsOf('finding').map(({ path }) => path)).toEqual(
      expect.arrayContaining(['subject.source.workload', 'subject.destination.port', 'subject.ip', 'subject.input']),
    );
    expect(fieldsOf('flow').find(({ path }) => path === 'bytes.sent')?.isNumber).toBe(true);
    expect(fieldsOf('flow').find(({ path }) => path === 'source.ip')?.isNumber).toBe(false);
  });
});
