/** What is measured, against whom, and the floor of each ratio (plainsight's speed / the other's). */

/** How plainsight is started: PLAINSIGHT may name another command. */
export const PLAINSIGHT = process.env.PLAINSIGHT?.split(' ') ?? [process.execPath, new URL('../../dist/cli/main.js', import.meta.url).pathname];
const told = (view) => (file) => [...PLAINSIGHT, view, '-o', 'jsonl', file];

const MAWK = `{ s = d = ""; if (match($0, /src\\.workload="[^"]*"/)) s = substr($0, RSTART, RLENGTH); if (match($0, /dst\\.workload="[^"]*"/)) d = substr($0, RSTART, RLENGTH); n[s " " d]++ } END { for (k in n) print k, n[k] }`;

const dd = (floor) => ({ name: 'dd', tool: 'dd', floor, command: (file) => ['dd', `if=${file}`, 'of=/dev/null', 'bs=1M'] });
const tshark = (floor) => ({
  name: 'tshark -q -z conv,tcp',
  tool: 'tshark',
  floor,
  command: (file) => ['tshark', '-n', '-r', file, '-q', '-z', 'conv,tcp'],
});
const ndpi = (floor) => ({ name: 'ndpiReader -q', tool: 'ndpiReader', floor, command: (file) => ['ndpiReader', '-q', '-i', file] });
// Flow records go to a port of this machine that nobody reads; the table is as large as the input needs. softflowd deletes its pid file
// at the end, so that must be a file of our own: as root it would delete even /dev/null.
const softflowd = (floor) => ({
  name: 'softflowd',
  tool: 'softflowd',
  floor,
  command: (file) => ['softflowd', '-d', '-r', file, '-m', '2000000', '-n', '127.0.0.1:9', '-p', `${file}.pid`, '-c', 'none'],
});
const tcpdump = (floor) => ({
  name: 'tcpdump -nr \\| wc -l',
  tool: 'tcpdump',
  floor,
  command: (file) => ['sh', '-c', 'tcpdump -nr "$0" 2>/dev/null | wc -l', file],
});
const mawk = (floor) => ({ name: 'mawk, two match()', tool: 'mawk', floor, command: (file) => ['mawk', MAWK, file] });
const mlr = (floor) => ({
  name: 'mlr dkvp count-distinct',
  tool: 'mlr',
  floor,
  command: (file) => ['mlr', '--idkvp', '--ifs', ' ', '--ips', '=', '--ojson', 'count-distinct', '-f', 'src.workload,dst.workload', file],
});
const jq = (floor) => ({
  name: 'jq -c, three fields',
  tool: 'jq',
  floor,
  command: (file) => ['jq', '-c', '[."src.workload",."dst.workload",.bytes_sent]', file],
});

const jqLength = { name: 'jq, lengths of two lists', tool: 'jq', command: (file) => ['jq', '-c', '[(.workloads, .services) | length]', file] };

const report = { name: '**plainsight report -o jsonl**', command: told('report') };
const flows = { name: 'plainsight flows -o jsonl', command: told('flows') };

export const WORKS = [
  {
    id: 'full',
    title: 'a capture of full-size packets',
    input: 'full',
    unit: 'bytes',
    ours: [report],
    peers: [dd(0.45), tshark(10), ndpi(1.3), softflowd(0.9)],
  },
  {
    id: 'small',
    title: 'packets cut at 128 bytes, 10,240 edges',
    input: 'small',
    unit: 'packets',
    ours: [report, flows],
    peers: [tshark(25), ndpi(2), softflowd(1.2), tcpdump(8)],
  },
  { id: 'text', title: 'text log lines, both ends, 16,384 edges', input: 'text', unit: 'lines', ours: [report, flows], peers: [mawk(0.8), mlr(5)] },
  { id: 'json', title: 'JSON log lines, both ends, 16,384 edges', input: 'json', unit: 'lines', ours: [report, flows], peers: [jq(6)] },
  { id: 'open', title: 'wire flows that are all open at once', input: 'open', unit: 'packets', ours: [report], peers: [], memoryMiB: 400 },
  {
    id: 'config',
    title: "a ztunnel's `/config_dump` (at most 3 s and 400 MiB)",
    input: 'config',
    unit: 'workloads',
    ours: [report],
    peers: [jqLength],
  },
];
