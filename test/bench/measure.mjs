/** Runs a program to its end and says how long it took and how much memory it held. */
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Seconds, peak resident MiB (null where /proc is not), exit code, and the last line said on stdout when `keep` is set. */
export function run(command, { keep = false } = {}) {
  const [program, ...words] = command;
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    const child = spawn(program, words, { stdio: ['ignore', keep ? 'pipe' : 'ignore', 'pipe'] });
    let peak = null;
    let tail = '';
    let said = '';
    const watch = setInterval(() => {
      peak = peakOf(child.pid) ?? peak;
    }, 20);
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      tail = (tail + text).slice(-200_000);
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      said = (said + text).slice(-2000);
    });
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(watch);
      resolve({ seconds: (performance.now() - begun) / 1000, peakMiB: peak, code, lastLine: tail.trimEnd().split('\n').at(-1) ?? '', said });
    });
  });
}

/** The kernel's own high-water mark: read often enough, its last value is the peak. */
function peakOf(pid) {
  try {
    const found = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
    return found === null ? null : Number(found[1]) / 1024;
  } catch {
    return null;
  }
}

export const installed = (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export const percentile = (values, share) => values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.ceil(values.length * share) - 1)];
