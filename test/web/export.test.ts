import { expect, it } from 'vitest';
import { csvOf } from '../../src/web/export/rows.ts';

it('rows become CSV by the fields of the API, and no name becomes a formula or a control character', () => {
  const rows = [
    { source: { workload: 'a,"b"', ip: null }, port: 80, findings: ['x', 'y'] },
    { source: { workload: '=HYPERLINK("http://evil")', ip: '10.0.0.1' }, port: null, findings: [], note: '\u202e\u001b[31m' },
  ];
  expect(csvOf(rows).split('\r\n')).toEqual([
    'source.workload,source.ip,port,findings,note',
    '"a,""b""",,80,x y,',
    '"\'=HYPERLINK(""http://evil"")",10.0.0.1,,,\\u{202e}\\u{1b}[31m',
    '',
  ]);
});
