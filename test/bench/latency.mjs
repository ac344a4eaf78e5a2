/** How long from a line written to the pipe of a following plainsight to the first word about it. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { median, percentile } from './measure.mjs';
import { PLAINSIGHT } from './works.mjs';

const GIVE_UP_MS = 3000;

/** `{ p50, p99, told, lines }` in ms: one outbound line at a time, its client port says which flow an answer is about. */
export async function latency(lines) {
  const child = spawn(PLAINSIGHT[0], [...PLAINSIGHT.slice(1), 'flows', '-o', 'jsonl', '-'], { stdio: ['pipe', 'pipe', 'ignore'] });
  child.stdin.on('error', () => {});
  const waiting = new Map();
  createInterface({ input: child.stdout }).on('line', (text) => {
    const now = performance.now();
    const { type, source } = safely(text);
    if (type === 'flow') waiting.get(source?.port)?.(now);
  });
  const closed = new Promise((resolve) => child.on('close', resolve));
  const times = [];
  // The first lines also start the program up.
  for (let index = -5; index < lines; index++) {
    const port = 20000 + index + 5;
    const answered = new Promise((resolve) => waiting.set(port, resolve));
    const begun = performance.now();
    child.stdin.write(line(port));
    const at = await Promise.race([answered, wait(GIVE_UP_MS), closed]);
    waiting.delete(port);
    if (index >= 0 && typeof at === 'number' && at > begun) times.push(at - begun);
    if (index < 0 && at === undefined) index = -1;
    if (child.exitCode !== null || (index > 20 && times.length === 0)) break;
    await wait(3 + ((index * 7) % 11));
  }
  child.stdin.end();
  const killer = setTimeout(() => child.kill('SIGKILL'), 5000);
  await closed;
  clearTimeout(killer);
  return times.length === 0 ? { told: 0, lines } : { p50: median(times), p99: percentile(times, 0.99), told: times.length, lines };
}

function safely(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

function line(port) {
  const time = `${new Date().toISOString().slice(0, -1)}000Z`;
  return (
    `${time}\tinfo\taccess\tconnection complete\tsrc.addr=10.10.1.11:${port} src.workload="curl-v1-7d5f8c6b9-11xyz" src.namespace="default" ` +
    'src.identity="spiffe://cluster.local/ns/default/sa/curl" src.cluster="Kubernetes" dst.addr=10.10.2.11:15008 dst.hbone_addr=10.10.2.11:9080 ' +
    'dst.service="reviews.bookinfo.svc.cluster.local" dst.workload="reviews-v1-7d5f8c6b9-11xyz" dst.namespace="bookinfo" ' +
    'dst.identity="spiffe://cluster.local/ns/bookinfo/sa/bookinfo-reviews" dst.cluster="Kubernetes" direction="outbound" bytes_sent=78 bytes_recv=1467 duration="10ms"\n'
  );
}
