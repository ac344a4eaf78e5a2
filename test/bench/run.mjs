/**
 * `npm run bench -- [--quick] [--rounds N] [--only full,small,text,json,open,config,live,memory,latency,written,start] [--write-readme]`
 * Medians of interleaved rounds (A B C A B C …) over the same cached files, as Markdown on stdout.
 * BENCH_DIR: where inputs are kept (12 GB of space; .bench-data). PLAINSIGHT: another command to measure.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { input } from './inputs.mjs';
import { latency } from './latency.mjs';
import { live } from './live.mjs';
import { installed, median, run } from './measure.mjs';
import { accounted, workTable } from './table.mjs';
import { PLAINSIGHT, WORKS } from './works.mjs';
import { written } from './written.mjs';

const README = new URL('../../README.md', import.meta.url).pathname;
const INPUTS_PROGRAM = new URL('./inputs.mjs', import.meta.url).pathname;
const PARTS = [...WORKS.map(({ id }) => id), 'live', 'memory', 'latency', 'written', 'start'];

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string', default: PARTS.join(',') },
    'write-readme': { type: 'boolean', default: false },
  },
});
const { quick } = options;
const rounds = Number(options.rounds);
const only = options.only.split(',');
const unknown = only.filter((part) => !PARTS.includes(part));
if (unknown.length > 0 || !(rounds >= 1)) fail(`--only takes ${PARTS.join(',')}; --rounds a number`);
if (PLAINSIGHT[0] === process.execPath && !existsSync(PLAINSIGHT[1])) fail('dist/ is not built: npm run build, or name a command in PLAINSIGHT');

const blocks = [machine()];
for (const work of WORKS.filter(({ id }) => only.includes(id))) blocks.push(await compare(work));
if (only.includes('live')) blocks.push(await live({ quick, rounds }));
if (only.includes('memory')) blocks.push(await memory());
if (only.includes('latency')) blocks.push(await following());
if (only.includes('written')) blocks.push(await reported());
if (only.includes('start')) blocks.push(await startUp());
const text = `${blocks.join('\n\n')}\n`;
process.stdout.write(text);
if (options['write-readme']) writeReadme(text);

function machine() {
  const version = (command) => execFileSync('sh', ['-c', `${command} 2>/dev/null | head -n 1`], { encoding: 'utf8' }).trim();
  return `${cpus().length} × ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, ${version('tshark --version').split(' (Git')[0]}; medians of ${rounds} interleaved rounds, files cached${quick ? '; **quick: small inputs, figures mean little**' : ''}.`;
}

async function compare(work) {
  const facts = input(work.input, { quick });
  const programs = [...work.ours.map((one) => ({ ...one, ours: true })), ...work.peers.filter(({ tool }) => installed(tool))].map((one) => ({
    ...one,
    times: [],
    peakMiB: null,
  }));
  // Fills the page cache, and asks plainsight what it made of the input.
  const first = await run(work.ours[0].command(facts.path), { keep: true });
  for (let round = 0; round < rounds; round++) {
    for (const program of programs.filter(({ failed }) => failed === undefined)) {
      const { seconds, peakMiB, code, said } = await run(program.command(facts.path));
      process.stderr.write(
        `${work.id} round ${round + 1}: ${program.name} ${seconds.toFixed(2)} s${code === 0 ? '' : ` exit ${code}: ${said.trim().split('\n').at(-1)}`}\n`,
      );
      if (code !== 0) program.failed = `exit ${code}`;
      program.times.push(seconds);
      program.peakMiB = Math.max(program.peakMiB ?? 0, peakMiB ?? 0);
    }
  }
  const measured = programs.map((program) => ({ ...program, seconds: median(program.times) }));
  const missing = work.peers.filter(({ tool }) => !installed(tool)).map((one) => ({ ...one, missing: true }));
  return workTable({ work, facts, rows: [...measured, ...missing], summary: accounted(first.lastLine) });
}

/** 10 GB through a pipe: the peak must not follow the length of the input. */
async function memory() {
  const sizes = quick ? [1e8, 4e8] : [1e9, 10e9];
  const peaks = [];
  for (const size of sizes) {
    // plainsight replaces the shell, so that its own memory is what is measured.
    const pipe = `exec "$@" < <("${process.execPath}" "${INPUTS_PROGRAM}" full ${size} - 2>/dev/null)`;
    const { peakMiB, seconds, code } = await run(['bash', '-c', pipe, 'bash', ...PLAINSIGHT, 'report', '-o', 'jsonl', '-']);
    process.stderr.write(`memory ${size / 1e9} GB: ${Math.round(peakMiB ?? 0)} MiB, ${seconds.toFixed(1)} s\n`);
    peaks.push(code === 0 ? `${size / 1e9} GB: ${Math.round(peakMiB ?? 0)} MiB` : `${size / 1e9} GB: failed (exit ${code})`);
  }
  return `**Peak memory, full-size packets through a pipe** (at most 400 MiB, flat): ${peaks.join(' · ')}.`;
}

async function following() {
  const { p50, p99, told, lines } = await latency(quick ? 100 : 1000);
  const figures = told === 0 ? 'nothing was told in time' : `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms (${told} of ${lines} lines told)`;
  return `**Line in → verdict out, following a pipe** (p99 at most 50 ms): ${figures}.`;
}

/** Log lines of both ends: half as many flows as lines, over 16,384 edges. */
async function reported() {
  const { path, lines } = input('text', { quick });
  const figures = [];
  for (const output of ['table', 'jsonl', 'html']) {
    const times = [];
    for (let round = 0; round < rounds; round++) times.push((await written(path, output)).seconds);
    figures.push(`${output} ${times.includes(null) ? 'not known here' : `${median(times).toFixed(2)} s`}`);
    process.stderr.write(`written ${figures.at(-1)}\n`);
  }
  return `**Last byte read → report written** (at most 2 s), ${lines / 2} flows, 16,384 edges: ${figures.join(' · ')}.`;
}

async function startUp() {
  const ours = [];
  const bare = [];
  for (let round = 0; round < (quick ? 5 : 15); round++) {
    ours.push((await run([...PLAINSIGHT, '--version'])).seconds * 1000);
    bare.push((await run([process.execPath, '-e', '0'])).seconds * 1000);
  }
  return `**Start-up**: \`plainsight --version\` ${median(ours).toFixed(0)} ms, \`node -e 0\` ${median(bare).toFixed(0)} ms.`;
}

function writeReadme(block) {
  const text = readFileSync(README, 'utf8');
  const marked = /(<!-- bench:begin -->\n)[\s\S]*?(<!-- bench:end -->)/;
  if (!marked.test(text)) fail('README.md has no <!-- bench:begin --> … <!-- bench:end -->');
  writeFileSync(
    README,
    text.replace(marked, (_, begin, end) => `${begin}${block}${end}`),
  );
}

function fail(message) {
  console.error(`bench: ${message}`);
  process.exit(64);
}
