/** How long a report takes once the last byte of its input has been read: what is waited for after all the work is done. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { PLAINSIGHT } from './works.mjs';

const SAMPLE_MS = 4;
/** Less than this between two looks is a module that was loaded, or nothing. */
const SOME_BYTES = 256 * 1024;

/** Seconds from the last read of `file` to the program's end, and its exit code; null where the system does not say what was read. */
export function written(file, output) {
  return new Promise((resolve, reject) => {
    const child = spawn(PLAINSIGHT[0], [...PLAINSIGHT.slice(1), 'report', '-o', output, file], { stdio: 'ignore' });
    let seen = 0;
    let lastRead = null;
    const watch = setInterval(() => {
      const bytes = bytesRead(child.pid);
      if (bytes - seen < SOME_BYTES) return;
      seen = bytes;
      lastRead = performance.now();
    }, SAMPLE_MS);
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(watch);
      resolve({ seconds: lastRead === null ? null : (performance.now() - lastRead) / 1000, code });
    });
  });
}

function bytesRead(pid) {
  try {
    return Number(/^rchar: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'latin1'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
