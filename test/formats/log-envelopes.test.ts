import { describe, expect, it } from 'vitest';
import { FAILED, JSON_COMPLETE, OUTBOUND, REFUSED, read, SAMPLES } from './log-reading.ts';

const POD = 'pod/ztunnel-abc12/istio-proxy';
const AT = '2026-11-21T08:25:35.833828746Z';
const docker = (log: string, stream = 'stdout'): string => JSON.stringify({ log, stream, time: AT });
const bare = async (lines: readonly string[]) => (await read(`${lines.join('\n')}\n`)).rows;

describe.each<[string, (line: string) => string, string | null]>([
  ['kubectl --prefix', (line) => `[${POD}] ${line}`, POD],
  ['kubectl --timestamps', (line) => `${AT} ${line}`, null],
  ['a timestamp of few digits', (line) => `2026-11-21T08:25:35.8338Z ${line}`, null],
  ['a timestamp with an offset', (line) => `2026-11-21T09:25:35.833828746+01:00 ${line}`, null],
  ['both', (line) => `[${POD}] ${AT} ${line}`, POD],
  ['stern', (line) => `ztunnel-abc12 istio-proxy ${line}`, POD],
  ['stern with namespaces', (line) => `istio-system ztunnel-abc12 istio-proxy ${line}`, POD],
  ['stern in colour', (line) => `\x1b[91mztunnel-abc12\x1b[0m \x1b[36;1mistio-proxy\x1b[0m ${line}`, POD],
  ['grep in colour', (line) => line.replace('access', '\x1b[01;31m\x1b[Kaccess\x1b[m\x1b[K'), null],
  ['CRI', (line) => `${AT} stdout F ${line}`, null],
  ['docker', (line) => docker(`${line}\n`), null],
  ['docker, written again', (line) => docker(`${line}\n`).replace('{"log":', '{"log": '), null],
  ['CRLF', (line) => `${line}\r`, null],
])('under %s', (_, wrap, prefix) => {
  it('each line is what it is alone, known or not', async () => {
    const lines = [...SAMPLES, ...SAMPLES, ...SAMPLES];
    const expected = (await bare(lines)).map((row) => ({ ...row, prefix }));
    const { rows, skipped } = await read(`${lines.map(wrap).join('\n')}\n`);
    expect(rows).toEqual(expected);
    expect(skipped).toEqual({});
  });
});

describe('envelopes', () => {
  it('may change from line to line, each with its own pod', async () => {
    const text = [
      `[${POD}] ${OUTBOUND}`,
      OUTBOUND,
      `[pod/other/istio-proxy] ${AT} ${JSON_COMPLETE}`,
      `[${POD}] ${OUTBOUND}`,
      'third istio-proxy '.concat(FAILED),
    ];
    const { rows } = await read(`${text.join('\n')}\n`.repeat(2));
    const once = [POD, null, 'pod/other/istio-proxy', POD, 'pod/third/istio-proxy'];
    expect(rows.map((row) => row.prefix)).toEqual([...once, ...once]);
  });

  it('of an empty line leave it empty', async () => {
    const { skipped } = await read(`[${POD}] \n${AT} stdout F \n${docker('\n')}\n\n`);
    expect(skipped).toEqual({ empty: 4 });
  });
});

describe('parts of a line', () => {
  const [first, second, third] = [REFUSED.slice(0, 100), REFUSED.slice(100, 300), REFUSED.slice(300)];
  const expected = async () => ({ ...(await bare([REFUSED]))[0], record: 2 });

  it('are joined by stream in CRI files, to one record where it began', async () => {
    const lines = [
      `${AT} stdout F ${OUTBOUND}`,
      `${AT} stdout P ${first}`,
      `${AT} stderr P ${JSON_COMPLETE.slice(0, 40)}`,
      `${AT} stdout P ${second}`,
      `${AT} stderr F ${JSON_COMPLETE.slice(40)}`,
      `${AT} stdout F ${third}`,
      `${AT} stdout F ${OUTBOUND}`,
    ];
    const { rows, skipped } = await read(`${lines.join('\n')}\n`);
    expect(rows.map((row) => row.record)).toEqual([1, 3, 2, 7]);
    expect(rows[2]).toEqual(await expected());
    expect(skipped).toEqual({ partial: 3 });
  });

  it('are joined in docker files, where a part has no newline', async () => {
    const lines = [docker(`${OUTBOUND}\n`), docker(first), docker(second), docker(`${third}\n`)];
    const { rows, skipped } = await read(`${lines.join('\n')}\n`);
    expect(rows[1]).toEqual(await expected());
    expect(skipped).toEqual({ partial: 2 });
  });

  it('that never end are malformed, and all are counted', async () => {
    const { rows, skipped } = await read(`${AT} stdout P ${first}\n${AT} stdout P ${second}\n`);
    expect(rows).toEqual([]);
    expect(skipped).toEqual({ partial: 1, malformed: 1 });
  });

  it('of an endless line are too long, and the next line is read', async () => {
    const part = `${AT} stdout P ${'x'.repeat(16_000)}\n`;
    const { rows, skipped } = await read(`${part.repeat(100)}${AT} stdout F end\n${AT} stdout F ${OUTBOUND}\n`);
    expect(rows).toHaveLength(1);
    expect(skipped).toEqual({ partial: 100, 'too-long': 1 });
  });
});
