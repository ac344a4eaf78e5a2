/**
 * A million packets a second for ten seconds over a veth pair, by tcpreplay in a network namespace: how many does plainsight (verdicts on),
 * and how many does `tcpdump -w` miss? One after the other, so that they do not take each other's core. Linux and root.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { input } from './inputs.mjs';
import { installed, median } from './measure.mjs';
import { PLAINSIGHT } from './works.mjs';

const NAMESPACE = `psbench${process.pid}`;
const [HERE, THERE] = [`psa${process.pid}`, `psb${process.pid}`];
const NATIVE_BUILD = new URL('../../native/build.mjs', import.meta.url).pathname;
const SECONDS = 10;
const RATE = 1_000_000;
/** npm's `pcap`, where somebody has installed it: a folder with node_modules/pcap. */
const NPM_PCAP = process.env.NPM_PCAP;

/** Markdown; where it cannot be measured, why not. */
export async function live({ quick, rounds }) {
  const missing = ['ip', 'tcpreplay', 'tcpdump'].filter((tool) => !installed(tool));
  if (process.platform !== 'linux' || process.geteuid() !== 0) return '**Live at a million packets/s**: not measured: it needs Linux and root.';
  if (missing.length > 0) return `**Live at a million packets/s**: not measured: ${missing.join(', ')} not installed.`;
  // Without our own binding a capture goes through tcpdump, half a second behind and with losses: another program than the one to be measured.
  const built = installed('cc') ? spawnSync(process.execPath, [NATIVE_BUILD], { stdio: ['ignore', 'ignore', 'inherit'] }).status : null;
  if (built !== 0) process.stderr.write('live: no native binding (a C compiler is missing, or failed): plainsight captures through tcpdump\n');
  const { path, packets } = input('live', { quick });
  const seconds = quick ? 2 : SECONDS;
  const loops = Math.round((RATE * seconds) / packets);
  const programs = [
    { name: '**plainsight -i**', ours: true, start: plainsight, runs: [] },
    { name: 'tcpdump -w', start: tcpdump, runs: [] },
    ...(NPM_PCAP !== undefined && existsSync(`${NPM_PCAP}/node_modules/pcap`) ? [{ name: 'npm pcap, decoding', start: npmPcap, runs: [] }] : []),
  ];
  ip('netns', 'add', NAMESPACE);
  try {
    ip('link', 'add', HERE, 'type', 'veth', 'peer', 'name', THERE, 'netns', NAMESPACE);
    ip('link', 'set', HERE, 'up');
    ip('-n', NAMESPACE, 'link', 'set', THERE, 'up');
    for (let round = 0; round < rounds; round++)
      for (const one of programs) one.runs.push(await measured(one, { path, loops, seconds, sent: loops * packets }));
  } finally {
    spawnSync('ip', ['link', 'del', HERE]);
    spawnSync('ip', ['netns', 'del', NAMESPACE]);
  }
  return table(programs, loops * packets, seconds);
}

async function measured({ name, start }, { path, loops, seconds, sent }) {
  const capture = await start(seconds);
  const replay = spawn('ip', ['netns', 'exec', NAMESPACE, 'tcpreplay', '-q', '-i', THERE, '-K', '--loop', `${loops}`, '-p', `${RATE}`, path]);
  let said = '';
  replay.stdout.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  await closed(replay);
  await wait(1500);
  capture.child.kill('SIGINT');
  await closed(capture.child);
  const { seen, dropped } = capture.counts();
  const rate = Number(/([\d.]+) pps/.exec(said)?.[1] ?? Number.NaN);
  const run = { seen, dropped, rate, missed: Math.max(0, sent - seen) };
  process.stderr.write(`live: ${name}: ${seen} of ${sent} at ${Math.round(rate)}/s, ${dropped} dropped\n`);
  return run;
}

async function plainsight() {
  const capture = started([...PLAINSIGHT, 'report', '-o', 'jsonl', '-i', HERE]);
  await capture.says(/capturing on/);
  return {
    ...capture,
    counts: () => {
      const { inputs } = JSON.parse(capture.out().trimEnd().split('\n').at(-1));
      return { seen: inputs[0].records, dropped: inputs[0].lost };
    },
  };
}

async function tcpdump() {
  const capture = started(['tcpdump', '-i', HERE, '-p', '-B', '32768', '-Z', 'root', '-w', '/dev/null']);
  await capture.says(/listening on/);
  const number = (pattern) => Number(pattern.exec(capture.err())?.[1] ?? Number.NaN);
  return { ...capture, counts: () => ({ seen: number(/(\d+) packets captured/), dropped: number(/(\d+) packets dropped by kernel/) }) };
}

const NPM_PROGRAM = `
const pcap = require('pcap');
const session = pcap.createSession(process.argv[1], { buffer_size: 32 << 20 });
let seen = 0;
session.on('packet', (packet) => { pcap.decode.packet(packet); seen++; });
console.error('listening on');
process.on('SIGINT', () => { const s = session.stats(); console.log(seen + ' ' + s.ps_drop); process.exit(0); });
`;

async function npmPcap() {
  const capture = started([process.execPath, '-e', NPM_PROGRAM, HERE], { cwd: NPM_PCAP });
  await capture.says(/listening on/);
  return {
    ...capture,
    counts: () => {
      const [seen, dropped] = capture.out().trim().split('\n').at(-1).split(' ').map(Number);
      return { seen, dropped };
    },
  };
}

function started([program, ...words], options = {}) {
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => {
    out = (out + text).slice(-4_000_000);
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    err += text;
  });
  const says = async (pattern) => {
    for (let tries = 0; tries < 500 && !pattern.test(err); tries++) await wait(20);
  };
  return { child, says, out: () => out, err: () => err };
}

function table(programs, sent, seconds) {
  const head = [
    `**${sent.toLocaleString('en-US')} packets in ${seconds} s over a veth pair, live** (no more missed than by tcpdump)`,
    '',
    '| program | packets missed | of them counted as dropped | sent at |',
    '| --- | --: | --: | --: |',
  ];
  const body = programs.map(({ name, runs }) => {
    const of = (field) => Math.round(median(runs.map((run) => run[field]))).toLocaleString('en-US');
    return `| ${name} | ${of('missed')} | ${of('dropped')} | ${of('rate')}/s |`;
  });
  return [...head, ...body].join('\n');
}

const closed = (child) => (child.exitCode === null && child.signalCode === null ? new Promise((resolve) => child.once('close', resolve)) : undefined);

function ip(...words) {
  const { status, stderr } = spawnSync('ip', words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ip ${words.join(' ')}: ${stderr}`);
}
