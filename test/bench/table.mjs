/** Results as Markdown. */
const group = (number) => Math.round(number).toLocaleString('en-US');
const short = (number) => (number >= 100 ? number.toFixed(0) : number >= 10 ? number.toFixed(1) : number.toFixed(2));

const RATES = {
  bytes: (facts, seconds) => `${(facts.bytes / seconds / 1e9).toFixed(2)} GB/s`,
  packets: (facts, seconds) => `${(facts.packets / seconds / 1e6).toFixed(2)} M packets/s`,
  lines: (facts, seconds) => `${(facts.lines / seconds / 1e6).toFixed(2)} M lines/s`,
  workloads: (facts, seconds) => `${group(facts.workloads / seconds)} workloads/s`,
};

const SIZES = {
  bytes: (facts) => `${(facts.bytes / 1e9).toFixed(1)} GB, ${group(facts.packets)} packets`,
  packets: (facts) => `${group(facts.packets)} packets`,
  lines: (facts) => `${group(facts.lines)} lines, ${(facts.bytes / 1e9).toFixed(1)} GB`,
  workloads: (facts) => `${group(facts.workloads)} workloads and ${group(facts.services)} services, ${(facts.bytes / 1e6).toFixed(0)} MB`,
};

/** One table a work: medians, ratios against the floors, peak memory. */
export function workTable({ work, facts, rows, summary }) {
  const head = [
    `**${SIZES[work.unit](facts)}: ${work.title}**`,
    '',
    '| program | median s | rate | plainsight is | floor | peak MiB |',
    '| --- | --: | --: | --: | --: | --: |',
  ];
  const base = rows.find(({ ours }) => ours)?.seconds;
  const body = rows.map((row) => {
    if (row.missing) return `| ${row.name} | not installed | | | ${row.floor === undefined ? '' : `${row.floor} ×`} | |`;
    if (row.failed !== undefined) return `| ${row.name} | failed (${row.failed}) | | | ${row.floor ?? ''} | |`;
    const ratio = row.ours || base === undefined ? '' : `${short(row.seconds / base)} ×${row.seconds / base < row.floor ? ' **below**' : ''}`;
    const memory = row.ours && row.peakMiB !== null ? group(row.peakMiB) : '';
    return `| ${row.name} | ${row.seconds.toFixed(2)} | ${RATES[work.unit](facts, row.seconds)} | ${ratio} | ${row.floor === undefined ? '' : `${row.floor} ×`} | ${memory} |`;
  });
  return [...head, ...body, ...(summary === '' ? [] : ['', summary])].join('\n');
}

/** What plainsight itself said it read, so that no speed comes from skipping. */
export function accounted(lastLine) {
  try {
    const { type, inputs, flows, exempt, late, evicted } = JSON.parse(lastLine);
    if (type !== 'summary') return '';
    const sum = (field) => inputs.reduce((total, one) => total + one[field], 0);
    const verdicts = Object.entries(flows)
      .filter(([, count]) => count > 0)
      .map(([verdict, count]) => `${group(count)} ${verdict}`);
    return `Read ${group(sum('read'))} of ${group(sum('records'))} records: ${[...verdicts, `${group(exempt)} exempt`].join(', ')}; late ${late}, evicted ${evicted}.`;
  } catch {
    return '';
  }
}
